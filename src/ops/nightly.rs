//! The nightly backup: one file per night in `BACKUP_DIR`, of which the last `BACKUP_KEEP` are kept.

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

/// When the backup is due, after midnight in the server's time zone. If the server was off then, it is made at the next
/// start.
const BACKUP_HOUR: Duration = Duration::hours(3);
/// Between two checks whether a backup is due.
const CHECK_INTERVAL: Wait = Wait::from_mins(1);
/// After a failed backup.
const RETRY_DELAY: Wait = Wait::from_mins(15);
const PREFIX: &str = "expense-tracker-";
const SUFFIX: &str = ".backup";

/// Makes the backups until the server stops. Ends immediately without `BACKUP_DIR`.
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

/// Makes the backup if one is due, and returns its path. A failure is logged and recorded for `/readyz` and `/metrics`.
pub async fn once(state: &State, zone: &TimeZone) -> Result<Option<PathBuf>, AppError> {
    let Some(folder) = &state.site.settings.backup_dir else {
        return Ok(None);
    };
    let night = (zone.local(state.clock.now()) - BACKUP_HOUR).date();
    let file = folder.join(format!("{PREFIX}{}{SUFFIX}", format_date(night)));
    if file.exists() {
        return Ok(None);
    }
    match write(state, folder, &file).await {
        Ok(true) => {
            state.backups.record(None);
            remove_old(folder, state.site.settings.backup_keep, night);
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

/// Writes the file; false if another instance is writing one.
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
        "the nightly backup was made"
    );
    Ok(true)
}

/// The nightly backups in a folder, oldest first.
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

/// Removes the oldest backups beyond `keep`, and unfinished files of earlier nights.
///
/// `night` is that of the backup just made. Files of later nights were made while the clock was ahead. They don't count,
/// because otherwise they would displace every new backup.
fn remove_old(folder: &Path, keep: usize, night: Date) {
    let (past, ahead): (Vec<PathBuf>, Vec<PathBuf>) = all(folder)
        .into_iter()
        .partition(|path| night_of(path, SUFFIX).is_some_and(|of| of <= night));
    if !ahead.is_empty() {
        tracing::warn!(
            files = ahead.len(),
            "there are backups of future nights, which are kept: was the clock ahead?"
        );
    }
    let surplus = past.len().saturating_sub(keep);
    let entries = fs::read_dir(folder).into_iter().flatten();
    let parts = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| night_of(path, &format!("{SUFFIX}{}", backup::PART)).is_some_and(|of| of < night));
    for old in past.into_iter().take(surplus).chain(parts) {
        if let Err(error) = fs::remove_file(&old) {
            tracing::warn!(file = %old.display(), %error, "an old backup could not be removed");
        }
    }
}

/// The ages of the backups in a folder.
pub struct Ages {
    /// When the newest one was made.
    pub newest: Option<OffsetDateTime>,
    /// The number of backups with a date in the future, which `newest` ignores.
    pub ahead: usize,
}

/// The ages of the backups in `folder` at the time `now`.
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
