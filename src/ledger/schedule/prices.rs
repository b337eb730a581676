//! The amounts with which a schedule was posted.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;
use time::Date;

use super::occurrence::Decision;
use crate::db::schema::occurrences;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;

/// An amount and the last date on which it was posted.
pub type Price = (Money, Date);

/// The different amounts of each schedule, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Prices(HashMap<i64, Vec<Price>>);

impl Prices {
    /// Those of all schedules of a book.
    pub fn of(conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        let rows = occurrences::table
            .filter(occurrences::book_id.eq(owner.0))
            .filter(occurrences::state.eq(Decision::Posted.name()))
            .group_by((occurrences::schedule_id, occurrences::amount))
            .select((
                occurrences::schedule_id,
                occurrences::amount,
                max(occurrences::due_on),
            ))
            .load(conn)?;
        Ok(Self::of_rows(rows))
    }

    /// Those of one schedule.
    pub fn of_one(conn: &mut Conn, owner: BookId, schedule: i64) -> Result<Self, AppError> {
        let rows = occurrences::table
            .filter(occurrences::book_id.eq(owner.0))
            .filter(occurrences::schedule_id.eq(schedule))
            .filter(occurrences::state.eq(Decision::Posted.name()))
            .group_by((occurrences::schedule_id, occurrences::amount))
            .select((
                occurrences::schedule_id,
                occurrences::amount,
                max(occurrences::due_on),
            ))
            .load(conn)?;
        Ok(Self::of_rows(rows))
    }

    fn of_rows(rows: Vec<(i64, Option<Money>, Option<Date>)>) -> Self {
        let mut all: HashMap<i64, Vec<Price>> = HashMap::new();
        for (schedule, amount, last) in rows {
            if let (Some(amount), Some(last)) = (amount, last) {
                all.entry(schedule).or_default().push((amount, last));
            }
        }
        for prices in all.values_mut() {
            prices.sort_by_key(|(_, last)| std::cmp::Reverse(*last));
        }
        Self(all)
    }

    /// The amount before `now` and the last date on which it was posted, if there was another one.
    pub fn before(&self, schedule: i64, now: Money) -> Option<Price> {
        let all = self.0.get(&schedule)?;
        all.iter().copied().find(|(amount, _)| *amount != now)
    }
}
