//! The users, in SQLite.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS users (
    external_id TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    live_mode INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT";
const INSERT: &str = "INSERT INTO users (external_id, id, first_name, last_name, live_mode, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
const SELECT: &str = "SELECT external_id, id, first_name, last_name, live_mode, created_at
    FROM users WHERE external_id = ?1";

/// Why the users cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("the database {} cannot be used: {source}", name(.path.as_deref()))]
pub struct StoreError {
    /// The file; `None` where the users are kept in memory.
    pub path: Option<PathBuf>,
    /// What SQLite says.
    pub source: rusqlite::Error,
}

fn name(path: Option<&Path>) -> String {
    path.map_or_else(|| "in memory".to_owned(), |path| format!("`{}`", path.display()))
}

/// A user as stored. Users are never updated, so that one time serves as both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) external_id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) live_mode: bool,
    /// In milliseconds since the Unix epoch.
    pub(super) created_at: i64,
}

impl User {
    /// The schema `User`.
    pub(super) fn into_json(self) -> Value {
        json!({
            "id": self.id,
            "object": "user",
            "created_at": self.created_at,
            "external_id": self.external_id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "live_mode": self.live_mode,
            "updated_at": self.created_at,
        })
    }
}

/// One connection, its statements kept prepared.
pub(super) struct Store(Mutex<Connection>);

impl Store {
    /// Opens a file, or a database in memory. A crash of the machine may lose the last users of a file, never its
    /// integrity: commits do not wait for the disk.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, StoreError> {
        let open = || {
            let connection = match path {
                Some(path) => Connection::open(path)?,
                None => Connection::open_in_memory()?,
            };
            let journal = if path.is_some() { "WAL" } else { "MEMORY" };
            connection.pragma_update(None, "journal_mode", journal)?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.execute(SCHEMA, [])?;
            Ok(connection)
        };
        match open() {
            Ok(connection) => Ok(Self(Mutex::new(connection))),
            Err(source) => Err(StoreError { path: path.map(Path::to_owned), source }),
        }
    }

    /// Keeps a user; `false` where there is one with this `external_id` already.
    pub(super) fn insert(&self, user: &User) -> rusqlite::Result<bool> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let User { id, external_id, first_name, last_name, live_mode, created_at } = user;
        let inserted = connection.prepare_cached(INSERT)?.execute(params![
            external_id,
            id,
            first_name,
            last_name,
            live_mode,
            created_at
        ])?;
        Ok(inserted == 1)
    }

    /// The user with an `external_id`.
    pub(super) fn find(&self, external_id: &str) -> rusqlite::Result<Option<User>> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let user = |row: &rusqlite::Row<'_>| {
            Ok(User {
                external_id: row.get(0)?,
                id: row.get(1)?,
                first_name: row.get(2)?,
                last_name: row.get(3)?,
                live_mode: row.get(4)?,
                created_at: row.get(5)?,
            })
        };
        connection.prepare_cached(SELECT)?.query_row([external_id], user).optional()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(external_id: &str) -> User {
        User {
            id: "u_1".into(),
            external_id: external_id.into(),
            first_name: "Zoë\0 \u{1F600}".into(),
            last_name: String::new(),
            live_mode: true,
            created_at: 1_671_631_795_145,
        }
    }

    #[test]
    fn a_user_comes_back_code_point_by_code_point() {
        let store = Store::open(None).unwrap();
        assert!(store.insert(&user("a\0b")).unwrap());
        assert_eq!(store.find("a\0b").unwrap(), Some(user("a\0b")));
        assert_eq!(store.find("a").unwrap(), None);
    }

    #[test]
    fn an_external_id_is_taken_once() {
        let store = Store::open(None).unwrap();
        assert!(store.insert(&user("a")).unwrap());
        assert!(!store.insert(&user("a")).unwrap());
        assert!(store.insert(&user("A")).unwrap());
    }

    #[test]
    fn a_file_keeps_its_users() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.db");
        assert!(Store::open(Some(&path)).unwrap().insert(&user("a")).unwrap());
        assert!(!Store::open(Some(&path)).unwrap().insert(&user("a")).unwrap());
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named() {
        let error = Store::open(Some(Path::new("/no/such/folder/users.db"))).err().unwrap();
        assert!(error.to_string().starts_with("the database `/no/such/folder/users.db` cannot be used: "), "{error}");
    }
}
