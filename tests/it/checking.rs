//! The command `check` finds faults and repairs derived data.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::SqliteConnection;
use diesel::connection::{Connection as _, SimpleConnection as _};

use super::support::{PASSWORD, Place, Request, Statuses, add_by_form, for_each_account};

/// Changes the database directly.
fn tamper(place: &Place, statement: &str) {
    let url = place.url();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut conn = SqliteConnection::establish(path).unwrap();
        conn.batch_execute(statement).unwrap();
    } else {
        for_each_account(url, statement);
    }
}

fn filled() -> Place {
    let place = Place::new();
    let made = place.run(&["demo", "--expenses", "300", "--years", "1"], "");
    assert_eq!(made.status.code(), Some(0), "{}", made.err);
    place.run(&["user", "create", "empty@example.com"], &format!("{PASSWORD}\n"));
    place
}

#[test]
fn an_intact_database_has_no_fault() {
    let place = filled();
    for args in [&["check"][..], &["check", "--repair"]] {
        let ended = place.run(args, "");
        assert_eq!(ended.status.code(), Some(0), "{}{}", ended.out, ended.err);
        assert!(ended.out.ends_with("no problems found\n"), "{}", ended.out);
    }
}

#[test]
fn concurrent_writes_are_no_faults() {
    let place = filled();
    let server = place.serve(|command| {
        command.env("LOG", "off");
    });
    let (statuses, stop) = (Statuses::default(), AtomicBool::new(false));
    let people: Vec<_> = (0..3)
        .map(|number| server.person(&format!("busy{number}@example.com")))
        .collect();
    std::thread::scope(|scope| {
        let (statuses, stop) = (&statuses, &stop);
        for (number, person) in people.iter().enumerate() {
            scope.spawn(move || add_by_form(person, &format!("busy{number}"), statuses, stop));
        }
        let checks: Vec<_> = (0..8).map(|_| place.run(&["check"], "")).collect();
        stop.store(true, Ordering::Relaxed);
        for ended in checks {
            assert_eq!(ended.status.code(), Some(0), "{}{}", ended.out, ended.err);
        }
    });
    let seen = statuses.all();
    assert!(seen[&303] > 20 && seen.len() == 1, "{seen:?}");
    server.stop();
}

#[test]
fn derived_data_is_compared_and_repaired() {
    let place = filled();
    for (statement, words) in [
        ("UPDATE daily_totals SET amount = amount + 1", "daily totals"),
        ("DELETE FROM monthly_totals", "monthly totals"),
        (
            "UPDATE expenses SET paid_by = 7 WHERE id = (SELECT MIN(id) FROM expenses)",
            "totals by payer",
        ),
        ("DELETE FROM search_rows", "300 search rows are stale or missing"),
        ("UPDATE search_rows SET folded = 'x'", "search rows are stale"),
    ] {
        tamper(&place, statement);
        let found = place.run(&["check"], "");
        assert_eq!(found.status.code(), Some(1), "{statement}: {}", found.out);
        assert!(found.out.contains(words), "{statement}: {}", found.out);
        assert!(found.line().contains("problem"), "{}", found.err);
        let repaired = place.run(&["check", "--repair"], "");
        assert_eq!(
            repaired.status.code(),
            Some(0),
            "{statement}: {}{}",
            repaired.out,
            repaired.err
        );
        assert!(repaired.out.contains("repaired"), "{}", repaired.out);
        let sound = place.run(&["check"], "");
        assert_eq!(sound.status.code(), Some(0), "{statement}: {}", sound.out);
    }
}

#[test]
fn a_wrong_next_date_is_found_and_set_again() {
    let place = Place::new();
    place.run(&["user", "create", "robin@example.com"], &format!("{PASSWORD}\n"));
    let server = place.serve(|_| {});
    let person = server.known("robin@example.com");
    let body = r#"{"amount": "900", "category": "Rent", "date": "2020-01-31", "times": 3}"#;
    let token = person.token();
    for _ in 0..2 {
        let request = Request::new("POST", "/api/v1/recurring").body("application/json", body);
        let request = request.header("Authorization", &format!("Bearer {token}"));
        person.send(&request).expect(201);
    }
    server.stop();
    assert_eq!(place.run(&["check"], "").status.code(), Some(0));
    tamper(&place, "UPDATE schedules SET next_on = '2020-02-29'");
    let found = place.run(&["check"], "");
    assert!(
        found.out.contains("is not its first open one") && found.err.contains("2 problems"),
        "{}{}",
        found.out,
        found.err
    );
    assert_eq!(place.run(&["check", "--repair"], "").status.code(), Some(0));
    assert_eq!(place.run(&["check"], "").status.code(), Some(0));
    if place.url().starts_with("sqlite://") {
        tamper(&place, "PRAGMA foreign_keys = OFF; DELETE FROM schedules");
        let found = place.run(&["check"], "");
        assert!(
            found
                .out
                .contains("occurrences refers to a missing row of schedules"),
            "{}",
            found.out
        );
    }
}

#[test]
fn an_incomplete_index_is_found() {
    let place = filled();
    if !place.url().starts_with("sqlite://") {
        return;
    }
    tamper(
        &place,
        "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    );
    let found = place.run(&["check"], "");
    assert!(
        found
            .out
            .contains("the index of the search does not match its rows"),
        "{}",
        found.out
    );
    assert_eq!(place.run(&["check", "--repair"], "").status.code(), Some(0));
    assert_eq!(place.run(&["check"], "").status.code(), Some(0));
}

#[test]
fn a_broken_reference_is_reported_and_not_repaired() {
    let place = filled();
    if !place.url().starts_with("sqlite://") {
        return;
    }
    tamper(
        &place,
        "PRAGMA foreign_keys = OFF; UPDATE expenses SET category_id = 7 WHERE id = (SELECT min(id) FROM expenses)",
    );
    let found = place.run(&["check", "--repair"], "");
    assert_eq!(found.status.code(), Some(1), "{}", found.out);
    assert!(
        found
            .out
            .contains("expenses refers to a missing row of categories"),
        "{}",
        found.out
    );
}

#[test]
fn a_book_that_nobody_owns_is_reported() {
    let place = filled();
    tamper(&place, "UPDATE members SET role = 'viewer'");
    let ended = place.run(&["check", "--repair"], "");
    assert_eq!(ended.status.code(), Some(1), "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("has no owner"), "{}", ended.out);
}
