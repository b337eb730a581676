//! A database of its own for each test: a file on SQLite, a schema on PostgreSQL.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where one test keeps its rows; what it was is removed with it.
pub struct Database {
    /// For the setting `DATABASE_URL`.
    pub url: String,
    schema: Option<(String, String)>,
}

/// The PostgreSQL server of the tests, when the environment names one.
pub fn postgres_url() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

impl Database {
    /// A new one of the kind that `TEST_DATABASE` names: `sqlite` (the default, in `folder`) or `postgres`.
    pub fn create(folder: &std::path::Path) -> Self {
        match std::env::var("TEST_DATABASE").as_deref() {
            Ok("postgres") => Self::postgres(
                &postgres_url()
                    .expect("TEST_DATABASE=postgres needs TEST_POSTGRES_URL: run scripts/with-postgres"),
            ),
            Ok("sqlite") | Err(_) => Self::sqlite(folder),
            Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
        }
    }

    /// A new file in `folder`.
    pub fn sqlite(folder: &std::path::Path) -> Self {
        Self {
            url: format!("sqlite://{}", folder.join("expenses.db").display()),
            schema: None,
        }
    }

    /// One that somebody else made, and removes.
    pub fn of_another(url: String) -> Self {
        Self { url, schema: None }
    }

    /// A new schema on `server`, which every connection to the returned address works in.
    pub fn postgres(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{number}", std::process::id());
        admin(server, &format!("CREATE SCHEMA {schema}"));
        let mark = if server.contains('?') { '&' } else { '?' };
        Self {
            url: format!("{server}{mark}options=-csearch_path%3D{schema}"),
            schema: Some((server.to_owned(), schema)),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // After a failure the server may be away, and a second panic would hide the first.
        if let Some((server, schema)) = &self.schema
            && !std::thread::panicking()
        {
            admin(server, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

fn admin(server: &str, statement: &str) {
    let mut conn = PgConnection::establish(server).expect("TEST_POSTGRES_URL names a server that answers");
    let statement = format!("SET client_min_messages = warning; {statement}");
    let mut done = conn.batch_execute(&statement);
    for _ in 0..5 {
        // Two tests that make and drop their schemas at once may wait for each other.
        let Err(error) = &done else { break };
        assert!(error.to_string().contains("deadlock"), "{error}");
        done = conn.batch_execute(&statement);
    }
    done.expect("the server takes the statement");
}
