//! Files of banks and other trackers, from bytes to rows with positions; nothing here knows the ledger.

pub mod csv;
pub mod decimal;
pub mod row;
