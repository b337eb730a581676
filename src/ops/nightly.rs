//! The nightly backup: one file for each night in `BACKUP_DIR`, and as many of them as `BACKUP_KEEP` says.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration as Wait;

use time::{Date, Duration, OffsetDateTime};

use super::{backup, backup_file};
use crate::clock::TimeZone;
use crate::error::AppError;
use crate::period::{format_date, parse_date};
use crate::private_files::make_private;
use crate::state::State;

/// When the night's backup is due, after midnight where the server stands. A server that was off then makes it as soon
/// as it is on again.
const QUIET_HOUR: Duration = Duration::hours(3);
/// How often it is looked whether one is due.
const CHECK_INTERVAL: Wait = Wait::from_mins(1);
/// When a failed one is tried again.
const RETRY_DELAY: Wait = Wait::from_mins(15);
const PREFIX: &str = "expense-tracker-";
const SUFFIX: &str = ".backup";

/// Makes the backups until the server stops; without `BACKUP_DIR` there is nothing to do.
pub async fn run(state: State) {
    let Some(folder) = &state.site.settings.backup_dir else {
        return;
    };
    for warning in all(folder).iter().filter_map(|file| make_private(file)) {
        tracing::warn!("{warning}");
    }
    let zone = TimeZone::of_this_machine();
    loop {
        let wait = match once(&state, &zone).await {
            Ok(_) => CHECK_INTERVAL,
            Err(_) => RETRY_DELAY,
        };
        tokio::time::sleep(wait).await;
    }
}

/// Makes the backup that is due, if one is: its path. A failure is logged and noted for `/readyz` and `/metrics`.
pub async fn once(state: &State, zone: &TimeZone) -> Result<Option<PathBuf>, AppError> {
    let Some(folder) = &state.site.settings.backup_dir else {
        return Ok(None);
    };
    let night = (zone.local(state.clock.now()) - QUIET_HOUR).date();
    let file = folder.join(format!("{PREFIX}{}{SUFFIX}", format_date(night)));
    if file.exists() {
        return Ok(None);
    }
    match write(state, folder, &file).await {
        Ok(true) => {
            state.backups.record(None);
            forget_old(folder, state.site.settings.backup_keep, night);
            Ok(Some(file))
        }
        Ok(false) => Ok(None),
        Err(error) => {
            tracing::error!(file = %file.display(), %error, "the nightly backup failed; it will be tried again");
            state.backups.record(Some(error.to_string()));
            Err(error)
        }
    }
}

/// Writes the file; false when another instance is at it.
async fn write(state: &State, folder: &Path, file: &Path) -> Result<bool, AppError> {
    let named =
        |error: &dyn std::fmt::Display| AppError::internal(format_args!("{}: {error}", folder.display()));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| named(&error))?;
    let Some(counts) = backup::write_dated(&state.db, file, state.clock.now_utc()).await? else {
        return Ok(false);
    };
    tracing::info!(
        file = %file.display(),
        accounts = counts.users,
        expenses = counts.all_expenses(),
        "the nightly backup is made"
    );
    Ok(true)
}

/// The nightly backups in a folder, oldest first; other files are none of our business.
fn all(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<PathBuf> = paths.filter(|path| night_of(path, SUFFIX).is_some()).collect();
    found.sort();
    found
}

/// The night in the name of a file that ends with `suffix`.
fn night_of(path: &Path, suffix: &str) -> Option<Date> {
    let name = path.file_name()?.to_str()?;
    parse_date(name.strip_prefix(PREFIX)?.strip_suffix(suffix)?)
}

/// Removes the oldest beyond `keep`, and what unfinished ones of earlier nights have left.
///
/// `night` is the one whose backup was just made. Files of later nights are from a time when the clock was ahead: they
/// don't count, or they would push out every new one.
fn forget_old(folder: &Path, keep: usize, night: Date) {
    let (past, ahead): (Vec<PathBuf>, Vec<PathBuf>) = all(folder)
        .into_iter()
        .partition(|path| night_of(path, SUFFIX).is_some_and(|of| of <= night));
    if !ahead.is_empty() {
        tracing::warn!(
            files = ahead.len(),
            "there are backups of nights to come, which are left alone: was the clock ahead?"
        );
    }
    let gone = past.len().saturating_sub(keep);
    let entries = fs::read_dir(folder).into_iter().flatten();
    let parts = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| night_of(path, &format!("{SUFFIX}{}", backup::PART)).is_some_and(|of| of < night));
    for old in past.into_iter().take(gone).chain(parts) {
        if let Err(error) = fs::remove_file(&old) {
            tracing::warn!(file = %old.display(), %error, "an old backup could not be removed");
        }
    }
}

/// What the backups of a folder say of their age.
pub struct Ages {
    /// When the newest was made.
    pub newest: Option<OffsetDateTime>,
    /// Files that were made in the future, if their date is right: they are left out.
    pub ahead: usize,
}

/// When the backups in a folder were made, seen from `now`.
pub fn ages(folder: &Path, now: OffsetDateTime) -> Ages {
    let made = all(folder)
        .into_iter()
        .filter_map(|path| backup_file::made_at(&path));
    let (past, ahead): (Vec<_>, Vec<_>) = made.partition(|made| *made <= now);
    Ages {
        newest: past.into_iter().max(),
        ahead: ahead.len(),
    }
}
