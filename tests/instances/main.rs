//! Instances of the schemas of the JSON Schema test suite and of real OpenAPI documents: how many schemas get a valid and an
//! invalid one, each proven on the validators. `crosscheck.py` proves them on another implementation.

#![expect(clippy::expect_used, reason = "a test may fail")]

#[path = "../corpora/mod.rs"]
mod corpora;
mod documents;
mod suite;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use corpora::corpora;
use proofmark::generate::Draw;
use proofmark::generate::instances::{Instances, Invalid, Limits, Oracle, Valid, Verdict};
use serde_json::{Value, json};

/// Quick, so that the whole test is.
const LIMITS: Limits = Limits { instances: 60, places: 40, work: 60_000 };

/// The file in which instances are kept for the other implementation, one JSON text a line.
struct Kept(BufWriter<File>);

impl Kept {
    fn open(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        Self(BufWriter::new(File::create(path).expect("a file")))
    }

    fn line(&mut self, line: &Value) {
        writeln!(self.0, "{line}").expect("written");
    }
}

/// How many schemas got what.
#[derive(Debug, Default)]
struct Rate {
    /// Schemas that have a valid instance, as far as is known, and those that have an invalid one.
    have: [usize; 2],
    /// Those of which one was made.
    made: [usize; 2],
    /// All instances.
    instances: [usize; 2],
    /// Invalid ones that break one constraint alone.
    alone: usize,
    missed: Vec<String>,
}

impl Rate {
    /// Counts what was made of one schema. `has` says whether it has a valid and an invalid instance.
    fn count(&mut self, about: &str, has: [bool; 2], made: &(Vec<Valid>, Vec<Invalid>)) {
        let counts = [made.0.len(), made.1.len()];
        for (sort, name) in ["valid", "invalid"].into_iter().enumerate() {
            self.instances[sort] += counts[sort];
            let has = has[sort] || counts[sort] > 0;
            self.have[sort] += usize::from(has);
            self.made[sort] += usize::from(counts[sort] > 0);
            if has && counts[sort] == 0 {
                self.missed.push(format!("{name}: {about}"));
            }
        }
        self.alone += made.1.iter().filter(|invalid| invalid.alone).count();
    }

    fn of(&self, sort: usize) -> f64 {
        100.0 * self.made[sort] as f64 / self.have[sort].max(1) as f64
    }

    fn print(&self, what: &str) {
        let _ = writeln!(
            std::io::stderr(),
            "{what}: valid {}/{} schemas ({:.2} %, {} instances), invalid {}/{} ({:.2} %, {} instances, {} of one constraint alone)",
            self.made[0],
            self.have[0],
            self.of(0),
            self.instances[0],
            self.made[1],
            self.have[1],
            self.of(1),
            self.instances[1],
            self.alone,
        );
        for missed in self.missed.iter().take(40) {
            let _ = writeln!(std::io::stderr(), "  missed {missed}");
        }
    }
}

/// What is made of one schema, each instance proven here once more.
fn made<O: Oracle>(instances: &Instances<'_, O>, oracle: &impl Oracle, about: &str) -> (Vec<Valid>, Vec<Invalid>) {
    let valid = instances.valid(&mut Draw::new(1, about)).unwrap_or_default();
    let invalid = instances.invalid(&mut Draw::new(1, about)).unwrap_or_default();
    for one in &valid {
        assert_eq!(oracle.verdict(&one.value), Verdict::Accepted, "{about}: {} {}", one.name, one.value);
    }
    for one in &invalid {
        assert_eq!(oracle.verdict(&one.value), Verdict::Refused, "{about}: {} {}", one.name, one.value);
    }
    (valid, invalid)
}

/// The instances as the other implementation reads them.
fn values((valid, invalid): &(Vec<Valid>, Vec<Invalid>)) -> (Value, Value) {
    let valid: Vec<&Value> = valid.iter().map(|one| &one.value).collect();
    let invalid: Vec<&Value> = invalid.iter().map(|one| &one.value).collect();
    (json!(valid), json!(invalid))
}
