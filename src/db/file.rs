//! The file of an `SQLite` database: what it contains, the lock of its server, and the copy made before an upgrade.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::{SqliteConnection, sql_query};

use super::connection::Conn;
use super::open_error::OpenError;

/// The first bytes of every `SQLite` file.
const HEADER: &[u8; 16] = b"SQLite format 3\0";
/// Copies from before upgrades that are kept.
const MAX_COPIES: usize = 3;

/// What the path of a database points to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No file, an empty file, or a database without tables.
    Nothing,
    /// A database of this program, maybe of another version.
    Ours,
}

/// Inspects the file without changing it. A damaged file, or one of another program, is an error that says so.
pub(super) fn inspect(path: &Path, first_migration: &str) -> Result<Found, OpenError> {
    let named = |what: &str| OpenError(format!("{} {what}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(named(&format!("can't be read: {error}"))),
    };
    let mut head = Vec::new();
    let read = file.take(16).read_to_end(&mut head);
    match read {
        Ok(0) => return Ok(Found::Nothing),
        Ok(_) if head == HEADER => {}
        Ok(_) => return Err(named("is not an SQLite database. Nothing in it was changed.")),
        Err(error) => return Err(named(&format!("can't be read: {error}"))),
    }
    let damaged = |error: &dyn std::fmt::Display| {
        named(&format!(
            "is damaged or can't be opened ({error}). Nothing in it was changed: keep it, and restore a backup \
             into a new file."
        ))
    };
    let url = path.to_str().ok_or_else(|| named("has no UTF-8 path"))?;
    let mut conn = SqliteConnection::establish(url).map_err(|error| damaged(&error))?;
    let tables = tables(&mut conn).map_err(|error| damaged(&error))?;
    if tables.is_empty() {
        return Ok(Found::Nothing);
    }
    let foreign = || named("is a database of another program. Nothing in it was changed.");
    if !tables.iter().any(|table| table == "__diesel_schema_migrations") {
        return Err(foreign());
    }
    let known: Vec<Name> = sql_query("SELECT version AS name FROM __diesel_schema_migrations")
        .load(&mut conn)
        .map_err(|error| damaged(&error))?;
    if known.iter().any(|known| known.name == first_migration) || known.is_empty() && tables.len() == 1 {
        Ok(Found::Ours)
    } else {
        Err(foreign())
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

fn tables(conn: &mut SqliteConnection) -> QueryResult<Vec<String>> {
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA query_only = ON")?;
    let found: Vec<Name> =
        sql_query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .load(conn)?;
    Ok(found.into_iter().map(|table| table.name).collect())
}

/// Makes the database at `path` and the files next to it readable by their owner only; returns one sentence for the log
/// per changed file. New files are private from the start; these come from an older version or were changed later.
pub(super) fn keep_private(path: &Path) -> Vec<String> {
    let beside = ["", "-wal", "-shm", ".lock"].map(|suffix| with_suffix(path, suffix));
    let all = beside.into_iter().chain(copies(path));
    all.filter_map(|file| crate::private_files::make_private(&file))
        .collect()
}

/// The exclusive right to serve from a file. The system releases it when the process ends, even after a crash.
#[derive(Debug)]
pub(super) struct FileLock {
    _lock: File,
}

/// Locks the database at `path` for a server; an error if another process holds the lock.
///
/// The lock is on a separate file: `SQLite` locks the database file itself, and a process loses those locks when it closes
/// any handle to that file.
pub(super) fn lock(path: &Path) -> Result<FileLock, OpenError> {
    // Two paths to one file share one lock.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = with_suffix(&real, ".lock");
    let failed = |error: &std::io::Error| {
        OpenError(format!(
            "can't write {}: {error}. The folder of the database must be writable by the user who runs this program.",
            beside.display()
        ))
    };
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&beside)
        .map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.take(20).read_to_string(&mut holder);
            let holder = match holder.trim() {
                "" => String::new(),
                number => format!(" (process {number})"),
            };
            return Err(OpenError(format!(
                "another server{holder} uses {}. Stop it first, or give this one another DATA_DIR.",
                path.display()
            )));
        }
        Err(TryLockError::Error(error)) => return Err(failed(&error)),
    }
    // The process id serves only the message above; the lock does not depend on it.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(FileLock { _lock: file })
}

/// Copies the database before the migration `version`, synced to disk, and removes the oldest copies beyond
/// [`MAX_COPIES`]. Returns the path of the copy.
pub(super) fn copy_before(conn: &mut Conn, path: &Path, version: &str) -> Result<PathBuf, OpenError> {
    let copy = with_suffix(path, &format!(".before-{version}"));
    let part = with_suffix(&copy, ".part");
    let failed = |error: &dyn std::fmt::Display| {
        OpenError(format!(
            "the database has to be upgraded, and the copy {} that is made before could not be written: {error}. \
             Nothing was changed.",
            copy.display()
        ))
    };
    let _ = fs::remove_file(&part);
    let name = part.to_str().ok_or_else(|| failed(&"its path is not UTF-8"))?;
    let written = conn
        .batch_execute(&format!("VACUUM INTO '{}'", name.replace('\'', "''")))
        .map_err(|error| failed(&error))
        .and_then(|()| finish(path, &part, &copy).map_err(|error| failed(&error)));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written?;
    forget_old_copies(path);
    Ok(copy)
}

/// Syncs the copy and then renames it, so that a file with the final name is always complete.
fn finish(path: &Path, part: &Path, copy: &Path) -> std::io::Result<()> {
    fs::set_permissions(part, fs::metadata(path)?.permissions())?;
    File::open(part)?.sync_all()?;
    fs::rename(part, copy)?;
    match copy.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// The copies from before upgrades next to the database at `path`, oldest first.
fn copies(path: &Path) -> Vec<PathBuf> {
    let (Some(name), Some(folder)) = (path.file_name().and_then(|name| name.to_str()), path.parent()) else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let prefix = format!("{name}.before-");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut copies: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|entry| {
            let version = entry
                .file_name()
                .and_then(|name| name.to_str()?.strip_prefix(&prefix));
            version.is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .collect();
    copies.sort();
    copies
}

fn forget_old_copies(path: &Path) {
    let copies = copies(path);
    let gone = copies.len().saturating_sub(MAX_COPIES);
    for copy in copies.into_iter().take(gone) {
        if let Err(error) = fs::remove_file(&copy) {
            tracing::warn!(copy = %copy.display(), %error, "an old copy could not be removed");
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
