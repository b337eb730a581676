//! Backups: one compressed file of all lasting data, with a manifest that tells whether it is whole.
//!
//! The file is gzip over lines of JSON: a head, one line for each record, and a manifest with the number of records, the
//! sums of each account and the SHA-256 of every line before it. It is the same for both databases.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::records::{self, BATCH, Batch, Record, Tally};
use crate::app::StartError;
use crate::db::{Db, Rows};
use crate::error::AppError;
use crate::settings::{DatabaseUrl, Settings};

const FORMAT: &str = "expense-tracker backup";
/// Version 2 has API tokens; 1 is still read.
const VERSION: u32 = 2;
/// What the name of an unfinished backup ends with.
pub(super) const PART: &str = ".part";
/// Batches that wait between the two ends of a stream.
const WAITING: usize = 4;
/// Expenses between two lines about a copy.
const TOLD_EVERY: u64 = 20_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Head { format: String, version: u32 },
    Record(Box<Record>),
    Manifest { tally: Tally, sha256: String },
}

/// `backup FILE`: writes everything, consistent while a server runs; an existing file is not overwritten.
pub async fn backup(file: PathBuf, settings: &Settings) -> Result<(), StartError> {
    if file.exists() {
        return Err(StartError(format!("{} exists already", file.display())));
    }
    let db = open(&settings.database)?;
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
    let mut part = file.as_os_str().to_owned();
    part.push(PART);
    let part = PathBuf::from(part);
    let (target, closing) = (part.clone(), db.clone());
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let writing = std::thread::spawn(move || write_file(&target, &receiver, || closing.is_closing()));
    let read = db
        .read_shared_rows(Rows::Many, move |conn| {
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

/// Writes what comes, once something comes; `None` when nothing does. It gives up as soon as `is_over`.
fn write_file(
    path: &Path,
    receiver: &Receiver<Batch>,
    is_over: impl Fn() -> bool,
) -> Result<Option<Tally>, AppError> {
    let Ok(first) = receiver.recv() else {
        return Ok(None);
    };
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(AppError::internal)?;
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let mut hash = Sha256::new();
    let mut tally = Tally::default();
    let mut put = |line: &Line, hash: &mut Sha256| -> Result<(), AppError> {
        let mut text = serde_json::to_vec(line).map_err(AppError::internal)?;
        text.push(b'\n');
        hash.update(&text);
        out.write_all(&text).map_err(AppError::internal)
    };
    put(
        &Line::Head {
            format: FORMAT.to_owned(),
            version: VERSION,
        },
        &mut hash,
    )?;
    for batch in std::iter::once(first).chain(receiver) {
        if is_over() {
            return Err(AppError::stopped());
        }
        for record in batch? {
            tally.count(&record);
            put(&Line::Record(Box::new(record)), &mut hash)?;
        }
        progress(tally.all_expenses());
    }
    let sha256 = hex(hash.clone());
    put(
        &Line::Manifest {
            tally: tally.clone(),
            sha256,
        },
        &mut hash,
    )?;
    let file = out
        .finish()
        .and_then(|out| out.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all())
        .map_err(AppError::internal)?;
    Ok(Some(tally))
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
        .write_shared_rows(Rows::Many, move |conn| {
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

/// Reads a backup, passing its records on; the error names what is wrong with it.
fn read_file(path: &Path, sender: Option<&SyncSender<Batch>>) -> Result<Tally, AppError> {
    let broken = |what: &str| AppError::BadRequest(format!("This file is {what}."));
    let file = File::open(path).map_err(AppError::internal)?;
    let mut input = BufReader::new(MultiGzDecoder::new(BufReader::new(file)));
    let mut hash = Sha256::new();
    let mut tally = Tally::default();
    let mut batch = Vec::new();
    let mut text = Vec::new();
    let mut begun = false;
    loop {
        text.clear();
        let length = input
            .read_until(b'\n', &mut text)
            .map_err(|_| broken("damaged, or no backup of this program"))?;
        if length == 0 {
            return Err(broken("cut off: its manifest is missing"));
        }
        let line: Line =
            serde_json::from_slice(&text).map_err(|_| broken("damaged, or no backup of this program"))?;
        match line {
            Line::Head { format, version } if format == FORMAT && (1..=VERSION).contains(&version) => {
                begun = true;
            }
            Line::Head { .. } => return Err(broken("of another version than this program reads")),
            Line::Record(record) if begun => {
                tally.count(&record);
                batch.push(*record);
                if let Some(sender) = sender.filter(|_| batch.len() >= BATCH) {
                    let full = std::mem::take(&mut batch);
                    sender
                        .send(Ok(full))
                        .map_err(|_| AppError::internal("the database took no more"))?;
                } else if sender.is_none() {
                    batch.clear();
                }
            }
            Line::Manifest { tally: told, sha256 } if begun => {
                if told != tally || sha256 != hex(hash) {
                    return Err(broken("damaged: it does not hold what its manifest says"));
                }
                if let Some(sender) = sender {
                    sender
                        .send(Ok(batch))
                        .map_err(|_| AppError::internal("the database took no more"))?;
                }
                return Ok(tally);
            }
            _ => return Err(broken("no backup of this program")),
        }
        hash.update(&text);
    }
}

/// `copy --from URL --to URL`: everything from one database into another that has no accounts; all of it or nothing.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<(), StartError> {
    let (source, target) = (open(from)?, open(to)?);
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let failure = sender.clone();
    let reading = async {
        let read = source
            .read_shared_rows(Rows::Many, move |conn| records::send_all(conn, &sender))
            .await;
        if let Err(error) = &read {
            let _ = failure.send(Err(error.clone()));
        }
        drop(failure);
        read
    };
    let writing = target.write_shared_rows(Rows::Many, move |conn| {
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

fn progress(expenses: u64) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{expenses} expenses ");
    }
}

/// The same; where nobody watches, a line now and then instead.
fn progress_of_copy() -> impl Fn(u64) {
    let told = std::cell::Cell::new(0);
    move |expenses| {
        progress(expenses);
        if !std::io::stderr().is_terminal() && expenses / TOLD_EVERY > told.get() {
            told.set(expenses / TOLD_EVERY);
            eprintln!("{expenses} expenses");
        }
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}
