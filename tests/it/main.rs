//! The stories: what people, browsers and scripts can rely on, told over HTTP against the real app.
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
mod deleting;
mod double_submit;
mod editing;
mod fuzz;
mod harness;
mod hostile_fields;
mod strangers;
