//! The limit on the sums of a book.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::schema::expenses;
use crate::db::{BookId, Conn, raw_sql};
use crate::error::AppError;
use crate::money::Money;

/// Amounts beyond this are large.
const LARGE_AMOUNT: Money = Money::from_minor(10_000_000_000);
/// The largest sum of a book's large amounts on either side of zero, in thousands of minor units. Together with
/// half a billion of other amounts any sum of its rows fits into 64 bits.
const MAX_LARGE_SUM: i64 = 2_000_000_000_000_000;

/// Checks after `amounts` are written that no sum of the book can overflow 64 bits.
pub(crate) fn check_sums(
    conn: &mut Conn,
    owner: BookId,
    amounts: impl IntoIterator<Item = Money>,
) -> Result<(), AppError> {
    use expenses::amount;
    if amounts.into_iter().all(|one| one.abs() <= LARGE_AMOUNT) {
        return Ok(());
    }
    // Thousands, because this sum must not overflow either.
    let sum = || raw_sql::<BigInt>("CAST(COALESCE(SUM(amount / 1000), 0) AS BIGINT)");
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null());
    let spent: i64 = rows.filter(amount.gt(LARGE_AMOUNT)).select(sum()).first(conn)?;
    let refunded: i64 = rows.filter(amount.lt(-LARGE_AMOUNT)).select(sum()).first(conn)?;
    if spent > MAX_LARGE_SUM || refunded < -MAX_LARGE_SUM {
        return Err(AppError::invalid(
            "amount",
            "This amount would make your total too large. Enter a smaller one.",
        ));
    }
    Ok(())
}
