//! Personal access tokens: creation on the settings page, access, revocation.

use serde_json::json;
use time::Duration;

use expense_tracker::db::UserId;

use super::support::{App, PASSWORD, Visitor};

fn make(person: &Visitor, name: &str, access: &str) -> String {
    let page = person
        .post("/settings/tokens", &[("name", name), ("access", access)])
        .expect(200)
        .page();
    assert_eq!(page.status(), format!("Token “{name}” created"));
    page.attr("#new_token", "value")
}

#[test]
fn a_token_is_shown_once_and_works_as_a_bearer() {
    let app = App::start();
    let person = app.person();
    assert_eq!(person.page("/settings").count("#tokens li"), 0);
    let token = make(&person, "Phone", "write");
    assert!(token.starts_with("etp_") && token.len() > 50, "{token}");
    let page = person.page("/settings");
    assert_eq!(page.count("#new_token"), 0);
    let row = page.text("#tokens li");
    assert!(
        row.contains("Phone") && row.contains("Read and write") && row.contains("Never used"),
        "{row}"
    );

    let client = app.api_with(&token);
    assert_eq!(client.get("/me").expect(200).json()["email"], person.email);
    client.add("5", "A", "2026-11-01");
    app.wait_for_background();
    assert_eq!(person.page("/expenses?period=all").total(), "5.00");
    assert!(
        person
            .page("/settings")
            .text("#tokens li")
            .contains("Last used today")
    );
    let held = app.owner(&person);
    let rows = app.read_of(held, move |conn| {
        expense_tracker::accounts::api_tokens::list(conn, held, UserId(held.0))
    });
    assert!(
        rows.iter().all(|row| !token.contains(&row.secret_hash)),
        "only a hash is kept"
    );
}

#[test]
fn a_token_that_may_only_read_changes_nothing() {
    let app = App::start();
    let person = app.person();
    let writer = app.api(&person);
    let made = writer.add("5", "A", "2026-11-01");
    let one = format!("/expenses/{}", made["id"].as_str().unwrap());
    let reader = app.api_with(&make(&person, "Screen", "read"));
    for path in [
        "/me",
        "/expenses",
        "/expenses.csv",
        "/categories",
        "/summary",
        "/budgets",
        one.as_str(),
    ] {
        reader.get(path).expect(200);
    }
    let body = json!({"amount": "1", "category": "A"});
    reader.post("/expenses", &body).problem(403);
    reader
        .post("/expenses/batch", &json!({"items": [body]}))
        .problem(403);
    reader.patch(&one, &json!({"amount": "1"})).problem(403);
    reader.put("/budgets", &json!({"amount": "1"})).problem(403);
    reader.delete(&one).problem(403);
    reader
        .send(&reader.request("POST", &format!("{one}/restore")))
        .problem(403);
    assert_eq!(writer.get("/expenses").json()["items"], json!([made]));
}

#[test]
fn its_last_use_is_written_once_an_hour() {
    let app = App::start();
    let person = app.person();
    let client = app.api_with(&make(&person, "Phone", "read"));
    let owner = app.owner(&person);
    let used = || {
        app.wait_for_background();
        app.read_of(owner, move |conn| {
            expense_tracker::accounts::api_tokens::list(conn, owner, UserId(owner.0))
        })[0]
            .last_used_at
    };
    client.get("/me").expect(200);
    let first = used().expect("the first use is written");
    app.advance(Duration::minutes(59));
    client.get("/me").expect(200);
    assert_eq!(used(), Some(first));
    app.advance(Duration::minutes(1));
    client.get("/me").expect(200);
    assert_eq!(used(), Some(first + Duration::hours(1)));
}

#[test]
fn revoking_a_new_password_and_the_end_of_the_account_end_it() {
    let app = App::start();
    let person = app.person();
    let (one, other) = (make(&person, "One", "read"), make(&person, "Other", "read"));
    let id = person
        .page("/settings")
        .attrs("#tokens input[name=token]", "value")
        .remove(1);
    let stranger = app.stranger();
    stranger
        .post("/settings/tokens/revoke", &[("token", &id)])
        .expect(404);
    stranger
        .post("/settings/tokens/revoke", &[("token", "x")])
        .expect(404);
    let page = person.follow(&person.post("/settings/tokens/revoke", &[("token", &id)]));
    assert_eq!(page.status(), "Token “One” revoked");
    app.api_with(&one).get("/me").problem(401);
    app.api_with(&other).get("/me").expect(200);
    person
        .post("/settings/tokens/revoke", &[("token", &id)])
        .expect(404);

    let form = [
        ("current_password", PASSWORD),
        ("new_password", "a horse of another color entirely"),
    ];
    person.post("/settings/password", &form).location();
    app.api_with(&other).get("/me").problem(401);

    let last = make(&stranger, "Last", "write");
    app.api_with(&last).add("1", "A", "2026-11-01");
    let owner = app.owner(&stranger);
    stranger
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .location();
    app.api_with(&last).get("/me").problem(401);
    let gone = app.write_of(owner, move |conn| {
        while !expense_tracker::ops::purge::remove_piece(conn, expense_tracker::app::SLICES, owner)? {}
        expense_tracker::accounts::api_tokens::list(conn, owner, UserId(owner.0))
    });
    assert!(gone.is_empty());
}

#[test]
fn a_wrong_token_form_keeps_what_was_typed() {
    let app = App::start();
    let person = app.person();
    let long = "x".repeat(61);
    for (name, access, field) in [
        ("", "read", "name"),
        (long.as_str(), "read", "name"),
        ("Phone", "all", "access"),
    ] {
        let page = person
            .post("/settings/tokens", &[("name", name), ("access", access)])
            .expect(422)
            .page();
        let form = page.form("New API token");
        assert_eq!(form.value("name"), name);
        assert!(form.error(field).is_some(), "{name} {access}");
    }
    assert_eq!(person.page("/settings").count("#tokens li"), 0);
    let anonymous = app.anonymous();
    anonymous
        .post("/settings/tokens", &[("name", "x"), ("access", "read")])
        .location();
}
