//! A password that changes while a check of the old one is under way: nothing that the old one allowed comes after it.

use diesel::prelude::*;
use expense_tracker::accounts::model;
use expense_tracker::db::schema::sign_in_failures;
use serde_json::json;

use super::support::{App, PASSWORD, Visitor};

const NEW: &str = "seven purple gliders humming";

/// So many rounds take long enough to do something meanwhile.
fn slow() -> App {
    App::with(|given| given.password_rounds = Some("400000".to_owned()))
}

/// A hash of one round, which is made at once.
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
    let owner = app.owner(visitor);
    app.read_of(owner, move |conn| model::user(conn, owner))
        .password_hash
}

/// What the command `user reset-password` does.
fn reset(app: &App, visitor: &Visitor, hash: &str) {
    let (owner, hash) = (app.owner(visitor), hash.to_owned());
    app.write_of(owner, move |conn| {
        model::set_password(conn, owner, &hash)?;
        model::end_sessions(conn, owner, None)
    });
}

fn sessions(app: &App, visitor: &Visitor) -> usize {
    let (owner, now) = (app.owner(visitor), app.clock.now());
    app.read_of(owner, move |conn| model::sessions(conn, owner, now))
        .len()
}

/// Does `work` while a password is checked for the answer to `send`.
fn meanwhile<T: Send>(app: &App, send: impl FnOnce() -> T + Send, work: impl FnOnce()) -> T {
    let tries = || app.read(|conn| Ok(sign_in_failures::table.count().get_result::<i64>(conn)?));
    assert_eq!(tries(), 0);
    std::thread::scope(|scope| {
        let answer = scope.spawn(send);
        // A try is noted before its password is checked.
        while tries() == 0 && !answer.is_finished() {
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

#[test]
fn raising_the_rounds_of_the_old_password_does_not_bring_it_back() {
    let app = slow();
    let person = app.person();
    reset(&app, &person, &quick_hash(PASSWORD));
    let new = quick_hash(NEW);
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    let tab = app.anonymous();
    meanwhile(&app, || tab.post("/login", &form), || reset(&app, &person, &new)).expect(422);
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
            let (owner, hash) = (app.owner(&person), new.clone());
            app.write_of(owner, move |conn| model::set_password(conn, owner, &hash));
        };
        let old = stored_hash(&app, &person);
        let answer = meanwhile(&app, || person.post(path, &form), change);
        assert!(
            answer.expect(422).text().contains("This is not your password."),
            "{path}"
        );
        assert_eq!(stored_hash(&app, &person), new, "{path}");
        let owner = app.owner(&person);
        app.write_of(owner, move |conn| model::set_password(conn, owner, &old));
    }
    person.page("/");
}
