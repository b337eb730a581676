//! `migrate --citus`, with stand-ins for the functions of the extension, which refuse what the real ones refuse.
//!
//! More than 300 lines, because all tests share the setup of the stand-ins.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, sql_query};
use expense_tracker::db::{self, Conn};

use super::support::{Cluster, Database, Ended, PASSWORD, Place, citus_url, postgres_url, tables};

/// Functions like the real ones, as far as the order of the statements matters.
const STAND_INS: &str = include_str!("support/citus_stand_ins.sql");

/// Refuses the DDL statements that the extension refuses. Only a superuser can create it.
const GUARD: &str = include_str!("support/citus_guard.sql");

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

struct Stage {
    place: Place,
    database: Database,
    url: String,
}

impl Stage {
    /// A database with rows, whose functions take precedence over those of the catalog.
    fn set(server: &str) -> Self {
        let database = Database::postgres(server);
        let url = format!("{}%2Cpg_catalog", database.url);
        let place = Place::over(&url);
        let stage = Self { place, database, url };
        let server = stage.place.serve(|_| {});
        let person = server.anonymous();
        person
            .post("/register", &[("email", "a@example.com"), ("password", PASSWORD)])
            .location();
        person.add("4.50", "Coffee", "2026-11-20", "Espresso");
        person.post("/budgets", &[("amount", "10")]).location();
        server.stop();
        stage
    }

    fn conn(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }

    fn run(&self, statements: &str) {
        self.conn().batch_execute(statements).unwrap();
    }

    fn words(&self, query: &str) -> Vec<String> {
        let rows: Vec<Words> = sql_query(query).load(&mut self.conn()).unwrap();
        rows.into_iter().map(|row| row.words).collect()
    }

    fn spread(&self) -> Vec<String> {
        self.words(
            "SELECT relname::text AS words FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid
             WHERE partmethod = 'h' AND relnamespace = current_schema()::regnamespace ORDER BY 1",
        )
    }

    /// A connection like that of the program.
    fn as_program(&self) -> Conn {
        let url = format!("{}&application_name=expense-tracker", self.url);
        Conn::Postgres(PgConnection::establish(&url).unwrap())
    }

    fn calls(&self) -> Vec<String> {
        self.words("SELECT words FROM calls ORDER BY number")
    }

    fn keys(&self) -> Vec<String> {
        self.words(
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS words FROM pg_constraint
             WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1",
        )
    }

    fn walls(&self) -> Vec<String> {
        self.words(
            "SELECT relname::text AS words FROM pg_class
             WHERE relforcerowsecurity AND relrowsecurity AND relnamespace = current_schema()::regnamespace ORDER BY 1",
        )
    }

    fn migrate(&self, args: &[&str]) -> Ended {
        self.place.run(&[&["migrate"], args].concat(), "")
    }
}

/// A PostgreSQL without Citus. Stand-ins can't replace the real extension.
fn stand_in_url() -> Option<String> {
    postgres_url().filter(|_| citus_url().is_none())
}

const SPREAD: [&str; 20] = [
    "api_tokens",
    "budgets",
    "categories",
    "changes",
    "daily_totals",
    "dismissed_schedules",
    "expenses",
    "feeds",
    "import_files",
    "import_mappings",
    "import_rows",
    "imports",
    "invitations",
    "monthly_totals",
    "occurrences",
    "payer_totals",
    "remembered_answers",
    "schedules",
    "search_rows",
    "sessions",
];

#[test]
fn every_table_with_an_owner_is_distributed_once_in_a_valid_order() {
    let Some(url) = stand_in_url() else { return };
    let stage = Stage::set(&url);
    let (keys, walls) = (stage.keys(), stage.walls());
    assert!(keys.len() >= 10, "{keys:?}");
    let spread: Vec<&String> = walls.iter().filter(|table| *table != "members").collect();
    assert_eq!(spread, SPREAD);
    stage.run(STAND_INS);

    let done = stage.migrate(&["--citus"]);
    assert_eq!(done.status.code(), Some(0), "{}", done.err);
    assert!(
        done.out
            .starts_with(&format!("distributed by owner: {}\n", SPREAD.join(", "))),
        "{}",
        done.out
    );
    let mut expected = vec![
        "reference users".to_owned(),
        "reference books".to_owned(),
        "reference members".to_owned(),
        "api_tokens by book_id with none".to_owned(),
    ];
    let owner = |table: &str| if table == "sessions" { "user_id" } else { "book_id" };
    expected.extend(
        SPREAD[1..]
            .iter()
            .map(|table| format!("{table} by {} with api_tokens", owner(table))),
    );
    expected.extend(SPREAD.iter().map(|table| format!("freed {table}")));
    expected.extend(["members", "books", "users"].map(|table| format!("freed {table}")));
    assert_eq!(stage.calls(), expected);
    assert_eq!((stage.keys(), stage.walls()), (keys, walls), "all as it was");

    // A second run has nothing to do.
    let again = stage.migrate(&["--citus"]);
    assert_eq!(again.status.code(), Some(0), "{}", again.err);
    assert!(
        again.out.starts_with("every table is distributed already\n"),
        "{}",
        again.out
    );
    let since: Vec<String> = stage.calls().split_off(expected.len());
    assert!(since.iter().all(|call| call.starts_with("freed ")), "{since:?}");

    // The app works on it and sends each SET LOCAL separately.
    let server = stage.place.serve(|_| {});
    let person = server.anonymous();
    person
        .post("/login", &[("email", "a@example.com"), ("password", PASSWORD)])
        .location();
    person.add("1", "Coffee", "2026-11-20", "");
    assert_eq!(person.total("/expenses?period=all"), "5.50");
    server.stop();

    // The table of a later version is distributed like the others.
    stage.run(
        "CREATE TABLE later (book_id BIGINT NOT NULL REFERENCES books (id), id BIGINT, user_id BIGINT REFERENCES users (id),
             PRIMARY KEY (book_id, id))",
    );
    let (calls, keys) = (stage.calls().len(), stage.keys());
    let done = stage.migrate(&["--citus"]);
    assert_eq!(done.status.code(), Some(0), "{}", done.err);
    assert_eq!(stage.calls()[calls], "later by book_id with api_tokens");
    assert_eq!(stage.keys(), keys);
    drop(stage.database);
}

/// A distributed database on its own server, with the guard of its superuser.
fn guarded() -> (Cluster, Stage) {
    let cluster = Cluster::start();
    let stage = Stage::set(&cluster.url());
    stage.run(STAND_INS);
    PgConnection::establish(&cluster.superuser_url("tracker"))
        .unwrap()
        .batch_execute(GUARD)
        .unwrap();
    let done = stage.migrate(&["--citus"]);
    assert_eq!(done.status.code(), Some(0), "{}", done.err);
    (cluster, stage)
}

#[test]
fn every_migration_runs_both_ways_on_distributed_tables() {
    let Some(_) = postgres_url() else { return };
    let (_cluster, stage) = if let Some(url) = citus_url() {
        (None, Stage::set(&url))
    } else {
        let (cluster, stage) = guarded();
        (Some(cluster), stage)
    };
    let shape = || {
        let tables = tables(&mut stage.as_program()).unwrap();
        (stage.keys(), stage.walls(), stage.spread(), tables)
    };
    let versions = || stage.words("SELECT version::text AS words FROM __diesel_schema_migrations");
    let before = shape();
    assert_eq!(before.2, SPREAD);
    for left in (5..versions().len()).rev() {
        db::revert_to(&mut stage.as_program(), left).unwrap_or_else(|error| panic!("{left}: {error}"));
        assert_eq!(versions().len(), left);
        let done = stage.migrate(&[]);
        assert_eq!(done.status.code(), Some(0), "{left}: {}", done.err);
        assert_eq!(shape(), before, "{left}");
        let sound = stage.place.run(&["check"], "");
        assert_eq!(sound.status.code(), Some(0), "{left}: {}{}", sound.out, sound.err);
    }
    let server = stage.place.serve(|_| {});
    let person = server.known("a@example.com");
    person.add("1", "Coffee", "2026-11-20", "");
    assert_eq!(person.total("/expenses?period=all"), "5.50");
    assert_eq!(person.total("/expenses?q=espre&period=all"), "4.50");
    server.stop();
}

#[test]
fn the_stand_ins_refuse_what_citus_refuses() {
    let Some(_) = postgres_url() else { return };
    let (_cluster, stage) = guarded();
    let several = "cannot insert multiple commands";
    let to_distributed = "foreign keys from reference tables and local tables to distributed tables";
    let owner = stage.words("SELECT id::text AS words FROM users").remove(0);
    let named = format!("SET LOCAL app.book_id = '{owner}'");
    for (statement, words) in [
        (
            "ALTER TABLE expenses ADD COLUMN a TEXT; CREATE INDEX x ON expenses (book_id, a)",
            several,
        ),
        ("CREATE INDEX x ON expenses (book_id, amount); SELECT 1", several),
        ("DROP TABLE budgets; SELECT 1", several),
        (
            "CREATE TABLE later (book_id BIGINT REFERENCES users (id)); SELECT 1",
            several,
        ),
        (
            "CREATE TABLE later (book_id BIGINT, c BIGINT, FOREIGN KEY (book_id, c) REFERENCES categories (book_id, id))",
            to_distributed,
        ),
        (
            "/* a test's own */ UPDATE budgets SET book_id = 1",
            "modifying the partition value",
        ),
        ("ALTER TABLE expenses ADD COLUMN a TEXT -- one; of one", ""),
    ] {
        let mut conn = stage.as_program();
        for step in [
            "BEGIN",
            "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
            &named,
        ] {
            conn.batch_execute(step).unwrap();
        }
        match conn.batch_execute(statement) {
            Ok(()) => assert_eq!(words, "", "{statement}"),
            Err(error) => assert!(
                !words.is_empty() && error.to_string().contains(words),
                "{statement}: {error}"
            ),
        }
    }
    let refused = stage
        .as_program()
        .batch_execute("ALTER TABLE expenses ADD COLUMN a TEXT");
    assert!(refused.unwrap_err().to_string().contains("a parallel operation"));
}

#[test]
fn lost_rows_undo_the_distribution() {
    let Some(url) = stand_in_url() else { return };
    let stage = Stage::set(&url);
    let before = (stage.keys(), stage.walls());
    stage.run(STAND_INS);
    stage.run(
        "CREATE OR REPLACE FUNCTION create_distributed_table(t REGCLASS, by TEXT, colocate_with TEXT) RETURNS VOID
         LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || t; END $$",
    );
    let ended = stage.migrate(&["--citus"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.line().contains("nothing was changed"), "{}", ended.err);
    assert_eq!((stage.keys(), stage.walls()), before);
    assert_eq!(stage.calls(), Vec::<String>::new());
}

#[test]
fn without_the_extension_it_says_what_is_missing() {
    let place = Place::new();
    let ended = place.run(&["migrate", "--citus"], "");
    assert_eq!(ended.status.code(), Some(1));
    let words = match std::env::var("TEST_DATABASE").as_deref() {
        Ok("postgres") if citus_url().is_some() => return,
        Ok("postgres") => "CREATE EXTENSION citus",
        _ => "Citus is PostgreSQL",
    };
    assert!(ended.line().contains(words), "{}", ended.err);
}
