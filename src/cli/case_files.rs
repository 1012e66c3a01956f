//! Case files, the bundled ones and the user's own.

use std::path::{Path, PathBuf};

use proofmark::case::authored::{self, Authored, CaseFile, CaseFileError, CaseFiles, Origin};
use proofmark::contract::Contract;

use super::document::source;
use super::exit::Exit;
use super::problem::Problem;

/// The bundled files and the user's own, which have had their say on the contract's rules.
pub(crate) fn amend(contract: &mut Contract, own: &[PathBuf]) -> Result<CaseFiles, Problem> {
    let files = CaseFiles::read(&files(own)?).map_err(problem)?;
    contract.amend(&files.amendments(contract).map_err(problem)?);
    Ok(files)
}

/// Their cases.
pub(crate) fn authored_cases(contract: &Contract, files: &CaseFiles) -> Result<Authored, Problem> {
    files.cases(contract).map_err(problem)
}

fn problem(error: CaseFileError) -> Problem {
    Problem::Usage { message: error.message, place: Some(error.place), hint: error.hint }
}

fn files(own: &[PathBuf]) -> Result<Vec<CaseFile>, Problem> {
    let mut files = authored::bundled();
    for path in own {
        for file in files_of(path)? {
            files.push(CaseFile { source: source(&file)?, origin: Origin::Given });
        }
    }
    Ok(files)
}

/// A file itself, or the YAML files of a folder in the order of their names.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error| Problem::obstacle(Exit::Usage, format!("could not read `{}`", path.display()), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Problem::usage(format!("`{}` has no `.yaml` file", path.display())));
    }
    Ok(files)
}
