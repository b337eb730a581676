//! Other versions of the program: an old database is copied before its upgrade, and a newer one is not changed.

use std::fs;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use super::support::{Place, execute, integrity, number};

/// The names of the migrations, oldest first.
fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// `2026-11-22-000004_api` → `20261122000004`
fn version(name: &str) -> String {
    name.split_once('_').unwrap().0.replace('-', "")
}

/// An account before there were books.
const ACCOUNT: &str =
    "INSERT INTO users (id, email, email_key, password_hash, currency, timezone, locale, week_start, month_start,
     theme, created_at) VALUES (7, 'old@example.com', 'old@example.com', 'x', 'USD', 'UTC', 'en-US', 'monday', 1,
     'system', '2026-01-01 00:00:00')";
/// The same account with books.
const ACCOUNT_WITH_BOOK: &str =
    "INSERT INTO users (id, name, email, email_key, password_hash, timezone, locale, week_start, theme, created_at)
         VALUES (7, '', 'old@example.com', 'old@example.com', 'x', 'UTC', 'en-US', 'monday', 'system',
                 '2026-01-01 00:00:00');
     INSERT INTO books (id, name, currency, month_start, created_at)
         VALUES (7, 'Personal', 'USD', 1, '2026-01-01 00:00:00');
     INSERT INTO members (book_id, user_id, role, name, joined_at)
         VALUES (7, 7, 'owner', '', '2026-01-01 00:00:00')";

/// A database as it was before the newest migration, with one account.
fn make_old(path: &Path) {
    let names = migrations();
    make_as_of(path, &names[..names.len() - 1]);
}

/// A database after these migrations, with one account.
fn make_as_of(path: &Path, names: &[String]) {
    execute(
        path,
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    for name in names {
        let up = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations/sqlite")
            .join(name)
            .join("up.sql");
        execute(path, &fs::read_to_string(up).unwrap());
        let row = format!(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('{}')",
            version(name)
        );
        execute(path, &row);
    }
    let has_books = names.iter().any(|name| name.ends_with("_books"));
    execute(path, if has_books { ACCOUNT_WITH_BOOK } else { ACCOUNT });
}

fn copies(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.path(".")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name.contains(".before-"));
    names.sort();
    names
}

fn run_migrations(path: &Path) -> i64 {
    number(path, "SELECT COUNT(*) AS number FROM __diesel_schema_migrations")
}

#[test]
fn an_old_database_is_copied_first_and_the_log_names_the_copy() {
    let place = Place::on_sqlite();
    let path = place.path("expenses.db");
    make_old(&path);
    let all = i64::try_from(migrations().len()).unwrap();
    let server = place.serve(|_| {});
    let copy = format!("expenses.db.before-{}", version(migrations().last().unwrap()));
    let said = server.said.concat();
    assert!(
        said.contains(&copy) && said.contains("a copy of its old state was written"),
        "{said}"
    );
    server.anonymous().get("/readyz").expect(200);
    server.stop();
    assert_eq!(copies(&place), [copy.as_str()]);
    assert_eq!(
        (run_migrations(&path), run_migrations(&place.path(&copy))),
        (all, all - 1)
    );
    for file in [&path, &place.path(&copy)] {
        assert_eq!(integrity(file), "ok");
        assert_eq!(
            number(file, "SELECT COUNT(*) AS number FROM users WHERE id = 7"),
            1
        );
    }

    // Nothing to upgrade, nothing to copy.
    let before = fs::metadata(place.path(&copy)).unwrap().modified().unwrap();
    let server = place.serve(|_| {});
    assert!(!server.said.concat().contains(".before-"), "{:?}", server.said);
    server.stop();
    assert_eq!(
        fs::metadata(place.path(&copy)).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn a_new_database_needs_no_copy_and_only_the_newest_three_are_kept() {
    let place = Place::on_sqlite();
    place.serve(|_| {}).stop();
    assert_eq!(copies(&place), Vec::<String>::new());
    fs::remove_file(place.path("expenses.db")).unwrap();

    for old in [
        "20240101000000",
        "20240101000001",
        "20240101000002",
        "20240101000003",
    ] {
        fs::write(place.path(&format!("expenses.db.before-{old}")), "").unwrap();
    }
    fs::write(place.path("expenses.db.before-the-move"), "a person's own").unwrap();
    make_old(&place.path("expenses.db"));
    place.serve(|_| {}).stop();
    let newest = format!("expenses.db.before-{}", version(migrations().last().unwrap()));
    assert_eq!(
        copies(&place),
        [
            "expenses.db.before-20240101000002",
            "expenses.db.before-20240101000003",
            newest.as_str(),
            "expenses.db.before-the-move"
        ]
    );
}

#[test]
fn without_its_copy_no_upgrade_happens() {
    let place = Place::on_sqlite();
    let path = place.path("expenses.db");
    make_old(&path);
    let copy = format!("expenses.db.before-{}", version(migrations().last().unwrap()));
    fs::create_dir(place.path(&format!("{copy}.part"))).unwrap();
    let ended = place.refused(|command| {
        command.env("LOG", "warn");
    });
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.line().contains(&copy) && ended.line().contains("Nothing was changed"),
        "{}",
        ended.err
    );
    assert_eq!(
        run_migrations(&path),
        i64::try_from(migrations().len()).unwrap() - 1
    );
}

#[test]
fn nothing_is_upgraded_while_a_server_runs() {
    let place = Place::on_sqlite();
    let server = place.serve(|_| {});
    let path = place.path("expenses.db");
    // As if this program were the newer one.
    let newest = version(migrations().last().unwrap());
    execute(
        &path,
        &format!("DELETE FROM __diesel_schema_migrations WHERE version = '{newest}'"),
    );
    for args in [
        &["migrate"][..],
        &["backup", "a.backup"],
        &["user", "create", "a@example.com"],
    ] {
        let ended = place.run(args, "seven purple gliders humming\n");
        assert_eq!(ended.status.code(), Some(1), "{args:?}");
        assert!(ended.line().contains("another server"), "{args:?} {}", ended.err);
    }
    assert_eq!(copies(&place), Vec::<String>::new());
    server.stop();
}

#[test]
fn a_program_older_than_the_schema_names_the_needed_version() {
    let place = Place::new();
    assert_eq!(place.run(&["migrate"], "").status.code(), Some(0));
    let run = |statements: &str| match place.url().strip_prefix("sqlite://") {
        Some(path) => execute(Path::new(path), statements),
        None => PgConnection::establish(place.url())
            .unwrap()
            .batch_execute(statements)
            .unwrap(),
    };
    run("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
    let ended = place.refused(|_| {});
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.line().contains("20991231000001") && ended.line().contains("a newer version"),
        "{}",
        ended.err
    );

    run("INSERT INTO __migration_programs (version, program) VALUES ('20991231000001', '9.8.7')");
    for args in [
        &[][..],
        &["migrate"],
        &["backup", "a.backup"],
        &["user", "create", "a@example.com"],
    ] {
        let ended = place.run(args, "seven purple gliders humming\n");
        assert_eq!(ended.status.code(), Some(1), "{args:?}");
        let line = ended.line();
        assert!(
            line.contains("needs version 9.8.7") && line.contains(env!("CARGO_PKG_VERSION")),
            "{args:?} {line}"
        );
    }
    run("DELETE FROM __diesel_schema_migrations WHERE version = '20991231000001'");
    place.serve(|_| {}).stop();
}

#[test]
fn a_search_finds_the_same_after_an_upgrade() {
    let place = Place::on_sqlite();
    let path = place.path("expenses.db");
    let names = migrations();
    let before = names
        .iter()
        .position(|name| name.ends_with("_search_changes"))
        .unwrap();
    make_as_of(&path, &names[..before]);
    execute(
        &path,
        "INSERT INTO categories VALUES (7, 1, 'Food', 'food', '#0072b2', '2026-01-01 00:00:00');
         CREATE TEMP TABLE made AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 400)
             SELECT n, date('2026-01-01', '+' || (n % 40) || ' days') AS day FROM n;
         -- Most are indexed, and some of those have changed since. The others are pending.
         INSERT INTO expenses SELECT 7, n, day, 1, n, 'coffee ' || n, 'coffee ' || n, NULL, 1, '2026-01-01 00:00:00',
             '2026-01-01 00:00:00', NULL FROM made WHERE n <= 300;
         INSERT INTO search_index (rowid, letters) SELECT key, folded FROM search_rows WHERE indexed = 0;
         UPDATE search_rows SET indexed = 1;
         INSERT INTO expenses SELECT 7, n, day, 1, n, 'coffee ' || n, 'coffee ' || n, NULL, 1, '2026-01-01 00:00:00',
             '2026-01-01 00:00:00', NULL FROM made WHERE n > 300;
         UPDATE expenses SET description = 'walrus', search = 'walrus' WHERE id % 10 = 0;
         UPDATE expenses SET spent_on = '2025-12-31' WHERE id % 10 = 1;
         UPDATE expenses SET deleted_at = '2026-02-01 00:00:00' WHERE id % 10 = 2;
         INSERT INTO daily_totals SELECT user_id, spent_on, category_id, SUM(amount), COUNT(*) FROM expenses
             WHERE deleted_at IS NULL GROUP BY 1, 2, 3;
         INSERT INTO monthly_totals SELECT user_id, CAST(strftime('%Y%m', spent_on) AS INTEGER), category_id,
             SUM(amount), SUM(count) FROM daily_totals GROUP BY 1, 2, 3",
    );
    let found = |path: &Path| {
        (
            number(path, "SELECT COUNT(*) AS number FROM search_rows"),
            number(path, "SELECT COUNT(*) AS number FROM search_changes"),
        )
    };
    for _ in 0..2 {
        let ended = place.run(&["check"], "");
        assert_eq!(ended.status.code(), Some(0), "{}{}", ended.out, ended.err);
        assert!(ended.out.ends_with("no problems found\n"), "{}", ended.out);
        let (copied, noted) = found(&path);
        assert_eq!(copied + noted, 360, "{copied} {noted}");
        assert!(noted > 0, "{noted} wait");
        // Down and up again.
        let script = |name: &String, which: &str| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
            let script = fs::read_to_string(folder.join(name).join(which)).unwrap();
            format!("PRAGMA foreign_keys = OFF; {script}")
        };
        for name in names[before..].iter().rev() {
            execute(&path, &script(name, "down.sql"));
        }
        assert_eq!(number(&path, "SELECT COUNT(*) AS number FROM search_rows"), 360);
        for name in &names[before..] {
            execute(&path, &script(name, "up.sql"));
        }
    }
    assert_eq!(integrity(&path), "ok");
}
