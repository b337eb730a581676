//! The statements that write totals.

use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types;
use time::Date;

use super::check::{kept_of_category, recount};
use super::payers;
use super::query::{MANY, TotalsQuery};
use super::total::{Counted, DailyTotal, Grain, Total, added_up, by_month};
use crate::db::{BookId, Conn, on_backend};
use crate::error::AppError;
use crate::ledger::bulk;

/// Adds to the totals of days, of their months and of payers; `amount` and `count` may be negative. All are of one owner. A
/// row is removed with its last expense.
pub(crate) fn add(conn: &mut Conn, changes: impl IntoIterator<Item = Counted>) -> Result<(), AppError> {
    let changes: Vec<Counted> = changes.into_iter().collect();
    add_days(conn, changes.iter().map(|change| change.day))?;
    payers::add(conn, &changes)
}

fn add_days(conn: &mut Conn, changes: impl Iterator<Item = DailyTotal>) -> Result<(), AppError> {
    let days = added_up(changes);
    let months = by_month(&days);
    on_backend!(conn, |c| bulk::write(c, &days))?;
    on_backend!(conn, |c| bulk::write(c, &months))?;
    remove_empty(conn, &days)?;
    remove_empty(conn, &months)?;
    Ok(())
}

/// Removes the rows without expenses. Only a change that takes expenses away can leave such a row. The changes are in the order
/// of their periods.
fn remove_empty<P: Grain>(conn: &mut Conn, changes: &[Total<P>]) -> QueryResult<()> {
    let fewer: Vec<&Total<P>> = changes.iter().filter(|change| change.count < 0).collect();
    if let (true, Some(first), Some(last)) = (fewer.len() > MANY, fewer.first(), fewer.last()) {
        let all = TotalsQuery::<()>::delete::<P>(BookId(first.book_id));
        let empty = all.within(first.period, last.period).sql(" AND count = 0");
        empty.execute(conn)?;
        return Ok(());
    }
    for change in fewer {
        TotalsQuery::<()>::delete::<P>(BookId(change.book_id))
            .at(change.period)
            .of_category(change.category_id)
            .sql(" AND count = 0")
            .execute(conn)?;
    }
    Ok(())
}

/// Moves the totals of one category to another; returns how many expenses they count.
pub(crate) fn move_category(conn: &mut Conn, owner: BookId, from: i64, into: i64) -> Result<i64, AppError> {
    let days = kept_of_category(conn, owner, from)?;
    let delete = TotalsQuery::<()>::delete::<Date>(owner);
    delete.of_category(from).execute(conn)?;
    let delete = TotalsQuery::<()>::delete::<i32>(owner);
    delete.of_category(from).execute(conn)?;
    let moved = days.iter().map(|day| DailyTotal {
        category_id: into,
        ..*day
    });
    add_days(conn, moved)?;
    payers::move_category(conn, owner, from, into)?;
    Ok(days.iter().map(|day| day.count).sum())
}

/// Counts all totals of a book again from its expenses.
pub fn rebuild(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    TotalsQuery::<()>::delete::<Date>(owner).execute(conn)?;
    TotalsQuery::<()>::delete::<i32>(owner).execute(conn)?;
    let days = recount(conn, owner)?;
    let months = by_month(&days);
    on_backend!(conn, |c| bulk::write(c, &days))?;
    on_backend!(conn, |c| bulk::write(c, &months))?;
    payers::rebuild(conn, owner)
}

/// Removes at most `limit` daily totals of a closed book, or about as many; after the last of them, those of its
/// months. Returns whether there may be more.
pub(crate) fn remove(conn: &mut Conn, owner: BookId, limit: i64) -> Result<bool, AppError> {
    let days: Vec<Date> = TotalsQuery::<sql_types::Date>::select::<Date>("spent_on", owner)
        .sql(" ORDER BY spent_on LIMIT ")
        .value(limit)
        .load(conn)?;
    let Some(last) = days.last() else {
        TotalsQuery::<()>::delete::<i32>(owner).execute(conn)?;
        return Ok(false);
    };
    let delete = TotalsQuery::<()>::delete::<Date>(owner);
    delete.sql(" AND spent_on <= ").value(*last).execute(conn)?;
    payers::remove_until(conn, owner, *last)?;
    Ok(true)
}
