//! Changing the currency of a book.

use super::book;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Currency;
use crate::slice::Slices;

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
                     “Recently deleted”.",
                    stored.code(),
                ),
            ));
        }
        slices.change_decimals(conn, book, old, new)?;
    }
    book::set_money_and_months(conn, book, currency, month_start)
}
