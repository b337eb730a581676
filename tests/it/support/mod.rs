//! The test support: running apps, visitors, and parsed pages.

mod api;
mod app;
pub mod books;
mod cluster;
mod curl;
mod database;
mod html;
mod load;
mod nginx;
mod pinned;
mod program;
pub mod recorder;
pub mod recurring;
mod routes;
mod sqlite;
mod stub;
mod tables;
mod visitor;
mod wire;

pub use api::Client;
pub use app::{App, PASSWORD, Writable};
pub use cluster::Cluster;
pub use curl::Curl;
pub use database::{Database, citus_url, for_each_account, postgres_url};
pub use html::{Day, Form, Page, Row, words};
pub use load::{Statuses, add_by_api, add_by_form, read_pages};
pub use nginx::{Nginx, Site, free_address};
pub use pinned::{Owned, faults};
pub use program::{Ended, Place, Running, end};
pub use recorder::Statement;
pub use routes::{Route, fill};
pub use sqlite::{execute, integrity, number, root_page};
pub use tables::{rows_of, tables};
pub use visitor::{Visitor, form_text};
pub use wire::{Answer, Request};

use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// A time in UTC, `2026-11-22 12:00`.
pub fn utc(text: &str) -> OffsetDateTime {
    PrimitiveDateTime::parse(text, format_description!("[year]-[month]-[day] [hour]:[minute]"))
        .unwrap()
        .assume_utc()
}

/// A date, `2026-11-22`.
pub fn date(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap()
}

/// The number of cases of a property test: `PROPTEST_CASES` (`make fuzz`), else `few`.
pub fn cases(few: u32) -> u32 {
    let many = std::env::var("PROPTEST_CASES").ok();
    many.map_or(few, |many| many.parse().expect("PROPTEST_CASES is a number"))
}

/// Somebody who reads the book `owner`, which person 1 has made.
pub fn reader(owner: expense_tracker::db::BookId) -> expense_tracker::accounts::current::Person {
    use expense_tracker::accounts::current::Person;
    use expense_tracker::books::people::{BookContext, KnownPerson};
    use expense_tracker::books::role::Role;
    use expense_tracker::db::UserId;
    let reader = KnownPerson {
        id: UserId(1),
        name: "Robin".to_owned(),
        is_member: true,
    };
    Person {
        id: reader.id,
        book: owner,
        book_name: String::new(),
        book_context: BookContext {
            book: owner,
            made_by: reader.id,
            is_shared: true,
            signed_in: reader,
        },
        role: Role::Owner,
        base: String::new(),
        books: Vec::new(),
        session_id: 0,
        email: String::new(),
        preferences: expense_tracker::accounts::preferences::Preferences::default(),
        today: date("2026-11-22"),
        created_at: time::macros::datetime!(2026-11-22 00:00),
    }
}
