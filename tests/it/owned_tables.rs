//! Every table with an owner is deleted with the account. It is in backups and copies, or in a list with the reason.

use std::collections::BTreeMap;

use actix_web::rt::System;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use expense_tracker::db::{BookId, Conn, Db, Owner, UserId};
use expense_tracker::error::AppError;
use expense_tracker::ops::purge;
use expense_tracker::settings::DatabaseUrl;
use serde_json::json;

use super::support::books::{enter_for_another, make_recurring};
use super::support::{App, PASSWORD, Place, Visitor};

/// The tables that neither a backup nor a copy has, with the reason.
const NOT_COPIED: [(&str, &str); 5] = [
    ("invitations", "links of a week, which are made again"),
    ("feeds", "links for calendars, which are made again"),
    (
        "import_files",
        "a file waits to be confirmed, else it is uploaded again",
    ),
    ("sessions", "people sign in again"),
    (
        "remembered_answers",
        "answer the retries of one day, on the old server",
    ),
];

/// Rows of the draft that [`fill`] makes: only confirmed imports are copied.
const OF_A_DRAFT: [(&str, i64); 2] = [("imports", 1), ("import_rows", 1)];

type Counts = BTreeMap<String, i64>;

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// The tables of the schema with an owner, and the column that names the owner.
fn owned_tables(is_postgres: bool) -> Vec<(String, &'static str)> {
    let schema = include_str!("../../src/db/schema.rs");
    let tables = schema.split("diesel::table! {").skip(1).filter_map(|table| {
        let name = table.trim_start().split(' ').next().unwrap().to_owned();
        for column in ["book_id", "user_id"] {
            if table.contains(&format!(" {column} -> ")) {
                return Some((name, column));
            }
        }
        ["users", "books"]
            .contains(&name.as_str())
            .then_some((name, "id"))
    });
    // On SQLite the search has other tables, which triggers maintain.
    tables
        .filter(|(name, _)| is_postgres || name != "search_rows")
        .collect()
}

fn count(conn: &mut Conn, owner: BookId, is_postgres: bool) -> Result<Counts, AppError> {
    let mut counts = Counts::new();
    for (table, column) in owned_tables(is_postgres) {
        let query = format!(
            "SELECT COUNT(*) AS rows FROM {table} WHERE {column} = {}",
            owner.0
        );
        counts.insert(table, sql_query(query).get_result::<Rows>(conn)?.rows);
    }
    Ok(counts)
}

fn counts(app: &App, owner: BookId) -> Counts {
    let is_postgres = app.is_postgres();
    app.read_of(Owner::both(UserId(owner.0), owner), move |conn| {
        count(conn, owner, is_postgres)
    })
}

fn counts_at(url: &str, owner: BookId, is_postgres: bool) -> Counts {
    let db = Db::open_existing(&DatabaseUrl::parse(url).unwrap()).unwrap();
    System::new().block_on(async move {
        let counts = db
            .read(Owner::both(UserId(owner.0), owner), move |conn| {
                count(conn, owner, is_postgres)
            })
            .await;
        db.close().await;
        counts.unwrap()
    })
}

/// Makes at least one row of each table.
fn fill(app: &App, person: &Visitor) {
    let id = person.add("4.50", "Coffee", "2026-11-20", "at the station");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    person.post("/budgets", &[("amount", "100")]).location();
    person
        .post("/book/invitations", &[("role", "viewer")])
        .expect(200);
    person
        .post("/settings/tokens", &[("name", "Phone"), ("access", "read")])
        .expect(200);
    let client = app.api(person);
    let expense = client.json("POST", "/expenses", &json!({"amount": "1", "category": "Coffee"}));
    client.send(&expense.header("Idempotency-Key", "k1")).expect(201);
    let file = "Date,Description,Amount\n2026-11-01,Milk,-2.50\n";
    client.import_with_a_choice(file);
    client.import(file);
    enter_for_another(app, person);
    make_recurring(app, person);
    app.wait_for_background();
}

/// Rows of the first account after `backup` and `restore`, and after `copy`.
fn copies(app: &App, owner: BookId) -> [(&'static str, Counts); 2] {
    let (restored, copied) = (Place::new(), Place::new());
    let file = restored.path("all.backup");
    let (state, target) = (app.state.clone(), file);
    let written =
        System::new().block_on(async move { expense_tracker::ops::backup::write(&state.db, &target).await });
    written.unwrap().expect("no other backup runs");
    let ended = restored.run(&["restore", "all.backup"], "");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.err);
    let ended = copied.run(&["copy", "--from", app.database_url(), "--to", copied.url()], "");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.err);
    [
        ("restored", counts_at(restored.url(), owner, app.is_postgres())),
        ("copied", counts_at(copied.url(), owner, app.is_postgres())),
    ]
}

#[test]
fn every_table_of_people_is_deleted_and_is_copied_unless_a_reason_is_given() {
    let app = App::start();
    let person = app.person();
    fill(&app, &person);
    let owner = app.owner(&person);
    let before = counts(&app, owner);
    for (table, rows) in &before {
        assert!(*rows > 0, "{table} is new: make a row of it in `fill`");
    }
    for (table, _) in NOT_COPIED {
        assert!(before.contains_key(table), "there is no table {table}");
    }

    for (way, after) in copies(&app, owner) {
        for (table, rows) in &before {
            let reason = NOT_COPIED.iter().find(|(name, _)| name == table);
            let draft = OF_A_DRAFT.iter().find(|(name, _)| name == table);
            let lasting = *rows - draft.map_or(0, |(_, rows)| *rows);
            let expected = if reason.is_some() { 0 } else { lasting };
            assert_eq!(after[table], expected, "{table}, {way}: {reason:?}");
        }
    }

    person
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .location();
    let state = app.state.clone();
    System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
    for (table, rows) in counts(&app, owner) {
        assert_eq!(rows, 0, "rows of {table} are left after the account was deleted");
    }
}
