//! Row-level security on PostgreSQL: a statement without the owner in its WHERE affects no other account.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use expense_tracker::db::{BookId, Conn, Owner, UserId, set_owner};
use expense_tracker::error::AppError;
use serde_json::json;

use super::support::books::{enter_for_another, make_recurring};
use super::support::{App, Database, Place, Visitor, for_each_account, postgres_url};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

const OWNED: &str = "SELECT table_name::text AS name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name IN ('book_id', 'user_id') GROUP BY 1 ORDER BY 1";

/// The column that the policy of a table compares.
fn owner_column(table: &str) -> &'static str {
    if table == "sessions" { "user_id" } else { "book_id" }
}

fn names(conn: &mut Conn, query: &str) -> Result<Vec<String>, AppError> {
    let rows: Vec<Name> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

fn count(conn: &mut Conn, table: &str, filter: &str) -> Result<i64, AppError> {
    let query = format!("/* its WHERE was taken away */ SELECT count(*) AS count FROM {table} {filter}");
    Ok(sql_query(query).get_result::<Count>(conn)?.count)
}

/// A person with a row in every table.
fn settled(app: &App) -> (Visitor, (UserId, BookId), i64) {
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    person.post("/budgets", &[("amount", "10")]).location();
    person
        .post("/book/invitations", &[("role", "viewer")])
        .expect(200);
    person
        .post("/settings/tokens", &[("name", "Phone"), ("access", "read")])
        .expect(200);
    let client = app.api(&person);
    let body = json!({"amount": "1", "category": "A"});
    let request = client
        .json("POST", "/expenses", &body)
        .header("Idempotency-Key", "one");
    client.send(&request).expect(201);
    let file = "Date,Description,Amount\n2026-11-01,Milk,-2.50\n";
    client.import_with_a_choice(file);
    client.import(file);
    enter_for_another(app, &person);
    make_recurring(app, &person);
    let (user, own) = (app.user(&person), app.owner(&person));
    (person, (user, own), user.0)
}

#[test]
fn a_statement_without_a_where_affects_one_persons_rows_only() {
    // SQLite has no row-level security.
    let Some(url) = postgres_url() else { return };
    let app = App::on_postgres(&url);
    let ((one, owner, id), (other, other_owner, other_id)) = (settled(&app), settled(&app));
    let tables = app.read(|conn| names(conn, OWNED));
    assert!(tables.len() >= 7, "{tables:?}");
    let before = other.get("/expenses.csv").text();
    for table in tables {
        let name = table.clone();
        let seen = app.read_of(Owner::both(owner.0, owner.1), move |conn| count(conn, &name, ""));
        assert!(seen > 0, "{table}");
        let name = table.clone();
        let theirs = format!("WHERE {} = {other_id}", owner_column(&table));
        assert_eq!(
            app.read_of(Owner::both(owner.0, owner.1), move |conn| count(
                conn, &name, &theirs
            )),
            0,
            "{table}"
        );
        let name = table.clone();
        assert_eq!(
            app.read(move |conn| count(conn, &name, "")),
            0,
            "{table}: no owner is named"
        );
        // Setting another owner replaces the one before.
        let name = table.clone();
        let (of_other, of_one) = app.read(move |conn| {
            set_owner(conn, Owner::both(other_owner.0, other_owner.1))?;
            let of_other = count(conn, &name, "")?;
            set_owner(conn, Owner::both(owner.0, owner.1))?;
            Ok((
                of_other,
                count(conn, &name, &format!("WHERE {} = {id}", owner_column(&name)))?,
            ))
        });
        assert!(of_other > 0 && of_one == seen, "{table}");
        // Any column but the one that says to which shard a row belongs.
        let other_column = format!(
            "SELECT min(column_name)::text AS name FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{table}' AND column_name <> '{}'",
            owner_column(&table)
        );
        let written = app.write_of(owner, move |conn| {
            let column = names(conn, &other_column)?.remove(0);
            let query = format!("/* its WHERE was taken away */ UPDATE {table} SET {column} = {column}");
            Ok(sql_query(query).execute(conn)?)
        });
        assert_eq!(i64::try_from(written).unwrap(), seen);
    }
    let gone = app.write_of(owner, |conn| {
        Ok(sql_query("/* its WHERE was taken away */ DELETE FROM daily_totals").execute(conn)?)
    });
    assert_eq!(gone, 4);
    let days = "/expenses?from=2026-11-20&to=2026-11-22";
    assert_eq!(one.total(days), "0.00");
    assert_eq!(other.total(days), "6.50");
    assert_eq!(other.get("/expenses.csv").text(), before);
}

#[test]
fn nobody_can_write_a_row_for_another() {
    let Some(url) = postgres_url() else { return };
    let app = App::on_postgres(&url);
    let ((_, owner, _), (_, _, other)) = (settled(&app), settled(&app));
    for statement in [
        format!("INSERT INTO budgets (book_id, id, month) VALUES ({other}, 1, 202611)"),
        format!("/* its WHERE was taken away */ UPDATE budgets SET book_id = {other}"),
    ] {
        let refused = app.write_of(owner, move |conn| Ok(sql_query(statement).execute(conn).err()));
        let words = refused.expect("it is refused").to_string();
        // Citus refuses to move a row to another shard.
        assert!(
            words.contains("row-level security") || words.contains("modifying the partition value"),
            "{words}"
        );
    }
}

#[test]
fn every_table_with_an_owner_has_a_policy() {
    let Some(url) = postgres_url() else { return };
    let app = App::on_postgres(&url);
    let walled = "SELECT c.relname::text AS name FROM pg_class c
        WHERE c.relrowsecurity AND c.relforcerowsecurity AND c.relnamespace = current_schema()::regnamespace
          AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) ORDER BY 1";
    assert_eq!(
        app.read(move |conn| names(conn, walled)),
        app.read(|conn| names(conn, OWNED))
    );
    // Otherwise the policies would not apply to the tests.
    let mighty = "SELECT rolname::text AS name FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
    assert_eq!(app.read(move |conn| names(conn, mighty)), Vec::<String>::new());
}

#[test]
fn ids_are_made_by_the_program_only() {
    let Some(url) = postgres_url() else { return };
    let app = App::on_postgres(&url);
    // A sharded table can have no identity column and no sequence as default.
    let counted = "SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = current_schema() AND (is_identity = 'YES' OR column_default LIKE 'nextval%')";
    assert_eq!(app.read(move |conn| names(conn, counted)), Vec::<String>::new());
}

#[test]
fn row_level_security_can_be_turned_off_and_on() {
    use diesel::PgConnection;

    let sqlite = Place::over("sqlite://a.db").run(&["migrate", "--row-security", "off"], "");
    assert!(sqlite.line().contains("SQLite"), "{}", sqlite.err);
    let Some(url) = postgres_url() else { return };
    let database = Database::postgres(&url);
    let place = Place::over(&database.url);
    place.run(&["user", "create", "a@example.com"], super::support::PASSWORD);
    let mut conn = PgConnection::establish(&database.url).unwrap();
    for_each_account(
        &database.url,
        "INSERT INTO budgets (book_id, id, month) VALUES ($owner, 1, 202611)",
    );
    let mut seen = |choice: &str| {
        let ended = place.run(&["migrate", "--row-security", choice], "");
        assert_eq!(ended.status.code(), Some(0), "{}", ended.err);
        assert!(
            ended.out.contains(&format!("row-level security is {choice}")),
            "{}",
            ended.out
        );
        let all = sql_query("/* its WHERE was taken away */ SELECT count(*) AS count FROM budgets");
        all.get_result::<Count>(&mut conn).unwrap().count
    };
    assert_eq!(["on", "off", "off", "on"].map(&mut seen), [0, 1, 1, 0]);
}
