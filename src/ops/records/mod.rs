//! All lasting data as a stream of records, for `backup`, `restore` and `copy`.
//!
//! The records have a format of their own, apart from the rows of the database. So a new column or table does not make
//! older backups unreadable.
//!
//! Sessions and failed sign-ins are not part of it: people sign in again. Totals and the search are computed again.
//! API tokens are part of it, as hashes: programs keep their access.

pub mod expense;
pub mod export;
pub mod import;
pub mod imports;
pub mod record;
pub mod rows;
pub(super) mod rules;
pub mod schedules;
