//! The parameters of the API's addresses, read more strictly than a page's: forms send empty fields, programs don't.

use actix_web::HttpRequest;

use crate::error::AppError;
use crate::web::fields::Fields;

/// Every parameter that some call has.
const KNOWN: [&str; 9] = [
    "period", "on", "from", "to", "category", "q", "limit", "cursor", "month",
];
/// Those for which an empty text says something: every text holds it.
const MAY_BE_EMPTY: [&str; 2] = ["category", "q"];

/// The query of this request; a parameter given twice, or empty, is a 400 that names it.
pub fn read(req: &HttpRequest) -> Result<Fields, AppError> {
    let query = Fields::of_query(req)?;
    for name in KNOWN {
        let mut values = query.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(AppError::BadRequest(format!("“{name}” is given twice.")));
        }
        if first == Some("") && !MAY_BE_EMPTY.contains(&name) {
            return Err(AppError::BadRequest(format!(
                "“{name}” is empty. Leave it out or give it a value."
            )));
        }
    }
    Ok(query)
}
