//! Recurring entries in a book that changes: its currency, categories, members and end.

use actix_web::rt::System;
use serde_json::json;

use super::support::books::{household, id, member, token};
use super::support::recurring::{monthly, open_at, path, round};
use super::support::{App, rows_of};

#[test]
fn a_currency_with_other_decimals_is_refused_while_something_recurs() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    monthly(&client, "2026-12-01", &json!({}));
    let refused = client.patch("/book", &json!({"currency": "JPY"}));
    assert_eq!(refused.fields(), ["currency"]);
    client.patch("/book", &json!({"currency": "EUR"})).expect(200);
    let list = client.get("/recurring").json();
    assert_eq!(list["items"][0]["currency"], "EUR");
}

#[test]
fn it_goes_on_in_the_category_that_its_own_was_renamed_to_or_merged_into() {
    let app = App::start();
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    let made = monthly(&client, "2026-11-30", &json!({}));
    person.add("1", "Home", "2026-11-01", "Lamp");
    let category = |name: &str| {
        let page = person.page("/categories");
        let ids = page.attrs("li.category", "id");
        let at = page
            .attrs("li.category input[name=name]", "value")
            .iter()
            .position(|known| known == name);
        ids[at.unwrap()].trim_start_matches("category-").to_owned()
    };
    let rename = [("name", "Housing"), ("color", "#0072b2")];
    person
        .post(&format!("/categories/{}", category("Rent")), &rename)
        .location();
    assert_eq!(client.get(&path(&made)).json()["category"], "Housing");
    let merge = format!("/categories/{}/merge", category("Housing"));
    person.post(&merge, &[("into", &category("Home"))]).location();
    assert_eq!(client.get(&path(&made)).json()["category"], "Home");
    open_at(&app, &client, "2026-12-01 12:00");
    let list = client.get("/expenses").json();
    assert_eq!(
        (&list["items"][0]["date"], &list["items"][0]["category"]),
        (&json!("2026-11-30"), &json!("Home"))
    );
}

#[test]
fn what_somebody_pays_who_has_left_waits_for_a_person() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editor = member(&app, &owner, &base, "editor");
    let theirs = app.api_with(&token(&editor, &base));
    let client = app.api_with(&token(&owner, &base));
    let book = base.as_str();
    let body = json!({"amount": "30", "category": "Internet", "date": "2026-11-30"});
    let made = theirs
        .post(&format!("{book}/recurring"), &body)
        .expect(201)
        .json();
    let removed = format!("{base}/book/members/{}", id(&app, &editor));
    owner.post(&removed, &[("role", "none")]).location();
    app.set_clock("2027-01-05 12:00");
    assert_eq!(round(&app), 0);
    let coming = client
        .get(&format!("{book}/upcoming?until=2027-01-05"))
        .expect(200)
        .json();
    assert_eq!(coming["total"], "60.00", "{coming}");
    let one = format!("{book}/recurring/{}", made["id"].as_str().unwrap());
    let posted = client
        .post(&format!("{one}/2026-11-30"), &json!({"action": "post"}))
        .expect(200)
        .json();
    let expense = format!("{book}/expenses/{}", posted["expense_id"].as_str().unwrap());
    let expense = client.get(&expense).json();
    assert_eq!(
        (&expense["paid_by"]["id"], &expense["date"]),
        (&json!(id(&app, &owner)), &json!("2026-11-30"))
    );
    // It asks until it has another payer and posts again.
    assert_eq!(client.get(&one).json()["mode"], "ask");
    client.patch(&one, &json!({"paid_by": "17"})).problem(422);
    let mine = json!({"paid_by": id(&app, &owner), "mode": "post"});
    let changed = client.patch(&one, &mine).expect(200).json();
    assert_eq!(changed["next_date"], "2027-01-30");
}

#[test]
fn a_viewer_sees_and_an_editor_changes() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = app.api(&member(&app, &owner, &base, "viewer"));
    let editor = app.api(&member(&app, &owner, &base, "editor"));
    let stranger = app.api(&app.stranger());
    let book = base.as_str();
    let body = json!({"amount": "30", "category": "Internet", "date": "2026-11-01"});
    let list = format!("{book}/recurring");
    viewer.post(&list, &body).problem(403);
    stranger.post(&list, &body).problem(404);
    let made = editor.post(&list, &body).expect(201).json();
    let one = format!("{list}/{}", made["id"].as_str().unwrap());
    let date = format!("{one}/2026-12-01");
    let skip = json!({"action": "skip"});
    viewer.patch(&one, &json!({"amount": "1"})).problem(403);
    viewer.delete(&one).problem(403);
    viewer.post(&date, &skip).problem(403);
    let shown = viewer.get(&one).expect(200).json();
    assert_eq!(shown, made);
    assert_eq!(viewer.get(&list).expect(200).json()["items"], json!([made]));
    // What is due is entered when a viewer opens the book, too.
    app.set_clock("2026-12-02 12:00");
    let coming = viewer.get(&format!("{book}/upcoming")).expect(200).json();
    assert_eq!(coming["items"], json!([]));
    assert_eq!(viewer.get(&one).json()["next_date"], "2027-01-01");
    for path in [&one, &list, &format!("{book}/upcoming")] {
        stranger.get(path).problem(404);
    }
    stranger.patch(&one, &json!({"amount": "1"})).problem(404);
    stranger.delete(&one).problem(404);
    stranger.post(&date, &skip).problem(404);
    // In their own book, too, the id is nobody's.
    let elsewhere = format!("/recurring/{}", made["id"].as_str().unwrap());
    stranger.get(&elsewhere).problem(404);
    stranger
        .post(&format!("{elsewhere}/2026-12-01"), &skip)
        .problem(404);
}

#[test]
fn a_closed_book_takes_its_recurring_entries_with_it() {
    use expense_tracker::ops::purge;
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let client = app.api_with(&token(&owner, &base));
    let book = base.as_str();
    let body = json!({"amount": "30", "category": "Internet", "date": "2026-01-01"});
    client.post(&format!("{book}/recurring"), &body).expect(201);
    owner
        .post(&format!("{base}/book/close"), &[("name", "Household")])
        .location();
    app.set_clock("2027-01-05 12:00");
    assert_eq!(round(&app), 0, "a closed book enters nothing");
    let state = app.state.clone();
    System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
    let id = super::support::books::book(&base);
    let rows = app.read(move |conn| rows_of(conn, id));
    for table in ["schedules", "occurrences", "expenses"] {
        assert_eq!(rows[table], [""; 0], "{table}");
    }
}
