//! One expense with its `ETag`, and the conditions of requests.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::api::etag::{self, IfMatch};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::expenses::json::ExpenseJson;
use crate::ledger::category as categories;
use crate::ledger::expense::{self, Expense};
use crate::money::Currency;

/// An expense as it is shown, with its tag.
pub fn tagged(
    (row, category): (Expense, String),
    currency: Currency,
) -> Result<(ExpenseJson, String), AppError> {
    let version = row.version;
    let shown = ExpenseJson::new(row, category, currency);
    let tag = etag::of(version, &shown)?;
    Ok((shown, tag))
}

/// `found` again, if the condition of the request holds for it; without one no tag is made.
pub fn hold(
    condition: &IfMatch,
    found: (Expense, String),
    currency: Currency,
) -> Result<(Expense, String), AppError> {
    if condition.is_given() {
        let (_, tag) = tagged(found.clone(), currency)?;
        condition.check(&tag)?;
    }
    Ok(found)
}

/// One expense with its `ETag`.
pub fn one(found: (Expense, String), currency: Currency) -> Result<HttpResponse, AppError> {
    let (shown, tag) = tagged(found, currency)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(shown))
}

/// One expense that is not in the trash, with its category's name.
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<(Expense, String), AppError> {
    let row = expense::find(conn, owner, id)?;
    let category = categories::name_of(conn, owner, row.category_id)?;
    Ok((row, category))
}
