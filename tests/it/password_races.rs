//! A password that changes during a check of the old one: the old one allows nothing afterwards.

use std::time::Duration;

use diesel::prelude::*;
use expense_tracker::accounts::{api_tokens, sessions as session_rows, users};
use expense_tracker::db::Conn;
use expense_tracker::db::schema::sign_in_failures;
use serde_json::json;

use super::support::books::{book, during, household, member};
use super::support::{App, PASSWORD, Visitor};

const NEW: &str = "seven purple gliders humming";

/// An app with many rounds, so that other requests can run during a check.
fn slow() -> App {
    App::with(|given| given.password_rounds = Some("1500000".to_owned()))
}

/// A hash of one round, which takes no time.
fn quick_hash(password: &str) -> String {
    let app = App::start();
    let mut visitor = app.anonymous();
    "a@example.com".clone_into(&mut visitor.email);
    visitor
        .post("/register", &[("email", &visitor.email), ("password", password)])
        .location();
    stored_hash(&app, &visitor)
}

fn stored_hash(app: &App, visitor: &Visitor) -> String {
    let owner = app.user(visitor);
    app.read_of(owner, move |conn| users::find(conn, owner))
        .password_hash
}

/// What the command `user reset-password` does.
fn reset(app: &App, visitor: &Visitor, hash: &str) {
    let (owner, hash) = (app.user(visitor), hash.to_owned());
    app.write_of(owner, move |conn| {
        users::set_password(conn, owner, &hash)?;
        session_rows::end_all(conn, owner, None)
    });
}

fn sessions(app: &App, visitor: &Visitor) -> usize {
    let (owner, now) = (app.user(visitor), app.clock.now());
    app.read_of(owner, move |conn| session_rows::list(conn, owner, now))
        .len()
}

fn attempts(app: &App) -> i64 {
    app.read(|conn| Ok(sign_in_failures::table.count().get_result(conn)?))
}

/// Does `work` while a password is checked for the answer to `send`.
fn meanwhile<T: Send>(app: &App, send: impl FnOnce() -> T + Send, work: impl FnOnce()) -> T {
    assert_eq!(attempts(app), 0);
    // An attempt is recorded before its password is checked.
    let is_checking = || {
        let is_recorded = attempts(app) > 0;
        if is_recorded {
            // The stored hash is read next; the check of the password takes much longer.
            std::thread::sleep(Duration::from_millis(50));
        }
        is_recorded
    };
    once(is_checking, send, work)
}

/// Does `work` as soon as `is_time`, during the answer to `send`.
fn once<T: Send>(is_time: impl Fn() -> bool, send: impl FnOnce() -> T + Send, work: impl FnOnce()) -> T {
    std::thread::scope(|scope| {
        let answer = scope.spawn(send);
        while !is_time() && !answer.is_finished() {
            std::thread::yield_now();
        }
        work();
        answer.join().unwrap()
    })
}

#[test]
fn a_sign_in_with_the_old_password_gets_no_session() {
    let app = slow();
    let person = app.person();
    let new = quick_hash(NEW);
    let old = stored_hash(&app, &person);
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    let tab = app.anonymous();
    let answer = meanwhile(&app, || tab.post("/login", &form), || reset(&app, &person, &new));
    let page = answer.expect(422).page();
    assert!(page.text("#login-problem").contains("don't match"));
    assert_eq!(tab.cookie("session"), None);
    assert_eq!(sessions(&app, &person), 0);

    reset(&app, &person, &old);
    let client = app.api_without_token();
    let body = json!({"email": person.email, "password": PASSWORD});
    let answer = meanwhile(
        &app,
        || client.post("/auth/token", &body),
        || reset(&app, &person, &new),
    );
    answer.problem(401);
    assert_eq!(sessions(&app, &person), 0);
    let form = [("email", person.email.as_str()), ("password", NEW)];
    tab.post("/login", &form).location();
}

/// A failed sign-in so long ago that the next attempt removes it.
fn expired_failure(app: &App, email: &str) {
    let (email, at) = (email.to_owned(), app.clock.now() - time::Duration::hours(1));
    app.write(move |conn| {
        diesel::insert_into(sign_in_failures::table)
            .values((
                sign_in_failures::email_key.eq(email),
                sign_in_failures::id.eq(1),
                sign_in_failures::failed_at.eq(at),
            ))
            .execute(conn)?;
        Ok(())
    });
}

#[test]
fn raising_the_rounds_of_the_old_password_does_not_bring_it_back() {
    // Hashing with the raised number of rounds takes long enough for the reset.
    let app = App::with(|given| given.password_rounds = Some("4000000".to_owned()));
    let person = app.person();
    reset(&app, &person, &quick_hash(PASSWORD));
    let new = quick_hash(NEW);
    expired_failure(&app, &person.email);
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    let tab = app.anonymous();
    // The check of one round ends immediately. It has removed every attempt once the password is hashed again.
    let answer = once(
        || attempts(&app) == 0,
        || tab.post("/login", &form),
        || reset(&app, &person, &new),
    );
    answer.expect(422);
    assert_eq!(stored_hash(&app, &person), new);
    assert_eq!(sessions(&app, &person), 0);
}

#[test]
fn a_change_or_a_deletion_that_the_old_password_allowed_is_refused() {
    let app = slow();
    let person = app.person();
    let new = quick_hash(NEW);
    for (path, field) in [
        ("/settings/password", "current_password"),
        ("/settings/delete-account", "password"),
    ] {
        let form = [
            (field, PASSWORD),
            ("new_password", "nine green kettles whistling"),
        ];
        let change = || {
            let (owner, hash) = (app.user(&person), new.clone());
            app.write_of(owner, move |conn| users::set_password(conn, owner, &hash));
        };
        let old = stored_hash(&app, &person);
        let answer = meanwhile(&app, || person.post(path, &form), change);
        assert!(
            answer.expect(422).text().contains("Incorrect password."),
            "{path}"
        );
        assert_eq!(stored_hash(&app, &person), new, "{path}");
        let owner = app.user(&person);
        app.write_of(owner, move |conn| users::set_password(conn, owner, &old));
    }
    person.page("/");
}

#[test]
fn a_token_for_a_shared_book_does_not_survive_a_new_password_of_the_same_moment() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let (id, of_book) = (app.user(&other), book(&base));
    // What a new password, its reset by the administrator and "Sign out everywhere" have in common.
    let ends = move |conn: &mut Conn| {
        session_rows::end_all(conn, id, None)?;
        api_tokens::revoke_all(conn, id)
    };
    let form = [
        ("name", "Script"),
        ("access", "write"),
        ("book", base.trim_start_matches("/b/")),
    ];
    let made = during(&app, id, ends, || other.post("/settings/tokens", &form));
    assert!(made.location().starts_with("/login"), "{}", made.status);
    let left = app.read_of(of_book, move |conn| api_tokens::list(conn, of_book, id));
    assert!(left.is_empty());
}
