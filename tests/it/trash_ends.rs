//! Rows in the trash are removed after thirty days.

use super::support::{App, Visitor};
use diesel::prelude::*;
use expense_tracker::db::schema::expenses;
use expense_tracker::ops::purge;
use time::Duration;

fn purge(app: &App) {
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
}

fn rows(app: &App, person: &Visitor) -> i64 {
    let owner = app.owner(person);
    app.read_of(owner, move |conn| {
        let mine = expenses::table.filter(expenses::book_id.eq(owner.0));
        Ok(mine.count().get_result(conn)?)
    })
}

fn deleted(person: &Visitor, day: &str) -> String {
    let id = person.add("1", "Coffee", day, "");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    id
}

#[test]
fn only_rows_deleted_thirty_days_ago_are_removed() {
    let app = App::start();
    let person = app.person();
    person.add("5", "Coffee", "2026-11-22", "kept");
    let first = deleted(&person, "2026-11-22");
    app.advance(Duration::days(1));
    let second = deleted(&person, "2026-11-22");
    app.advance(Duration::days(29) - Duration::seconds(1));
    purge(&app);
    assert_eq!(rows(&app, &person), 3);
    person.page("/");
    assert_eq!(person.page("/expenses/trash").count(".trash .row"), 2);
    app.advance(Duration::seconds(1));
    assert_eq!(
        person.page("/expenses/trash").count(".trash .row"),
        1,
        "not shown before the purge, either"
    );
    purge(&app);
    assert_eq!(rows(&app, &person), 2);
    person
        .post(&format!("/expenses/{first}/restore"), &[])
        .expect(404);
    person
        .post(&format!("/expenses/{second}/restore"), &[])
        .location();
    assert_eq!(person.total("/expenses?period=all"), "6.00");
}

#[test]
fn a_large_trash_is_removed_in_one_round_and_restored_rows_stay() {
    let app = App::start();
    let person = app.person();
    let back = deleted(&person, "2026-11-22");
    for _ in 0..12 {
        deleted(&person, "2026-11-21");
    }
    person.post(&format!("/expenses/{back}/restore"), &[]).location();
    app.advance(Duration::days(31));
    purge(&app);
    assert_eq!(rows(&app, &person), 1);
    app.advance(Duration::days(400));
    purge(&app);
    assert_eq!(rows(&app, &person), 1);
}

/// A round of the server. The first one after a start does not follow a clock that has jumped; later ones follow it by a
/// day.
fn round(app: &App, step: Duration) {
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { purge::careful(&state, step).await })
        .unwrap();
}

#[test]
fn a_clock_a_year_ahead_removes_no_trash_and_no_session() {
    let app = App::start();
    let person = app.person();
    let id = deleted(&person, "2026-11-22");
    round(&app, Duration::ZERO);
    app.clock.advance(Duration::days(365));
    // Several starts, and a few hours.
    for step in [0, 0, 0, 0, 0, 0, 1, 1, 1] {
        round(&app, Duration::days(step));
    }
    app.clock.advance(Duration::days(-365));
    round(&app, Duration::ZERO);
    person.page("/");
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    assert_eq!(person.total("/expenses?period=all"), "1.00");
}

#[test]
fn a_server_that_was_off_for_two_months_catches_up_a_day_each_hour() {
    let app = App::start();
    let person = app.person();
    deleted(&person, "2026-11-22");
    round(&app, Duration::ZERO);
    app.clock.advance(Duration::days(60));
    round(&app, Duration::ZERO);
    let rounds = (1..100).find(|_| {
        round(&app, Duration::days(1));
        rows(&app, &person) == 0
    });
    assert_eq!(rounds, Some(30));
    // A day or two off is plausible.
    deleted(&app.person(), "2026-11-22");
    app.clock.advance(Duration::days(29));
    (0..60).for_each(|_| round(&app, Duration::days(1)));
    let other = app.person();
    deleted(&other, "2026-11-22");
    round(&app, Duration::ZERO);
    for _ in 0..15 {
        app.clock.advance(Duration::days(2));
        round(&app, Duration::ZERO);
    }
    assert_eq!(rows(&app, &other), 0);
}

#[test]
fn expired_sessions_and_old_failures_are_removed_as_well() {
    use expense_tracker::db::schema::{sessions, sign_in_failures};
    let app = App::start();
    let person = app.person();
    let form = [("email", person.email.as_str()), ("password", "wrong")];
    app.anonymous().post("/login", &form).expect(422);
    let owner = app.user(&person);
    let count = |app: &App| -> (i64, i64) {
        app.read_of(owner, move |conn| {
            let mine = sessions::table.filter(sessions::user_id.eq(owner.0));
            Ok((
                mine.count().get_result(conn)?,
                sign_in_failures::table.count().get_result(conn)?,
            ))
        })
    };
    purge(&app);
    assert_eq!(count(&app), (1, 1));
    app.advance(Duration::minutes(15));
    purge(&app);
    assert_eq!(count(&app), (1, 0));
    app.advance(Duration::days(30));
    purge(&app);
    assert_eq!(count(&app), (0, 0));
}

#[test]
fn after_thirty_days_nothing_is_restored_though_it_is_not_removed_yet() {
    let app = App::start();
    let person = app.person();
    let id = deleted(&person, "2026-11-22");
    app.advance(Duration::days(29));
    person.page("/");
    app.advance(Duration::days(1));
    let restore = format!("/expenses/{id}/restore");
    person.post(&restore, &[]).expect(404);
    app.api(&person)
        .post(&restore, &serde_json::json!({}))
        .problem(404);
    assert_eq!(rows(&app, &person), 1);
}
