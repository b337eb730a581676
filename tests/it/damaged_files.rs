//! Files that are damaged, foreign or read-only give a clear message and are not changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::support::{Place, Request, execute};

/// The server does not start with this file, prints the reason in one line, and does not change the file.
#[track_caller]
fn assert_refused(place: &Place, file: &str, words: &str) {
    let path = place.path(file);
    let before = fs::read(&path).unwrap();
    for args in [&[][..], &["migrate"], &["backup", "never.backup"]] {
        let mut command = place.command(args);
        command.env("DATABASE_URL", format!("sqlite://{}", path.display()));
        let ended = super::support::end(command, "");
        assert_eq!(ended.status.code(), Some(1), "{args:?} {}", ended.err);
        let line = ended.line();
        assert!(line.contains(words) && line.contains(file), "{args:?} {line}");
        assert_eq!(fs::read(&path).unwrap(), before, "{args:?}");
    }
    assert!(!place.path("never.backup").exists());
}

#[test]
fn files_of_other_programs_are_not_changed() {
    let place = Place::on_sqlite();
    fs::write(place.path("letter.db"), "Dear diary, today I bought coffee.\n").unwrap();
    assert_refused(&place, "letter.db", "not an SQLite database");
    fs::write(place.path("short.db"), "SQL").unwrap();
    assert_refused(&place, "short.db", "not an SQLite database");

    execute(
        &place.path("songs.db"),
        "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('La')",
    );
    assert_refused(&place, "songs.db", "another program");
    execute(
        &place.path("diesel.db"),
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP);
         INSERT INTO __diesel_schema_migrations VALUES ('20200101000000', NULL); CREATE TABLE users (id)",
    );
    assert_refused(&place, "diesel.db", "another program");
}

#[test]
fn a_database_with_a_broken_first_page_is_refused() {
    let place = Place::on_sqlite();
    place.serve(|_| {}).stop();
    let mut bytes = fs::read(place.path("expenses.db")).unwrap();
    bytes[100..2_000].fill(0xA5);
    fs::write(place.path("broken.db"), &bytes).unwrap();
    assert_refused(&place, "broken.db", "damaged");
    // An empty file counts as a new database.
    fs::write(place.path("empty.db"), "").unwrap();
    place
        .serve(|command| {
            command.env("DATABASE_URL", "sqlite://empty.db");
        })
        .stop();
}

#[test]
fn damage_found_later_is_a_503_and_other_requests_work() {
    let place = Place::on_sqlite();
    let server = place.serve(|_| {});
    let person = server.person("a@example.com");
    for day in 1..=28 {
        person.add("1", "Coffee", &format!("2026-11-{day:02}"), &"long ".repeat(90));
    }
    drop(person);
    server.stop();
    let path = place.path("expenses.db");
    break_table(&path, "expenses");
    let server = place.serve(|command| {
        command.env("LOG", "error");
    });
    let person = server.known("a@example.com");
    person.get("/settings").expect(200);
    for _ in 0..5 {
        let page = person.get("/expenses?period=all").expect(503).page();
        assert_eq!(page.count("main .actions a[href]"), 3);
    }
    person
        .send(&Request::new("GET", "/expenses?period=all").htmx())
        .expect(503)
        .fragment();
    // A damaged table never gives a backup that looks complete.
    let backup = place.run(&["backup", "half.backup"], "");
    assert_eq!(backup.status.code(), Some(1), "{}", backup.out);
    assert!(!place.path("half.backup").exists() && !place.path("half.backup.part").exists());
    server.anonymous().get("/healthz").expect(200);
    server.stop();
}

/// Overwrites the pages of a table's rows.
fn break_table(path: &Path, table: &str) {
    let (root, size) = super::support::root_page(path, table);
    let mut bytes = fs::read(path).unwrap();
    let start = (root - 1) * size;
    bytes[start..start + 200].fill(0xA5);
    fs::write(path, bytes).unwrap();
}

/// Another user for the test, if it runs as root, because root ignores permissions.
fn other_user() -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().unwrap();
    (id.stdout == b"0\n").then_some("nobody")
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let place = Place::on_sqlite();
    place.serve(|_| {}).stop();
    fs::create_dir(place.path("locked")).unwrap();
    fs::copy(place.path("expenses.db"), place.path("locked/expenses.db")).unwrap();
    fs::copy(place.path("data/jwt_secret"), place.path("locked/jwt_secret")).unwrap();
    let before = fs::read(place.path("locked/expenses.db")).unwrap();
    fs::set_permissions(place.path("locked/jwt_secret"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(
        place.path("locked/expenses.db"),
        fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(place.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    // A copy of the program that another user can run.
    let program = place.path("program");
    fs::copy(env!("CARGO_BIN_EXE_expense-tracker"), &program).unwrap();

    let mut command = place.command(&[]);
    let settings: Vec<(std::ffi::OsString, std::ffi::OsString)> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    if let Some(user) = other_user() {
        command = Command::new("runuser");
        command.args(["-u", user, "--"]).arg(&program);
    } else {
        command = Command::new(&program);
    }
    command
        .current_dir(place.path("."))
        .envs(settings)
        .env("DATA_DIR", "locked")
        .env("DATABASE_URL", "sqlite://locked/expenses.db")
        .env("JWT_SECRET", "a key of the tests, 32 bytes or more")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let ended = super::support::end(command, "");
    assert_eq!(ended.status.code(), Some(1), "{}", ended.err);
    let line = ended.line();
    assert!(
        line.contains("locked/expenses.db") && line.contains("writable"),
        "{line}"
    );
    assert_eq!(fs::read(place.path("locked/expenses.db")).unwrap(), before);
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        fs::read_dir(place.path("locked")).unwrap().count(),
        2,
        "nothing was left there"
    );
}
