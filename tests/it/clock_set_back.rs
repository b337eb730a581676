//! A clock that is set back: people stay signed in, nothing is lost, and nobody waits for a year.

use std::collections::BTreeSet;

use super::support::{App, PASSWORD};
use time::Duration;

#[test]
fn a_year_back_and_forth_loses_nothing() {
    let app = App::start();
    let person = app.person();
    let mut ids = BTreeSet::new();
    ids.insert(person.add("1", "Coffee", "2026-11-20", "One"));
    app.advance(Duration::days(-365));
    ids.insert(person.add("2", "Coffee", "2026-11-20", "Two"));
    ids.insert(person.add("3", "Coffee", "2026-11-20", "Three"));
    let form = person.page("/").form("Add expense");
    assert_eq!(form.value("date"), "2025-11-22", "today is what the clock says");
    app.advance(Duration::days(365));
    ids.insert(person.add("4", "Coffee", "2026-11-20", "Four"));
    assert_eq!(ids.len(), 4, "no id twice");
    let page = person.page("/expenses?period=all");
    assert_eq!(page.total(), "10.00");
    let names: Vec<String> = page.rows().into_iter().map(|row| row.name).collect();
    assert_eq!(
        names,
        ["Four", "Three", "Two", "One"],
        "in the order they were entered"
    );
}

#[test]
fn after_a_restart_new_entries_are_above_those_of_a_clock_that_was_ahead() {
    let app = App::start();
    app.clock.advance(Duration::days(365));
    let (person, other) = (app.person(), app.person());
    person.add("1", "Coffee", "2026-11-20", "Ahead");
    other.add("1", "Coffee", "2026-11-20", "Ahead");
    let app = app.restart();
    for email in [&person.email, &other.email] {
        let person = app.known(email);
        person.add("2", "Coffee", "2026-11-20", "Right");
        let rows = person.page("/expenses?period=all").rows();
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Right", "Ahead"]);
    }
}

#[test]
fn an_undo_and_a_new_edit_work_while_the_clock_is_wrong() {
    let app = App::start();
    let person = app.person();
    let id = person.add("1", "Coffee", "2026-11-20", "One");
    app.advance(Duration::days(-1_000));
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    assert_eq!(person.page("/expenses/trash").count(".trash .row-name"), 1);
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    let form = person.page(&format!("/expenses/{id}/edit")).form("Edit expense");
    person.submit(&form, &[("amount", "7")]).location();
    assert_eq!(person.total("/expenses?period=all"), "7.00");
}

#[test]
fn ten_bad_tries_before_the_clock_was_set_back_do_not_lock_anybody_out() {
    let app = App::start();
    let person = app.person();
    let nobody = app.anonymous();
    let wrong = [("email", person.email.as_str()), ("password", "wrong")];
    let right = [("email", person.email.as_str()), ("password", PASSWORD)];
    for _ in 0..10 {
        nobody.post("/login", &wrong).expect(422);
    }
    nobody.post("/login", &right).expect(429);
    app.advance(Duration::minutes(-5));
    let wait: i64 = nobody
        .post("/login", &right)
        .expect(429)
        .header("retry-after")
        .unwrap()
        .parse()
        .unwrap();
    assert!(wait <= 15 * 60 + 1, "{wait}");
    app.advance(Duration::days(-365));
    assert_eq!(nobody.post("/login", &right).location(), "/");
}
