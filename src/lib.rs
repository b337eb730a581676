//! Expense Tracker Pro: a self-hosted personal finance dashboard.
//!
//! The map. Each slice has the same rooms: `mod` (addresses), `pages` (HTML), `api` (JSON), `form` (what may come in),
//! `model` (rows and all SQL), `view` (what its templates print).
//!
//! | where | what |
//! |---|---|
//! | [`app`] | the app put together; what every request shares |
//! | [`settings`], [`error`], [`clock`] | settings, the one error, the present time |
//! | [`money`], [`locale`], [`period`], [`text`] | the words of the field: amounts, how they are written, periods, text |
//! | [`private_files`] | files that only their owner may open |
//! | [`db`], [`web`] | one database handle over both databases; everything of HTTP |
//! | [`accounts`], [`expenses`], [`categories`], [`budgets`], [`dashboard`] | the slices |
//! | [`api`] | what all calls of the JSON API share; each slice has its own calls |
//! | [`ops`] | health and upkeep |

pub mod accounts;
pub mod api;
pub mod app;
pub mod budgets;
pub mod categories;
pub mod clock;
pub mod crypto;
pub mod dashboard;
pub mod db;
pub mod error;
pub mod expenses;
pub mod ledger;
pub mod locale;
pub mod money;
pub mod ops;
pub mod period;
pub mod private_files;
pub mod serve;
pub mod settings;
pub mod slice;
pub mod state;
pub mod text;
pub mod timing;
pub mod web;
