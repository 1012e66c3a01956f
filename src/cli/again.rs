//! What leads `proofmark replay` to the same server and the same case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proofmark::contract::Contract;
use proofmark::plan::DEFAULT_SEED;
use proofmark::report::{Context, without_userinfo};
use proofmark::transport::Target;

use super::args::{SpecArgs, TargetArgs};
use super::choose::{Wanted, wanted};
use super::problem::Problem;

/// The arguments that a case depends on.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) spec: &'a SpecArgs,
    pub(crate) target: &'a TargetArgs,
    pub(crate) seed: Option<u64>,
    pub(crate) cases_from: &'a [PathBuf],
}

/// What reports know of a run with these arguments.
pub(crate) fn context(contract: &Arc<Contract>, target: &Target, given: Given<'_>) -> Result<Arc<Context>, Problem> {
    let context =
        Context::new(Arc::clone(contract), target.redactor(), target.base_url.as_str(), target.shown_headers());
    let replay_flags = flags(target, given)?;
    Ok(Arc::new(Context { replay_flags, ..Arc::unwrap_or_clone(context) }))
}

/// The flags, with no credential in them.
fn flags(target: &Target, given: Given<'_>) -> Result<String, Problem> {
    let Given { spec, target: typed, seed, cases_from } = given;
    let mut flags: Vec<String> = Vec::new();
    let mut flag = |name: &str, value: &str| flags.push(format!("{name} {}", quoted(value)));
    if let Some(document) = &spec.spec {
        flag("--spec", &without_userinfo(document));
    }
    spec.allow_ref.iter().for_each(|folder| flag("--allow-ref", &folder.display().to_string()));
    match wanted(typed)? {
        Wanted::Url(url) => flag("--target", &without_userinfo(&url)),
        Wanted::Environment(name) => flag("--env", &name),
        Wanted::Nothing => {}
    }
    if let Some(name) = &typed.confirm {
        flag("--confirm", name);
    }
    let typed_names: Vec<_> =
        typed.headers.iter().filter_map(|line| Some(line.split_once(':')?.0.trim().to_lowercase())).collect();
    for added in target.headers.iter().filter(|added| typed_names.contains(&added.name.to_lowercase())) {
        flag("-H", &format!("{}: {}", added.name, added.shown));
    }
    for (name, path) in [("--ca-file", &typed.ca_file), ("--client-certificate", &typed.client_certificate)] {
        path.iter().for_each(|path| flag(name, &path.display().to_string()));
    }
    if let Some(seed) = seed.filter(|seed| *seed != DEFAULT_SEED) {
        flag("--seed", &format!("{seed:x}"));
    }
    cases_from.iter().map(AsRef::<Path>::as_ref).for_each(|path| flag("--cases-from", &path.display().to_string()));
    if spec.allow_remote_refs {
        flags.push("--allow-remote-refs".into());
    }
    if typed.insecure {
        flags.push("--insecure".into());
    }
    Ok(flags.join(" "))
}

/// A word of a POSIX shell. `${NAME}` stays as it is: this program fills it in, not the shell.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@+,%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
