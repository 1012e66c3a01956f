//! The folder of one run, and `latest`, which leads to it.
//!
//! Each run has a folder of its own, so that no run loses the ledger of another.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use proofmark::generate::RunTag;

use super::exit::Exit;
use super::problem::Problem;

/// The folder of one run.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// How a person is told of it: by way of `latest`, where that leads here.
    shown: PathBuf,
}

impl Folder {
    /// Makes the folder of the run `tag`, which began at `millis` since the epoch, below `out`.
    pub(crate) fn create(out: &Path, tag: &RunTag, millis: u64) -> Result<Self, Problem> {
        let failed = |error: io::Error| {
            Problem::obstacle(Exit::Usage, format!("could not write to `{}`", out.display()), error)
                .hint("choose another folder with `--out DIR`")
        };
        let name = format!("{}-{tag}", stamp(millis));
        let path = out.join(&name);
        fs::create_dir_all(&path).map_err(failed)?;
        let latest = out.join("latest");
        let shown = if point(&latest, Path::new(&name)).is_ok() { latest } else { path.clone() };
        Ok(Self { path, shown })
    }

    /// A new file in it.
    pub(crate) fn file(&self, name: &str) -> Result<File, Problem> {
        create(&self.path.join(name))
    }

    /// What a file in it holds.
    pub(crate) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path.join(name))
    }

    /// How a file in it is shown.
    pub(crate) fn shown(&self, name: &str) -> String {
        self.shown.join(name).display().to_string()
    }
}

/// A new file at `path`, whose folder is made where it is missing.
pub(crate) fn create(path: &Path) -> Result<File, Problem> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| File::create(path))
        .map_err(|error| Problem::obstacle(Exit::Usage, format!("could not write `{}`", path.display()), error))
}

/// `20261124T073851`, in UTC.
fn stamp(millis: u64) -> String {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(millis).unwrap_or(0)).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// Lets `latest` lead to `name` beside it. A `latest` that is no link is somebody's own, and stays.
#[cfg(unix)]
fn point(latest: &Path, name: &Path) -> io::Result<()> {
    match fs::symlink_metadata(latest) {
        Ok(found) if !found.file_type().is_symlink() => return Err(io::ErrorKind::AlreadyExists.into()),
        Ok(_) => fs::remove_file(latest)?,
        Err(_) => {}
    }
    std::os::unix::fs::symlink(name, latest)
}

#[cfg(not(unix))]
fn point(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_have_two_folders_and_latest_leads_to_the_second() {
        let out = tempfile::tempdir().expect("a folder");
        let one = Folder::create(out.path(), &RunTag::new(1, 1), 1_795_500_000_000).expect("a folder");
        let two = Folder::create(out.path(), &RunTag::new(2, 1), 1_795_500_000_000).expect("a folder");
        assert_ne!(one.path, two.path);
        two.file("x").expect("a file");
        assert!(out.path().join("latest/x").is_file() && one.path.is_dir());
    }
}
