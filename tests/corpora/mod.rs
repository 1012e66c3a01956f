//! Where the corpora are, if they are anywhere.

use std::io::Write as _;
use std::path::PathBuf;

/// The folder that `PROOFMARK_CORPORA` names; none, and it is said, where it is not set.
#[expect(clippy::disallowed_methods, reason = "tells a test where the corpora are; they are no part of the project")]
pub(crate) fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("PROOFMARK_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        // Not `eprintln`: the test harness would hide it from whoever reads that all tests pass.
        let _ = writeln!(std::io::stderr(), "SKIPPED: set `PROOFMARK_CORPORA` to the folder of the corpora");
    }
    folder
}
