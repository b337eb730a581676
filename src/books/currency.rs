//! The currency of a book and the first day of its months, which decide what its amounts and budgets mean.

use super::book;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Currency;
use crate::slice::Slices;

/// Refuses an amount that was read with other decimals than the book's currency has: with the first amount of a book,
/// another owner may change its currency at the same moment. A currency of unknown name is the default.
pub fn check_decimals(conn: &mut Conn, book: BookId, decimals: Option<u8>) -> Result<(), AppError> {
    let Some(decimals) = decimals else {
        return Ok(());
    };
    check_code(&book::find(conn, book)?.currency, Some(decimals))
}

/// The same check with the code of the book's currency as it is stored.
pub fn check_code(code: &str, decimals: Option<u8>) -> Result<(), AppError> {
    let stored = Currency::from_code(code).unwrap_or_default().decimals();
    if decimals.is_none_or(|decimals| decimals == stored) {
        return Ok(());
    }
    Err(AppError::Conflict(format!(
        "The currency of this book is {code} now, so the amount wasn't saved. Check it and try again."
    )))
}

/// Sets the currency and the first day of the month, 1 to 28. A currency with other decimals is refused at the field
/// `currency` while the book has amounts.
pub fn set(
    conn: &mut Conn,
    slices: Slices,
    book: BookId,
    currency: Currency,
    month_start: u8,
) -> Result<(), AppError> {
    let stored = book::find(conn, book)?.currency();
    let (old, new) = (stored.decimals(), currency.decimals());
    if old != new {
        if slices.has_amounts(conn, book)? {
            return Err(AppError::invalid(
                "currency",
                format!(
                    "Choose a currency with {old} decimals like {}. Amounts aren't converted, including those under \
                     “Recently deleted” and those of imports and recurring entries.",
                    stored.code(),
                ),
            ));
        }
        slices.change_decimals(conn, book, old, new)?;
    }
    book::set_money_and_months(conn, book, currency, month_start)
}
