//! The README's commands run as written, and print what it shows.
//!
//! `README_UPDATE=1 cargo test --test readme` writes the outputs anew, for a review.
//!
//! A fence marked `sh` or `console` is run, line by line, unless a comment above it says why not: `<!-- not run: … -->`. In a
//! `console` fence, lines after `$ command` are its output; a line `…` stands for any lines. A fence whose first line is
//! `# some/path` is written there first. What differs from run to run is not compared.
#![cfg(all(unix, feature = "reference"))]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "cli/redact.rs"]
mod redact;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use redact::redact;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The port that the README has `proofmark serve` listen on.
const PORT: &str = "8080";
/// Stands for any lines of an output.
const ANY: &str = "…";

/// A fence: what marks it, why it is not run, and its lines with the number of the first.
struct Fence<'t> {
    mark: &'t str,
    excuse: Option<&'t str>,
    first: usize,
    lines: Vec<&'t str>,
}

fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut fences: Vec<Fence<'_>> = Vec::new();
    let mut inside = false;
    let mut excuse = None;
    for (number, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(mark) => {
                inside = true;
                fences.push(Fence { mark, excuse: excuse.take(), first: number + 1, lines: Vec::new() });
            }
            None if inside => fences.last_mut().expect("a fence").lines.push(line),
            None if line.trim().is_empty() => {}
            None => excuse = line.strip_prefix("<!-- not run: ").and_then(|rest| rest.strip_suffix(" -->")),
        }
    }
    fences
}

/// A command with the lines that are shown below it, and the numbers of these lines.
struct Shown<'t> {
    command: &'t str,
    output: Vec<&'t str>,
    from: usize,
}

impl<'t> Fence<'t> {
    fn commands(&self) -> Vec<Shown<'t>> {
        let mut all: Vec<Shown<'t>> = Vec::new();
        for (offset, line) in self.lines.iter().enumerate() {
            let from = self.first + offset + 1;
            match (self.mark, line.strip_prefix("$ ")) {
                ("console", Some(command)) => all.push(Shown { command, output: Vec::new(), from }),
                ("console", None) => all.last_mut().expect("a command").output.push(line),
                ("sh", _) if !line.is_empty() && !line.starts_with('#') => {
                    all.push(Shown { command: line, output: Vec::new(), from });
                }
                _ => {}
            }
        }
        all
    }
}

/// A folder that looks like the checkout, the binary on the path, and perhaps a server.
struct Stage {
    folder: tempfile::TempDir,
    port: u16,
    server: Option<Child>,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["specs", "cases"] {
            symlink(Path::new(ROOT).join(name), folder.path().join(name)).expect("a link");
        }
        fs::create_dir(folder.path().join("bin")).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_proofmark"), folder.path().join("bin/proofmark")).expect("a link");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        Self { folder, port, server: None }
    }

    fn shell(&self, command: &str) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the programs that a shell runs are found by it")]
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        let bin = self.folder.path().join("bin");
        shell.arg("-c").arg(command).current_dir(self.folder.path()).stdin(Stdio::null());
        shell.env_clear().env("PATH", format!("{}:{path}", bin.display())).env("TOKEN", "opensesame");
        shell
    }

    /// The command as this machine runs it.
    fn here(&self, command: &str) -> String {
        let command = command.replacen("cargo run --release --", "proofmark", 1);
        command.replacen("cargo run --release", "proofmark", 1).replace(PORT, &self.port.to_string())
    }

    /// Runs it, and gives what it prints.
    fn run(&mut self, command: &str) -> (String, bool) {
        let here = self.here(command);
        if here.starts_with("proofmark serve") && !here.contains("--list") {
            self.serve(&here);
            return (String::new(), true);
        }
        let output = self.shell(&format!("{here} 2>&1")).output().expect("a shell");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (text.replace(&self.port.to_string(), PORT), output.status.success())
    }

    fn serve(&mut self, command: &str) {
        self.stop();
        let command = format!("exec {} --port {}", command.trim_end_matches([' ', '&']), self.port);
        self.server = Some(self.shell(&command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a server"));
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("`{command}` does not listen");
    }

    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().expect("an end");
            server.wait().expect("an end");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether the lines that are shown are those that were printed, but for what differs from run to run.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&ANY, rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        Some((first, rest)) => {
            printed.split_first().is_some_and(|(line, below)| redact(first) == redact(line) && matches(rest, below))
        }
    }
}

#[test]
fn the_commands_of_the_readme_run_as_written_and_print_what_it_shows() {
    let path = Path::new(ROOT).join("README.md");
    let text = fs::read_to_string(&path).expect("the README");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut edits = Vec::new();
    let (mut wrong, mut run) = (Vec::new(), 0);
    let mut stage = Stage::new();
    for fence in fences(&text) {
        if let Some(name) = fence.lines.first().and_then(|line| line.strip_prefix("# ")).filter(|_| fence.mark != "sh")
        {
            let file = stage.folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            let text = fence.lines.join("\n") + "\n";
            fs::write(file, text.replace(PORT, &stage.port.to_string())).expect("a file");
        }
        if fence.excuse.is_some() {
            continue;
        }
        for shown in fence.commands() {
            run += 1;
            let (printed, success) = stage.run(shown.command);
            let printed: Vec<&str> = printed.trim_matches('\n').lines().collect();
            if fence.mark == "sh" {
                if !success {
                    wrong.push(format!("`{}` fails:\n{}", shown.command, printed.join("\n")));
                }
            } else if !matches(&shown.output, &printed) {
                wrong.push(format!("`{}` prints:\n{}", shown.command, printed.join("\n")));
                if !shown.output.contains(&ANY) {
                    let printed: Vec<String> = printed.iter().map(|line| (*line).to_owned()).collect();
                    edits.push((shown.from, shown.output.len(), printed));
                }
            }
        }
    }
    #[expect(clippy::disallowed_methods, reason = "a developer may ask for new outputs")]
    let update = std::env::var_os("README_UPDATE").is_some();
    if update {
        for (from, length, printed) in edits.into_iter().rev() {
            lines.splice(from..from + length, printed);
        }
        fs::write(path, lines.join("\n") + "\n").expect("the README");
        return;
    }
    assert!(run >= 15, "only {run} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_not_run_has_a_reason_and_is_little() {
    let text = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("the README");
    let fences = fences(&text);
    let shells = fences.iter().filter(|fence| matches!(fence.mark, "sh" | "console"));
    let excused = shells.clone().filter(|fence| fence.excuse.is_some()).count();
    assert!(excused <= 4, "{excused} of {} are not run", shells.count());
    assert!(fences.iter().all(|fence| fence.excuse.is_none_or(|reason| reason.len() > 10)));
    // Every other mark is a language, so that a slip does not keep a command from being run.
    for fence in &fences {
        assert!(
            ["sh", "console", "yaml", "toml", "text"].contains(&fence.mark),
            "line {}: {}",
            fence.first,
            fence.mark
        );
    }
}
