//! The stories: what people, browsers and scripts can rely on, told over HTTP against the real app.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
#![allow(missing_docs, reason = "a test's name is its sentence")]

#[allow(dead_code, reason = "tools that a story may need tomorrow")]
#[allow(unused_imports, reason = "the same")]
mod support;

mod adding;
mod api_accounts;
mod api_bad_input;
mod api_batch;
mod api_document;
mod api_expenses;
mod api_list;
mod api_retries;
mod api_tokens;
mod api_totals;
mod api_tour;
mod api_versions;
mod backups;
mod bad_input;
mod bad_requests;
mod behind_tls;
mod budget_months;
mod budgets;
mod calendar_ends;
mod categories_page;
mod clock_set_back;
mod command_line;
mod cross_site;
mod csv_export;
mod damaged_files;
mod deleted_account;
mod deleting;
mod disk_full;
mod double_submit;
mod editing;
mod every_page;
mod fragments;
mod fuzz;
mod fuzz_api;
mod harness;
mod hostile_fields;
mod isolation;
mod killed;
mod listing;
mod merging;
mod methods;
mod metrics;
mod migrations;
mod next_page;
mod nightly;
mod one_server;
mod paging;
mod passwords;
mod periods;
mod register;
mod row_security;
mod running_server;
mod security_headers;
mod sessions;
mod settings_page;
mod sign_in;
mod sign_in_limits;
mod statements;
mod strangers;
mod sub_path;
mod sums;
mod tokens;
mod trash_ends;
mod upgrades;
mod zones;
