//! Accounts over the API: registration, tokens, and the end of tokens.

use serde_json::json;
use time::Duration;

use super::support::{App, PASSWORD};

#[test]
fn an_account_can_be_created_and_used_with_the_api_alone() {
    let app = App::start();
    let anybody = app.api_without_token();
    let body = json!({"email": "New.Person@example.com", "password": PASSWORD});
    let made = anybody.post("/auth/register", &body).expect(201).json();
    assert_eq!(made["email"], "New.Person@example.com");
    let answer = anybody.post(
        "/auth/token",
        &json!({"email": "new.person@EXAMPLE.com", "password": PASSWORD}),
    );
    let token = answer.expect(200).json();
    assert_eq!(
        (&token["token_type"], &token["expires_in"]),
        (&json!("bearer"), &json!(2_592_000))
    );
    let me = app
        .api_with(token["access_token"].as_str().unwrap())
        .get("/me")
        .expect(200)
        .json();
    assert_eq!(
        me,
        json!({
            "id": made["id"], "email": "New.Person@example.com", "currency": "USD", "timezone": "UTC",
            "locale": "en-US", "week_start": "monday", "month_start": 1,
            "created_at": "2026-11-22T12:00:00.000000Z",
            "books": [{"id": made["id"], "name": "Personal", "currency": "USD", "role": "owner"}],
        })
    );
    assert!(me["id"].is_string());
}

#[test]
fn all_errors_of_a_registration_are_reported_together() {
    let app = App::start();
    let anybody = app.api_without_token();
    let person = app.person();
    let taken = json!({"email": person.email.to_uppercase(), "password": PASSWORD});
    anybody.post("/auth/register", &taken).problem(409);
    for (body, fields) in [
        (
            json!({"email": "nobody", "password": "short"}),
            &["email", "password"][..],
        ),
        (
            json!({"email": "a@example.com", "password": "password123"}),
            &["password"],
        ),
        (json!({"email": 1, "password": null}), &["email", "password"]),
        (json!({}), &["email", "password"]),
        (
            json!({"email": "a@example.com", "password": PASSWORD, "currency": "EUR"}),
            &["currency"],
        ),
    ] {
        assert_eq!(anybody.post("/auth/register", &body).fields(), fields, "{body}");
    }
    let closed = App::with(|given| given.registration = Some("closed".to_owned()));
    let body = json!({"email": "a@example.com", "password": PASSWORD});
    closed
        .api_without_token()
        .post("/auth/register", &body)
        .problem(403);
}

#[test]
fn ten_failures_block_sign_in_for_a_while() {
    let app = App::start();
    let person = app.person();
    let anybody = app.api_without_token();
    for email in [person.email.as_str(), "nobody@example.com"] {
        let wrong = json!({"email": email, "password": "not the password"});
        for _ in 0..10 {
            let answer = anybody.post("/auth/token", &wrong);
            let problem = answer.problem(401);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(problem["detail"].as_str().unwrap().contains("don't match"));
        }
        let answer = anybody.post("/auth/token", &json!({"email": email, "password": PASSWORD}));
        answer.problem(429);
        let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=15 * 60 + 1).contains(&wait), "{wait}");
    }
    app.advance(Duration::minutes(16));
    let right = json!({"email": person.email, "password": PASSWORD});
    anybody.post("/auth/token", &right).expect(200);
    assert_eq!(
        anybody.post("/auth/token", &json!({"email": ""})).fields(),
        ["password"]
    );
    assert_eq!(
        anybody
            .post("/auth/token", &json!({"email": "", "password": ""}))
            .fields(),
        ["email", "password"]
    );
}

#[test]
fn only_a_valid_token_is_accepted_and_never_a_cookie() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let mut wrong = vec![
        String::new(),
        "x".to_owned(),
        "etp_1_secret".to_owned(),
        format!("{}x", client.token()),
    ];
    wrong.push(person.cookie("session").unwrap().replace('.', "_"));
    for token in wrong {
        let answer = app.api_with(&token).get("/me");
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token}");
    }
    // The browser is signed in, but the API ignores its cookie.
    person.get("/api/v1/me").problem(401);
    person.get("/api/v1/expenses.csv").problem(401);
    let twice = client
        .request("GET", "/me")
        .header("Authorization", "Bearer other");
    client.send(&twice).problem(401);
    let basic = app.api_without_token();
    let header = format!("Basic {}", client.token());
    basic
        .send(&basic.request("GET", "/me").header("Authorization", &header))
        .problem(401);
    let lower = format!("bearer {}", client.token());
    basic
        .send(&basic.request("GET", "/me").header("Authorization", &lower))
        .expect(200);
}

#[test]
fn a_new_password_a_revocation_and_time_end_a_token() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let page = person.page("/settings");
    assert!(page.texts(".sessions li").iter().any(|row| row.contains("(API)")));
    let new = "a horse of another color entirely";
    let form = [("current_password", PASSWORD), ("new_password", new)];
    person.post("/settings/password", &form).location();
    client.get("/me").problem(401);

    let person = app.person();
    let (one, other) = (app.api(&person), app.api(&person));
    app.advance(Duration::days(29));
    one.get("/me").expect(200);
    app.advance(Duration::days(1));
    other.get("/me").problem(401);
    one.get("/me").problem(401);

    let person = app.person();
    let client = app.api(&person);
    person.post("/settings/sessions/revoke", &[]).location();
    client.get("/me").problem(401);
}
