//! The document, from wherever `--spec` says.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::source::Source;
use proofmark::spec::{self, Document};
use proofmark::transport::{Dial, fetch_document};

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

/// The contract of the document that `spec` names, of the bundled one where it names none; and the case files, which have
/// had their say on its rules.
pub(crate) fn contract(spec: Option<&str>, cases_from: &[PathBuf]) -> Result<(Contract, CaseFiles), Problem> {
    let document = document(spec)?;
    let mut contract = Contract::of(Arc::new(document))?;
    let files = amend(&mut contract, cases_from)?;
    Ok((contract, files))
}

/// The document that `spec` names.
pub(crate) fn document(spec: Option<&str>) -> Result<Document, Problem> {
    match spec {
        None => Ok(spec::read(bundled_name(), BUNDLED)?),
        Some("-") => Ok(spec::load_reader("<stdin>", std::io::stdin().lock())?),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => fetched(url),
        Some(path) => Ok(spec::load_file(Path::new(path))?),
    }
}

/// Whether the document says the same as the bundled one, which is what the embedded server implements.
pub(crate) fn is_bundled(contract: &Contract) -> bool {
    spec::read(bundled_name(), BUNDLED).is_ok_and(|bundled| bundled.root == contract.document.root)
}

fn bundled_name() -> &'static str {
    let here = std::fs::read(IN_REPOSITORY).is_ok_and(|bytes| bytes == BUNDLED);
    if here { IN_REPOSITORY } else { ELSEWHERE }
}

fn fetched(url: &str) -> Result<Document, Problem> {
    let runtime = runtime()?;
    let bytes = runtime.block_on(fetch_document(url, &Dial::default(), FETCH)).map_err(|error| {
        Problem::obstacle(
            Exit::Document,
            format!("could not fetch {}", proofmark::report::without_userinfo(url)),
            error.cause,
        )
    })?;
    Ok(spec::read(url, &bytes)?)
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
