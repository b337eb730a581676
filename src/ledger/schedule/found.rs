//! Schedules that the history suggests: at least three expenses with one description, at regular distances.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use time::Date;

use super::dismissed;
use crate::crypto::hash;
use crate::db::schema::{expenses, schedules};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;
use crate::period::{Recurrence, RepeatUnit};
use crate::text;

/// The latest expenses that are looked at.
const LATEST: i64 = 20_000;
/// Uses that decide, the latest ones.
const USES: usize = 6;
/// Uses that are needed.
const NEEDED: usize = 3;
/// Suggestions that are shown.
const MOST: usize = 10;

/// A rhythm, and the fewest and the most days between two of its dates.
struct Rhythm {
    unit: RepeatUnit,
    every: u8,
    fewest: i64,
    most: i64,
}

const fn rhythm(unit: RepeatUnit, every: u8, fewest: i64, most: i64) -> Rhythm {
    Rhythm {
        unit,
        every,
        fewest,
        most,
    }
}

/// With a few days of tolerance, because banks do not work on every day.
const RHYTHMS: [Rhythm; 7] = [
    rhythm(RepeatUnit::Week, 1, 6, 8),
    rhythm(RepeatUnit::Week, 2, 13, 15),
    rhythm(RepeatUnit::Month, 1, 26, 35),
    rhythm(RepeatUnit::Month, 2, 57, 65),
    rhythm(RepeatUnit::Month, 3, 86, 96),
    rhythm(RepeatUnit::Month, 6, 177, 188),
    rhythm(RepeatUnit::Year, 1, 358, 373),
];

/// A suggested schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its latest expense, from which the form is filled.
    pub expense: i64,
    pub description: String,
    pub category: i64,
    /// Of the latest expense.
    pub amount: Money,
    pub unit: RepeatUnit,
    pub every: u8,
    /// How many expenses have that rhythm.
    pub times: usize,
    pub last: Date,
    /// Identifies the description when it is dismissed.
    pub key: i64,
}

impl Found {
    /// The first date after the latest expense.
    pub fn next(&self) -> Option<Date> {
        next(self.last, self.unit, self.every)
    }
}

/// The date after `last` in a rhythm; `None` after the last one of the calendar.
pub fn next(last: Date, unit: RepeatUnit, every: u8) -> Option<Date> {
    let dates = Recurrence {
        first: last,
        unit,
        every,
        until: None,
        times: None,
    };
    dates.date(1)
}

/// An expense of the history.
struct Use {
    day: Date,
    id: i64,
    category: i64,
    amount: Money,
}

/// What the history suggests on `today`, large amounts first; without what has a schedule or was dismissed.
pub fn find(conn: &mut Conn, owner: BookId, today: Date) -> Result<Vec<Found>, AppError> {
    let mut uses: HashMap<String, Vec<Use>> = HashMap::new();
    for (day, id, category, amount, search) in latest(conn, owner, today)? {
        let all = uses.entry(search).or_default();
        if all.len() <= USES {
            all.push(Use {
                day,
                id,
                category,
                amount,
            });
        }
    }
    let known = known(conn, owner)?;
    let mut found: Vec<Found> = uses
        .into_iter()
        .filter_map(|(search, uses)| {
            let key = hash::key(&search);
            (!known.contains(&key))
                .then(|| regular(&uses, key, today))
                .flatten()
        })
        .collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.amount.abs()), one.expense));
    found.truncate(MOST);
    for one in &mut found {
        one.description = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::id.eq(one.expense))
            .select(expenses::description)
            .first(conn)?;
    }
    Ok(found)
}

type Row = (Date, i64, i64, Money, String);

/// Expenses with a description until today, the latest first.
fn latest(conn: &mut Conn, owner: BookId, today: Date) -> Result<Vec<Row>, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .filter(expenses::spent_on.le(today))
        .filter(expenses::search.ne(""))
        .order((expenses::spent_on.desc(), expenses::id.desc()))
        .limit(LATEST)
        .select((
            expenses::spent_on,
            expenses::id,
            expenses::category_id,
            expenses::amount,
            expenses::search,
        ))
        .load(conn)?)
}

/// The keys of descriptions that have a schedule, or were dismissed.
fn known(conn: &mut Conn, owner: BookId) -> Result<HashSet<i64>, AppError> {
    let descriptions: Vec<String> = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .select(schedules::description)
        .load(conn)?;
    let dismissed = dismissed::all(conn, owner)?;
    let scheduled = descriptions
        .iter()
        .map(|text| hash::key(&text::search_text(text)));
    Ok(scheduled
        .chain(dismissed.into_iter().map(|row| row.text_key))
        .collect())
}

/// A suggestion, if the uses (the latest first) are regular and go on.
fn regular(uses: &[Use], key: i64, today: Date) -> Option<Found> {
    if uses.len() < NEEDED {
        return None;
    }
    let distances: Vec<i64> = uses
        .windows(2)
        .map(|two| (two[0].day - two[1].day).whole_days())
        .collect();
    let last = &uses[0];
    RHYTHMS.iter().find_map(|rhythm| {
        let fits = |days: &&i64| (rhythm.fewest..=rhythm.most).contains(*days);
        let fitting = distances.iter().take_while(fits).count();
        // An older irregular use is no objection, as long as enough fit.
        let is_regular =
            fitting + 1 >= NEEDED && distances.get(fitting).is_none_or(|days| *days > rhythm.most);
        let goes_on = (today - last.day).whole_days() <= rhythm.most + rhythm.most / 2;
        let same_sign = uses[..=fitting]
            .iter()
            .all(|one| one.amount.is_negative() == last.amount.is_negative());
        (is_regular && goes_on && same_sign).then(|| Found {
            expense: last.id,
            description: String::new(),
            category: last.category,
            amount: last.amount,
            unit: rhythm.unit,
            every: rhythm.every,
            times: fitting + 1,
            last: last.day,
            key,
        })
    })
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::date;

    use super::*;

    /// The latest first, with these distances.
    fn uses(distances: &[i64]) -> Vec<Use> {
        let mut day = date!(2026 - 11 - 20);
        let mut all = vec![day];
        for distance in distances {
            day -= Duration::days(*distance);
            all.push(day);
        }
        let one = |day| Use {
            day,
            id: 1,
            category: 1,
            amount: Money::from_minor(999),
        };
        all.into_iter().map(one).collect()
    }

    #[test]
    fn three_regular_uses_suggest_a_schedule() {
        use RepeatUnit::{Month, Week, Year};
        let found = |distances: &[i64], today| {
            regular(&uses(distances), 0, today).map(|one| (one.unit, one.every, one.times))
        };
        let today = date!(2026 - 11 - 26);
        assert_eq!(found(&[30, 31], today), Some((Month, 1, 3)));
        assert_eq!(found(&[7, 7, 7, 7], today), Some((Week, 1, 5)));
        assert_eq!(found(&[365, 366], today), Some((Year, 1, 3)));
        assert_eq!(found(&[92, 91], today), Some((Month, 3, 3)));
        assert_eq!(
            found(&[30, 31, 300], today),
            Some((Month, 1, 3)),
            "it began again"
        );
        assert_eq!(found(&[30], today), None, "twice is not enough");
        assert_eq!(found(&[30, 31, 3], today), None, "sometimes more often");
        assert_eq!(found(&[1, 2, 1, 1], today), None, "every day or so");
        assert_eq!(found(&[30, 45], today), None);
        assert_eq!(found(&[30, 31], date!(2027 - 01 - 26)), None, "it has stopped");
    }
}
