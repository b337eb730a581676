//! `copy` copies everything or nothing from one database to another.

use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use super::support::{Database, Ended, Place, end, postgres_url};

const EMAIL: &str = "demo@example.com";

fn copy(place: &Place, from: &Database, to: &Database) -> Command {
    place.command(&["copy", "--from", &from.url, "--to", &to.url])
}

#[track_caller]
fn done(command: Command) -> Ended {
    let ended = end(command, "");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.err);
    ended
}

/// The CSV export of everything.
fn export(place: &Place, database: &Database, password: &str) -> Vec<u8> {
    let server = place.serve(|command| {
        command.env("DATABASE_URL", &database.url);
    });
    let visitor = server.anonymous();
    visitor
        .post("/login", &[("email", EMAIL), ("password", password)])
        .location();
    let file = visitor.get("/expenses.csv").expect(200).body;
    server.stop();
    file
}

#[test]
fn a_hundred_thousand_expenses_there_and_back_are_the_same_to_the_byte() {
    let Some(url) = postgres_url() else { return };
    let place = Place::new();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (here, back) = (
        Database::sqlite(folders[0].path()),
        Database::sqlite(folders[1].path()),
    );
    let there = Database::postgres(&url);
    let mut demo = place.command(&["demo", "--expenses", "100000", "--email", EMAIL]);
    demo.env("DATABASE_URL", &here.url);
    let said = done(demo).out;
    let password = said
        .lines()
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let first = export(&place, &here, &password);
    assert_eq!(
        csv::Reader::from_reader(first.as_slice()).records().count(),
        100_000
    );

    // If it is killed, the target is still empty.
    let mut child = copy(&place, &here, &there).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "20000 expenses");
    child.kill().unwrap();
    child.wait().unwrap();

    let began = Instant::now();
    let ended = done(copy(&place, &here, &there));
    let took = began.elapsed();
    assert_eq!(
        ended.out,
        "copied 1 accounts, 100000 expenses; counts and sums agree\n"
    );
    assert_eq!(ended.err.lines().last(), Some("100000 expenses"));
    assert_eq!(
        export(&place, &there, &password),
        first,
        "SQLite left, PostgreSQL right"
    );
    assert!(took < Duration::from_mins(2), "{took:?}");

    // The target is not empty now.
    let again = end(copy(&place, &here, &there), "");
    assert_eq!(again.status.code(), Some(1));
    assert!(again.line().contains("not empty"), "{}", again.err);

    done(copy(&place, &there, &back));
    assert_eq!(export(&place, &back, &password), first, "there and back");
    eprintln!("100,000 expenses to PostgreSQL took {took:?}");
}

#[test]
fn a_target_that_is_not_empty_is_refused_before_anything_is_read() {
    let place = Place::new();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (from, to) = (
        Database::sqlite(folders[0].path()),
        Database::sqlite(folders[1].path()),
    );
    for database in [&from, &to] {
        let mut demo = place.command(&["demo", "--expenses", "10"]);
        demo.env("DATABASE_URL", &database.url);
        done(demo);
    }
    let refused = end(copy(&place, &from, &to), "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.line().contains("not empty"), "{}", refused.err);
}
