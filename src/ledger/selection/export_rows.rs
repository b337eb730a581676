//! The rows of an export, read one by one with only the exported columns.

use std::ops::ControlFlow;

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use time::Date;

use super::query::{Selection, made_by};
use crate::db::schema::expenses;
use crate::db::{Backend, Conn};
use crate::error::AppError;
use crate::ledger::expense::ExportRow;
use crate::ledger::id_list::ids;
use crate::ledger::kinds::CategoryScope;
use crate::ledger::page_position::PagePosition;
use crate::ledger::paid_by::PaidBy;

/// The day and the id of a row; the next ones are older.
pub type Mark = (Date, i64);

type Query = expenses::BoxedQuery<'static, Backend, SqlTypeOf<AsSelect<ExportRow, Backend>>>;

impl Selection {
    /// Gives at most `limit` rows to `take` until it breaks, newest first, beginning after `mark` or with the newest; the
    /// mark of the last one, `None` where there are no more.
    pub fn export(
        &self,
        conn: &mut Conn,
        mark: Option<Mark>,
        limit: i64,
        mut take: impl FnMut(&ExportRow) -> ControlFlow<()>,
    ) -> Result<Option<Mark>, AppError> {
        let (mut count, mut last) = (0, None);
        let flow = self.each(conn, mark, limit, |row| {
            count += 1;
            last = Some((row.day.0, row.id));
            take(&row)
        })?;
        Ok(last.filter(|_| count == limit || flow.is_break()))
    }

    fn each(
        &self,
        conn: &mut Conn,
        mark: Option<Mark>,
        limit: i64,
        mut give: impl FnMut(ExportRow) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, AppError> {
        // Several categories are read by their own index, each for itself.
        if self.search.is_some() || matches!(self.scope, CategoryScope::Only(_)) {
            let position = mark.map_or(PagePosition::Start, |(day, id)| PagePosition::After(day, id));
            let rows = self.page(conn, position, limit)?;
            return Ok(rows.into_iter().map(ExportRow::from).try_for_each(give));
        }
        let mut left = limit;
        for rows in self.spans(mark) {
            if left == 0 {
                break;
            }
            for row in rows
                .limit(left)
                .load_iter::<ExportRow, DefaultLoadingMode>(conn)?
            {
                left -= 1;
                if give(row?).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The rows after `mark`: the rest of its day, then the days before. Each is one run of the index; asked for in one
    /// statement, `SQLite` would compare the dates of every row once more.
    fn spans(&self, mark: Option<Mark>) -> Vec<Query> {
        use expenses::{id, spent_on};
        let (first, last) = (self.days.first(), self.days.last());
        match mark {
            None => vec![self.columns().filter(spent_on.between(first, last))],
            Some((day, after)) => vec![
                self.columns().filter(spent_on.eq(day)).filter(id.lt(after)),
                self.columns().filter(spent_on.ge(first)).filter(spent_on.lt(day)),
            ],
        }
    }

    fn columns(&self) -> Query {
        let rows = expenses::table
            .filter(expenses::book_id.eq(self.owner.0))
            .filter(expenses::deleted_at.is_null())
            .select(ExportRow::as_select())
            .order((expenses::spent_on.desc(), expenses::id.desc()))
            .into_boxed();
        let rows = match &self.scope {
            CategoryScope::Everything => rows,
            CategoryScope::One(category) => rows.filter(expenses::category_id.eq(*category)),
            CategoryScope::Only(only) => rows.filter(ids("category_id IN", only)),
            CategoryScope::Except(except) => rows.filter(ids("category_id NOT IN", except)),
        };
        let rows = match self.import {
            Some(import) => rows.filter(made_by(self.owner, import)),
            None => rows,
        };
        match self.paid_by {
            Some(PaidBy::Member(person)) => rows.filter(expenses::paid_by.eq(person.0)),
            Some(PaidBy::Maker) => rows.filter(expenses::paid_by.is_null()),
            None => rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::db::BookId;
    use crate::period::DateRange;

    #[test]
    fn a_page_is_looked_for_on_its_side_of_the_place_only() {
        let (first, last) = (date!(2026 - 11 - 01), date!(2026 - 11 - 30));
        let selection = Selection {
            owner: BookId(1),
            days: DateRange::between(first, last),
            scope: CategoryScope::Everything,
            income: Vec::new(),
            paid_by: None,
            import: None,
            search: None,
        };
        let day = date!(2026 - 11 - 22);
        for (position, days) in [
            (PagePosition::Start, (first, last)),
            (PagePosition::After(day, 7), (first, day)),
            (PagePosition::Before(day, 7), (day, last)),
            (PagePosition::After(date!(2026 - 12 - 01), 7), (first, last)),
            (PagePosition::Before(date!(2026 - 12 - 01), 7), (first, last)),
        ] {
            let clipped = selection.clipped_to(position).days;
            assert_eq!((clipped.first(), clipped.last()), days, "{position:?}");
        }
    }
}
