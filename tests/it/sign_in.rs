//! Signing in and out.

use super::support::{App, PASSWORD, Page, Visitor};
use expense_tracker::accounts::users;

fn sign_in(visitor: &Visitor, email: &str, password: &str) -> super::support::Answer {
    visitor.post("/login", &[("email", email), ("password", password)])
}

fn stored_hash(app: &App, email: &str) -> String {
    let email = email.to_owned();
    app.read(move |conn| users::by_email(conn, &email))
        .unwrap()
        .password_hash
}

#[test]
fn signing_in_leads_to_the_dashboard_with_a_cookie_that_scripts_cannot_read() {
    let app = App::start();
    let email = app.person().email;
    let visitor = app.anonymous();
    let form = visitor.page("/login").form("Sign in");
    let answer = visitor.submit(&form, &[("email", &email.to_uppercase()), ("password", PASSWORD)]);
    assert_eq!(answer.location(), "/");
    let cookie = answer.header("set-cookie").unwrap();
    let parts: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert!(cookie.starts_with("session="));
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(parts.contains(&part), "{part} in {cookie}");
    }
    assert!(!parts.contains(&"Secure"));
    assert_eq!(visitor.follow(&answer).text(".account .email"), email);
    assert_eq!(visitor.get("/login").location(), "/");
}

#[test]
fn htmx_is_redirected_and_gets_errors_as_fragments() {
    let app = App::start();
    let email = app.person().email;
    let visitor = app.anonymous();
    let wrong = [("email", email.as_str()), ("password", "not the password")];
    let fragment = visitor.post_htmx("/login", &wrong).expect(422).fragment();
    assert!(fragment.text("#login-problem").contains("don't match"));
    let right = [
        ("email", email.as_str()),
        ("password", PASSWORD),
        ("next", "/budgets"),
    ];
    let answer = visitor.post_htmx("/login", &right).expect(200);
    assert_eq!(answer.header("hx-redirect"), Some("/budgets"));
    visitor.page("/budgets");
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let app = App::start();
    let email = app.person().email;
    let problem = |email: &str| -> (String, Page) {
        let visitor = app.anonymous();
        let page = sign_in(&visitor, email, "not the password").expect(422).page();
        assert_eq!(visitor.cookie("session"), None);
        assert_eq!(page.form("Sign in").value("email"), email);
        (page.text("#login-problem"), page)
    };
    let (known, page) = problem(&email);
    assert_eq!(page.form("Sign in").value("password"), "");
    assert_eq!(problem("nobody@example.com").0, known);
    assert_eq!(problem("no address at all").0, known);
}

#[test]
fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    // Enough to make the time of the database irrelevant.
    let rounds = 300_000;
    let app = App::with(|given| given.password_rounds = Some(rounds.to_string()));
    let email = app.person().email;
    let visitor = app.anonymous();
    let time = |email: &str| {
        let began = std::time::Instant::now();
        sign_in(&visitor, email, "not the password").expect(422);
        began.elapsed()
    };
    // Alternating, and the minimum of several: a busy machine makes requests only slower.
    let (mut known, mut unknown) = (std::time::Duration::MAX, std::time::Duration::MAX);
    for _ in 0..4 {
        known = known.min(time(&email));
        unknown = unknown.min(time("nobody@example.com"));
    }
    assert!(
        unknown * 2 > known && known * 2 > unknown,
        "{known:?} {unknown:?}"
    );
}

#[test]
fn missing_fields_have_a_message() {
    let app = App::start();
    let page = sign_in(&app.anonymous(), " ", "").expect(422).page();
    let form = page.form("Sign in");
    assert!(form.error("email").unwrap().contains("email"));
    assert!(form.error("password").unwrap().contains("password"));
}

#[test]
fn fewer_rounds_than_today_are_raised_at_the_next_sign_in() {
    let app = App::with(|given| given.password_rounds = Some("7".to_owned()));
    let email = app.person().email;
    assert!(stored_hash(&app, &email).starts_with("$pbkdf2-sha256$i=7,l=32$"));
    // A hash of one round, made by another app.
    let one = App::start();
    let theirs = one.person().email;
    let weak = stored_hash(&one, &theirs);
    assert!(weak.starts_with("$pbkdf2-sha256$i=1,l=32$"));
    let (known, kept) = (email.clone(), weak.clone());
    app.write(move |conn| {
        let owner = users::by_email(conn, &known)?.unwrap().id();
        users::set_password(conn, owner, &kept)
    });
    sign_in(&app.anonymous(), &email, "not the password").expect(422);
    assert_eq!(stored_hash(&app, &email), weak);
    assert_eq!(sign_in(&app.anonymous(), &email, PASSWORD).location(), "/");
    assert!(stored_hash(&app, &email).starts_with("$pbkdf2-sha256$i=7,l=32$"));
    assert_eq!(sign_in(&app.anonymous(), &email, PASSWORD).location(), "/");
}

#[test]
fn signing_out_ends_the_session_on_the_server() {
    let app = App::start();
    let person = app.person();
    let token = person.cookie("session").unwrap();
    let answer = person.post("/logout", &[]);
    assert_eq!(answer.location(), "/login");
    assert_eq!(person.cookie("session"), None);
    assert_eq!(person.follow(&answer).status(), "Signed out");
    person.set_cookie("session", Some(&token));
    assert_eq!(person.get("/").location(), "/login?next=%2F");
}

#[test]
fn signing_out_by_htmx_and_by_nobody_leads_to_the_sign_in_page() {
    let app = App::start();
    let person = app.person();
    let answer = person.post_htmx("/logout", &[]).expect(200);
    assert_eq!(answer.header("hx-redirect"), Some("/login"));
    assert_eq!(person.cookie("session"), None);
    assert_eq!(app.anonymous().post("/logout", &[]).location(), "/login");
}

#[test]
fn signing_out_is_no_link() {
    let app = App::start();
    let person = app.person();
    let page = person.get("/logout").expect(405);
    assert_eq!(page.header("allow"), Some("POST"));
    person.page("/");
}

#[test]
fn a_browser_that_drops_the_cookie_sees_a_message() {
    let app = App::start();
    let email = app.person().email;
    let sign_in = |visitor: &Visitor| {
        let form = visitor.form(
            "/login",
            &[
                ("email", &email),
                ("password", PASSWORD),
                ("next", "/budgets?month=2026-10"),
            ],
        );
        visitor.send(&form.header("Referer", &format!("http://{}/login", app.host())))
    };
    let visitor = app.anonymous();
    let answer = sign_in(&visitor);
    assert_eq!(
        answer.location(),
        "/login?signed_in=1&next=%2Fbudgets%3Fmonth%3D2026-10"
    );
    // With the cookie it redirects immediately.
    assert_eq!(
        visitor.get(answer.location()).location(),
        "/budgets?month=2026-10"
    );
    let refusing = app.anonymous();
    let answer = sign_in(&refusing);
    refusing.set_cookie("session", None);
    let page = refusing.follow(&answer);
    assert!(
        page.text("#login-problem").contains("cookie"),
        "{}",
        page.text("#login-problem")
    );
    assert_eq!(page.form("Sign in").value("next"), "/budgets?month=2026-10");
    assert_eq!(refusing.page("/login").count("#login-problem"), 0);
}
