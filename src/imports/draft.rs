//! Reading a file into rows with verdicts. Nothing of the ledger is written.
//!
//! A file is read twice. The first pass decides how, and keeps only what identifies each row; the second writes the rows, a
//! piece at a time, so that memory stays flat and other writes do not wait.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use tokio::sync::mpsc;

use super::entry::Entry;
use super::existing;
use super::import::{self, Counts, Import};
use super::judge::{Judgement, judge};
use super::reading::{Choices, Reading, wrong_choice};
use super::row::{self, ImportRow};
use super::source::Source;
use super::state::ImportState;
use super::survey::{Survey, survey};
use super::verdict::Verdict;
use crate::crypto::hash;
use crate::db::{Conn, WritableBook};
use crate::error::AppError;
use crate::money::Currency;
use crate::state::AppState;
use crate::statements::balance::Balance;
use crate::statements::csv::Unreadable;
use crate::statements::csv::limits::MAX_ROWS;

/// For reading what a file is compared with: years of expenses.
const READ_TIME: Duration = Duration::from_secs(20);
/// Rows of one write.
const ROWS_AT_ONCE: usize = 2_000;

/// Checks that the file can be read at all, whatever is chosen; with its hash. The error is at the field `file`.
pub async fn check(bytes: &Arc<Vec<u8>>, currency: Currency) -> Result<(Reading, String), AppError> {
    let bytes = Arc::clone(bytes);
    let checked = block(move || {
        let reading = Reading::propose(&bytes, &Choices::default(), currency)?;
        Ok((reading, hash::hex(&bytes)))
    });
    checked
        .await?
        .map_err(|why: Unreadable| AppError::invalid("file", why.to_string()))
}

/// The choices of an earlier file with the same columns, if they leave nothing open in this one.
pub async fn fitting(
    bytes: &Arc<Vec<u8>>,
    choices: Option<Choices>,
    currency: Currency,
) -> Result<Option<Choices>, AppError> {
    let Some(choices) = choices else { return Ok(None) };
    let bytes = Arc::clone(bytes);
    block(move || {
        let reading = Reading::propose(&bytes, &choices, currency);
        reading
            .is_ok_and(|reading| reading.questions.is_empty())
            .then_some(choices)
    })
    .await
}

/// Reads the file of a draft by its choices and replaces its rows. An import of a choice that does not fit the file is
/// [`AppError::Invalid`] at its field, such as `read_as.date`.
pub async fn read(
    state: &AppState,
    book: WritableBook,
    currency: Currency,
    mut draft: Import,
) -> Result<Import, AppError> {
    let _permit = Arc::clone(&state.imports)
        .acquire_owned()
        .await
        .map_err(AppError::internal)?;
    let (owner, id) = (book.id(), draft.id);
    let bytes = Arc::new(
        state
            .db
            .read(owner, move |conn| import::content(conn, owner, id))
            .await?,
    );
    let choices = draft.choices()?;
    let survey = {
        let bytes = Arc::clone(&bytes);
        block(move || survey(&bytes, &choices, currency)).await?
    };
    let survey = survey.map_err(|why| {
        let field = wrong_choice(why).unwrap_or_else(|| "file".to_owned());
        AppError::invalid(&field, why.to_string())
    })?;
    draft = begin(state, book, draft).await?;
    describe(&mut draft, &survey)?;
    if survey.reading.questions.is_empty() && survey.rows > 0 {
        draft = judged(state, book, survey, &draft, currency, bytes).await?;
    } else {
        draft.problem = (survey.rows == 0).then(|| "This file has no rows.".to_owned());
        draft.set_counts(Counts::default());
    }
    finish(state, book, draft).await
}

/// Removes the rows of an earlier reading, under a new version, so that a reading that is still running stops.
async fn begin(state: &AppState, book: WritableBook, mut draft: Import) -> Result<Import, AppError> {
    let write = move |conn: &mut Conn| {
        ImportState::ReadAs.name().clone_into(&mut draft.state);
        import::update(conn, &mut draft)?;
        row::remove(conn, book.id(), draft.id)?;
        Ok(draft)
    };
    state.db.write(book, write).await
}

async fn finish(state: &AppState, book: WritableBook, mut draft: Import) -> Result<Import, AppError> {
    let write = move |conn: &mut Conn| {
        import::update(conn, &mut draft)?;
        Ok(draft)
    };
    state.db.write(book, write).await
}

fn describe(draft: &mut Import, survey: &Survey) -> Result<(), AppError> {
    let reading = &survey.reading;
    reading.format.name().clone_into(&mut draft.format);
    draft.reading = Some(serde_json::to_string(reading).map_err(AppError::internal)?);
    draft.header_key = reading.header_key();
    draft.balances = survey.balances.map(|balance| {
        match balance {
            Balance::Explained => "explained",
            Balance::NotExplained => "not_explained",
        }
        .to_owned()
    });
    (draft.first_on, draft.last_on) = survey.days.unzip();
    draft.problem = None;
    Ok(())
}

/// Judges the rows and writes them; returns the draft in its new state, which is still to be stored.
async fn judged(
    state: &AppState,
    book: WritableBook,
    survey: Survey,
    draft: &Import,
    currency: Currency,
    bytes: Arc<Vec<u8>>,
) -> Result<Import, AppError> {
    let owner = book.id();
    let Survey {
        reading,
        bookings,
        positions,
        own_ids,
        days,
        rows,
        history,
        ..
    } = survey;
    let named: Vec<i64> = own_ids.values().copied().collect();
    let read = move |conn: &mut Conn| {
        let ledger = match days {
            Some(days) => existing::read(conn, owner, days, &named)?,
            None => super::judge::Ledger::default(),
        };
        Ok((ledger, history.read(conn, owner)?))
    };
    let (ledger, history) = state.db.read_within(READ_TIME, owner, read).await?;
    let judgements = block(move || {
        let mut judgements: Vec<Option<Judgement>> = vec![None; rows];
        for (position, judgement) in positions.into_iter().zip(judge(&bookings, &ledger, &own_ids)) {
            judgements[position] = Some(judgement);
        }
        judgements
    })
    .await?;
    let source = Source {
        reading,
        currency,
        bytes,
        judgements,
        history,
    };
    write_rows(state, book, draft, source).await
}

async fn write_rows(
    state: &AppState,
    book: WritableBook,
    draft: &Import,
    source: Source,
) -> Result<Import, AppError> {
    let (owner, id, version) = (book.id(), draft.id, draft.version);
    let (sender, mut pieces) = mpsc::channel::<Vec<ImportRow>>(1);
    let of = draft.clone();
    let reader = tokio::task::spawn_blocking(move || {
        let Ok(records) = source.reading.records(&source.bytes) else {
            return;
        };
        let mut piece = Vec::with_capacity(ROWS_AT_ONCE);
        for (at, record) in records.take(MAX_ROWS).enumerate() {
            piece.push(source.row(&of, at, Entry::of(record, source.currency)));
            if piece.len() == ROWS_AT_ONCE && sender.blocking_send(std::mem::take(&mut piece)).is_err() {
                return;
            }
        }
        let _ = sender.blocking_send(piece);
    });
    let mut counts = Counts::default();
    let mut readable = 0_usize;
    while let Some(piece) = pieces.recv().await {
        for row in &piece {
            counts.add(row.verdict());
            readable += usize::from(row.verdict() != Verdict::Rejected);
        }
        state
            .db
            .write(book, move |conn| {
                if import::find(conn, owner, id)?.version != version {
                    return Err(AppError::Conflict(
                        "This import is being read in another tab. Open it again.".to_owned(),
                    ));
                }
                row::upsert(conn, &piece)
            })
            .await?;
    }
    reader.await.map_err(AppError::internal)?;
    let mut draft = draft.clone();
    draft.set_counts(counts);
    let next = if readable > 0 {
        ImportState::Review
    } else {
        draft.problem = Some("No rows can be read this way. Check the date and amount columns.".to_owned());
        ImportState::ReadAs
    };
    next.name().clone_into(&mut draft.state);
    Ok(draft)
}

/// Runs work that takes long away from the threads that answer requests.
async fn block<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    web::block(work).await.map_err(AppError::internal)
}
