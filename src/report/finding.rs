//! A finding, drawn: the place in the document, what was sent and received, how often, and how to see it again.

use super::line::line;
use super::shown::{self, Shown, ShownBody};
use super::snippet::{Drawing, Note, Spot};
use super::words::{columns, printable, wrapped};
use super::{Context, Group, Look, Tally};
use crate::check::Finding;
use crate::run::{CaseResult, Tries};
use crate::source::Pointer;

/// One finding with the case that shows it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The finding, without secrets.
    pub finding: &'a Finding,
    /// The case's name.
    pub case: &'a str,
    /// The place in the request that the case is about.
    pub focus: &'a Pointer,
    /// The exchange, if anything was sent.
    pub exchange: Option<&'a Shown>,
    /// How often it was seen, where that is known.
    pub seen: Option<&'a str>,
    /// What came of trying it again, where that was done.
    pub tries: Option<Tries>,
    /// The smallest exchange that shows it, where one smaller than the case's own was found.
    pub smallest: Option<&'a Shown>,
}

impl<'a> Sighting<'a> {
    /// The example of a group.
    pub fn of(group: &'a Group, seen: &'a str) -> Self {
        let example = &group.example;
        Self {
            finding: &group.finding,
            case: &example.case,
            focus: &example.focus,
            exchange: example.exchange.as_ref(),
            seen: Some(seen),
            tries: group.tries,
            smallest: group.smallest.as_ref(),
        }
    }
}

/// The text of one group of findings.
pub fn group(group: &Group, tally: &Tally, context: &Context, look: Look) -> String {
    render(Sighting::of(group, &tally.seen(group)), context, look)
}

/// The text of a finding.
pub fn render(sighting: Sighting<'_>, context: &Context, look: Look) -> String {
    let Sighting { finding, exchange, .. } = sighting;
    let spot = Spot { place: context.place(&finding.contract), label: finding.label.clone() };
    let drawn = |notes| {
        let mut drawing = Drawing::new(finding.severity, Some(finding.check), &finding.title, notes);
        drawing.spots.push(spot.clone());
        drawing
    };
    // The longest name decides the indent, and the indent how much of a body fits.
    let room = look.width.saturating_sub(drawn(vec![Note::exact(REPRODUCE, Vec::new())]).indent()).max(20);
    let mut notes = Vec::new();
    if let Some(exchange) = exchange {
        notes.push(Note::exact("sent", sent(exchange, sighting, room)));
        notes.push(Note::exact("received", received(exchange, sighting, room)));
    }
    if let Some(smallest) = sighting.smallest {
        notes.push(Note::exact("smallest", sent(smallest, sighting, room)));
    }
    let again = sighting.tries.map(|tries| tries.to_string());
    let seen: Vec<&str> = sighting.seen.into_iter().chain(again.as_deref()).collect();
    if !seen.is_empty() {
        notes.push(Note::text("seen", &seen.join("; ")));
    }
    notes.push(Note::exact(REPRODUCE, reproduce(sighting, context)));
    context.redactor.apply(&drawn(notes).render(look)).into_owned()
}

/// A finding of one case, drawn by itself.
pub fn of_result(finding: &Finding, result: &CaseResult, context: &Context, look: Look) -> String {
    let finding = shown::finding(finding, &context.redactor);
    let exchange = result.exchanges.get(finding.step).map(|exchange| Shown::of(exchange, &context.redactor));
    let (case, focus) = (result.case.name.as_str(), &result.case.focus);
    render(
        Sighting {
            finding: &finding,
            case,
            focus,
            exchange: exchange.as_ref(),
            seen: None,
            tries: None,
            smallest: None,
        },
        context,
        look,
    )
}

const REPRODUCE: &str = "reproduce";

/// Method, path and body; a mark under what the case is about, where the answer's body does not have one.
fn sent(exchange: &Shown, sighting: Sighting<'_>, room: usize) -> Vec<String> {
    let request = &exchange.request;
    let head = printable(&format!("{} {}", request.method, request.path)).into_owned();
    let Some(body) = &request.body else { return vec![head] };
    let focus = Some(sighting.focus).filter(|_| sighting.finding.body.is_none());
    let beside = room.saturating_sub(columns(&head) + 2);
    if beside >= room / 2 {
        let mut lines = marked(body, focus, beside);
        let indent = " ".repeat(columns(&head) + 2);
        lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, &indent));
        lines[0].insert_str(0, &format!("{head}  "));
        lines
    } else {
        std::iter::once(head).chain(marked(body, focus, room)).collect()
    }
}

/// Status and media type, and the body with a mark under what is wrong; or why nothing came.
fn received(exchange: &Shown, sighting: Sighting<'_>, room: usize) -> Vec<String> {
    let Some(response) = &exchange.response else {
        return wrapped(&printable(exchange.failure.as_deref().unwrap_or("no answer")), room);
    };
    let media_type = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = media_type.map_or("no content type", |(_, value)| value);
    let mut lines = vec![printable(&format!("{} {media_type}", response.status)).into_owned()];
    match response.body.length {
        0 => lines.push("(no body)".into()),
        _ => lines.extend(marked(&response.body, sighting.finding.body.as_ref(), room)),
    }
    lines
}

/// A body in one line, and under it the mark.
fn marked(body: &ShownBody, pointer: Option<&Pointer>, room: usize) -> Vec<String> {
    let line = line(body.bytes(), pointer, room);
    let mark = line.mark.map(|(start, length)| format!("{}{}", " ".repeat(start), "^".repeat(length)));
    std::iter::once(line.text).chain(mark).collect()
}

fn reproduce(sighting: Sighting<'_>, context: &Context) -> Vec<String> {
    let name = printable(sighting.case);
    match sighting.smallest.or(sighting.exchange).map(|exchange| exchange.curl(context)) {
        None => vec![context.replay(&name)],
        Some(None) => vec![format!("{} --curl", context.replay(&name))],
        Some(Some(curl)) => vec![context.replay(&name), curl],
    }
}
