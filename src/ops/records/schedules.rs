//! Recurring entries in a backup: the fields of their records, and the rules for them. Links for calendars are made again.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use super::expense::{amount, day, description};
use super::rows::record;
use super::rules::{CATEGORY, Checked, Rules, moments, must};
use crate::ledger::schedule::dismissed::DismissedSchedule;
use crate::ledger::schedule::occurrence::{Decision, Occurrence};
use crate::ledger::schedule::row::{Mode, Schedule};
use crate::money::Money;
use crate::period::RepeatUnit;
use crate::recurring::fields::MAX_EVERY;

record!(
    ScheduleRecord,
    Schedule {
        book_id: i64,
        id: i64,
        category_id: i64,
        amount: Money,
        description: String,
        paid_by: Option<i64>,
        created_by: Option<i64>,
        first_on: Date,
        unit: String,
        every: i32,
        until: Option<Date>,
        times: Option<i32>,
        mode: String,
        next_on: Option<Date>,
        paused_on: Option<Date>,
        ended_on: Option<Date>,
        version: i32,
        created_at: PrimitiveDateTime,
        updated_at: PrimitiveDateTime,
        request_key: Option<String>,
    }
);

record!(
    OccurrenceRecord,
    Occurrence {
        book_id: i64,
        schedule_id: i64,
        due_on: Date,
        state: String,
        expense_id: Option<i64>,
        amount: Option<Money>,
        description: Option<String>,
        decided_at: PrimitiveDateTime,
    }
);

record!(
    DismissedRecord,
    DismissedSchedule {
        book_id: i64,
        text_key: i64,
        dismissed_at: PrimitiveDateTime,
    }
);

impl Rules {
    pub(super) fn schedule(&mut self, row: &ScheduleRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(self.categories.contains(&row.category_id), CATEGORY)?;
        amount(row.amount)?;
        description(&row.description)?;
        self.people([row.paid_by, row.created_by])?;
        must(RepeatUnit::parse(&row.unit).is_some(), "its unit is unknown")?;
        must(
            (1..=i32::from(MAX_EVERY)).contains(&row.every),
            "its distance is out of range",
        )?;
        must(Mode::parse(&row.mode).is_some(), "its mode is unknown")?;
        must(row.times.is_none_or(|times| times > 0), "it has no dates")?;
        must(row.version > 0, "its version is not a positive number")?;
        day(row.first_on)?;
        for date in [row.until, row.next_on, row.paused_on, row.ended_on] {
            date.map_or(Ok(()), day)?;
        }
        moments([Some(row.created_at), Some(row.updated_at)])?;
        self.schedules.insert(row.id);
        Ok(())
    }

    pub(super) fn occurrence(&self, row: &OccurrenceRecord) -> Checked {
        self.owned(row.book_id, row.schedule_id)?;
        must(
            self.schedules.contains(&row.schedule_id),
            "its recurring entry is not among those of the book",
        )?;
        let is_known = Decision::ALL.into_iter().any(|one| one.name() == row.state);
        must(is_known, "what was decided is unknown")?;
        must(
            row.expense_id.is_none_or(|id| id > 0),
            "its expense is not a positive number",
        )?;
        day(row.due_on)?;
        row.amount.map_or(Ok(()), amount)?;
        row.description.as_deref().map_or(Ok(()), description)?;
        moments([Some(row.decided_at), None])
    }

    pub(super) fn dismissed(&self, row: &DismissedRecord) -> Checked {
        self.owned(row.book_id, row.book_id)?;
        moments([Some(row.dismissed_at), None])
    }
}
