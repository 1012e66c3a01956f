//! `junit.xml`: one `testcase` for each case in plan order, written as the run goes on.
//!
//! The totals stand at the beginning of the file, where they are known only at its end: they are written in a field of
//! fixed width, and patched when the run is over.

use std::borrow::Cow;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::BytesText;

use super::finding;
use super::shown;
use super::words::{printable, utc};
use super::{Context, Look, Report};
use crate::run::{CaseResult, Event, Started, Verdict};

/// The totals in as many bytes as they can ever need.
const TOTALS: usize = 128;

/// Writes the file.
pub struct JUnit<W: Write + Seek> {
    out: Writer<BufWriter<W>>,
    context: Arc<Context>,
    head: Head,
    totals: Totals,
}

/// What stands before the test cases, but for the totals.
#[derive(Debug, Default)]
struct Head {
    at: u64,
    suite: String,
    timestamp: String,
}

#[derive(Debug, Default)]
struct Totals {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
    elapsed: Duration,
}

impl<W: Write + Seek> JUnit<W> {
    /// A report that begins where `out` stands.
    pub fn new(out: W, context: Arc<Context>) -> Self {
        let out = Writer::new_with_indent(BufWriter::new(out), b' ', 2);
        Self { out, context, head: Head::default(), totals: Totals::default() }
    }

    fn started(&mut self, started: &Started) -> io::Result<()> {
        let context = Arc::clone(&self.context);
        let clean = |text: &str| context.redactor.apply(text).into_owned();
        self.head = Head {
            at: self.out.get_mut().stream_position()?,
            suite: clean(&format!("{} {}", started.document, started.environment)),
            timestamp: utc(started.at),
        };
        self.write_head()?;
        let seed = super::seed(started.seed);
        let properties = [("run", started.run.as_str()), ("target", &context.target), ("profile", &started.profile)];
        self.out.create_element("properties").write_inner_content(|out| {
            for (name, value) in properties.into_iter().chain([("seed", seed.as_str())]) {
                let value = clean(value);
                out.create_element("property")
                    .with_attributes([("name", name), ("value", &attribute(&value))])
                    .write_empty()?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn write_head(&mut self) -> io::Result<()> {
        let Head { suite, timestamp, .. } = &self.head;
        let suite = attribute(suite);
        let (suite, totals) = (escape(suite.as_ref()), self.totals.attributes());
        write!(
            self.out.get_mut(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"proofmark\" {totals}>\n\
             <testsuite name=\"{suite}\" timestamp=\"{timestamp}\" {totals}>\n"
        )
    }

    fn case(&mut self, result: &CaseResult) -> io::Result<()> {
        self.totals.add(result);
        let context = Arc::clone(&self.context);
        let operation = context.contract.operations.get(result.case.operation);
        let id = operation.map_or("", |operation| &operation.operation.id);
        let class = context.redactor.apply(&format!("{id}.{}", result.case.intent.word())).into_owned();
        let name = context.redactor.apply(&result.case.name);
        let seconds = format!("{:.4}", result.elapsed.as_secs_f64());
        let element = self.out.create_element("testcase").with_attributes([
            ("classname", attribute(&class).as_ref()),
            ("name", attribute(&name).as_ref()),
            ("time", &seconds),
        ]);
        if result.verdict == Verdict::Conforms && result.findings.is_empty() {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|out| inside(out, result, &context))?;
        Ok(())
    }

    fn finished(&mut self, elapsed: Duration) -> io::Result<()> {
        self.totals.elapsed = elapsed;
        let out = self.out.get_mut();
        out.write_all(b"\n</testsuite>\n</testsuites>\n")?;
        out.seek(SeekFrom::Start(self.head.at))?;
        self.write_head()?;
        let out = self.out.get_mut();
        out.seek(SeekFrom::End(0))?;
        out.flush()
    }
}

impl<W: Write + Seek> Report for JUnit<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.started(started),
            Event::Case(result) => self.case(result),
            // Its test case is written already.
            Event::Confirmed(_) => Ok(()),
            Event::Finished(finished) => self.finished(finished.elapsed),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.get_mut().flush()
    }
}

/// The verdict of a case that has something to say, and what it says.
fn inside<W: Write>(out: &mut Writer<W>, result: &CaseResult, context: &Context) -> io::Result<()> {
    let why = context.redactor.apply(result.why.as_deref().unwrap_or("no reason given"));
    let findings: Vec<_> = result.findings.iter().map(|one| shown::finding(one, &context.redactor)).collect();
    let told: Vec<_> =
        findings.iter().map(|finding| finding::of_result(finding, result, context, Look::default())).collect();
    match (result.verdict, findings.iter().min_by_key(|finding| finding.severity)) {
        (Verdict::Skipped, _) => {
            out.create_element("skipped").with_attribute(("message", attribute(&why).as_ref())).write_empty()?;
        }
        (Verdict::Inconclusive, _) => {
            out.create_element("error")
                .with_attributes([("type", "inconclusive"), ("message", attribute(&why).as_ref())])
                .write_text_content(BytesText::new(&characters(&told.join("\n"))))?;
        }
        (Verdict::Violates, Some(first)) => {
            out.create_element("failure")
                .with_attributes([("type", first.check), ("message", attribute(&first.title).as_ref())])
                .write_text_content(BytesText::new(&characters(&told.join("\n"))))?;
        }
        // A warning does not fail a case; it stands where readers show what a test printed.
        (_, Some(_)) => {
            out.create_element("system-out").write_text_content(BytesText::new(&characters(&told.join("\n"))))?;
        }
        (_, None) => {}
    }
    Ok(())
}

impl Totals {
    fn add(&mut self, result: &CaseResult) {
        self.tests += 1;
        self.failures += u64::from(result.verdict == Verdict::Violates && !result.findings.is_empty());
        self.errors += u64::from(result.verdict == Verdict::Inconclusive);
        self.skipped += u64::from(result.verdict == Verdict::Skipped);
    }

    /// The totals, spaces behind them up to a fixed width.
    fn attributes(&self) -> String {
        let Self { tests, failures, errors, skipped, elapsed } = self;
        let seconds = elapsed.as_secs_f64();
        let text = format!(
            r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}" time="{seconds:.3}""#
        );
        format!("{text:<TOTALS$}")
    }
}

/// An attribute's text. A line feed or tab would come back as a space (XML 1.0 §3.3.3), so it is escaped.
fn attribute(text: &str) -> Cow<'_, str> {
    printable(text)
}

/// Text that XML 1.0 can hold (§2.2): what it cannot is written as an escape.
fn characters(text: &str) -> Cow<'_, str> {
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(legal) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| if legal(c) { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) };
    Cow::Owned(text.chars().map(escaped).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::tests::{SENT, Sample, USER, context, hostile, run, secret_context};
    use super::*;

    /// An element's name and attributes.
    type Element = (String, Vec<(String, String)>);

    fn junit(events: &[Event], context: &Arc<Context>) -> String {
        let mut out = Cursor::new(Vec::new());
        let mut junit = JUnit::new(&mut out, Arc::clone(context));
        events.iter().for_each(|event| junit.event(event).expect("memory"));
        drop(junit);
        String::from_utf8(out.into_inner()).expect("UTF-8")
    }

    /// What an XML reader sees: elements with their attributes, and all text.
    fn read_back(text: &str) -> (Vec<Element>, String) {
        use quick_xml::events::Event as Xml;
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut elements, mut inside, mut depth) = (Vec::new(), String::new(), 0);
        loop {
            let event = reader.read_event().expect("well-formed XML");
            depth += i32::from(matches!(event, Xml::Start(_))) - i32::from(matches!(event, Xml::End(_)));
            match event {
                Xml::Start(start) | Xml::Empty(start) => {
                    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                    let attributes = start.attributes().map(|attribute| attribute.expect("an attribute"));
                    let attributes = attributes.map(|attribute| {
                        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).expect("text");
                        (String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value.into_owned())
                    });
                    elements.push((name, attributes.collect()));
                }
                Xml::Text(text) => inside.push_str(&text.decode().expect("UTF-8")),
                Xml::GeneralRef(name) => inside.push_str(&format!("&{};", name.decode().expect("UTF-8"))),
                Xml::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        (elements, inside)
    }

    #[test]
    fn junit_gives_each_case_in_order_and_the_right_totals() {
        let text = junit(&Sample::everything(), &secret_context());
        let (elements, _) = read_back(&text);
        let attribute = |element: &Element, name: &str| {
            element.1.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        for suite in elements.iter().filter(|(name, _)| name.starts_with("testsuite")) {
            let totals = ["tests", "failures", "errors", "skipped", "time"].map(|name| attribute(suite, name));
            assert_eq!(totals, ["10", "5", "1", "1", "0.090"]);
        }
        let cases: Vec<_> = elements.iter().filter(|(name, _)| name == "testcase").collect();
        assert_eq!(cases.len(), 10);
        assert_eq!(attribute(cases[1], "classname"), "users_create.valid");
        assert_eq!(attribute(cases[2], "name"), "users_create/invalid/live_mode/type");
        let kinds = |kind: &str| elements.iter().filter(|(name, _)| name == kind).count();
        assert_eq!(["failure", "error", "skipped", "system-out"].map(kinds), [5, 1, 1, 1]);
        assert!(!text.contains("topsecret") && !text.contains("me:pass"), "{text}");
    }

    #[test]
    fn junit_of_hostile_texts_is_well_formed_and_says_all() {
        let text = junit(&run(hostile()), &context());
        let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(legal));
        let (elements, inside) = read_back(&text);
        assert_eq!(elements.iter().filter(|(name, _)| name == "testcase").count(), 5);
        assert!(inside.contains("名前") && inside.contains("\\u{fffe}"), "{inside}");
    }

    #[test]
    fn junit_of_one_failure() {
        let wrong = USER.replace("1671631795145,\"ext", "\"1671631795145\",\"ext");
        let events = run(vec![Sample::passing(0), Sample::new(1, "valid/minimal").answered(SENT, 200, &wrong)]);
        let text = junit(&events, &context());
        insta::assert_snapshot!(text);
    }
}
