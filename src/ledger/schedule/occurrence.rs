//! The rows of `occurrences`: what was decided about a date of a schedule.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use time::{Date, PrimitiveDateTime};

use super::row::Schedule;
use crate::db::schema::occurrences;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::bulk::{self, bulk_insert};
use crate::money::Money;
use crate::period::FIRST_DAY;

/// Rows of one INSERT on PostgreSQL, which takes 65,535 values.
#[cfg(feature = "_postgres")]
const ROWS_AT_ONCE: usize = 1_000;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Posted,
    Skipped,
    /// It is to come, with another amount or description than the schedule.
    Changed,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Posted, Self::Skipped, Self::Changed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Skipped => "skipped",
            Self::Changed => "changed",
        }
    }
}

/// A row of `occurrences`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = occurrences)]
pub struct Occurrence {
    /// The owner.
    pub book_id: i64,
    pub schedule_id: i64,
    /// A date of the schedule.
    pub due_on: Date,
    /// See [`Decision`].
    pub state: String,
    /// Of a posted one: the expense that was made. It may have been deleted since.
    pub expense_id: Option<i64>,
    /// Of a posted one, what it was posted with; of a changed one, what it will be.
    pub amount: Option<Money>,
    /// Of a changed one.
    pub description: Option<String>,
    /// UTC.
    pub decided_at: PrimitiveDateTime,
}

bulk_insert!(
    Occurrence,
    occurrences,
    " ON CONFLICT (book_id, schedule_id, due_on) DO UPDATE SET state = excluded.state, \
     expense_id = excluded.expense_id, amount = excluded.amount, description = excluded.description, \
     decided_at = excluded.decided_at";
    book_id,
    schedule_id,
    due_on,
    state,
    expense_id,
    amount,
    description,
    decided_at,
);

impl Occurrence {
    pub fn new(schedule: &Schedule, due_on: Date, decision: Decision, now: PrimitiveDateTime) -> Self {
        Self {
            book_id: schedule.book_id,
            schedule_id: schedule.id,
            due_on,
            state: decision.name().to_owned(),
            expense_id: None,
            amount: None,
            description: None,
            decided_at: now,
        }
    }

    pub fn is(&self, decision: Decision) -> bool {
        self.state == decision.name()
    }
}

/// What was decided about dates, by schedule and date.
#[derive(Debug, Clone, Default)]
pub struct Decisions(HashMap<i64, BTreeMap<Date, Occurrence>>);

impl Decisions {
    /// Those of some rows.
    pub fn of_rows(rows: Vec<Occurrence>) -> Self {
        let mut all = Self::default();
        all.extend(rows);
        all
    }

    pub(super) fn extend(&mut self, rows: Vec<Occurrence>) {
        for row in rows {
            self.0.entry(row.schedule_id).or_default().insert(row.due_on, row);
        }
    }

    pub fn get(&self, schedule: i64, due_on: Date) -> Option<&Occurrence> {
        self.0.get(&schedule)?.get(&due_on)
    }

    /// Whether the date was neither posted nor skipped.
    pub fn is_open(&self, schedule: i64, due_on: Date) -> bool {
        self.get(schedule, due_on)
            .is_none_or(|row| row.is(Decision::Changed))
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.0.values().map(|rows| rows.len() * 200).sum()
    }
}

/// What was decided about the dates of some schedules on or after the earliest of their next dates.
///
/// Not a join with the schedules: SQLite would begin with the decisions, which are many after years.
pub fn ahead(conn: &mut Conn, owner: BookId, open: &[Schedule]) -> Result<Decisions, AppError> {
    let Some(first) = open.iter().filter_map(|one| one.next_on).min() else {
        return Ok(Decisions::default());
    };
    let ids: Vec<i64> = open.iter().map(|one| one.id).collect();
    let rows: Vec<Occurrence> = occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .filter(occurrences::schedule_id.eq_any(ids))
        .filter(occurrences::due_on.ge(first))
        .select(occurrences::all_columns)
        .load(conn)?;
    Ok(Decisions::of_rows(rows))
}

/// What was decided about the dates of one schedule on or after `from`.
pub fn of_schedule(
    conn: &mut Conn,
    owner: BookId,
    schedule: i64,
    from: Date,
) -> Result<Vec<Occurrence>, AppError> {
    Ok(occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .filter(occurrences::schedule_id.eq(schedule))
        .filter(occurrences::due_on.ge(from))
        .order(occurrences::due_on)
        .select(occurrences::all_columns)
        .load(conn)?)
}

/// At most `limit` decisions of a book after the date of a schedule, ordered by schedule and date.
pub fn batch_after(
    conn: &mut Conn,
    owner: BookId,
    last: Option<(i64, Date)>,
    limit: usize,
) -> Result<Vec<Occurrence>, AppError> {
    let (schedule, due_on) = last.unwrap_or((0, FIRST_DAY));
    let later = occurrences::schedule_id.gt(schedule).or(occurrences::schedule_id
        .eq(schedule)
        .and(occurrences::due_on.gt(due_on)));
    Ok(occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .filter(later)
        .order((occurrences::schedule_id, occurrences::due_on))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(occurrences::all_columns)
        .load(conn)?)
}

/// The number of decisions of a book.
pub fn count(conn: &mut Conn, owner: BookId) -> Result<u64, AppError> {
    let rows: i64 = occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .count()
        .get_result(conn)?;
    Ok(rows.unsigned_abs())
}

/// The latest decisions about one schedule, the newest date first; changed ones are not among them.
pub fn latest(
    conn: &mut Conn,
    owner: BookId,
    schedule: i64,
    limit: i64,
) -> Result<Vec<Occurrence>, AppError> {
    Ok(occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .filter(occurrences::schedule_id.eq(schedule))
        .filter(occurrences::state.ne(Decision::Changed.name()))
        .order(occurrences::due_on.desc())
        .limit(limit)
        .select(occurrences::all_columns)
        .load(conn)?)
}

/// What was decided about one date.
pub fn find(
    conn: &mut Conn,
    owner: BookId,
    schedule: i64,
    due_on: Date,
) -> Result<Option<Occurrence>, AppError> {
    Ok(one(owner, schedule, due_on)
        .select(occurrences::all_columns)
        .first(conn)
        .optional()?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn one(owner: BookId, schedule: i64, due_on: Date) -> _ {
    let id: i64 = owner.0;
    occurrences::table
        .filter(occurrences::book_id.eq(id))
        .filter(occurrences::schedule_id.eq(schedule))
        .filter(occurrences::due_on.eq(due_on))
}

/// Writes decisions; one about the same date replaces the earlier one.
pub fn save(conn: &mut Conn, rows: &[Occurrence]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, rows)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            use diesel::upsert::excluded;
            for rows in rows.chunks(ROWS_AT_ONCE) {
                diesel::insert_into(occurrences::table)
                    .values(rows)
                    .on_conflict((
                        occurrences::book_id,
                        occurrences::schedule_id,
                        occurrences::due_on,
                    ))
                    .do_update()
                    .set((
                        occurrences::state.eq(excluded(occurrences::state)),
                        occurrences::expense_id.eq(excluded(occurrences::expense_id)),
                        occurrences::amount.eq(excluded(occurrences::amount)),
                        occurrences::description.eq(excluded(occurrences::description)),
                        occurrences::decided_at.eq(excluded(occurrences::decided_at)),
                    ))
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

/// Takes back what was decided about a date.
pub(super) fn remove(conn: &mut Conn, owner: BookId, schedule: i64, due_on: Date) -> Result<(), AppError> {
    diesel::delete(one(owner, schedule, due_on)).execute(conn)?;
    Ok(())
}
