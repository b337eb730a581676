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
mod bad_input;
mod bad_requests;
mod budget_months;
mod budgets;
mod calendar_ends;
mod categories_page;
mod checking;
mod citus;
mod command_line;
mod copying;
mod cross_site;
mod csv_export;
mod deleted_account;
mod deleting;
mod double_submit;
mod editing;
mod every_page;
mod fragments;
mod fuzz;
mod fuzz_api;
mod harness;
mod hostile_fields;
mod instances;
mod listing;
mod merging;
mod methods;
mod metrics;
mod migrations;
mod next_page;
mod outage;
mod paging;
mod passwords;
mod periods;
mod query_plans;
mod register;
mod row_security;
mod running_server;
mod searching;
mod security_headers;
mod sessions;
mod settings_page;
mod sign_in;
mod sign_in_limits;
mod soak;
mod statements;
mod strangers;
mod sub_path;
mod sums;
mod timing;
mod tokens;
mod trash_ends;
mod two_instances;
mod weight;
mod zones;
