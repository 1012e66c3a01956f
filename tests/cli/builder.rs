//! Runs the binary in a folder of its own, with an environment of its own.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::redact::redact;

/// A command line, and what it finds around it.
pub(crate) struct Proofmark {
    folder: Arc<TempDir>,
    inside: PathBuf,
    typed: Vec<String>,
    variables: Vec<(String, String)>,
    input: Option<Vec<u8>>,
}

/// The arguments, split at blanks; an argument with a blank in it stands in `arg`.
pub(crate) fn proofmark(arguments: &str) -> Proofmark {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let typed = arguments.split_whitespace().map(str::to_owned).collect();
    Proofmark { folder, inside: PathBuf::new(), typed, variables: Vec::new(), input: None }
}

impl Proofmark {
    pub(crate) fn arg(mut self, argument: impl Into<String>) -> Self {
        self.typed.push(argument.into());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Writes a file first, below the folder that is worked in.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    /// Makes a symbolic link first, to a path that is relative to it.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.folder.path().join(path)).expect("a link");
        self
    }

    /// Works in a folder below.
    pub(crate) fn inside(mut self, path: &str) -> Self {
        fs::create_dir_all(self.folder.path().join(path)).expect("a folder");
        self.inside = path.into();
        self
    }

    pub(crate) fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = Some(text.as_ref().to_vec());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
        command.args(&self.typed).current_dir(self.folder.path().join(&self.inside));
        // Nothing of this process's environment, but what finds programs.
        #[expect(clippy::disallowed_methods, reason = "the programs that a shell runs are found by it")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).envs(self.variables.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts it, and gives the process and the folder.
    pub(crate) fn spawn(&self) -> (Child, Arc<TempDir>) {
        (self.command().spawn().expect("the binary"), Arc::clone(&self.folder))
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Outcome {
        let mut child = self.command().spawn().expect("the binary");
        // A program that does not read its input closes it.
        _ = child.stdin.take().expect("an input").write_all(self.input.as_deref().unwrap_or_default());
        let output = child.wait_with_output().expect("an end");
        Outcome {
            typed: self.typed.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
            folder: self.folder,
        }
    }
}

/// How it ended.
pub(crate) struct Outcome {
    typed: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) folder: Arc<TempDir>,
}

impl Outcome {
    /// Holds it to an exit code, showing everything where it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "standard output lacks {text:?}\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "standard error lacks {text:?}\n{self}");
        self
    }

    /// Holds the run's journal to a violating case whose name begins so.
    #[track_caller]
    pub(crate) fn violates(&self, case: &str) {
        let journal = self.lines("reports/latest/journal.ndjson");
        let found = |line: &&Value| line["v"] == "violates";
        let cases: Vec<_> = journal.iter().filter(found).filter_map(|line| line["case"].as_str()).collect();
        assert!(cases.iter().any(|found| found.starts_with(case)), "{case}: {cases:?}\n{self}");
    }

    /// A usage error, which sends and writes nothing, that says this.
    #[track_caller]
    pub(crate) fn refused(self, text: &str) -> Self {
        let outcome = self.exits(2).complains(text);
        assert!(outcome.stdout.is_empty(), "{outcome}");
        assert!(!outcome.path("reports").exists(), "a run was begun\n{outcome}");
        outcome
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}\n{self}"))
    }

    #[track_caller]
    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).expect("JSON")
    }

    /// The lines of a file, each of them JSON.
    #[track_caller]
    pub(crate) fn lines(&self, path: &str) -> Vec<Value> {
        self.read(path).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// The whole of it, with what differs from run to run taken out.
impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.path().display().to_string();
        let clean = |text: &str| redact(&text.replace(&folder, "[folder]"));
        writeln!(out, "$ proofmark {}", clean(&self.typed))?;
        writeln!(out, "exit code: {}", self.code.map_or("none".into(), |code| code.to_string()))?;
        writeln!(out, "----- stdout -----\n{}", clean(&self.stdout))?;
        writeln!(out, "----- stderr -----\n{}", clean(&self.stderr))
    }
}

/// Compares the whole outcome with the one that was reviewed.
macro_rules! snapshot {
    ($outcome:expr) => {{
        let outcome = $outcome;
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(outcome.to_string());
        });
        outcome
    }};
}
pub(crate) use snapshot;
