//! Reads the rows and the sums of a text search from its sources.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use time::Date;

use super::keys;
use super::query::{Source, SourceQuery, TextSearch};
use super::store::store;
use crate::db::{Backend, Conn};
use crate::error::AppError;
use crate::ledger::page_position::PagePosition;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::DateRange;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Group {
    /// A category, or the number of a day.
    #[diesel(sql_type = BigInt)]
    key: i64,
    #[diesel(sql_type = BigInt)]
    amount: Money,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl TextSearch<'_> {
    /// The days and ids of at most `limit` rows from `position` on: newest first, or oldest first before a row.
    pub(crate) fn find(
        &self,
        conn: &mut Conn,
        position: PagePosition,
        limit: i64,
    ) -> Result<Vec<(Date, i64)>, AppError> {
        let (days, cut_day) = match position {
            PagePosition::Start => (Some(self.days), None),
            PagePosition::After(day, id) => (
                DateRange::new(self.days.first(), self.days.last().min(day)),
                Some((day, format!("id < {id}"))),
            ),
            PagePosition::Before(day, id) => (
                DateRange::new(self.days.first().max(day), self.days.last()),
                Some((day, format!("id > {id}"))),
            ),
        };
        let Some(days) = days else { return Ok(Vec::new()) };
        let query = SourceQuery {
            text: self,
            days,
            cut_day: cut_day.as_ref(),
        };
        let is_ascending = matches!(position, PagePosition::Before(..));
        let sort = if is_ascending { "ASC" } else { "DESC" };
        // Each source returns as many rows as the page may need of it; the first of all of them are the page.
        let mut found = Vec::new();
        for source in store(conn).sources(&query)? {
            for row in first_rows(conn, &query, &source, sort, limit)? {
                found.push((keys::date(row.day)?, row.id));
            }
        }
        found.sort_unstable();
        if !is_ascending {
            found.reverse();
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Sum and count of all rows.
    pub(crate) fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        let mut all = Sum::default();
        for group in self.sums(conn, "0", "")? {
            all += group.sum();
        }
        Ok(all)
    }

    /// Sum and count of each category that has rows. A category may come more than once.
    pub(crate) fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let groups = self.sums(conn, "category_id", "GROUP BY category_id")?;
        Ok(groups.iter().map(|group| (group.key, group.sum())).collect())
    }

    /// Sum and count of each day that has rows. A day may come more than once.
    pub(crate) fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let groups = self.sums(conn, "day", "GROUP BY day")?;
        groups
            .iter()
            .map(|group| Ok((keys::date(group.key)?, group.sum())))
            .collect()
    }

    /// The groups of each source.
    fn sums(&self, conn: &mut Conn, key: &str, group_by: &str) -> Result<Vec<Group>, AppError> {
        let query = SourceQuery {
            text: self,
            days: self.days,
            cut_day: None,
        };
        let columns = format!(
            "CAST({key} AS BIGINT) AS key, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount, COUNT(*) AS count"
        );
        let mut groups = Vec::new();
        for source in store(conn).sources(&query)? {
            groups.extend(load::<Group>(conn, &source, &columns, group_by)?);
        }
        Ok(groups)
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

/// The first rows of one source.
fn first_rows(
    conn: &mut Conn,
    query: &SourceQuery<'_>,
    source: &Source,
    sort: &str,
    limit: i64,
) -> Result<Vec<Found>, AppError> {
    let order: Vec<String> = source
        .order
        .iter()
        .map(|column| format!("{column} {sort}"))
        .collect();
    let tail = format!("ORDER BY {} LIMIT {limit}", order.join(", "));
    let mut found = load::<Found>(conn, source, "day, id", &tail)?;
    let is_cut = i64::try_from(found.len()).is_ok_and(|count| count >= limit);
    if source.is_by_key
        && is_cut
        && let Some(end) = found.last().map(|row| row.day)
    {
        // Within a day, rows come in the order of their keys, and the limit may have cut the last day: it then has the
        // wrong rows of that day. So that day is read again, sorted by id. Sorting the whole result by id would read all
        // matches instead of the first ones.
        found.retain(|row| row.day != end);
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        let day = keys::date(end)?;
        let that_day = SourceQuery {
            days: DateRange::between(day, day),
            ..*query
        };
        let tail = format!("ORDER BY id {sort} LIMIT {left}");
        let sources = store(conn).sources(&that_day)?;
        for source in sources.iter().filter(|source| source.is_by_key) {
            found.extend(load::<Found>(conn, source, "day, id", &tail)?);
        }
    }
    Ok(found)
}

/// Reads `columns` of the rows of `source`. `SQLite` numbers `$1` and `$2` in the order of their first use, so the text
/// comes before the candidates in each statement.
fn load<T>(conn: &mut Conn, source: &Source, columns: &str, tail: &str) -> Result<Vec<T>, AppError>
where
    T: QueryableByName<Backend> + 'static,
{
    let sql = format!("SELECT {columns} FROM ({}) AS found {tail}", source.select);
    let query = sql_query(sql).bind::<Text, _>(&source.text);
    Ok(match &source.candidates {
        Some(candidates) => query.bind::<Text, _>(candidates).load(conn)?,
        None => query.load(conn)?,
    })
}
