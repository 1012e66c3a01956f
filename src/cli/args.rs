//! What was typed. What it means is decided elsewhere: the engine never sees these types.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use proofmark::transport::{HttpVersion, Target, parse_duration};

/// Proves that a running HTTP API keeps the contract its OpenAPI document states
#[derive(Debug, Parser)]
#[command(
    name = "proofmark",
    version,
    max_term_width = 80,
    override_usage = "proofmark [run] [OPTIONS]\n       proofmark <COMMAND> [OPTIONS]",
    after_help = super::after_help()
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The command that is meant where none is typed.
pub(crate) const DEFAULT_COMMAND: &str = "run";

/// What was typed, with the command put in that is meant where none is: flags alone are those of `run`.
pub(crate) fn with_command(mut typed: Vec<OsString>) -> Vec<OsString> {
    let about_all = ["-h", "--help", "-V", "--version"];
    let first = typed.get(1).map(|first| first.to_string_lossy());
    let is_command = first.is_some_and(|first| !first.starts_with('-') || about_all.contains(&first.as_ref()));
    if !is_command {
        typed.insert(typed.len().min(1), DEFAULT_COMMAND.into());
    }
    typed
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send the cases of a profile to a target and judge every answer (the default)
    Run(Box<RunArgs>),
    /// List the cases of a profile with their intent and reason; nothing is sent
    Plan(Box<PlanArgs>),
    /// Report what the document itself leaves open, with the edit that would fix it
    Lint(LintArgs),
    /// Show the promises beyond schemas that are drawn from the document
    Rules(RulesArgs),
    /// Serve the bundled contract properly, or broken in one stated way
    Serve(ServeArgs),
    /// Try the gate itself: break the contract in one way at a time, and see whether the gate finds it
    Verify(Box<VerifyArgs>),
    /// Run the cases of the gate as tests, with the flags of libtest
    Test(TestArgs),
    /// Say what a check looks at, and why
    Explain(ExplainArgs),
    /// Send one case again, by name, and show everything
    Replay(Box<ReplayArgs>),
}

#[derive(Debug, Default, Args)]
pub(crate) struct SpecArgs {
    /// The document: a file (YAML, JSON, or a Markdown API page), `-` for standard input, or a URL
    #[arg(long, alias = "document", value_name = "FILE|URL|-", env = "PROOFMARK_SPEC", hide_env_values = true, value_parser = given, help_heading = "Contract")]
    pub(crate) spec: Option<String>,
    /// A folder outside the document's own whose files it may refer to; may be given again
    #[arg(long, value_name = "DIR", help_heading = "Contract")]
    pub(crate) allow_ref: Vec<PathBuf>,
    /// Fetch what the document refers to by `http://` or `https://`
    #[arg(long, help_heading = "Contract")]
    pub(crate) allow_remote_refs: bool,
    /// Colour: `auto` follows the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: Color,
}

#[derive(Debug, Default, Args)]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    /// A file or folder of your own cases, which may confirm, change or refuse rules; may be given again
    #[arg(long = "cases-from", value_name = "PATH", help_heading = "Cases")]
    pub(crate) cases_from: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct TargetArgs {
    /// The base URL of the server under test [env: PROOFMARK_TARGET]
    #[arg(long, aliases = ["url", "base-url"], value_name = "URL", value_parser = given, conflicts_with = "env", help_heading = "Target")]
    pub(crate) target: Option<String>,
    /// An environment of the document or of `proofmark.toml`, by name [env: PROOFMARK_ENV]
    #[arg(long, value_name = "NAME", value_parser = given, help_heading = "Target")]
    pub(crate) env: Option<String>,
    /// A header to send with every request; `${NAME}` in its value is taken from the environment
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", help_heading = "Target")]
    pub(crate) headers: Vec<String>,
    /// Name a production environment here to confirm that requests may be sent to it
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub(crate) confirm: Option<String>,
    /// How many cases are under way at once
    #[arg(long, value_name = "N", env = "PROOFMARK_CONCURRENCY", hide_env_values = true, value_parser = concurrency, allow_negative_numbers = true, help_heading = "Sending")]
    pub(crate) concurrency: Option<usize>,
    /// Most requests per second
    #[arg(long, value_name = "N", env = "PROOFMARK_RATE", hide_env_values = true, value_parser = rate, allow_negative_numbers = true, help_heading = "Sending")]
    pub(crate) rate: Option<f64>,
    /// How long a whole answer may take, such as `500ms` or `10s`
    #[arg(long, value_name = "TIME", env = "PROOFMARK_TIMEOUT", hide_env_values = true, value_parser = duration, allow_hyphen_values = true, help_heading = "Sending")]
    pub(crate) timeout: Option<Duration>,
    /// How long a connection may take
    #[arg(long, value_name = "TIME", env = "PROOFMARK_CONNECT_TIMEOUT", hide_env_values = true, value_parser = duration, allow_hyphen_values = true, help_heading = "Sending")]
    pub(crate) connect_timeout: Option<Duration>,
    /// Wait up to this long for a target that is still starting
    #[arg(long, value_name = "TIME", env = "PROOFMARK_WAIT", hide_env_values = true, value_parser = duration, allow_hyphen_values = true, help_heading = "Sending")]
    pub(crate) wait: Option<Duration>,
    /// The longest body of an answer, in bytes
    #[arg(long, value_name = "BYTES", env = "PROOFMARK_BODY_CAP", hide_env_values = true, value_parser = whole, allow_negative_numbers = true, help_heading = "Sending")]
    pub(crate) body_cap: Option<u64>,
    /// A PEM file with the only authorities to trust
    #[arg(long, value_name = "FILE", env = "PROOFMARK_CA_FILE", hide_env_values = true, help_heading = "Sending")]
    pub(crate) ca_file: Option<PathBuf>,
    /// A PEM file with a client certificate and its key
    #[arg(
        long,
        value_name = "FILE",
        env = "PROOFMARK_CLIENT_CERTIFICATE",
        hide_env_values = true,
        help_heading = "Sending"
    )]
    pub(crate) client_certificate: Option<PathBuf>,
    /// A proxy to send everything through
    #[arg(long, value_name = "URL", env = "PROOFMARK_PROXY", hide_env_values = true, help_heading = "Sending")]
    pub(crate) proxy: Option<String>,
    /// Take any certificate
    #[arg(long, help_heading = "Sending")]
    pub(crate) insecure: bool,
    /// `auto`, `1` for HTTP/1.1, or `2` for HTTP/2 without negotiation
    #[arg(long, value_name = "VERSION", env = "PROOFMARK_HTTP_VERSION", hide_env_values = true, value_parser = http_version, help_heading = "Sending")]
    pub(crate) http_version: Option<HttpVersion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileName {
    /// About thirty cases
    Smoke,
    /// Every class and combination once
    Gate,
    /// The gate, and random cases beyond it (`--cases`, `--duration`)
    Sweep,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PlanningArgs {
    /// How much to do: `smoke`, `gate` (default) or `sweep`
    #[arg(
        long,
        value_enum,
        value_name = "NAME",
        env = "PROOFMARK_PROFILE",
        hide_env_values = true,
        hide_possible_values = true,
        help_heading = "Cases"
    )]
    pub(crate) profile: Option<ProfileName>,
    /// How many cases a sweep has in all
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true, conflicts_with = "duration", help_heading = "Cases")]
    pub(crate) cases: Option<u64>,
    /// How long a sweep goes on, such as `10m`; it always has the whole gate
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, help_heading = "Cases")]
    pub(crate) duration: Option<Duration>,
    /// The seed, in hexadecimal; the same seed gives the same cases
    #[arg(long, value_name = "HEX", env = "PROOFMARK_SEED", hide_env_values = true, value_parser = seed, help_heading = "Cases")]
    pub(crate) seed: Option<u64>,
    /// Only cases whose name holds this text
    #[arg(long, value_name = "TEXT", help_heading = "Cases")]
    pub(crate) filter: Option<String>,
    /// A file or folder of your own cases, beside the bundled ones; may be given again
    #[arg(long = "cases-from", value_name = "PATH", help_heading = "Cases")]
    pub(crate) cases_from: Vec<PathBuf>,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SelectArgs {
    /// Only this operation: an id, a glob such as `users_*`, or `/regex/`; each of these may be given again
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) operation: Vec<String>,
    /// Only operations with this tag
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) tag: Vec<String>,
    /// Only operations with this method
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) method: Vec<String>,
    /// Only operations with this path
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) path: Vec<String>,
    /// Not this operation
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) exclude_operation: Vec<String>,
    /// No operation with this tag
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) exclude_tag: Vec<String>,
    /// No operation with this method
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) exclude_method: Vec<String>,
    /// No operation with this path
    #[arg(long, value_name = "PATTERN", value_parser = given, help_heading = "Operations")]
    pub(crate) exclude_path: Vec<String>,
    /// Also try operations that destroy, or make the server call a URL
    #[arg(long, help_heading = "Operations")]
    pub(crate) allow_destructive: bool,
}

#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// The folder in which runs are written
    #[arg(
        long,
        value_name = "DIR",
        env = "PROOFMARK_OUT",
        hide_env_values = true,
        default_value = "reports",
        help_heading = "Output"
    )]
    pub(crate) out: PathBuf,
    /// A report to write, `json` or `junit`, into the run's folder or to a path (`-` for standard output); may be given again
    #[arg(long = "report", value_name = "FORMAT[=PATH]", value_parser = report, help_heading = "Output")]
    pub(crate) reports: Vec<ReportArg>,
    /// Warnings fail the run too
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,
    /// Do not pass where less of the contract was exercised than this
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true, help_heading = "Output")]
    pub(crate) min_coverage: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportArg {
    pub(crate) format: ReportFormat,
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Json,
    Junit,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Print each request as a curl command
    #[arg(long)]
    pub(crate) curl: bool,
    /// Print one case a line as JSON
    #[arg(long, conflicts_with = "curl")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    /// Exit with 1 where anything is reported
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The port on the loopback interface; 0 takes a free one
    #[arg(long, value_name = "PORT", value_parser = port, allow_negative_numbers = true, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Keep users in this SQLite file instead of memory
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Demand `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "TOKEN", env = "PROOFMARK_REQUIRE_AUTH", hide_env_values = true)]
    pub(crate) require_auth: Option<String>,
    /// Break the contract in one stated way
    #[arg(long, value_name = "NAME")]
    pub(crate) fault: Option<String>,
    /// Keep the contract in another way
    #[arg(long, value_name = "NAME")]
    pub(crate) variation: Option<String>,
    /// List the faults and end
    #[arg(long)]
    pub(crate) list_faults: bool,
    /// List the variations and end
    #[arg(long)]
    pub(crate) list_variations: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "The target is the embedded server, or what `PROOFMARK_TARGET` or `PROOFMARK_ENV` says.")]
pub(crate) struct TestArgs {
    /// Flags and filters of libtest: `--list`, `--exact`, `--format json`, `--skip TEXT` …
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "LIBTEST")]
    pub(crate) libtest: Vec<String>,
}

#[derive(Debug, Args)]
#[command(mut_arg("filter", |filter| filter.help("Only mutations whose name holds this text").help_heading("Mutations")))]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// `filter` is about mutations here.
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// List the mutations and end; nothing is sent
    #[arg(long, help_heading = "Mutations")]
    pub(crate) list: bool,
    /// Run the gate on servers that are broken by design too: `reference` for those of the embedded server
    #[arg(long, value_enum, value_name = "WHOSE", hide_possible_values = true, help_heading = "Mutations")]
    pub(crate) faults: Option<Faults>,
    /// By how many seeds each of the conformant ones among them is tried
    #[arg(long, value_name = "N", value_parser = whole, default_value = "1", hide_default_value = true, help_heading = "Mutations")]
    pub(crate) seeds: u64,
    /// The folder in which what was made on a target is written down
    #[arg(long, value_name = "DIR", env = "PROOFMARK_OUT", default_value = "reports", help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// The matrix as JSON, to a path (`-` for standard output; `verify.json` in the folder where none is given)
    #[arg(long = "report", value_name = "json[=PATH]", value_parser = report, help_heading = "Output")]
    pub(crate) report: Option<ReportArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Faults {
    Reference,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of a check or lint, or `contested` for what may be answered either way; without one, all are listed
    #[arg(value_name = "CHECK")]
    pub(crate) check: Option<String>,
    /// The text of `docs/CHECKS.md`, or of `docs/CONTESTED.md`
    #[arg(long, hide = true)]
    pub(crate) markdown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The case's name, as reports have it
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) spec: SpecArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// The seed of the run that the case is from
    #[arg(long, value_name = "HEX", env = "PROOFMARK_SEED", hide_env_values = true, value_parser = seed)]
    pub(crate) seed: Option<u64>,
    /// A file or folder of your own cases, beside the bundled ones; may be given again
    #[arg(long = "cases-from", value_name = "PATH")]
    pub(crate) cases_from: Vec<PathBuf>,
    /// Print the requests as curl commands instead of sending them
    #[arg(long)]
    pub(crate) curl: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

fn seed(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| "a seed is up to 16 hexadecimal digits, such as `4f1c09`".to_owned())
}

fn http_version(text: &str) -> Result<HttpVersion, String> {
    match text {
        "auto" => Ok(HttpVersion::Auto),
        "1" | "1.1" => Ok(HttpVersion::Http1),
        "2" => Ok(HttpVersion::Http2),
        _ => Err("it is `auto`, `1` or `2`".to_owned()),
    }
}

fn report(text: &str) -> Result<ReportArg, String> {
    let (name, path) = text.split_once('=').map_or((text, None), |(name, path)| (name, Some(PathBuf::from(path))));
    let format = ReportFormat::from_str(name, false)
        .map_err(|_| format!("there is no report `{name}`; there are `json` and `junit`"))?;
    if path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
        return Err(format!("a path is missing behind `{name}=`"));
    }
    Ok(ReportArg { format, path })
}

/// A number above zero.
fn whole(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("`{text}` is no whole number above zero"))
}

fn concurrency(text: &str) -> Result<usize, String> {
    let most = Target::MOST_AT_ONCE;
    let number = whole(text)?;
    usize::try_from(number)
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| format!("`{text}` is more than anybody needs: at most {most} requests are under way at once"))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite());
    rate.ok_or_else(|| format!("`{text}` is no number of requests per second above zero"))
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse().ok().filter(|share| (0.0..=100.0).contains(share));
    percent.ok_or_else(|| format!("`{text}` is no percentage from 0 to 100"))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("`{text}` is no port: a port is a number from 0 to 65535"))
}

/// A text that is not empty: an empty one is a variable that was meant to be filled in.
fn given(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("nothing is given".into()) } else { Ok(text.to_owned()) }
}

/// The arguments of `run` as the environment has them, where the command line belongs to somebody else.
pub(crate) fn run_of_environment() -> Result<RunArgs, clap::Error> {
    match Cli::try_parse_from(["proofmark", DEFAULT_COMMAND])?.command {
        Command::Run(args) => Ok(*args),
        _ => Ok(RunArgs::default()),
    }
}
