//! Too many failed sign-ins.

use super::support::{Answer, App, PASSWORD, Visitor};
use time::Duration;

fn sign_in(visitor: &Visitor, email: &str, password: &str) -> Answer {
    visitor.post("/login", &[("email", email), ("password", password)])
}

fn fail(app: &App, email: &str, times: usize) {
    for _ in 0..times {
        sign_in(&app.anonymous(), email, "not the password").expect(422);
    }
}

#[test]
fn after_ten_failures_even_the_right_password_waits() {
    let app = App::start();
    let email = app.person().email;
    fail(&app, &email, 10);
    for password in ["not the password", PASSWORD] {
        let visitor = app.anonymous();
        let answer = sign_in(&visitor, &email, password).expect(429);
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=15 * 60 + 1).contains(&seconds), "{seconds}");
        let page = answer.page();
        assert!(page.text("#login-problem").contains("Too many attempts"));
        assert_eq!(page.form("Sign in").value("email"), email);
        assert_eq!(visitor.cookie("session"), None);
        visitor
            .post_htmx("/login", &[("email", email.as_str()), ("password", password)])
            .expect(429)
            .fragment();
    }
    app.advance(Duration::minutes(14));
    sign_in(&app.anonymous(), &email, PASSWORD).expect(429);
    app.advance(Duration::minutes(1));
    assert_eq!(sign_in(&app.anonymous(), &email, PASSWORD).location(), "/");
}

#[test]
fn an_address_without_an_account_has_the_same_limit() {
    let app = App::start();
    fail(&app, "nobody@example.com", 10);
    sign_in(&app.anonymous(), "NOBODY@example.com", PASSWORD).expect(429);
}

#[test]
fn failures_of_one_do_not_lock_another() {
    let app = App::start();
    let (one, other) = (app.person().email, app.person().email);
    fail(&app, &one, 10);
    sign_in(&app.anonymous(), &one, PASSWORD).expect(429);
    assert_eq!(sign_in(&app.anonymous(), &other, PASSWORD).location(), "/");
    sign_in(&app.anonymous(), "unknown@example.com", PASSWORD).expect(422);
}

#[test]
fn only_failures_count() {
    let app = App::start();
    let email = app.person().email;
    fail(&app, &email, 9);
    for _ in 0..15 {
        assert_eq!(sign_in(&app.anonymous(), &email, PASSWORD).location(), "/");
    }
    fail(&app, &email, 1);
    sign_in(&app.anonymous(), &email, PASSWORD).expect(429);
}

#[test]
fn right_passwords_side_by_side_all_get_in() {
    let app = App::with(|given| given.password_rounds = Some("3000".to_owned()));
    let email = app.person().email;
    let statuses = side_by_side(&app, &email, PASSWORD, 24);
    assert_eq!(statuses, [303; 24]);
}

#[test]
fn wrong_passwords_side_by_side_all_count() {
    let app = App::with(|given| given.password_rounds = Some("3000".to_owned()));
    let email = app.person().email;
    let mut statuses = side_by_side(&app, &email, "not the password", 24);
    statuses.sort_unstable();
    assert_eq!(statuses[..10], [422; 10]);
    assert_eq!(statuses[10..], [429; 14]);
}

fn side_by_side(app: &App, email: &str, password: &str, count: usize) -> Vec<u16> {
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..count)
            .map(|_| {
                let visitor = app.anonymous();
                scope.spawn(move || sign_in(&visitor, email, password).status)
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn guessing_the_password_on_the_settings_page_is_limited_too() {
    let app = App::start();
    let person = app.person();
    let form = [("password", "not the password")];
    for _ in 0..10 {
        person.post("/settings/delete-account", &form).expect(422);
    }
    let answer = person
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .expect(429);
    assert!(answer.header("retry-after").is_some());
    assert!(answer.page().has_link("Go to the dashboard"));
    person.page("/");
}

#[test]
fn strangers_do_not_lock_a_signed_in_owner_out_of_the_settings() {
    let app = App::start();
    let person = app.person();
    fail(&app, &person.email, 10);
    sign_in(&app.anonymous(), &person.email, PASSWORD).expect(429);
    // A typed address never counts for an account.
    let owner = app.owner(&person).0;
    for typed in [format!("user:{owner}"), format!(" user:{owner}")] {
        for _ in 0..10 {
            sign_in(&app.anonymous(), &typed, "not the password");
        }
    }
    let new = "seven purple gliders humming";
    let form = [("current_password", PASSWORD), ("new_password", new)];
    assert_eq!(person.post("/settings/password", &form).location(), "/settings");
    let form = [("password", new)];
    assert_eq!(
        person.post("/settings/delete-account", &form).location(),
        "/login"
    );
    assert!(person.cookies.lock().unwrap().keys().all(|name| name == "flash"));
}

#[test]
fn strangers_do_not_lock_out_a_browser_that_has_signed_in_before() {
    let app = App::start();
    let person = app.person();
    person.post("/logout", &[]).location();
    fail(&app, &person.email, 10);
    sign_in(&app.anonymous(), &person.email, PASSWORD).expect(429);
    assert_eq!(sign_in(&person, &person.email, PASSWORD).location(), "/");
    // It has its own limit and does not affect others.
    app.clock.advance(Duration::minutes(15));
    person.post("/logout", &[]).location();
    for _ in 0..10 {
        sign_in(&person, &person.email, "not the password").expect(422);
    }
    sign_in(&person, &person.email, PASSWORD).expect(429);
    assert_eq!(sign_in(&app.anonymous(), &person.email, PASSWORD).location(), "/");
}

#[test]
fn only_a_browser_that_has_signed_in_is_counted_separately() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let mark = |visitor: &Visitor| {
        let cookies = visitor.cookies.lock().unwrap();
        let (name, value) = cookies
            .iter()
            .find(|(name, _)| name.starts_with("device_"))
            .unwrap();
        (name.clone(), value.clone())
    };
    let laptop = app.anonymous();
    sign_in(&laptop, &person.email, PASSWORD).location();
    let new = "seven purple gliders humming";
    let form = [("current_password", PASSWORD), ("new_password", new)];
    person.post("/settings/password", &form).location();
    fail(&app, &person.email, 10);
    let (name, value) = mark(&person);
    let (id, seal) = value.split_once('.').unwrap();
    for forged in [
        mark(&stranger).1,
        format!("{id}1.{seal}"),
        format!("{id}."),
        id.to_owned(),
    ] {
        let visitor = app.anonymous();
        visitor.set_cookie(&name, Some(&forged));
        sign_in(&visitor, &person.email, new).expect(429);
    }
    // After a password change only the browser that changed it counts separately.
    sign_in(&laptop, &person.email, new).expect(429);
    person.post("/logout", &[]).location();
    assert_eq!(sign_in(&person, &person.email, new).location(), "/");
}
