//! Judging the rows of a draft again: other members add and delete expenses while it is open.

use std::collections::HashMap;

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use time::Date;

use super::booking::{self, Booking};
use super::entry::is_shortened;
use super::existing;
use super::import::{Counts, Import};
use super::judge::{Judgement, judge};
use super::row;
use super::source::without_money_in;
use super::verdict::{Reason, Verdict};
use crate::db::schema::import_rows;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;

/// Rows of one statement.
const ROWS_AT_ONCE: usize = 500;

/// The columns of a row that are judged.
#[derive(Queryable)]
struct Columns {
    number: i32,
    date: Option<Date>,
    amount: Option<Money>,
    text: i64,
    source_id: Option<String>,
    account: Option<String>,
    verdict: String,
    reason: Option<String>,
    expense: Option<i64>,
    has_raw: bool,
}

impl Columns {
    fn judgement(&self) -> Judgement {
        Judgement {
            verdict: Verdict::parse(&self.verdict).unwrap_or(Verdict::Rejected),
            reason: self.reason.as_deref().and_then(Reason::parse),
            expense: self.expense,
        }
    }

    /// `None` if the file itself excludes the row: rejected, pending, …
    fn booking(&self, judged: Judgement) -> Option<Booking> {
        if !judged.verdict.can_be_taken() && judged.reason != Some(Reason::MoneyIn) {
            return None;
        }
        Some(Booking {
            date: self.date?,
            amount: self.amount?,
            text: self.text,
            id: self.source_id.as_deref().and_then(booking::hash_of),
            account: self.account.as_deref().and_then(booking::hash_of),
        })
    }
}

/// A row that can be judged again.
struct Judged {
    number: i32,
    judgement: Judgement,
    has_raw: bool,
}

/// The rows of a draft. Of their texts only hashes are kept.
#[derive(Default)]
struct Rows {
    /// Of all rows.
    counts: Counts,
    judged: Vec<Judged>,
    /// Of the rows in `judged`, in the same order.
    bookings: Vec<Booking>,
    /// The expenses that rows of the app's own export name, by position in `bookings`.
    own_ids: HashMap<usize, i64>,
}

impl Rows {
    fn read(conn: &mut Conn, owner: BookId, draft: &Import) -> Result<Self, AppError> {
        let columns = import_rows::table
            .filter(import_rows::book_id.eq(owner.0))
            .filter(import_rows::import_id.eq(draft.id))
            .order(import_rows::row_number)
            .select((
                import_rows::row_number,
                import_rows::booked_on,
                import_rows::amount,
                import_rows::text_key,
                import_rows::source_id,
                import_rows::account,
                import_rows::verdict,
                import_rows::reason,
                import_rows::expense_id,
                import_rows::raw.is_not_null(),
            ));
        let is_own = draft.reading()?.is_some_and(|reading| reading.is_own_export());
        let mut rows = Self::default();
        for row in columns.load_iter::<Columns, DefaultLoadingMode>(conn)? {
            rows.add(&row?, is_own);
        }
        Ok(rows)
    }

    fn add(&mut self, row: &Columns, is_own: bool) {
        let judgement = row.judgement();
        let Some(booking) = row.booking(judgement) else {
            self.counts.add(judgement.verdict);
            return;
        };
        if is_own && let Some(id) = row.source_id.as_deref().and_then(super::survey::own_expense) {
            self.own_ids.insert(self.bookings.len(), id);
        }
        self.bookings.push(booking);
        self.judged.push(Judged {
            number: row.number,
            judgement,
            has_raw: row.has_raw,
        });
    }
}

/// Judges all rows again and stores what has changed; returns how many verdicts have. Updates the counts of `draft`.
pub fn judge_again(conn: &mut Conn, owner: BookId, draft: &mut Import) -> Result<usize, AppError> {
    let rows = Rows::read(conn, owner, draft)?;
    let ledger = match (draft.first_on, draft.last_on) {
        (Some(first), Some(last)) => {
            let named: Vec<i64> = rows.own_ids.values().copied().collect();
            existing::read(conn, owner, (first, last), &named)?
        }
        _ => super::judge::Ledger::default(),
    };
    let judgements = judge(&rows.bookings, &ledger, &rows.own_ids);
    let (mut counts, mut changed, mut differing) = (rows.counts, HashMap::new(), 0);
    for ((row, booking), judgement) in rows.judged.iter().zip(&rows.bookings).zip(judgements) {
        let is_shortened = is_shortened(judgement.verdict, row.has_raw);
        let judgement = without_money_in(draft, Some(booking.amount), judgement).noted(is_shortened);
        counts.add(judgement.verdict);
        if judgement != row.judgement {
            changed.insert(row.number, judgement);
            differing += usize::from(judgement.verdict != row.judgement.verdict);
        }
    }
    draft.set_counts(counts);
    store(conn, owner, draft.id, &changed)?;
    Ok(differing)
}

/// Where the verdict changed, whether the row is taken is reset to the default of the new one: only new rows are.
fn store(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    changed: &HashMap<i32, Judgement>,
) -> Result<(), AppError> {
    let mut numbers: Vec<i32> = changed.keys().copied().collect();
    numbers.sort_unstable();
    for numbers in numbers.chunks(ROWS_AT_ONCE) {
        let mut rows = row::numbered(conn, owner, import, numbers)?;
        for row in &mut rows {
            let Some(judgement) = changed.get(&row.row_number) else {
                continue;
            };
            if row.verdict() != judgement.verdict {
                row.take = judgement.verdict == Verdict::New;
            }
            judgement.verdict.name().clone_into(&mut row.verdict);
            row.reason = judgement.reason.map(|reason| reason.name().to_owned());
            row.expense_id = judgement.expense;
        }
        row::upsert(conn, &rows)?;
    }
    Ok(())
}
