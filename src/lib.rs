//! Expense Tracker Pro: a self-hosted personal finance dashboard.
//!
//! `docs/ARCHITECTURE.md` lists the modules by layer: each uses only those above it, which `tests/it/layers.rs` checks.

pub mod accounts;
pub mod api;
pub mod app;
pub mod books;
pub mod budgets;
pub mod categories;
pub mod clock;
pub mod crypto;
pub mod dashboard;
pub mod db;
pub mod error;
pub mod expenses;
pub mod imports;
pub mod ledger;
pub mod locale;
pub mod money;
pub mod ops;
pub mod period;
pub mod permits;
pub mod private_files;
pub mod recurring;
pub mod serve;
pub mod settings;
pub mod sharing;
pub mod slice;
pub mod state;
pub mod statements;
pub mod text;
pub mod timing;
pub mod web;
