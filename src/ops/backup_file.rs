//! The file of a backup, written and read.
//!
//! It is gzip over lines of JSON: a head, one line for each record, and a manifest with the number of records, the
//! sums of each account and the SHA-256 of every line before it. It is the same for both databases.

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
use super::record_rules::Rules;
use super::records::{BATCH, Batch, Record, Tally};
use crate::crypto::encoding::hex;
use crate::error::AppError;
use crate::private_files::create_in_place;

const FORMAT: &str = "expense-tracker backup";
/// Version 2 has API tokens; 1 is still read.
const VERSION: u32 = 2;
/// Most bytes of a line. A damaged file, or one made to do harm, may have lines that fill the memory.
const LONGEST_LINE: u64 = 1 << 20;
/// Most bytes of an account's count and sum in the manifest, the one line that grows with the accounts.
const LONGEST_SUM: u64 = 128;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Head {
        format: String,
        /// Files from before this was written have none.
        #[serde(default, with = "time::serde::rfc3339::option")]
        made_at: Option<OffsetDateTime>,
        version: u32,
    },
    Record(Box<Record>),
    Manifest {
        tally: Tally,
        sha256: String,
    },
}

/// Writes what comes, once something comes; `None` when nothing does. It gives up as soon as `is_over`.
pub(super) fn write_file(
    path: &Path,
    made_at: OffsetDateTime,
    receiver: &Receiver<Batch>,
    is_over: impl Fn() -> bool,
) -> Result<Option<Tally>, AppError> {
    let Ok(first) = receiver.recv() else {
        return Ok(None);
    };
    let file = create_in_place(path).map_err(AppError::internal)?;
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
            tally.count(&record);
            put(&Line::Record(Box::new(record)), &mut hash)?;
        }
        progress(tally.all_expenses());
    }
    let sha256 = hex(&hash.clone().finalize());
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

/// When a backup was made, by its head; where that has no date, by the file's own.
pub(super) fn made_at(path: &Path) -> Option<OffsetDateTime> {
    let file = File::open(path).ok()?;
    let changed = file.metadata().and_then(|meta| meta.modified()).ok()?;
    let mut text = Vec::new();
    let head = BufReader::new(MultiGzDecoder::new(BufReader::new(file)))
        .take(LONGEST_LINE)
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

/// Reads a backup, passing its records on; the error names what is wrong with it.
pub(super) fn read_file(path: &Path, sender: Option<&SyncSender<Batch>>) -> Result<Tally, AppError> {
    let broken = |what: &str| AppError::BadRequest(format!("This file is {what}."));
    let file = File::open(path).map_err(AppError::internal)?;
    let mut input = BufReader::new(MultiGzDecoder::new(BufReader::new(file)));
    let mut hash = Sha256::new();
    let mut tally = Tally::default();
    let mut batch = Vec::new();
    let mut text = Vec::new();
    let mut begun = false;
    let mut rules = Rules::default();
    for number in 1_u64.. {
        text.clear();
        let length = (&mut input)
            .take(LONGEST_LINE + LONGEST_SUM * tally.users)
            .read_until(b'\n', &mut text)
            .map_err(|_| broken("damaged, or no backup of this program"))?;
        if length == 0 {
            return Err(broken("cut off: its manifest is missing"));
        }
        let line: Line =
            serde_json::from_slice(&text).map_err(|_| broken("damaged, or no backup of this program"))?;
        match line {
            Line::Head { format, version, .. } if format == FORMAT && (1..=VERSION).contains(&version) => {
                begun = true;
            }
            Line::Head { .. } => return Err(broken("of another version than this program reads")),
            Line::Record(record) if begun => {
                rules.check(&record).map_err(|fault| {
                    AppError::BadRequest(format!("Line {number} of this file can't be restored: {fault}"))
                })?;
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
                if told != tally || sha256 != hex(&hash.finalize()) {
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
    Err(broken("too long"))
}
