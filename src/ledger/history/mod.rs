//! The history of expenses: every change with who made it, when, and the state before it, kept for two years.
//!
//! A change is recorded in the transaction that makes it (`change::apply`). A new expense has no record: what it was at
//! first is the state before its first change, or what it is. A merge of categories is recorded by one statement, however many
//! expenses it moves; so a record may hold only what its change replaced, and the rest is read from the state after it.

pub mod expiry;
pub mod read;
pub mod record;
pub mod state;
