//! The document, from wherever `--spec` says.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::source::Source;
use proofmark::spec::{self, Document, Fetch, References};
use proofmark::transport::{Dial, fetch_document};

use super::args::SpecArgs;
use super::case_files::amend;
use super::exit::Exit;
use super::problem::Problem;

/// The bundled document.
const BUNDLED: &[u8] = include_bytes!("../../specs/admin-openapi.yaml");
/// Where it stands in the repository.
const IN_REPOSITORY: &str = "specs/admin-openapi.yaml";
/// What it is called elsewhere: a place in it can be read, but not opened.
const ELSEWHERE: &str = "<bundled>/admin-openapi.yaml";

/// How long the fetching of a document may take.
const FETCH: Duration = Duration::from_secs(30);
/// How long the fetching of all that a document refers to may take.
const FETCH_ALL: Duration = Duration::from_secs(120);

/// The contract of the document that the arguments name, of the bundled one where they name none; and the case files, which
/// have had their say on its rules.
pub(crate) fn contract(spec: &SpecArgs, cases_from: &[PathBuf]) -> Result<(Contract, CaseFiles), Problem> {
    let document = document(spec)?;
    let mut contract = Contract::of(Arc::new(document))?;
    let files = amend(&mut contract, cases_from)?;
    Ok((contract, files))
}

/// The document that the arguments name, with the files that it refers to.
pub(crate) fn document(args: &SpecArgs) -> Result<Document, Problem> {
    let mut references = References::default();
    for folder in &args.allow_ref {
        references.allow_folder(folder).map_err(|error| {
            let message = format!("`--allow-ref {}` names no folder that can be read", folder.display());
            Problem::obstacle(Exit::Usage, message, error)
        })?;
    }
    if args.allow_remote_refs {
        references.allow_remote(fetch()?);
    }
    match args.spec.as_deref() {
        None => Ok(spec::read(bundled_name(), BUNDLED)?),
        Some("-") => Ok(spec::load_reader("<stdin>", std::io::stdin().lock())?),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => fetched(url, &mut references),
        Some(path) => Ok(spec::load_file_with(Path::new(path), &mut references)?),
    }
}

/// Fetches what a document refers to: all of it within [`FETCH_ALL`].
fn fetch() -> Result<Fetch<'static>, Problem> {
    let runtime = runtime()?;
    #[expect(clippy::disallowed_methods, reason = "all that is fetched has a time in common")]
    let began = Instant::now();
    Ok(Box::new(move |url| {
        let left = FETCH_ALL.saturating_sub(began.elapsed()).min(FETCH);
        runtime.block_on(fetch_document(url, &Dial::default(), left)).map_err(|error| error.cause.to_string())
    }))
}

/// Whether the document says the same as the bundled one, which is what the embedded server implements.
pub(crate) fn is_bundled(contract: &Contract) -> bool {
    spec::read(bundled_name(), BUNDLED).is_ok_and(|bundled| bundled.root == contract.document.root)
}

fn bundled_name() -> &'static str {
    let here = std::fs::read(IN_REPOSITORY).is_ok_and(|bytes| bytes == BUNDLED);
    if here { IN_REPOSITORY } else { ELSEWHERE }
}

fn fetched(url: &str, references: &mut References<'_>) -> Result<Document, Problem> {
    let runtime = runtime()?;
    let bytes = runtime.block_on(fetch_document(url, &Dial::default(), FETCH)).map_err(|error| {
        Problem::obstacle(
            Exit::Document,
            format!("could not fetch {}", proofmark::report::without_userinfo(url)),
            error.cause,
        )
    })?;
    Ok(spec::read_with(url, &bytes, references)?)
}

/// A runtime on this thread.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::obstacle(Exit::Bug, "could not start the runtime", error))
}

/// A file of the user's, as a source of located errors.
pub(crate) fn source(path: &Path) -> Result<Source, Problem> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Problem::obstacle(Exit::Usage, format!("could not read `{name}`"), error))?;
    Ok(Source::new(name, text))
}
