//! Changing the password.

use super::support::{App, PASSWORD, Page, Visitor};

const NEW: &str = "seven purple gliders humming";

fn change(person: &Visitor, current: &str, new: &str) -> super::support::Answer {
    let form = [("current_password", current), ("new_password", new)];
    person.post("/settings/password", &form)
}

fn errors(page: &Page) -> Vec<(String, String)> {
    page.form_at("#change-password").errors
}

fn can_sign_in(app: &App, email: &str, password: &str) -> bool {
    app.anonymous()
        .post("/login", &[("email", email), ("password", password)])
        .status
        == 303
}

#[test]
fn a_new_password_counts_at_once_and_ends_every_other_session() {
    let app = App::start();
    let person = app.person();
    let laptop = app.anonymous();
    laptop
        .post("/login", &[("email", &person.email), ("password", PASSWORD)])
        .location();
    let answer = change(&person, PASSWORD, NEW);
    assert_eq!(answer.location(), "/settings");
    let page = person.follow(&answer);
    assert!(page.status().contains("Password changed"));
    assert_eq!(page.count(".sessions li"), 1);
    assert_eq!(laptop.get("/").location(), "/login?next=%2F");
    assert!(can_sign_in(&app, &person.email, NEW) && !can_sign_in(&app, &person.email, PASSWORD));
}

#[test]
fn htmx_gets_the_settings_with_the_words() {
    let app = App::start();
    let person = app.person();
    let form = [("current_password", PASSWORD), ("new_password", NEW)];
    let fragment = person
        .post_htmx("/settings/password", &form)
        .expect(200)
        .fragment();
    assert!(fragment.status().contains("Password changed"));
    let refused = person
        .post_htmx("/settings/password", &form)
        .expect(422)
        .fragment();
    assert_eq!(errors(&refused)[0].0, "current_password");
}

#[test]
fn a_wrong_current_password_and_a_weak_new_one_are_reported_together() {
    let app = App::start();
    let person = app.person();
    let page = change(&person, "not it", "short").expect(422).page();
    let found = errors(&page);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0],
        ("current_password".to_owned(), "Incorrect password.".to_owned())
    );
    assert!(found[1].1.contains("10 characters"));
    assert_eq!(
        page.form_at("#change-password").focused.as_deref(),
        Some("current_password")
    );
    assert_eq!(page.form_at("#preferences").value("currency"), "USD");
    let missing = change(&person, "", NEW).expect(422).page();
    assert_eq!(errors(&missing)[0].1, "Enter your current password.");
    let own = change(&person, PASSWORD, &person.email).expect(422).page();
    assert_eq!(errors(&own)[0].0, "new_password");
    assert!(can_sign_in(&app, &person.email, PASSWORD));
}

#[test]
fn nobody_changes_a_password_without_a_session() {
    let app = App::start();
    let person = app.person();
    let answer = change(&app.anonymous(), PASSWORD, NEW);
    assert_eq!(answer.location(), "/login?next=%2Fsettings");
    let stranger = app.stranger();
    change(&stranger, PASSWORD, NEW).location();
    assert!(can_sign_in(&app, &person.email, PASSWORD) && can_sign_in(&app, &stranger.email, NEW));
}
