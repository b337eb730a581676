//! Concurrent changes of an expense: `If-Match` over the API, and the hidden version of the edit page.

use serde_json::json;

use super::support::{App, Client};

fn path(client: &Client) -> String {
    let made = client.add("5", "A", "2026-11-01");
    format!("/expenses/{}", made["id"].as_str().unwrap())
}

#[test]
fn a_stale_change_is_a_412_and_changes_nothing() {
    let app = App::start();
    let client = app.api(&app.person());
    let path = path(&client);
    let seen = client.get(&path).header("etag").unwrap().to_owned();
    let change = |tag: &str, amount: &str| {
        let request = client.json("PATCH", &path, &json!({"amount": amount}));
        client.send(&request.header("If-Match", tag))
    };
    let second = change(&seen, "6").expect(200).header("etag").unwrap().to_owned();
    assert_ne!(seen, second);
    change(&seen, "7").problem(412);
    change("\"nonsense\"", "7").problem(412);
    change(&format!("W/{second}"), "7").problem(412);
    let delete = |tag: &str| client.send(&client.request("DELETE", &path).header("If-Match", tag));
    delete(&seen).problem(412);
    assert_eq!(client.get(&path).expect(200).json()["amount"], "6.00");
    change(&format!("{seen}, {second}"), "8").expect(200);
    change("*", "9").expect(200);
    let last = client.get(&path).header("etag").unwrap().to_owned();
    delete(&last).expect(204);
}

#[test]
fn a_stale_save_shows_both_versions_and_can_be_repeated() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let path = path(&client);
    let form = person.page(&format!("{path}/edit")).form("Edit expense");
    client
        .patch(&path, &json!({"amount": "6", "description": "theirs"}))
        .expect(200);
    for htmx in [false, true] {
        let fields = form.filled(&[("amount", "7"), ("description", "mine")]);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let send = |path: &str| {
            if htmx {
                person.post_htmx(path, &fields)
            } else {
                person.post(path, &fields)
            }
        };
        let answer = send(&form.action).expect(409);
        let page = if htmx { answer.fragment() } else { answer.page() };
        let theirs = page.text(".conflict");
        assert!(theirs.contains("$6.00") && theirs.contains("theirs"), "{theirs}");
        let again = page.form("Edit expense");
        assert_eq!([again.value("amount"), again.value("description")], ["7", "mine"]);
    }
    assert_eq!(client.get(&path).json()["amount"], "6.00");

    // After the other version was shown, Save overwrites it.
    let fields = [("amount", "7"), ("description", "mine")];
    let again = person
        .submit(&form, &fields)
        .expect(409)
        .page()
        .form("Edit expense");
    person.submit(&again, &fields).location();
    assert_eq!(client.get(&path).json()["description"], "mine");
}

#[test]
fn a_stale_form_stays_stale_after_an_invalid_field() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let path = path(&client);
    let form = person.page(&format!("{path}/edit")).form("Edit expense");
    client.patch(&path, &json!({"amount": "6"})).expect(200);
    let wrong = person
        .submit(&form, &[("amount", "nothing")])
        .expect(422)
        .page()
        .form("Edit expense");
    person.submit(&wrong, &[("amount", "7")]).expect(409);
}

#[test]
fn the_same_save_sent_twice_is_no_conflict() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let path = path(&client);
    let form = person.page(&format!("{path}/edit")).form("Edit expense");
    for _ in 0..2 {
        person.submit(&form, &[("amount", "7")]).location();
    }
    assert_eq!(client.get(&path).json()["amount"], "7.00");
    person
        .post(&form.action, &[("version", "x"), ("amount", "1")])
        .expect(400);
    let without = [
        ("amount", "8"),
        ("category", "A"),
        ("date", "2026-11-01"),
        ("description", ""),
    ];
    person.post(&form.action, &without).location();
}

#[test]
fn the_tag_changes_with_the_categorys_name_and_not_without_a_change() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let path = path(&client);
    let tag = || client.get(&path).header("etag").unwrap().to_owned();
    let seen = tag();
    for body in [json!({}), json!({"amount": "5.00"})] {
        let before = client.get(&path).json();
        assert_eq!(client.patch(&path, &body).expect(200).json(), before);
        assert_eq!(tag(), seen);
    }
    let form = person
        .page("/categories")
        .form_at("form[action*=\"/categories/\"]");
    person.submit(&form, &[("name", "Another")]).location();
    assert_ne!(tag(), seen);
    let change = client.json("PATCH", &path, &json!({"amount": "6"}));
    client.send(&change.header("If-Match", &seen)).problem(412);
}
