//! `check`: it finds what no longer fits together, and repairs what is kept beside the expenses.

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::{PgConnection, SqliteConnection};

use super::support::{PASSWORD, Place};

/// Changes the database behind the program's back.
fn tamper(place: &Place, statement: &str) {
    let url = place.url();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut conn = SqliteConnection::establish(path).unwrap();
        conn.batch_execute(statement).unwrap();
    } else {
        let mut conn = PgConnection::establish(url).unwrap();
        let text = format!(
            "/* a test's own */ DO $$ DECLARE owner BIGINT; BEGIN FOR owner IN SELECT id FROM users LOOP
                 PERFORM set_config('app.user_id', owner::text, true); {statement}; END LOOP; END $$"
        );
        conn.batch_execute(&text).unwrap();
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
fn a_sound_database_has_no_fault() {
    let place = filled();
    for args in [&["check"][..], &["check", "--repair"]] {
        let ended = place.run(args, "");
        assert_eq!(ended.status.code(), Some(0), "{}{}", ended.out, ended.err);
        assert!(ended.out.ends_with("nothing is wrong\n"), "{}", ended.out);
    }
}

#[test]
fn what_is_kept_beside_the_expenses_is_compared_with_them_and_repaired() {
    let place = filled();
    for (statement, words) in [
        ("UPDATE daily_totals SET amount = amount + 1", "daily totals"),
        ("DELETE FROM monthly_totals", "monthly totals"),
        ("DELETE FROM search_rows", "the search knows 300 rows wrongly"),
        ("UPDATE search_rows SET folded = 'x'", "the search knows"),
    ] {
        tamper(&place, statement);
        let found = place.run(&["check"], "");
        assert_eq!(found.status.code(), Some(1), "{statement}: {}", found.out);
        assert!(found.out.contains(words), "{statement}: {}", found.out);
        assert!(found.line().contains("fault"), "{}", found.err);
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
fn an_index_that_has_lost_something_is_found() {
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
            .contains("the index of the search is not that of its rows"),
        "{}",
        found.out
    );
    assert_eq!(place.run(&["check", "--repair"], "").status.code(), Some(0));
    assert_eq!(place.run(&["check"], "").status.code(), Some(0));
}

#[test]
fn a_row_that_points_nowhere_is_told_and_not_repaired() {
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
        found.out.contains("expenses points at a row of categories"),
        "{}",
        found.out
    );
}
