//! The commands `backup`, `verify`, `restore` and `copy`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use time::OffsetDateTime;

use super::backup_file::{read_file, write_file};
use super::progress::{progress, progress_of_copy};
use super::records::export::{count_all, export_all, lock_backups};
use super::records::import::import_all;
use super::records::record::{Batch, Counts};
use crate::clock::Clock;
use crate::db::{Db, TxScope};
use crate::error::AppError;
use crate::settings::{DatabaseUrl, Settings};
use crate::state::StartError;

/// Suffix of an unfinished backup.
pub(super) const PART: &str = ".part";
/// Batches that the channel between reader and writer holds.
const MAX_BATCHES_QUEUED: usize = 4;

/// `backup FILE`: writes everything in one snapshot, also while a server runs. An existing file is not overwritten.
pub async fn backup(file: PathBuf, settings: &Settings) -> Result<(), StartError> {
    if file.exists() {
        return Err(StartError(format!("{} already exists", file.display())));
    }
    let db = open_existing(&settings.database)?;
    let written = write(&db, &file).await;
    db.close().await;
    match written {
        Ok(Some(counts)) => {
            println!(
                "{}: {} accounts, {} expenses",
                file.display(),
                counts.users,
                counts.all_expenses()
            );
            Ok(())
        }
        Ok(None) => Err(StartError(
            "another backup of this database is running; try again later".to_owned(),
        )),
        Err(error) => Err(StartError(format!("{}: {error}", file.display()))),
    }
}

/// Writes one snapshot of everything into `file`. The file gets its name when it is complete on disk. `None` when another
/// instance makes a backup.
pub async fn write(db: &Db, file: &Path) -> Result<Option<Counts>, AppError> {
    write_dated(db, file, Clock::system().now_utc()).await
}

/// Like [`write`], with the time for the head of the file.
pub(super) async fn write_dated(
    db: &Db,
    file: &Path,
    made_at: OffsetDateTime,
) -> Result<Option<Counts>, AppError> {
    let mut part = file.as_os_str().to_owned();
    part.push(PART);
    let part = PathBuf::from(part);
    let (target, closing) = (part.clone(), db.clone());
    let (sender, receiver) = sync_channel::<Batch>(MAX_BATCHES_QUEUED);
    let writing =
        std::thread::spawn(move || write_file(&target, made_at, &receiver, || closing.is_closing()));
    let read = db
        .read_shared_in(TxScope::Own, move |conn| {
            let is_locked = lock_backups(conn)?;
            if is_locked {
                export_all(conn, &sender)?;
            }
            Ok(is_locked)
        })
        .await;
    let written = actix_web::web::block(move || writing.join()).await;
    let written = written
        .map_err(AppError::internal)?
        .unwrap_or_else(|_| Err(AppError::internal("writing the file panicked")));
    if matches!(read, Ok(false)) {
        return Ok(None);
    }
    // An error of the file comes first, because it is what ends the read. After an error of the read the file is incomplete.
    let outcome = written
        .and_then(|counts| read.map(|_| counts))
        .and_then(|counts| {
            std::fs::rename(&part, file)
                .and_then(|()| sync_folder(file))
                .map_err(AppError::internal)?;
            counts.ok_or_else(|| AppError::internal("the database sent no records"))
        });
    if outcome.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    outcome.map(Some)
}

/// Syncs the folder, so that the name of `file` is on disk.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// `verify FILE`: reads it completely and compares it with its manifest. Opens no database.
pub fn verify(file: &Path) -> Result<(), StartError> {
    let counts = read_file(file, None).map_err(|error| StartError(format!("{}: {error}", file.display())))?;
    println!(
        "{} is complete: {} accounts, {} expenses",
        file.display(),
        counts.users,
        counts.all_expenses()
    );
    Ok(())
}

/// `restore FILE`: writes all of it or nothing, into a database without accounts.
pub async fn restore(file: PathBuf, settings: &Settings) -> Result<(), StartError> {
    let failed = |error: AppError| StartError(format!("{}: {error}", file.display()));
    // Checked before the database is created: a mistyped name must not create one.
    File::open(&file).map_err(|error| StartError(format!("{}: {error}", file.display())))?;
    settings
        .make_data_dir()
        .map_err(|error| StartError(error.to_string()))?;
    let db = open(&settings.database)?;
    let (sender, receiver) = sync_channel::<Batch>(MAX_BATCHES_QUEUED);
    let source = file.clone();
    let reading = std::thread::spawn(move || {
        let outcome = read_file(&source, Some(&sender));
        if let Err(error) = &outcome {
            let _ = sender.send(Err(error.clone()));
        }
        outcome
    });
    let taken = db
        .write_shared_in(TxScope::Own, move |conn| import_all(conn, &receiver, progress))
        .await;
    let read = reading
        .join()
        .unwrap_or_else(|_| Err(AppError::internal("reading the file panicked")));
    db.close().await;
    let counts = taken.map_err(failed)?;
    read.map_err(failed)?;
    println!(
        "restored {} accounts, {} expenses",
        counts.users,
        counts.all_expenses()
    );
    Ok(())
}

/// `copy --from URL --to URL`: copies everything or nothing into a database without accounts.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<(), StartError> {
    let source = open_existing(from)?;
    let target = open(to)?;
    let (sender, receiver) = sync_channel::<Batch>(MAX_BATCHES_QUEUED);
    let failure = sender.clone();
    let reading = async {
        let read = source
            .read_shared_in(TxScope::Own, move |conn| export_all(conn, &sender))
            .await;
        if let Err(error) = &read {
            let _ = failure.send(Err(error.clone()));
        }
        drop(failure);
        read
    };
    let writing = target.write_shared_in(TxScope::Own, move |conn| {
        import_all(conn, &receiver, progress_of_copy())
    });
    let (read, taken) = futures_util::future::join(reading, writing).await;
    let failed = |error: AppError| StartError(error.to_string());
    taken.map_err(failed)?;
    read.map_err(failed)?;
    let there = target.read_shared(count_all).await.map_err(failed)?;
    let here = source.read_shared(count_all).await.map_err(failed)?;
    source.close().await;
    target.close().await;
    if here != there {
        return Err(StartError(
            "source and target differ after the copy; stop the server of the source and copy again into an empty database".to_owned(),
        ));
    }
    println!(
        "copied {} accounts, {} expenses; counts and sums agree",
        there.users,
        there.all_expenses()
    );
    Ok(())
}

fn open(url: &DatabaseUrl) -> Result<Db, StartError> {
    Db::open(url).map_err(|error| StartError(error.to_string()))
}

/// For commands that must not create a database.
fn open_existing(url: &DatabaseUrl) -> Result<Db, StartError> {
    Db::open_existing(url).map_err(|error| StartError(error.to_string()))
}
