//! Removed data is no longer in the files.

use std::fs;

use super::support::{App, PASSWORD, Visitor, date};
use expense_tracker::ledger::search::index_pending;
use expense_tracker::ops::purge;
use time::Duration;

/// Interleaved rows of two people, indexed by the search.
fn enter(app: &App, of: &Visitor, words: &str, count: i64) -> Vec<i64> {
    let row = |n: i64| {
        let day = date("2024-01-01") + Duration::days(n * 7 % 900);
        let text = format!("{words} {n} {}", "x".repeat(usize::try_from(n % 90).unwrap()));
        (n + 1, "Coffee", day, text)
    };
    let mut ids = Vec::new();
    for piece in (0..count).collect::<Vec<_>>().chunks(100) {
        ids.extend(app.enter(of, piece.iter().map(|n| row(*n)).collect()));
        app.write(|conn| index_pending(conn, 1_000));
    }
    ids
}

fn purged(app: &App) {
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
}

/// How often a text is in the files of the database, ignoring case.
fn traces(app: &App, words: &str) -> usize {
    let path = app.database_url().strip_prefix("sqlite://").unwrap().to_owned();
    let files = ["", "-wal"].map(|suffix| fs::read(format!("{path}{suffix}")).unwrap_or_default());
    let text = files.concat().to_ascii_lowercase();
    text.windows(words.len())
        .filter(|piece| *piece == words.as_bytes())
        .count()
}

#[test]
fn an_account_that_was_deleted_leaves_no_text() {
    let app = App::on_sqlite();
    let (person, other) = (app.person(), app.person());
    for _ in 0..4 {
        enter(&app, &person, "Zanzibar", 300);
        enter(&app, &other, "Kilimanjaro", 300);
    }
    let email = person.email.clone();
    person
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .location();
    purged(&app);
    let app = app.restart();
    for words in ["zanzibar", &email] {
        assert_eq!(traces(&app, words), 0, "{words}");
    }
    assert!(traces(&app, "kilimanjaro") >= 1_200);
    let other = app.known(&other.email);
    assert_eq!(
        other
            .page("/expenses?period=all&q=kilimanjaro%20299")
            .rows()
            .len(),
        4
    );
}

#[test]
fn an_emptied_trash_leaves_no_text() {
    let app = App::on_sqlite();
    let person = app.person();
    enter(&app, &person, "Kilimanjaro", 100);
    for id in enter(&app, &person, "Zanzibar", 20) {
        person.post(&format!("/expenses/{id}/delete"), &[]).location();
    }
    app.clock.advance(Duration::days(31));
    purged(&app);
    let app = app.restart();
    assert_eq!(traces(&app, "zanzibar"), 0);
    assert!(traces(&app, "kilimanjaro") >= 100);
}
