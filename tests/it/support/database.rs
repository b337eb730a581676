//! A separate database for each test: a file on SQLite, a schema on PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use expense_tracker::db::Db;
use expense_tracker::settings::DatabaseUrl;

/// The database of one test, removed when it is dropped.
pub struct Database {
    /// For the setting `DATABASE_URL`.
    pub url: String,
    schema: Option<(String, String)>,
}

/// The PostgreSQL server of the tests, if the environment has one.
pub fn postgres_url() -> Option<String> {
    citus_url().or_else(|| named("TEST_POSTGRES_URL"))
}

/// The coordinator of a Citus cluster, if the environment has one. Then tests on PostgreSQL use distributed tables. See
/// CONTRIBUTING.md.
pub fn citus_url() -> Option<String> {
    named("TEST_CITUS_URL")
}

fn named(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|url| !url.is_empty())
}

/// Runs a statement for every account, without the program, in a transaction that sets the owner like the program does.
/// `$owner` stands for its id.
pub fn for_each_account(url: &str, statement: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    let accounts: Vec<Id> = diesel::sql_query("SELECT id FROM users ORDER BY id")
        .load(&mut conn)
        .unwrap();
    // One statement per message, as Citus requires. Without Citus the setting has no effect.
    for Id { id } in accounts {
        for step in [
            "SET citus.propagate_set_commands = 'local'".to_owned(),
            "BEGIN".to_owned(),
            format!("SET LOCAL app.book_id = '{id}'"),
            format!("SET LOCAL app.user_id = '{id}'"),
            format!(
                "/* a test's own */ {}",
                statement.replace("$owner", &id.to_string())
            ),
            "COMMIT".to_owned(),
        ] {
            conn.batch_execute(&step)
                .unwrap_or_else(|error| panic!("{step}: {error}"));
        }
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl Database {
    /// A new database of the kind in `TEST_DATABASE`: `sqlite` (the default, in `folder`) or `postgres`.
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

    /// A database that another object creates and removes.
    pub fn of_another(url: String) -> Self {
        Self { url, schema: None }
    }

    /// A new schema on `server`, used by every connection to its URL.
    pub fn postgres(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{number}", std::process::id());
        admin(server, &format!("CREATE SCHEMA {schema}"));
        let mark = if server.contains('?') { '&' } else { '?' };
        let database = |options: &str| Self {
            url: format!("{server}{mark}options={options}-csearch_path%3D{schema}"),
            schema: Some((server.to_owned(), schema.clone())),
        };
        if citus_url().is_none_or(|url| url != server) {
            return database("");
        }
        // Few shards, because each test creates those of nine tables.
        let database = database("-ccitus.shard_count%3D2%20");
        let url = DatabaseUrl::parse(&database.url).unwrap();
        Db::distribute(&url).expect("TEST_CITUS_URL names the coordinator of a cluster with workers");
        database
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // After a failure the server can be down, and a second panic would hide the first.
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
        // Two tests that create and drop their schemas concurrently can deadlock.
        let Err(error) = &done else { break };
        assert!(error.to_string().contains("deadlock"), "{error}");
        done = conn.batch_execute(&statement);
    }
    done.expect("the server takes the statement");
}
