//! The text part of a search: which expenses hold a text, and what they add up to.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use time::Date;

use super::query::TextSearch;
use super::source::{Ask, Source, date};
use crate::db::Conn;
use crate::error::AppError;
use crate::ledger::page_position::PagePosition;
use crate::ledger::sum::Sum;
use crate::period::DateRange;
#[cfg(feature = "_postgres")]
use crate::text;

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

impl TextSearch<'_> {
    /// The days and ids of at most `limit` rows from `place` on, in its direction.
    pub(crate) fn places(
        &self,
        conn: &mut Conn,
        place: PagePosition,
        limit: i64,
    ) -> Result<Vec<(Date, i64)>, AppError> {
        let (days, edge) = match place {
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
        let ask = Ask {
            text: self,
            days,
            edge: edge.as_ref(),
        };
        let sort = if matches!(place, PagePosition::Before(..)) {
            "ASC"
        } else {
            "DESC"
        };
        let mut found = Vec::new();
        for source in ask.sources(conn)? {
            found.extend(self.first(conn, &ask, &source, sort, limit)?);
        }
        let mut found: Vec<(Date, i64)> = found
            .into_iter()
            .map(|row| Ok((date(row.day)?, row.id)))
            .collect::<Result<_, AppError>>()?;
        found.sort_unstable();
        if sort == "DESC" {
            found.reverse();
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// The first rows of one source.
    fn first(
        &self,
        conn: &mut Conn,
        ask: &Ask<'_>,
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
        let mut found = self.load::<Found>(conn, source, "day, id", &tail)?;
        // The keys of a day are not in the order of its ids. So the day at the end, which may be cut, is read by itself.
        if source.by_key
            && i64::try_from(found.len()).is_ok_and(|count| count >= limit)
            && let Some(end) = found.last().map(|row| row.day)
        {
            found.retain(|row| row.day != end);
            let left = limit - i64::try_from(found.len()).unwrap_or(limit);
            let day = date(end)?;
            if let Some(days) = DateRange::new(day, day) {
                let that_day = Ask { days, ..*ask }.sources(conn)?;
                let tail = format!("ORDER BY id {sort} LIMIT {left}");
                for source in that_day.iter().filter(|source| source.by_key) {
                    found.extend(self.load::<Found>(conn, source, "day, id", &tail)?);
                }
            }
        }
        Ok(found)
    }

    /// Sum and count of every row.
    pub(crate) fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        let mut all = Sum::default();
        for group in self.grouped(conn, "0", "")? {
            all += group.sum();
        }
        Ok(all)
    }

    /// Sum and count of each category that has rows.
    pub(crate) fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let groups = self.grouped(conn, "category_id", "GROUP BY category_id")?;
        Ok(groups
            .into_iter()
            .map(|group| (group.which, group.sum()))
            .collect())
    }

    /// Sum and count of each day that has rows.
    pub(crate) fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let groups = self.grouped(conn, "day", "GROUP BY day")?;
        groups
            .into_iter()
            .map(|group| Ok((date(group.which)?, group.sum())))
            .collect()
    }

    fn grouped(&self, conn: &mut Conn, which: &str, group_by: &str) -> Result<Vec<Group>, AppError> {
        let ask = Ask {
            text: self,
            days: self.days,
            edge: None,
        };
        let columns = format!(
            "CAST({which} AS BIGINT) AS which, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount, COUNT(*) AS count"
        );
        let mut groups = Vec::new();
        for source in ask.sources(conn)? {
            groups.extend(self.load::<Group>(conn, &source, &columns, group_by)?);
        }
        Ok(groups)
    }

    /// Reads `columns` of the rows of `source`, with the text or its pattern as `$1` and what the index is asked for as `$2`.
    /// `SQLite` numbers them as they come: `$1` has to stand first.
    fn load<T>(&self, conn: &mut Conn, source: &Source, columns: &str, tail: &str) -> Result<Vec<T>, AppError>
    where
        T: QueryableByName<crate::db::Backend> + 'static,
    {
        let sql = format!("SELECT {columns} FROM ({}) AS found {tail}", source.select);
        let wanted = match conn {
            Conn::Sqlite(_) => self.folded.to_owned(),
            #[cfg(feature = "_postgres")]
            Conn::Postgres(_) => text::like_containing(self.folded),
        };
        let query = sql_query(sql).bind::<Text, _>(wanted);
        Ok(match &source.candidates {
            Some(candidates) => query.bind::<Text, _>(candidates).load(conn)?,
            None => query.load(conn)?,
        })
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
