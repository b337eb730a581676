//! `migrate --citus`, with stand-ins for the extension's functions that refuse what the real ones refuse.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, sql_query};

use super::support::{Database, Ended, PASSWORD, Place, postgres_url};

/// What the real functions do and refuse, as far as the order of the statements matters.
const STAND_INS: &str = "
    CREATE TABLE pg_extension (extname TEXT);
    INSERT INTO pg_extension VALUES ('citus');
    CREATE TABLE pg_dist_partition (logicalrelid REGCLASS, partmethod CHAR, repmodel CHAR);
    CREATE TABLE calls (number SERIAL, words TEXT);
    CREATE FUNCTION may_change(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
            RAISE EXCEPTION 'not sequential'; END IF;
        IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND t IN (conrelid, confrelid)) THEN
            RAISE EXCEPTION 'a foreign key holds %', t; END IF;
        IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
            RAISE EXCEPTION '% is distributed already', t; END IF;
        IF (SELECT relforcerowsecurity FROM pg_class WHERE oid = t) THEN
            RAISE EXCEPTION 'COPY FROM not supported with row-level security'; END IF;
    END $$;
    CREATE FUNCTION create_reference_table(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
        PERFORM may_change(t);
        INSERT INTO pg_dist_partition VALUES (t, 'n', 't');
        INSERT INTO calls (words) VALUES ('reference ' || t);
    END $$;
    CREATE FUNCTION create_distributed_table(t REGCLASS, by TEXT, colocate_with TEXT) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
        PERFORM may_change(t);
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'users'::regclass) THEN
            RAISE EXCEPTION 'users is no reference table yet'; END IF;
        IF colocate_with <> 'none' AND
           NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h') THEN
            RAISE EXCEPTION '% is not distributed', colocate_with; END IF;
        INSERT INTO pg_dist_partition VALUES (t, 'h', 's');
        INSERT INTO calls (words) VALUES (t || ' by ' || by || ' with ' || colocate_with);
    END $$;
    CREATE FUNCTION truncate_local_data_after_distributing_table(t REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) THEN
            RAISE EXCEPTION '% is not distributed', t; END IF;
        INSERT INTO calls (words) VALUES ('freed ' || t);
    END $$;";

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
    /// A database with somebody's rows, whose own names come before those of the catalog.
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

const SPREAD: [&str; 9] = [
    "api_tokens",
    "budgets",
    "categories",
    "daily_totals",
    "expenses",
    "monthly_totals",
    "remembered_answers",
    "search_rows",
    "sessions",
];

#[test]
fn every_table_with_an_owner_is_spread_once_in_an_order_that_citus_takes() {
    let Some(url) = postgres_url() else { return };
    let stage = Stage::set(&url);
    let (keys, walls) = (stage.keys(), stage.walls());
    assert!(keys.len() >= 10, "{keys:?}");
    assert_eq!(walls, SPREAD);
    stage.run(STAND_INS);

    let done = stage.migrate(&["--citus"]);
    assert_eq!(done.status.code(), Some(0), "{}", done.err);
    assert!(
        done.out
            .starts_with(&format!("distributed by user_id: {}\n", SPREAD.join(", "))),
        "{}",
        done.out
    );
    let mut expected = vec![
        "reference users".to_owned(),
        "api_tokens by user_id with none".to_owned(),
    ];
    expected.extend(
        SPREAD[1..]
            .iter()
            .map(|table| format!("{table} by user_id with api_tokens")),
    );
    expected.extend(SPREAD.iter().map(|table| format!("freed {table}")));
    expected.push("freed users".to_owned());
    assert_eq!(stage.calls(), expected);
    assert_eq!((stage.keys(), stage.walls()), (keys, walls), "all as it was");

    // Again: nothing is left to do.
    let again = stage.migrate(&["--citus"]);
    assert_eq!(again.status.code(), Some(0), "{}", again.err);
    assert!(
        again.out.starts_with("every table is distributed already\n"),
        "{}",
        again.out
    );
    let since: Vec<String> = stage.calls().split_off(expected.len());
    assert!(since.iter().all(|call| call.starts_with("freed ")), "{since:?}");

    // The app works on it, with each SET LOCAL as a statement of its own.
    let server = stage.place.serve(|_| {});
    let person = server.anonymous();
    person
        .post("/login", &[("email", "a@example.com"), ("password", PASSWORD)])
        .location();
    person.add("1", "Coffee", "2026-11-20", "");
    assert_eq!(person.total("/expenses?period=all"), "5.50");
    server.stop();

    // A table that a later migration makes joins the others at the next start.
    stage.run("CREATE TABLE later (user_id BIGINT NOT NULL REFERENCES users (id), id BIGINT, PRIMARY KEY (user_id, id))");
    let before = (stage.calls().len(), stage.keys());
    assert_eq!(stage.migrate(&[]).status.code(), Some(0));
    assert_eq!(stage.calls()[before.0..], ["later by user_id with api_tokens"]);
    assert_eq!(stage.keys(), before.1);
    drop(stage.database);
}

#[test]
fn rows_that_would_be_lost_on_the_way_undo_everything() {
    let Some(url) = postgres_url() else { return };
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
        Ok("postgres") => "CREATE EXTENSION citus",
        _ => "Citus is PostgreSQL",
    };
    assert!(ended.line().contains(words), "{}", ended.err);
}
