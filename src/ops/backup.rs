//! Backups: one compressed file of all lasting data; made, checked, restored, and copied to another database.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use time::OffsetDateTime;

use super::backup_file::{read_file, write_file};
use super::progress::{progress, progress_of_copy};
use super::records::{self, Batch, Tally};
use crate::clock::Clock;
use crate::db::{Db, TxScope};
use crate::error::AppError;
use crate::settings::{DatabaseUrl, Settings};
use crate::state::StartError;

/// What the name of an unfinished backup ends with.
pub(super) const PART: &str = ".part";
/// Batches that wait between the two ends of a stream.
const WAITING: usize = 4;

/// `backup FILE`: writes everything, consistent while a server runs; an existing file is not overwritten.
pub async fn backup(file: PathBuf, settings: &Settings) -> Result<(), StartError> {
    if file.exists() {
        return Err(StartError(format!("{} exists already", file.display())));
    }
    let db = open_existing(&settings.database)?;
    let written = write(&db, &file).await;
    db.close().await;
    match written {
        Ok(Some(tally)) => {
            println!(
                "{}: {} accounts, {} expenses",
                file.display(),
                tally.users,
                tally.all_expenses()
            );
            Ok(())
        }
        Ok(None) => Err(StartError(
            "another backup of this database is being made; try again later".to_owned(),
        )),
        Err(error) => Err(StartError(format!("{}: {error}", file.display()))),
    }
}

/// Writes everything in one snapshot into `file`, which has its name only once all of it is on disk. `None` when
/// another instance is making a backup.
pub async fn write(db: &Db, file: &Path) -> Result<Option<Tally>, AppError> {
    write_dated(db, file, Clock::system().now_utc()).await
}

/// The same, with the moment that the file gives as the one of its making.
pub(super) async fn write_dated(
    db: &Db,
    file: &Path,
    made_at: OffsetDateTime,
) -> Result<Option<Tally>, AppError> {
    let mut part = file.as_os_str().to_owned();
    part.push(PART);
    let part = PathBuf::from(part);
    let (target, closing) = (part.clone(), db.clone());
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let writing =
        std::thread::spawn(move || write_file(&target, made_at, &receiver, || closing.is_closing()));
    let read = db
        .read_shared_in(TxScope::Own, move |conn| {
            let alone = records::only_backup(conn)?;
            if alone {
                records::send_all(conn, &sender)?;
            }
            Ok(alone)
        })
        .await;
    let written = actix_web::web::block(move || writing.join()).await;
    let written = written
        .map_err(AppError::internal)?
        .unwrap_or_else(|_| Err(AppError::internal("writing the file panicked")));
    if matches!(read, Ok(false)) {
        return Ok(None);
    }
    // The file's own error first: the reading only stops because of it. But what the reading has sent is no whole file.
    let outcome = written.and_then(|tally| read.map(|_| tally)).and_then(|tally| {
        std::fs::rename(&part, file)
            .and_then(|()| sync_folder(file))
            .map_err(AppError::internal)?;
        tally.ok_or_else(|| AppError::internal("there was nothing to write"))
    });
    if outcome.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    outcome.map(Some)
}

/// Has the name of `file` on disk, too.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// `verify FILE`: reads it to the end and compares it with its manifest; touches no database.
pub fn verify(file: &Path) -> Result<(), StartError> {
    let tally = read_file(file, None).map_err(|error| StartError(format!("{}: {error}", file.display())))?;
    println!(
        "{} is whole: {} accounts, {} expenses",
        file.display(),
        tally.users,
        tally.all_expenses()
    );
    Ok(())
}

/// `restore FILE`: into a database without accounts; all of it or nothing.
pub async fn restore(file: PathBuf, settings: &Settings) -> Result<(), StartError> {
    let failed = |error: AppError| StartError(format!("{}: {error}", file.display()));
    // A mistyped name makes no database.
    File::open(&file).map_err(|error| StartError(format!("{}: {error}", file.display())))?;
    settings
        .make_data_dir()
        .map_err(|error| StartError(error.to_string()))?;
    let db = open(&settings.database)?;
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let source = file.clone();
    let reading = std::thread::spawn(move || {
        let outcome = read_file(&source, Some(&sender));
        if let Err(error) = &outcome {
            let _ = sender.send(Err(error.clone()));
        }
        outcome
    });
    let taken = db
        .write_shared_in(TxScope::Own, move |conn| {
            records::take_all(conn, &receiver, progress)
        })
        .await;
    let read = reading
        .join()
        .unwrap_or_else(|_| Err(AppError::internal("reading the file panicked")));
    db.close().await;
    let tally = taken.map_err(failed)?;
    read.map_err(failed)?;
    println!(
        "restored {} accounts, {} expenses",
        tally.users,
        tally.all_expenses()
    );
    Ok(())
}

/// `copy --from URL --to URL`: everything from one database into another that has no accounts; all of it or nothing.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<(), StartError> {
    let source = open_existing(from)?;
    let target = open(to)?;
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let failure = sender.clone();
    let reading = async {
        let read = source
            .read_shared_in(TxScope::Own, move |conn| records::send_all(conn, &sender))
            .await;
        if let Err(error) = &read {
            let _ = failure.send(Err(error.clone()));
        }
        drop(failure);
        read
    };
    let writing = target.write_shared_in(TxScope::Own, move |conn| {
        records::take_all(conn, &receiver, progress_of_copy())
    });
    let (read, taken) = futures_util::future::join(reading, writing).await;
    let failed = |error: AppError| StartError(error.to_string());
    taken.map_err(failed)?;
    read.map_err(failed)?;
    let there = target.read_shared(records::tally).await.map_err(failed)?;
    let here = source.read_shared(records::tally).await.map_err(failed)?;
    source.close().await;
    target.close().await;
    if here != there {
        return Err(StartError(
            "the two differ after the copy: was the source written to meanwhile?".to_owned(),
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

/// For a command that does not make a database.
fn open_existing(url: &DatabaseUrl) -> Result<Db, StartError> {
    Db::open_existing(url).map_err(|error| StartError(error.to_string()))
}
