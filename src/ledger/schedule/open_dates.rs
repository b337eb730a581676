//! The dates of schedules that were neither posted nor skipped, computed without the database.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use time::Date;

use super::occurrence::{self, Decisions};
use super::row::{self, Schedule, ScheduleState};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;
use crate::period::FIRST_DAY;

/// The open schedules of a book, and what was decided about their dates.
#[derive(Debug, Clone, Default)]
pub struct OpenSchedules {
    /// In the order of their next dates.
    pub schedules: Vec<Schedule>,
    pub decisions: Decisions,
}

/// A date that was neither posted nor skipped, with what it will be posted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenDate<'a> {
    pub schedule: &'a Schedule,
    pub due_on: Date,
    pub amount: Money,
    pub description: &'a str,
    /// Whether amount or description differ from the schedule.
    pub is_changed: bool,
}

impl OpenSchedules {
    /// Reads them.
    pub fn of(conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        let schedules = row::open(conn, owner)?;
        let decisions = occurrence::ahead(conn, owner, &schedules)?;
        Ok(Self { schedules, decisions })
    }

    /// One schedule with what was decided about its dates from its next one on.
    pub fn of_one(conn: &mut Conn, owner: BookId, schedule: Schedule) -> Result<Self, AppError> {
        let rows = match schedule.next_on {
            Some(next) => occurrence::of_schedule(conn, owner, schedule.id, next)?,
            None => Vec::new(),
        };
        Ok(Self {
            schedules: vec![schedule],
            decisions: Decisions::of_rows(rows),
        })
    }

    /// The open dates until `until`, which is included, in order. Those of a paused schedule end with the pause.
    pub fn dates(&self, until: Date) -> impl Iterator<Item = OpenDate<'_>> {
        self.dates_within(FIRST_DAY, until)
    }

    /// The open dates from `from` to `until`, both included, in order.
    pub fn dates_within(&self, from: Date, until: Date) -> impl Iterator<Item = OpenDate<'_>> {
        let mut all: Vec<_> = self
            .schedules
            .iter()
            .map(|schedule| self.of_schedule(schedule, (from, until)).peekable())
            .collect();
        // The next date of each schedule, so that a caller that stops early has computed few.
        let mut heap = BinaryHeap::new();
        for (at, dates) in all.iter_mut().enumerate() {
            if let Some(next) = dates.peek() {
                heap.push(Reverse((next.due_on, next.schedule.id, at)));
            }
        }
        std::iter::from_fn(move || {
            let Reverse((_, id, at)) = heap.pop()?;
            let date = all[at].next()?;
            if let Some(next) = all[at].peek() {
                heap.push(Reverse((next.due_on, id, at)));
            }
            Some(date)
        })
    }

    /// The open dates of one schedule from a date to another, in order.
    pub fn of_schedule<'a>(
        &'a self,
        schedule: &'a Schedule,
        (from, until): (Date, Date),
    ) -> impl Iterator<Item = OpenDate<'a>> {
        let until = match (schedule.state(), schedule.paused_on) {
            (ScheduleState::Paused, Some(since)) => since.previous_day().unwrap_or(Date::MIN).min(until),
            _ => until,
        };
        let next = schedule.next_on.filter(|_| schedule.ended_on.is_none());
        next.into_iter()
            .flat_map(move |next| schedule.recurrence().dates_from(next.max(from)))
            .take_while(move |date| *date <= until)
            .filter(|date| self.decisions.is_open(schedule.id, *date))
            .map(|date| self.date(schedule, date))
    }

    /// A date with what it will be posted with, without a look at whether it is open.
    pub fn date<'a>(&'a self, schedule: &'a Schedule, due_on: Date) -> OpenDate<'a> {
        let changed = self.decisions.get(schedule.id, due_on);
        OpenDate {
            schedule,
            due_on,
            amount: changed.and_then(|row| row.amount).unwrap_or(schedule.amount),
            description: changed
                .and_then(|row| row.description.as_deref())
                .unwrap_or(&schedule.description),
            is_changed: changed.is_some(),
        }
    }

    /// Whether the program has to enter something on `today`.
    pub fn have_due(&self, today: Date) -> bool {
        self.schedules
            .iter()
            .any(|one| one.posts_itself() && one.next_on.is_some_and(|next| next <= today))
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.schedules.iter().map(|one| one.description.len()).sum();
        texts + self.schedules.len() * size_of::<Schedule>() + self.decisions.bytes()
    }
}

/// The first date of `schedule` on or after `from` that is open; `None` after the last one.
pub(super) fn next_open(schedule: &Schedule, from: Date, decisions: &Decisions) -> Option<Date> {
    schedule
        .recurrence()
        .dates_from(from)
        .find(|date| decisions.is_open(schedule.id, *date))
}
