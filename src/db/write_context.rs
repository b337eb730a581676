//! What a write needs besides the database: new ids and the current time.

use std::sync::Arc;

use time::PrimitiveDateTime;

use super::ids::IdMaker;

/// Passed to the functions that write rows.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// Makes the ids of new rows.
    pub ids: Arc<IdMaker>,
    /// Now, UTC.
    pub now: PrimitiveDateTime,
}
