//! Expense Tracker Pro: a self-hosted personal finance dashboard.
//!
//! Each module uses only modules above it in this table, which `tests/it/layers.rs` checks. A
//! slice is a feature with its own pages and API calls; its files have the same names everywhere: `mod.rs` (routes),
//! `pages.rs` (HTML), `api.rs` (JSON), `form.rs` (input), `model.rs` (SQL), `view.rs` (data of templates).
//!
//! | layer | module | contents |
//! |---|---|---|
//! | plain values | [`text`] | checks and cleans text input |
//! | | [`timing`] | the header `Server-Timing` |
//! | | [`period`] | dates, months and periods |
//! | | [`clock`] | the current time and time zones |
//! | | [`locale`] | how amounts and dates are written |
//! | | [`money`] | exact amounts and currencies |
//! | | [`statements`] | parsers for files of banks and trackers |
//! | | [`error`] | the one error type of requests |
//! | | [`settings`] | settings from the environment and the command line |
//! | | [`private_files`] | files that only their owner may read |
//! | mechanics | [`db`] | one handle over `SQLite` and PostgreSQL |
//! | | [`crypto`] | the secret, tokens and password hashes |
//! | | [`slice`](mod@slice) | what a slice registers with the app |
//! | | [`web`] | middleware, error pages, cookies, forms, assets |
//! | | [`state`] | what all requests share |
//! | | [`api`] | what all calls of the JSON API share |
//! | people | [`accounts`] | accounts, sessions, API tokens, settings of a person |
//! | the ledger | [`ledger`] | expenses, categories, totals and search as rows |
//! | slices | [`categories`] | managing categories |
//! | | [`expenses`] | the list, the forms, import and export |
//! | | [`budgets`] | monthly budgets |
//! | pages over several slices | [`dashboard`] | the first page |
//! | program | [`ops`] | health, metrics, backups, purge and commands |
//! | | [`app`] | all routes and middleware |
//! | | [`serve`] | the command `serve` |

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
pub mod private_files;
pub mod serve;
pub mod settings;
pub mod sharing;
pub mod slice;
pub mod state;
pub mod statements;
pub mod text;
pub mod timing;
pub mod web;
