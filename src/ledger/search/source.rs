//! Where a search looks for a text: by the index that each database keeps for it, and what the index does not have yet.

#[cfg(feature = "_postgres")]
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use time::Date;

use super::query::TextSearch;
use crate::db::Conn;
use crate::error::AppError;
use crate::period::DateRange;
#[cfg(feature = "_postgres")]
use crate::text;

/// The index knows a text by its groups of so many letters; a shorter text is looked for row by row.
const LETTERS: usize = 3;
/// Groups that the index is asked for; more would narrow the candidates no further.
const MOST_GROUPS: usize = 16;
/// Days are counted from 1899-12-31, whose Julian day this is.
const DAY_0: i64 = 2_415_020;
/// Bits of a key of `SQLite`'s copy that number the rows of a day.
const DAY_BITS: u32 = 22;
/// Bits of a key below the number of its owner.
const OWNER_BITS: u32 = 44;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) text: &'a TextSearch<'a>,
    /// These days of it.
    pub(super) days: DateRange,
    /// On this day only what the condition lets through.
    pub(super) edge: Option<&'a (Date, String)>,
}

/// Rows with `day`, `id`, `category_id`, `amount`. The sources of one search share no row.
#[derive(Debug)]
pub(super) struct Source {
    /// With the text as `$1`, a pattern for PostgreSQL, and `candidates` as `$2` if there are any.
    pub(super) select: String,
    /// What the index is asked for.
    pub(super) candidates: Option<String>,
    /// The columns whose order the database reads without sorting.
    pub(super) order: &'static [&'static str],
    /// Whether the order within a day is that of keys, not of ids.
    pub(super) by_key: bool,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Ask<'_> {
    /// The sources to look into.
    pub(super) fn sources(&self, conn: &mut Conn) -> Result<Vec<Source>, AppError> {
        match conn {
            Conn::Sqlite(_) => {
                let changes = self.changes();
                Ok(self.copy(conn)?.into_iter().chain([changes]).collect())
            }
            #[cfg(feature = "_postgres")]
            Conn::Postgres(c) => {
                // The policy of the table looks for the same text; see the migration.
                let pattern = text::like_containing(self.text.folded).replace('\'', "''");
                c.batch_execute(&format!("SET LOCAL app.search = '{pattern}'"))?;
                let select = format!(
                    "SELECT CAST(spent_on - DATE '1899-12-31' AS BIGINT) AS day, id, category_id, amount, spent_on \
                     FROM search_rows WHERE user_id = {} AND {} AND {}",
                    self.text.owner.0,
                    self.within_days(),
                    self.tests("folded LIKE $1 ESCAPE '\\'".to_owned())
                );
                Ok(vec![Source::by_id(select)])
            }
        }
    }

    /// The conditions on text, category and amount; the text, which costs most, comes last.
    fn tests(&self, text: String) -> String {
        let mut tests = Vec::new();
        if let Some(category) = self.text.category {
            tests.push(format!("category_id = {category}"));
        }
        let (categories, amounts) = self.text.except;
        for (column, values) in [("category_id", categories), ("amount", amounts)] {
            if !values.is_empty() {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                tests.push(format!("{column} NOT IN ({})", values.join(", ")));
            }
        }
        tests.push(text);
        tests.join(" AND ")
    }

    /// The condition on the day.
    fn within_days(&self) -> String {
        let within = format!(
            "spent_on BETWEEN '{}' AND '{}'",
            self.days.first(),
            self.days.last()
        );
        match self.edge {
            Some((day, test)) => format!("{within} AND (spent_on <> '{day}' OR {test})"),
            None => within,
        }
    }

    /// The expenses that have changed since `SQLite`'s copy was brought up to date, as they are now.
    fn changes(&self) -> Source {
        Source::by_id(format!(
            "SELECT CAST(julianday(spent_on) - {DAY_0} + 0.5 AS INTEGER) AS day, id, category_id, amount, spent_on \
             FROM (SELECT e.* FROM search_changes AS c CROSS JOIN expenses AS e ON e.user_id = c.user_id AND e.id = c.id \
             WHERE c.user_id = {} AND e.deleted_at IS NULL) WHERE {} AND {}",
            self.text.owner.0,
            self.tests("holds(search, $1)".to_owned()),
            self.within_days()
        ))
    }

    /// The rows of `SQLite`'s copy that are up to date; `None` where the owner has none.
    fn copy(&self, conn: &mut Conn) -> Result<Option<Source>, AppError> {
        let owner = self.text.owner.0;
        let number: Option<Number> = sql_query("SELECT number FROM search_owners WHERE user_id = $1")
            .bind::<BigInt, _>(owner)
            .get_result(conn)
            .optional()?;
        let Some(Number { number }) = number else {
            return Ok(None);
        };
        let first_key = |day: Date| (number << OWNER_BITS) + (day_number(day) << DAY_BITS);
        let last_key = |day: Date| first_key(day) + (1 << DAY_BITS) - 1;
        let (first, last) = (first_key(self.days.first()), last_key(self.days.last()));
        let edge = self.edge.map_or_else(String::new, |(day, test)| {
            let (first, last) = (first_key(*day), last_key(*day));
            format!(" AND (key NOT BETWEEN {first} AND {last} OR {test})")
        });
        let tests = format!(
            "{}{edge} AND NOT EXISTS (SELECT 1 FROM search_changes AS c WHERE c.user_id = {owner} AND c.id = r.id)",
            self.tests("holds(folded, $1)".to_owned())
        );
        let day = format!(
            "(key >> {DAY_BITS}) & {} AS day, r.id, category_id, amount",
            (1 << (OWNER_BITS - DAY_BITS)) - 1
        );
        let by_index = self.text.folded.chars().count() >= LETTERS;
        let select = if by_index {
            format!(
                "SELECT i.rowid AS key, {day} FROM search_index AS i CROSS JOIN search_rows AS r ON key = i.rowid \
                 WHERE {tests} AND i.search_index MATCH $2 AND i.rowid BETWEEN {first} AND {last}"
            )
        } else {
            format!(
                "SELECT key, {day} FROM search_rows AS r WHERE key BETWEEN {first} AND {last} AND {tests}"
            )
        };
        Ok(Some(Source {
            select,
            candidates: by_index.then(|| candidates(self.text.folded)),
            order: &["key"],
            by_key: true,
        }))
    }
}

impl Source {
    /// Rows in the order of days and ids.
    fn by_id(select: String) -> Self {
        Self {
            select,
            candidates: None,
            order: &["spent_on", "id"],
            by_key: false,
        }
    }
}

fn day_number(day: Date) -> i64 {
    i64::from(day.to_julian_day()) - DAY_0
}

/// The day of a number.
pub(super) fn date(day_number: i64) -> Result<Date, AppError> {
    i32::try_from(day_number + DAY_0)
        .ok()
        .and_then(|day| Date::from_julian_day(day).ok())
        .ok_or_else(|| AppError::internal("a day out of bounds"))
}

/// What FTS5 is asked for: every group of letters, or some of them spread over a long text. The rows it names are
/// looked at once more, so that fewer groups find no more.
fn candidates(folded: &str) -> String {
    let letters: Vec<char> = folded.chars().collect();
    let groups: Vec<&[char]> = letters.windows(LETTERS).collect();
    let step = groups.len().div_ceil(MOST_GROUPS).max(1);
    let quoted: Vec<String> = groups
        .iter()
        .step_by(step)
        .map(|group| format!("\"{}\"", group.iter().collect::<String>().replace('"', "\"\"")))
        .collect();
    quoted.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_asked_for_groups_of_three_letters() {
        assert_eq!(candidates("café"), "\"caf\" AND \"afé\"");
        assert_eq!(candidates("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn a_long_text_asks_for_no_more_than_some_groups() {
        let long: String = ('a'..='z').cycle().take(200).collect();
        let asked = candidates(&long);
        assert!(asked.matches(" AND ").count() < MOST_GROUPS);
        assert!(asked.starts_with("\"abc\""));
    }

    #[test]
    fn the_days_of_the_calendar_fit_into_a_key() {
        for day in [
            time::macros::date!(1900 - 01 - 01),
            time::macros::date!(9999 - 12 - 31),
        ] {
            assert!((1..1 << (OWNER_BITS - DAY_BITS)).contains(&day_number(day)));
            assert_eq!(date(day_number(day)).ok(), Some(day));
        }
    }
}
