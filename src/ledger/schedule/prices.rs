//! The amounts with which a schedule was posted.

use std::collections::HashMap;

use diesel::dsl::{max, min};
use diesel::prelude::*;
use time::Date;

use super::occurrence::Decision;
use super::row::Schedule;
use crate::db::schema::occurrences;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;
use crate::period::LAST_DAY;

/// An amount and the last date on which it was posted.
pub type Price = (Money, Date);

/// A schedule, an amount, and the first and the last date on which it was posted.
type Row = (i64, Option<Money>, Option<Date>, Option<Date>);

/// The different amounts of each schedule with the first and the last date, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Prices(HashMap<i64, Vec<(Money, Date, Date)>>);

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
                min(occurrences::due_on),
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
                min(occurrences::due_on),
                max(occurrences::due_on),
            ))
            .load(conn)?;
        Ok(Self::of_rows(rows))
    }

    fn of_rows(rows: Vec<Row>) -> Self {
        let mut all: HashMap<i64, Vec<(Money, Date, Date)>> = HashMap::new();
        for (schedule, amount, first, last) in rows {
            if let (Some(amount), Some(first), Some(last)) = (amount, first, last) {
                all.entry(schedule).or_default().push((amount, first, last));
            }
        }
        for prices in all.values_mut() {
            prices.sort_by_key(|(.., last)| std::cmp::Reverse(*last));
        }
        Self(all)
    }

    /// The amount before `now` and the last date on which it was posted, if there was another one. One between two
    /// postings of `now` was an exception and no price.
    pub fn before(&self, schedule: i64, now: Money, due_on: Date) -> Option<Price> {
        let all = self.0.get(&schedule)?;
        let began = all
            .iter()
            .find(|(amount, ..)| *amount == now)
            .map(|(_, first, _)| *first);
        let limit = began.unwrap_or(due_on).min(due_on);
        let earlier = all
            .iter()
            .find(|(amount, _, last)| *amount != now && *last < limit);
        earlier.map(|(amount, _, last)| (*amount, *last))
    }

    /// The amount before that of the next date.
    pub fn before_next(&self, schedule: &Schedule) -> Option<Price> {
        let due_on = schedule.next_on.unwrap_or(LAST_DAY);
        self.before(schedule.id, schedule.amount, due_on)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_price_before_is_an_earlier_one_and_no_exception() {
        let prices = |rows: &[(i64, Date, Date)]| {
            let row = |(minor, first, last): &(i64, Date, Date)| {
                (1, Some(Money::from_minor(*minor)), Some(*first), Some(*last))
            };
            Prices::of_rows(rows.iter().map(row).collect())
        };
        let before = |prices: &Prices, now, due_on| prices.before(1, Money::from_minor(now), due_on);
        let raised = prices(&[
            (999, date!(2026 - 01 - 01), date!(2026 - 06 - 01)),
            (1299, date!(2026 - 07 - 01), date!(2026 - 11 - 01)),
        ]);
        let june = Some((Money::from_minor(999), date!(2026 - 06 - 01)));
        assert_eq!(before(&raised, 1299, date!(2026 - 12 - 01)), june);
        let exception = prices(&[
            (900, date!(2026 - 01 - 01), date!(2026 - 11 - 01)),
            (950, date!(2026 - 05 - 01), date!(2026 - 05 - 01)),
        ]);
        assert_eq!(before(&exception, 900, date!(2026 - 12 - 01)), None);
        let early = prices(&[(800, date!(2027 - 02 - 01), date!(2027 - 02 - 01))]);
        assert_eq!(
            before(&early, 700, date!(2026 - 12 - 01)),
            None,
            "entered early, for a later date"
        );
    }
}
