//! What the page of one schedule reads, and its past dates.

use std::collections::HashSet;

use time::Date;

use super::data::{BookData, Reader};
use super::words::Words;
use crate::books::role::Role;
use crate::db::Conn;
use crate::error::AppError;
use crate::ledger::queries;
use crate::ledger::schedule::occurrence::{self, Decision, Occurrence};
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::ledger::schedule::row::{self, Schedule};
use crate::period::{FIRST_DAY, format_date};
use crate::recurring::view::PastDate;

/// Past dates on the page.
const PAST: i64 = 60;

/// What the page of a schedule shows.
pub(super) struct ScheduleData {
    pub(super) book: BookData,
    pub(super) open: OpenSchedules,
    pub(super) past: Vec<Occurrence>,
    /// Expenses of `past` that are not in the trash.
    pub(super) live: HashSet<i64>,
    /// Dates that were posted or skipped.
    pub(super) decided: HashSet<Date>,
}

impl ScheduleData {
    pub(super) fn of(conn: &mut Conn, reader: &Reader, id: i64) -> Result<Self, AppError> {
        let owner = reader.book.book;
        let schedule = row::find(conn, owner, id)?;
        let past = occurrence::latest(conn, owner, id, PAST)?;
        let expenses: Vec<i64> = past.iter().filter_map(|row| row.expense_id).collect();
        let rows = occurrence::of_schedule(conn, owner, id, FIRST_DAY)?;
        let decided = rows.iter().filter(|row| !row.is(Decision::Changed));
        Ok(Self {
            decided: decided.map(|row| row.due_on).collect(),
            book: BookData::of(conn, reader)?,
            open: OpenSchedules::of_one(conn, owner, schedule)?,
            live: queries::live(conn, owner, &expenses)?,
            past,
        })
    }
}

impl ScheduleData {
    /// The latest expense that was entered and is not deleted.
    pub(super) fn latest_expense(&self) -> Option<i64> {
        let entered = self.past.iter().filter_map(|row| row.expense_id);
        entered.into_iter().find(|id| self.live.contains(id))
    }
}

/// What was decided, the newest first; each amount that differs from the one before says so.
pub(super) fn past(words: &Words<'_>, data: &ScheduleData, schedule: &Schedule) -> Vec<PastDate> {
    let rows = data.past.iter().enumerate();
    rows.map(|(at, row)| {
        let is_skipped = row.is(Decision::Skipped);
        let earlier = data.past[at + 1..].iter().find_map(|row| row.amount);
        let changed = earlier.filter(|earlier| row.amount.is_some_and(|amount| amount != *earlier));
        let expense = row.expense_id.filter(|id| data.live.contains(id));
        let can_return = is_skipped
            && schedule.ended_on.is_none()
            && words.user.role >= Role::Editor
            && schedule.recurrence().index_of(row.due_on).is_some();
        let plain = format_date(row.due_on);
        PastDate {
            day: words.day(row.due_on),
            amount: row
                .amount
                .map(|amount| words.amount(amount, schedule.category_id)),
            expense_href: expense.map(|id| format!("{}/expenses/{id}/edit", words.user.base)),
            note: match (is_skipped, expense, changed) {
                (true, ..) => "Skipped".to_owned(),
                (_, None, _) => "Deleted since".to_owned(),
                (_, _, Some(earlier)) => format!("was {} before", words.user.preferences.words(earlier)),
                _ => String::new(),
            },
            restore_action: can_return.then(|| words.address(&format!("/{}/{plain}", schedule.id))),
            date: plain,
        }
    })
    .collect()
}
