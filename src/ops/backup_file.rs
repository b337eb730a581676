//! Writes and reads backup files.
//!
//! A file is gzip of JSON lines: a head, one line for each record, and a manifest with the number of records, the sums
//! of each book, and the SHA-256 of all lines before it. Both databases write and read the same format.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::progress::progress;
use super::records::record::{BATCH, Batch, Counts, OLDEST_VERSION, Record, VERSION};
use super::records::rules::Rules;
use crate::crypto::encoding::hex;
use crate::error::AppError;
use crate::private_files::create_in_place;

const FORMAT: &str = "expense-tracker backup";
/// Bytes of a line. Longer lines of a damaged or malicious file could exhaust the memory.
const MAX_LINE: u64 = 1 << 20;
/// Bytes of one book in the manifest. Only this line grows with the number of books.
const MAX_SUM: u64 = 128;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Head {
        format: String,
        /// Missing in older files.
        #[serde(default, with = "time::serde::rfc3339::option")]
        made_at: Option<OffsetDateTime>,
        version: u32,
    },
    Record(Box<Record>),
    Manifest {
        #[serde(rename = "tally")]
        counts: Counts,
        sha256: String,
    },
}

/// Writes all batches. `None`, and no file, if the sender ends without a batch; an error once `is_over` is true.
pub(super) fn write_file(
    path: &Path,
    made_at: OffsetDateTime,
    receiver: &Receiver<Batch>,
    is_over: impl Fn() -> bool,
) -> Result<Option<Counts>, AppError> {
    let Ok(first) = receiver.recv() else {
        return Ok(None);
    };
    let file = create_in_place(path).map_err(AppError::internal)?;
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let mut hash = Sha256::new();
    let mut counts = Counts::default();
    let mut put = |line: &Line, hash: &mut Sha256| -> Result<(), AppError> {
        let mut text = serde_json::to_vec(line).map_err(AppError::internal)?;
        text.push(b'\n');
        hash.update(&text);
        out.write_all(&text).map_err(AppError::internal)
    };
    put(
        &Line::Head {
            format: FORMAT.to_owned(),
            made_at: Some(made_at),
            version: VERSION,
        },
        &mut hash,
    )?;
    for batch in std::iter::once(first).chain(receiver) {
        if is_over() {
            return Err(AppError::stopped());
        }
        for record in batch? {
            counts.add(&record);
            put(&Line::Record(Box::new(record)), &mut hash)?;
        }
        progress(counts.all_expenses());
    }
    let sha256 = hex(&hash.clone().finalize());
    put(
        &Line::Manifest {
            counts: counts.clone(),
            sha256,
        },
        &mut hash,
    )?;
    let file = out
        .finish()
        .and_then(|out| out.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all())
        .map_err(AppError::internal)?;
    Ok(Some(counts))
}

/// When the backup was made, according to its head, or else to the modification time of the file.
pub(super) fn made_at(path: &Path) -> Option<OffsetDateTime> {
    let file = File::open(path).ok()?;
    let changed = file.metadata().and_then(|meta| meta.modified()).ok()?;
    let mut text = Vec::new();
    let head = BufReader::new(MultiGzDecoder::new(BufReader::new(file)))
        .take(MAX_LINE)
        .read_until(b'\n', &mut text)
        .ok()
        .and_then(|_| serde_json::from_slice(&text).ok());
    match head {
        Some(Line::Head {
            made_at: Some(moment),
            ..
        }) => Some(moment),
        _ => Some(changed.into()),
    }
}

/// Reads and validates a backup and sends its records. The error says what is wrong with the file.
pub(super) fn read_file(path: &Path, sender: Option<&SyncSender<Batch>>) -> Result<Counts, AppError> {
    let broken = |what: &str| AppError::BadRequest(format!("This file is {what}."));
    let file = File::open(path).map_err(AppError::internal)?;
    let mut input = BufReader::new(MultiGzDecoder::new(BufReader::new(file)));
    let mut hash = Sha256::new();
    let mut counts = Counts::default();
    let mut batch = Vec::new();
    let mut text = Vec::new();
    let mut has_head = false;
    let mut rules = Rules::default();
    for number in 1_u64.. {
        text.clear();
        let length = (&mut input)
            .take(MAX_LINE + MAX_SUM * counts.users.max(counts.books))
            .read_until(b'\n', &mut text)
            .map_err(|_| broken("damaged, or not an Expense Tracker backup"))?;
        if length == 0 {
            return Err(broken("cut off: its manifest is missing"));
        }
        let line: Line =
            serde_json::from_slice(&text).map_err(|_| broken("damaged, or not an Expense Tracker backup"))?;
        match line {
            Line::Head { format, version, .. }
                if format == FORMAT && (OLDEST_VERSION..=VERSION).contains(&version) =>
            {
                has_head = true;
            }
            Line::Head { .. } => return Err(broken("of a version that this program can't read")),
            Line::Record(record) if has_head => {
                counts.add(&record);
                batch.extend(upgraded(*record, number, &mut rules)?);
                if sender.is_none() || batch.len() >= BATCH {
                    send(sender, std::mem::take(&mut batch))?;
                }
            }
            Line::Manifest {
                counts: stated,
                sha256,
            } if has_head => {
                if stated != counts || sha256 != hex(&hash.finalize()) {
                    return Err(broken("damaged: its records differ from its manifest"));
                }
                send(sender, batch)?;
                return Ok(counts);
            }
            _ => return Err(broken("not an Expense Tracker backup")),
        }
        hash.update(&text);
    }
    Err(broken("too long"))
}

/// The record of line `number` in the current version, checked.
fn upgraded(record: Record, number: u64, rules: &mut Rules) -> Result<Vec<Record>, AppError> {
    let upgraded = record.upgraded();
    upgraded
        .iter()
        .try_for_each(|record| record.check(rules))
        .map_err(|fault| {
            AppError::BadRequest(format!("Line {number} of this file can't be restored: {fault}"))
        })?;
    Ok(upgraded)
}

fn send(sender: Option<&SyncSender<Batch>>, batch: Vec<Record>) -> Result<(), AppError> {
    let Some(sender) = sender else {
        return Ok(());
    };
    sender
        .send(Ok(batch))
        .map_err(|_| AppError::internal("the database stopped reading the records"))
}
