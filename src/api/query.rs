//! Query parameters of the API. They are checked more strictly than those of pages, because forms send empty fields.

use actix_web::HttpRequest;

use crate::error::AppError;
use crate::web::fields::Fields;

/// The parameters of all calls.
const PARAMETERS: [&str; 15] = [
    "period",
    "on",
    "from",
    "to",
    "category",
    "person",
    "q",
    "limit",
    "cursor",
    "month",
    "verdict",
    "kind",
    "import",
    "description",
    "until",
];
/// An empty value is valid for these: every text contains it.
const CAN_BE_EMPTY: [&str; 2] = ["category", "q"];

/// Parses the query; a parameter that is empty or given twice is a 400.
pub fn read(req: &HttpRequest) -> Result<Fields, AppError> {
    let query = Fields::of_query(req)?;
    for name in PARAMETERS {
        let mut values = query.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(AppError::BadRequest(format!("“{name}” is given twice.")));
        }
        if first == Some("") && !CAN_BE_EMPTY.contains(&name) {
            return Err(AppError::BadRequest(format!(
                "“{name}” is empty. Leave it out or give it a value."
            )));
        }
    }
    Ok(query)
}
