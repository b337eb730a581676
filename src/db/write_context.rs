//! What a write needs besides the database: new ids and the current time.

use std::sync::Arc;

use time::PrimitiveDateTime;

use super::ids::IdMaker;
use super::unit_of_work::UserId;

/// Passed to the functions that write rows.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// Makes the ids of new rows.
    pub ids: Arc<IdMaker>,
    /// Now, UTC.
    pub now: PrimitiveDateTime,
    /// Who makes the change.
    pub by: UserId,
    /// Who made the book that is changed.
    pub made_by: UserId,
    /// The decimals of the currency in which amounts were read; `None` for amounts that do not come from a request.
    pub decimals: Option<u8>,
}
