//! Several requests: a valid one after each kind of bad one, in turns, and many at once.

use super::ground::Ground;
use super::telling::with_own_texts;
use super::{Case, Intent, Tier};
use crate::case::{Copies, Step};
use crate::generate::Template;
use crate::source::Pointer;

/// At once, as a busy client sends.
const AT_ONCE: u16 = 32;
/// At once, several times what a run otherwise has under way.
const BURST: u16 = 48;
/// How often a valid and an invalid request take turns.
const TURNS: usize = 4;

/// What a server may stumble over so that the next request suffers: the ends of the names of cases that try it.
const BAD: &[&str] = &[
    "/body/empty",
    "/body/truncated-half",
    "/body/last-byte-missing",
    "/body/open-brace",
    "/body/trailing-text",
    "/body/two-values",
    "/body/comment",
    "/body/xml",
    "/body/nan",
    "/body/invalid-utf-8",
    "/body/utf-16",
    "/body/gzip-not-named",
    "/body/type-array",
    "/body/type-null",
    "/body/type-string",
    "/raw-invalid-utf-8",
    "/raw-raw-nul",
    "/raw-open-quote",
    "/raw-high-surrogate",
    "/required",
    "/type-number",
    "/type-null",
    "/type-object",
    "/type-deep-array",
    "/type-string",
    "/max-length",
    "/minimum",
    "/enum-other",
    "/nul",
    "/length-65536",
    "/body/unlisted-very-deep",
    "/body/unlisted-proto",
    "/content-type/missing",
    "/content-type/text-plain",
    "/content-type/form",
    "/content-type/multipart",
    "/content-type/malformed",
    "/content-encoding/unknown",
    "/content-encoding/gzip-not-applied",
    "/chunked/body",
    "/expect/continue",
    "/connection/close",
    "/header/long",
    "/accept/xml",
];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let mut made = recoveries(ground, cases);
    made.extend(turns(ground, &made));
    made.extend(pipelined(ground, &made));
    made.extend(crowds(ground));
    cases.extend(made);
}

/// The kind of bad request that a case of this name is, if it is one after which another is sent.
fn bad(name: &str) -> Option<&'static str> {
    BAD.iter().copied().filter(|end| name.ends_with(end)).max_by_key(|end| end.len())
}

/// Whether a valid request may be sent after a case about this place.
fn leads(place: &Pointer) -> bool {
    place.tokens().nth(1).is_none()
}

/// Whether a case about `place`, whose name ends like this, would be the first of its kind: it must be made then, so that
/// what is sent after it is the same whatever else is left out.
pub(super) fn is_first_bad(cases: &[Case], place: &Pointer, name: &str) -> bool {
    leads(place)
        && bad(name).is_some_and(|kind| !cases.iter().any(|case| leads(&case.focus) && bad(&case.name) == Some(kind)))
}

/// A valid request after one of each kind of bad one.
fn recoveries(ground: &Ground<'_>, cases: &[Case]) -> Vec<Case> {
    let mut seen = Vec::new();
    let mut made = Vec::new();
    for case in cases.iter().filter(|case| leads(&case.focus)) {
        // One property is as good as another here.
        let kind = bad(&case.name).filter(|kind| !seen.contains(kind));
        let (Some(bad), [only]) = (kind, case.steps.as_slice()) else { continue };
        seen.push(bad);
        let what = bad.trim_start_matches('/').replace('/', "-");
        let steps = vec![only.clone().meant(case.intent.clone()), ground.step(ground.full.clone())];
        let reason = format!("a valid request after this one: {}", case.reason);
        made.push(ground.steps(&format!("after/{what}"), reason, Intent::Valid, steps));
    }
    if let Some(first) = made.iter_mut().find(|case| case.name.ends_with("/body-truncated-half")) {
        first.tier = Tier::Smoke;
    }
    made
}

/// Of what `recoveries` begin with: those behind which a valid request is written before they are refused.
const BEHIND: &[&str] =
    &["required", "type-number", "body-truncated-half", "body-invalid-utf-8", "body-gzip-not-named"];

/// Valid requests that are written right behind bad ones, on the same connection, before those are answered: one behind each
/// kind, and all of them in turns.
fn pipelined(ground: &Ground<'_>, recoveries: &[Case]) -> Vec<Case> {
    // What a server may take makes something.
    let refused = |step: &Step| matches!(step.intent, Some(Intent::Invalid { .. }));
    let all: Vec<(&str, &Case, &Step)> = BEHIND
        .iter()
        .filter_map(|bad| {
            let case = recoveries.iter().find(|case| case.name.ends_with(&format!("/after/{bad}")))?;
            Some((*bad, case, case.steps.first().filter(|step| refused(step))?))
        })
        .collect();
    let valid = || ground.step(ground.full.clone());
    let at_once = |name: &str, reason: String, mut steps: Vec<Step>| {
        steps.iter_mut().skip(1).for_each(|step| step.pipelined = true);
        ground.steps(name, reason, Intent::Valid, steps)
    };
    let behind_one = |(bad, case, step): &(&str, &Case, &Step)| {
        let reason = case.reason.replacen("after this one", "written before this one is answered", 1);
        at_once(&format!("pipelined/behind-{bad}"), reason, vec![(*step).clone(), valid()])
    };
    let mut made: Vec<Case> = all.iter().map(behind_one).collect();
    let in_turns: Vec<Step> = all.iter().flat_map(|(.., step)| [valid(), (*step).clone()]).collect();
    if !in_turns.is_empty() {
        let reason = "valid and invalid requests in turns, all written before the first is answered";
        made.push(at_once("pipelined/in-turns", reason.into(), in_turns));
    }
    made
}

/// Valid and invalid ones in turns, of those that `recoveries` begin with.
fn turns(ground: &Ground<'_>, recoveries: &[Case]) -> Option<Case> {
    let invalid: Vec<(&Step, &Intent)> = recoveries
        .iter()
        .filter_map(|case| Some((case.steps.first()?, case.steps.first()?.intent.as_ref()?)))
        .filter(|(_, intent)| matches!(intent, Intent::Invalid { .. }))
        .collect();
    let apart = (invalid.len() / TURNS).max(1);
    let mut steps = Vec::new();
    for (bad, intent) in invalid.iter().step_by(apart).take(TURNS) {
        steps.push(ground.step(ground.full.clone()));
        steps.push((*bad).clone().meant((*intent).clone()));
    }
    steps.push(ground.step(ground.full.clone()));
    let reason = "valid and invalid requests in turns";
    (!invalid.is_empty()).then(|| ground.steps("sequence/turns", reason, Intent::Valid, steps))
}

/// Many valid ones at once, each with texts of its own, so that an answer that carries another's shows.
fn crowds(ground: &Ground<'_>) -> Vec<Case> {
    let template = with_own_texts(ground);
    let crowd = |template: &Template, copies| vec![ground.step(template.clone()).copied(Copies::Fresh(copies))];
    let one_by_one = (0..8).map(|_| ground.step(template.clone())).collect();
    let case = |name: &str, reason: &str, steps| ground.steps(name, reason, Intent::Valid, steps);
    vec![
        case("sequence/one-by-one", "eight requests that differ only in what is new", one_by_one),
        case("sequence/at-once", "thirty-two requests at once, each with texts of its own", crowd(&template, AT_ONCE)),
        case("sequence/at-once-minimal", "requests at once, with what is required alone", crowd(&ground.minimal, 16)),
        case("sequence/burst", "forty-eight requests at once", crowd(&template, BURST)),
    ]
}
