//! Judging the rows of a draft again: other members add and delete expenses while it is open.

use std::collections::HashMap;

use diesel::prelude::*;
use time::Date;

use super::booking::Booking;
use super::entry::is_shortened;
use super::existing;
use super::import::{Counts, Import};
use super::judge::{Judgement, judge};
use super::row;
use super::source::without_money_in;
use super::verdict::{Reason, Verdict};
use crate::crypto::hash;
use crate::db::schema::import_rows;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;

/// Rows of one statement.
const ROWS_AT_ONCE: usize = 500;

/// The columns of a row that are judged.
#[derive(Queryable)]
struct Judged {
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

impl Judged {
    /// `None` if the file itself excludes the row: rejected, pending, …
    fn booking(&self) -> Option<Booking> {
        let verdict = Verdict::parse(&self.verdict)?;
        let is_left_out_money = self.reason.as_deref() == Some(Reason::MoneyIn.name());
        if !verdict.can_be_taken() && !is_left_out_money {
            return None;
        }
        Some(Booking {
            date: self.date?,
            amount: self.amount?,
            text: self.text,
            id: self.source_id.as_deref().map(hash::key),
            account: self.account.as_deref().map(hash::key),
        })
    }

    fn judgement(&self) -> Judgement {
        Judgement {
            verdict: Verdict::parse(&self.verdict).unwrap_or(Verdict::Rejected),
            reason: self.reason.as_deref().and_then(Reason::parse),
            expense: self.expense,
        }
    }
}

/// Judges all rows again and stores what has changed; returns how many verdicts have. Updates the counts of `draft`.
pub fn judge_again(conn: &mut Conn, owner: BookId, draft: &mut Import) -> Result<usize, AppError> {
    let rows: Vec<Judged> = import_rows::table
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
        ))
        .load(conn)?;
    let is_own = draft.reading()?.is_some_and(|reading| reading.is_own_export());
    let (mut places, mut bookings, mut own_ids) = (Vec::new(), Vec::new(), HashMap::new());
    for (at, row) in rows.iter().enumerate() {
        let Some(booking) = row.booking() else { continue };
        if is_own && let Some(id) = row.source_id.as_deref().and_then(super::survey::own_expense) {
            own_ids.insert(bookings.len(), id);
        }
        places.push(at);
        bookings.push(booking);
    }
    let ledger = match (draft.first_on, draft.last_on) {
        (Some(first), Some(last)) => {
            let named: Vec<i64> = own_ids.values().copied().collect();
            existing::read(conn, owner, (first, last), &named)?
        }
        _ => super::judge::Ledger::default(),
    };
    let mut counts = Counts::default();
    let mut judgements: Vec<Judgement> = rows.iter().map(Judged::judgement).collect();
    for (at, judgement) in places.into_iter().zip(judge(&bookings, &ledger, &own_ids)) {
        let is_shortened = is_shortened(judgement.verdict, rows[at].has_raw);
        judgements[at] = without_money_in(draft, rows[at].amount, judgement).noted(is_shortened);
    }
    let mut changed = HashMap::new();
    for (row, judgement) in rows.iter().zip(&judgements) {
        counts.add(judgement.verdict);
        if *judgement != row.judgement() {
            changed.insert(row.number, *judgement);
        }
    }
    draft.set_counts(counts);
    store(conn, owner, draft.id, &changed)?;
    let differs = |row: &&Judged| {
        changed
            .get(&row.number)
            .is_some_and(|judgement| judgement.verdict.name() != row.verdict)
    };
    Ok(rows.iter().filter(differs).count())
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
