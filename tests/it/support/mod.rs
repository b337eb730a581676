//! What every story needs: the running app, the people who use it, and eyes for its pages.

mod api;
mod app;
mod cluster;
mod database;
mod html;
mod load;
mod nginx;
mod pinned;
mod program;
pub mod recorder;
mod stub;
mod tables;
mod visitor;
mod wire;

pub use api::Client;
pub use app::{App, PASSWORD};
pub use cluster::Cluster;
pub use database::{Database, postgres_url};
pub use html::{Day, Form, Page, Row, words};
pub use load::Statuses;
pub use nginx::{Nginx, Site, free_address};
pub use pinned::faults;
pub use program::{Ended, Place, Running, end};
pub use recorder::Statement;
pub use tables::tables;
pub use visitor::{Visitor, form_text};
pub use wire::{Answer, Request};

use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// A moment in UTC, written `2026-11-22 12:00`.
pub fn utc(text: &str) -> OffsetDateTime {
    PrimitiveDateTime::parse(text, format_description!("[year]-[month]-[day] [hour]:[minute]"))
        .unwrap()
        .assume_utc()
}

/// A date, written `2026-11-22`.
pub fn date(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap()
}
