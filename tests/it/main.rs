//! The stories: what people, browsers and scripts can rely on, told over HTTP against the real app.
#![allow(missing_docs, reason = "a test's name is its sentence")]

#[allow(dead_code, reason = "tools that a story may need tomorrow")]
#[allow(unused_imports, reason = "the same")]
mod support;

mod adding;
mod bad_input;
mod bad_requests;
mod calendar_ends;
mod csv_export;
mod deleting;
mod double_submit;
mod editing;
mod every_page;
mod fragments;
mod fuzz;
mod harness;
mod hostile_fields;
mod listing;
mod migrations;
mod paging;
mod periods;
mod strangers;
mod sums;
