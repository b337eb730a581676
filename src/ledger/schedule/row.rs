//! The rows of `schedules`, and the statements that find them.

use diesel::prelude::*;
use time::{Date, PrimitiveDateTime};

use crate::db::schema::schedules;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;
use crate::period::{Recurrence, RepeatUnit};

/// What happens on a date of a schedule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// The expense is entered by itself.
    #[default]
    Post,
    /// It waits until a person confirms it.
    Ask,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Post, Self::Ask];

    /// Reads `post` or `ask`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == text)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Ask => "ask",
        }
    }
}

/// What a schedule does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleState {
    Active,
    Paused,
    /// Somebody ended it, or its last date has been decided.
    Ended,
}

impl ScheduleState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// A row of `schedules`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schedules, primary_key(book_id, id), treat_none_as_null = true)]
pub struct Schedule {
    /// The owner.
    pub book_id: i64,
    /// Made by the program.
    pub id: i64,
    pub category_id: i64,
    /// Negative is a refund.
    pub amount: Money,
    /// May be empty.
    pub description: String,
    /// Stored like that of an expense.
    pub paid_by: Option<i64>,
    /// Who made it, stored like `paid_by`.
    pub created_by: Option<i64>,
    /// The date from which the others are counted.
    pub first_on: Date,
    /// See [`RepeatUnit`].
    pub unit: String,
    /// 1 to 99.
    pub every: i32,
    /// The last possible date.
    pub until: Option<Date>,
    /// The number of dates.
    pub times: Option<i32>,
    /// See [`Mode`].
    pub mode: String,
    /// The first date that was neither posted nor skipped; `None` after the last one.
    pub next_on: Option<Date>,
    /// Since when it is paused.
    pub paused_on: Option<Date>,
    /// When somebody ended it.
    pub ended_on: Option<Date>,
    /// Grows by one with each change by a person.
    pub version: i32,
    /// UTC, like the one below.
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Identifies the submit of the form that created it.
    pub request_key: Option<String>,
}

impl Schedule {
    /// Its dates.
    pub fn recurrence(&self) -> Recurrence {
        Recurrence {
            first: self.first_on,
            unit: RepeatUnit::parse(&self.unit).unwrap_or(RepeatUnit::Month),
            every: u8::try_from(self.every).unwrap_or(1).max(1),
            until: self.until,
            times: self.times.and_then(|times| u32::try_from(times).ok()),
        }
    }

    pub fn mode(&self) -> Mode {
        Mode::parse(&self.mode).unwrap_or(Mode::Ask)
    }

    pub fn state(&self) -> ScheduleState {
        if self.ended_on.is_some() || self.next_on.is_none() {
            ScheduleState::Ended
        } else if self.paused_on.is_some() {
            ScheduleState::Paused
        } else {
            ScheduleState::Active
        }
    }

    /// Whether the program enters its dates: it is active and asks nobody.
    pub fn posts_itself(&self) -> bool {
        self.mode() == Mode::Post && self.state() == ScheduleState::Active
    }
}

/// A schedule; else [`AppError::NotFound`].
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<Schedule, AppError> {
    Ok(schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::id.eq(id))
        .select(schedules::all_columns)
        .first(conn)?)
}

/// The schedule that the submit with this key has created.
pub(super) fn by_request(conn: &mut Conn, owner: BookId, key: &str) -> Result<Option<Schedule>, AppError> {
    Ok(schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::request_key.eq(key))
        .select(schedules::all_columns)
        .first(conn)
        .optional()?)
}

/// Every schedule with dates to come, in the order of these dates.
pub fn open(conn: &mut Conn, owner: BookId) -> Result<Vec<Schedule>, AppError> {
    Ok(schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::next_on.is_not_null())
        .filter(schedules::ended_on.is_null())
        .order((schedules::next_on, schedules::id))
        .select(schedules::all_columns)
        .load(conn)?)
}

/// Whether the program has to enter something of a book on `today`.
pub(super) fn has_due(conn: &mut Conn, owner: BookId, today: Date) -> Result<bool, AppError> {
    let any: Option<i64> = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::next_on.le(today))
        .filter(schedules::mode.eq(Mode::Post.name()))
        .filter(schedules::paused_on.is_null())
        .filter(schedules::ended_on.is_null())
        .select(schedules::id)
        .first(conn)
        .optional()?;
    Ok(any.is_some())
}

/// The schedules without dates to come that changed last, at most `limit`.
pub fn ended(conn: &mut Conn, owner: BookId, limit: i64) -> Result<Vec<Schedule>, AppError> {
    Ok(schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::next_on.is_null().or(schedules::ended_on.is_not_null()))
        .order((schedules::updated_at.desc(), schedules::id.desc()))
        .limit(limit)
        .select(schedules::all_columns)
        .load(conn)?)
}

/// Every schedule of a book, by id.
pub fn all(conn: &mut Conn, owner: BookId) -> Result<Vec<Schedule>, AppError> {
    Ok(schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .order(schedules::id)
        .select(schedules::all_columns)
        .load(conn)?)
}

/// Writes a new row.
pub fn insert(conn: &mut Conn, row: Schedule) -> Result<(), AppError> {
    diesel::insert_into(schedules::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes the values of a row that exists.
pub(super) fn save(conn: &mut Conn, row: &Schedule) -> Result<(), AppError> {
    diesel::update(
        schedules::table
            .filter(schedules::book_id.eq(row.book_id))
            .filter(schedules::id.eq(row.id)),
    )
    .set(row)
    .execute(conn)?;
    Ok(())
}

/// The schedules of a merged category get the other one.
pub(in crate::ledger) fn move_category(
    conn: &mut Conn,
    owner: BookId,
    from: i64,
    into: i64,
) -> Result<(), AppError> {
    diesel::update(
        schedules::table
            .filter(schedules::book_id.eq(owner.0))
            .filter(schedules::category_id.eq(from)),
    )
    .set(schedules::category_id.eq(into))
    .execute(conn)?;
    Ok(())
}
