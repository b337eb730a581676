//! The text part of a search: which expenses hold a text, found by the index that each database keeps for it.

#[cfg(feature = "_postgres")]
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use time::Date;

use super::filter::{Place, Sum};
use crate::db::{Conn, UserId};
use crate::error::AppError;
use crate::period::DateRange;
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

/// Live expenses of one owner whose description holds a text.
#[derive(Debug, Clone)]
pub(super) struct TextSearch<'a> {
    pub(super) owner: UserId,
    pub(super) days: DateRange,
    /// Only this category.
    pub(super) category: Option<i64>,
    /// None of these categories and amounts: they are found by other ways.
    pub(super) except: (&'a [i64], &'a [i64]),
    /// As [`text::folded`] writes it; not empty.
    pub(super) folded: &'a str,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Group {
    #[diesel(sql_type = BigInt)]
    which: i64,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// What one database is asked: rows with `day`, `id`, `category_id`, `amount`.
struct Source {
    /// One or two SELECTs that share no row.
    selects: Vec<String>,
    /// The column that sorts the rows by day, and the one that sorts those of a day.
    order: (&'static str, &'static str),
}

impl TextSearch<'_> {
    /// The days and ids of at most `limit` rows from `place` on, in its direction.
    pub(super) fn places(
        &self,
        conn: &mut Conn,
        place: Place,
        limit: i64,
    ) -> Result<Vec<(Date, i64)>, AppError> {
        let (days, edge) = match place {
            Place::Start => (Some(self.days), None),
            Place::After(day, id) => (
                DateRange::new(self.days.first(), self.days.last().min(day)),
                Some((day, format!("id < {id}"))),
            ),
            Place::Before(day, id) => (
                DateRange::new(self.days.first().max(day), self.days.last()),
                Some((day, format!("id > {id}"))),
            ),
        };
        let Some(days) = days else { return Ok(Vec::new()) };
        let backwards = matches!(place, Place::Before(..));
        let sort = if backwards { "ASC" } else { "DESC" };
        let Some(source) = self.source(conn, days, edge.as_ref())? else {
            return Ok(Vec::new());
        };
        let (by_day, by_id) = source.order;
        let order = if by_day == by_id {
            format!("{by_day} {sort}")
        } else {
            format!("{by_day} {sort}, {by_id} {sort}")
        };
        let mut found = self.load::<Found>(conn, &source.first(&order, limit))?;
        // The keys of a day are in the order in which its rows came, not in that of their ids. So the day at the end,
        // which may be cut, is read by itself.
        if by_day == by_id
            && i64::try_from(found.len()).is_ok_and(|count| count >= limit)
            && let Some(end) = found.last().map(|row| row.day)
        {
            found.retain(|row| row.day != end);
            let left = limit - i64::try_from(found.len()).unwrap_or(limit);
            let day = date(end)?;
            if let Some(source) = DateRange::new(day, day)
                .map(|days| self.source(conn, days, edge.as_ref()))
                .transpose()?
                .flatten()
            {
                found.extend(self.load::<Found>(conn, &source.first(&format!("id {sort}"), left))?);
            }
        }
        found
            .into_iter()
            .map(|row| Ok((date(row.day)?, row.id)))
            .collect()
    }

    /// Sum and count of each category that has rows.
    pub(super) fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let groups = self.grouped(conn, "category_id")?;
        Ok(groups
            .into_iter()
            .map(|group| (group.which, group.sum()))
            .collect())
    }

    /// Sum and count of each day that has rows.
    pub(super) fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let groups = self.grouped(conn, "day")?;
        groups
            .into_iter()
            .map(|group| Ok((date(group.which)?, group.sum())))
            .collect()
    }

    fn grouped(&self, conn: &mut Conn, column: &str) -> Result<Vec<Group>, AppError> {
        let Some(source) = self.source(conn, self.days, None)? else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "SELECT CAST({column} AS BIGINT) AS which, CAST(SUM(amount) AS BIGINT) AS amount, COUNT(*) AS count FROM ({}) AS found GROUP BY {column}",
            source.all()
        );
        self.load(conn, &sql)
    }

    /// Runs `sql` with the pattern as `$1` and what the index is asked for as `$2`. `SQLite` numbers them as they come:
    /// `$1` has to stand first.
    fn load<T>(&self, conn: &mut Conn, sql: &str) -> Result<Vec<T>, AppError>
    where
        T: QueryableByName<crate::db::Backend> + 'static,
    {
        let query = sql_query(sql).bind::<Text, _>(text::like_anywhere(self.folded));
        Ok(if sql.contains("$2") {
            query.bind::<Text, _>(candidates(self.folded)).load(conn)?
        } else {
            query.load(conn)?
        })
    }

    /// What to ask for the rows within `days`, on the right side of `edge`; `None` where the owner has none.
    fn source(
        &self,
        conn: &mut Conn,
        days: DateRange,
        edge: Option<&(Date, String)>,
    ) -> Result<Option<Source>, AppError> {
        let mut tests = vec!["folded LIKE $1 ESCAPE '\\'".to_owned()];
        if let Some(category) = self.category {
            tests.push(format!("category_id = {category}"));
        }
        for (column, values) in [("category_id", self.except.0), ("amount", self.except.1)] {
            if !values.is_empty() {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                tests.push(format!("{column} NOT IN ({})", values.join(", ")));
            }
        }
        match conn {
            Conn::Sqlite(_) => self.source_in_sqlite(conn, days, edge, tests),
            #[cfg(feature = "_postgres")]
            Conn::Postgres(c) => {
                // The policy of the table looks for the same text; see the migration.
                let pattern = text::like_anywhere(self.folded).replace('\'', "''");
                c.batch_execute(&format!("SET LOCAL app.search = '{pattern}'"))?;
                if let Some((day, test)) = edge {
                    tests.push(format!("(spent_on <> '{day}' OR {test})"));
                }
                let tests = tests.join(" AND ");
                let select = format!(
                    "SELECT CAST(spent_on - DATE '1899-12-31' AS BIGINT) AS day, id, category_id, amount FROM search_rows \
                     WHERE user_id = {} AND spent_on BETWEEN '{}' AND '{}' AND {tests}",
                    self.owner.0,
                    days.first(),
                    days.last()
                );
                Ok(Some(Source {
                    selects: vec![select],
                    order: ("spent_on", "id"),
                }))
            }
        }
    }

    fn source_in_sqlite(
        &self,
        conn: &mut Conn,
        days: DateRange,
        edge: Option<&(Date, String)>,
        mut tests: Vec<String>,
    ) -> Result<Option<Source>, AppError> {
        let owner: Option<Owner> = sql_query("SELECT number FROM search_owners WHERE user_id = $1")
            .bind::<BigInt, _>(self.owner.0)
            .get_result(conn)
            .optional()?;
        let Some(Owner { number }) = owner else {
            return Ok(None);
        };
        let first_key = |day: Date| (number << OWNER_BITS) + (day_number(day) << DAY_BITS);
        let last_key = |day: Date| first_key(day) + (1 << DAY_BITS) - 1;
        let (first, last) = (first_key(days.first()), last_key(days.last()));
        if let Some((day, test)) = edge {
            tests.push(format!(
                "(key NOT BETWEEN {} AND {} OR {test})",
                first_key(*day),
                last_key(*day)
            ));
        }
        let tests = tests.join(" AND ");
        let columns = format!(
            "SELECT (key >> {DAY_BITS}) & {} AS day, id, category_id, amount, key FROM",
            (1 << (OWNER_BITS - DAY_BITS)) - 1
        );
        let selects = if self.folded.chars().count() < LETTERS {
            vec![format!(
                "{columns} search_rows WHERE key BETWEEN {first} AND {last} AND {tests}"
            )]
        } else {
            vec![
                format!(
                    "{columns} search_index AS i CROSS JOIN search_rows ON key = i.rowid \
                     WHERE {tests} AND i.search_index MATCH $2 AND i.rowid BETWEEN {first} AND {last} AND indexed = 1"
                ),
                format!(
                    "{columns} search_rows INDEXED BY search_rows_waiting \
                     WHERE indexed = 0 AND key BETWEEN {first} AND {last} AND {tests}"
                ),
            ]
        };
        Ok(Some(Source {
            selects,
            order: ("key", "key"),
        }))
    }
}

impl Source {
    fn all(&self) -> String {
        self.selects.join(" UNION ALL ")
    }

    fn first(&self, order: &str, limit: i64) -> String {
        format!("{} ORDER BY {order} LIMIT {limit}", self.all())
    }
}

impl Group {
    fn sum(&self) -> Sum {
        Sum {
            amount: self.amount,
            count: self.count,
        }
    }
}

fn day_number(day: Date) -> i64 {
    i64::from(day.to_julian_day()) - DAY_0
}

fn date(day_number: i64) -> Result<Date, AppError> {
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
