//! Backups: one compressed file of all lasting data, with a manifest that tells whether it is whole.
//!
//! The file is gzip over lines of JSON: a head, one line for each record, and a manifest with the number of records, the
//! sums of each account and the SHA-256 of every line before it. It is the same for both databases.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::records::{self, BATCH, Batch, Record, Tally};
use crate::app::StartError;
use crate::db::Db;
use crate::error::AppError;
use crate::settings::{DatabaseUrl, Settings};

const FORMAT: &str = "expense-tracker backup";
const VERSION: u32 = 1;
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
    let db = open(&settings.database)?;
    let part = file.with_extension("part");
    let target = part.clone();
    if file.exists() {
        return Err(StartError(format!("{} exists already", file.display())));
    }
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    let writing = std::thread::spawn(move || write_file(&target, receiver));
    let read = db.read_shared(move |conn| records::send_all(conn, &sender)).await;
    let written = writing
        .join()
        .unwrap_or_else(|_| Err(AppError::internal("writing the file panicked")));
    db.close().await;
    // The file's own error first: the reading only stops because of it.
    match written.and_then(|tally| read.map(|()| tally)) {
        Ok(tally) => {
            std::fs::rename(&part, &file)
                .map_err(|error| StartError(format!("{}: {error}", file.display())))?;
            println!(
                "{}: {} accounts, {} expenses",
                file.display(),
                tally.users,
                tally.all_expenses()
            );
            Ok(())
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(StartError(format!("{}: {error}", file.display())))
        }
    }
}

fn write_file(path: &Path, receiver: std::sync::mpsc::Receiver<Batch>) -> Result<Tally, AppError> {
    let file = File::create(path).map_err(AppError::internal)?;
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
    for batch in receiver {
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
    Ok(tally)
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
        .write_shared(move |conn| records::take_all(conn, &receiver, progress))
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
            Line::Head { format, version } if format == FORMAT && version == VERSION => begun = true,
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
            .read_shared(move |conn| records::send_all(conn, &sender))
            .await;
        if let Err(error) = &read {
            let _ = failure.send(Err(error.clone()));
        }
        drop(failure);
        read
    };
    let writing = target.write_shared(move |conn| records::take_all(conn, &receiver, progress_of_copy()));
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
