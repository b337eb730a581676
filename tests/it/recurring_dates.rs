//! The dates of recurring entries: entered once, skipped, changed, paused and ended.

use serde_json::{Value, json};

use super::support::App;
use super::support::books::token;
use super::support::recurring::{entered, monthly, open_at, path, round, upcoming};

#[test]
fn what_is_due_since_months_is_entered_at_once_each_on_its_own_date() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-01-31", &json!({}));
    assert_eq!(made["next_date"], "2026-11-30");
    let expected = [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
    ];
    assert_eq!(entered(&client), expected);
    // Three months off.
    open_at(&app, &client, "2027-03-01 12:00");
    let after = entered(&client);
    assert_eq!(
        after[10..],
        ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    );
}

#[test]
fn more_than_one_unit_of_work_has_is_entered_too() {
    let app = App::start();
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    monthly(&client, "2024-01-01", &json!({"unit": "day"}));
    round(&app);
    let count = client.get("/summary?period=all").json()["count"].clone();
    assert_eq!(count, 1_057, "2024-01-01 to 2026-11-22");
}

#[test]
fn a_date_is_posted_skipped_changed_and_restored_and_again_the_same() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-12-01", &json!({"mode": "ask"}));
    let act = |date: &str, body: Value| client.post(&format!("{}/{date}", path(&made)), &body);
    let twice = |date: &str, body: Value| {
        let first = act(date, body.clone()).expect(200).json();
        assert_eq!(act(date, body).expect(200).json(), first);
        first
    };
    let skipped = twice("2026-12-01", json!({"action": "skip"}));
    assert_eq!(
        skipped,
        json!({
            "recurring_id": made["id"], "date": "2026-12-01", "state": "skipped", "amount": "900.00", "currency": "USD",
            "expense_id": null,
        })
    );
    assert_eq!(client.get(&path(&made)).json()["next_date"], "2027-01-01");
    for action in ["post", "change"] {
        act("2026-12-01", json!({"action": action, "amount": "1"})).problem(409);
    }
    assert_eq!(twice("2026-12-01", json!({"action": "restore"}))["state"], "open");
    assert_eq!(client.get(&path(&made)).json()["next_date"], "2026-12-01");

    let changed = twice(
        "2027-01-01",
        json!({"action": "change", "amount": "950", "description": "With heating"}),
    );
    assert_eq!(
        (&changed["state"], &changed["amount"]),
        (&json!("changed"), &json!("950.00"))
    );
    let coming = client.get("/upcoming?until=2027-01-31").json();
    assert_eq!(
        (
            &coming["items"][1]["description"],
            &coming["items"][1]["changed"],
            &coming["total"]
        ),
        (&json!("With heating"), &json!(true), &json!("1850.00"))
    );
    // Paid early, and with what was changed.
    let posted = twice("2027-01-01", json!({"action": "post"}));
    assert_eq!(posted["state"], "posted");
    let expense = client
        .get(&format!("/expenses/{}", posted["expense_id"].as_str().unwrap()))
        .json();
    assert_eq!(
        (&expense["date"], &expense["amount"], &expense["description"]),
        (&json!("2026-11-22"), &json!("950.00"), &json!("With heating"))
    );
    for action in ["skip", "change", "restore"] {
        let mut body = json!({ "action": action });
        if action == "change" {
            body["amount"] = json!("1");
        }
        act("2027-01-01", body).problem(409);
    }
    act("2027-01-01", json!({"action": "post", "amount": "7"})).problem(409);
    // With everything in one call.
    let all = json!({"action": "post", "amount": "905", "date": "2026-11-21", "description": "By hand"});
    let posted = twice("2026-12-01", all);
    let expense = client
        .get(&format!("/expenses/{}", posted["expense_id"].as_str().unwrap()))
        .json();
    assert_eq!(
        (&expense["date"], &expense["amount"], &expense["description"]),
        (&json!("2026-11-21"), &json!("905.00"), &json!("By hand"))
    );
    assert_eq!(client.get(&path(&made)).json()["next_date"], "2027-02-01");
}

#[test]
fn nothing_is_entered_twice_by_calls_rounds_and_restarts() {
    let app = App::start();
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    monthly(&client, "2026-09-30", &json!({}));
    assert_eq!(entered(&client).len(), 2);
    app.set_clock("2026-12-01 00:30");
    assert_eq!((round(&app), round(&app)), (1, 0));
    for _ in 0..3 {
        client.get("/recurring").expect(200);
        client.get("/upcoming").expect(200);
    }
    assert_eq!(entered(&client).len(), 3);
    // Back for a year, and on again.
    app.set_clock("2025-12-01 00:30");
    assert_eq!(round(&app), 0);
    let app = app.restart();
    let client = app.api_with(&token(&app.known(&person.email), ""));
    assert_eq!(round(&app), 0, "it is November again");
    open_at(&app, &client, "2026-12-31 00:30");
    assert_eq!(
        entered(&client),
        ["2026-09-30", "2026-10-30", "2026-11-30", "2026-12-30"]
    );
}

#[test]
fn an_entry_that_was_deleted_stays_deleted() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-11-01", &json!({}));
    let list = client.get("/expenses").json();
    let expense = list["items"][0]["id"].as_str().unwrap().to_owned();
    client.delete(&format!("/expenses/{expense}")).expect(204);
    round(&app);
    client.get("/recurring").expect(200);
    assert_eq!(entered(&client), [""; 0]);
    let again = client
        .post(&format!("{}/2026-11-01", path(&made)), &json!({"action": "post"}))
        .expect(200)
        .json();
    assert_eq!(
        (&again["state"], &again["expense_id"]),
        (&json!("posted"), &json!(expense))
    );
    assert_eq!(entered(&client), [""; 0]);
    app.advance(time::Duration::days(200));
    round(&app);
    assert!(!entered(&client).contains(&"2026-11-01".to_owned()));
}

#[test]
fn a_pause_skips_what_would_have_come_and_the_end_is_for_good() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-11-05", &json!({}));
    let one = path(&made);
    for _ in 0..2 {
        let paused = client.patch(&one, &json!({"paused": true})).expect(200).json();
        assert_eq!(
            (&paused["state"], &paused["next_date"]),
            (&json!("paused"), &json!("2026-12-05"))
        );
    }
    open_at(&app, &client, "2027-02-01 12:00");
    assert_eq!(entered(&client), ["2026-11-05"]);
    assert_eq!(upcoming(&client, "2027-06-30"), [""; 0]);
    for _ in 0..2 {
        let resumed = client.patch(&one, &json!({"paused": false})).expect(200).json();
        assert_eq!(
            (&resumed["state"], &resumed["next_date"]),
            (&json!("active"), &json!("2027-02-05"))
        );
    }
    assert_eq!(upcoming(&client, "2027-03-31"), ["2027-02-05", "2027-03-05"]);
    // One of the skipped ones is wanted after all: it is due, so it is entered.
    let restored = client
        .post(&format!("{one}/2027-01-05"), &json!({"action": "restore"}))
        .expect(200)
        .json();
    assert_eq!(restored["state"], "posted");
    assert_eq!(entered(&client), ["2026-11-05", "2027-01-05"]);
    for _ in 0..2 {
        client.delete(&one).expect(204);
    }
    let ended = client.get(&one).json();
    assert_eq!(
        (&ended["state"], &ended["next_date"]),
        (&json!("ended"), &Value::Null)
    );
    for body in [
        json!({"paused": true}),
        json!({"amount": "1"}),
        json!({"times": 3}),
    ] {
        client.patch(&one, &body).problem(409);
    }
    let at = format!("{one}/2027-02-05");
    assert_eq!(client.post(&at, &json!({"action": "post"})).fields(), ["date"]);
    open_at(&app, &client, "2027-12-01 12:00");
    assert_eq!(entered(&client).len(), 2);
    client.delete("/recurring/77").problem(404);
}

#[test]
fn a_number_of_times_is_as_many_entries() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-10-31", &json!({"times": 3}));
    assert_eq!(upcoming(&client, "2027-12-01"), ["2026-11-30", "2026-12-31"]);
    // Two more from the next one on.
    let one = path(&made);
    let changed = client.patch(&one, &json!({"times": 2})).expect(200).json();
    assert_eq!((&changed["times"], &changed["date"]), (&json!(3), &made["date"]));
    open_at(&app, &client, "2028-01-01 12:00");
    assert_eq!(entered(&client), ["2026-10-31", "2026-11-30", "2026-12-31"]);
    let ended = client.get(&one).json();
    assert_eq!(
        (&ended["state"], &ended["next_date"]),
        (&json!("ended"), &Value::Null)
    );
    client.patch(&one, &json!({"amount": "1"})).problem(409);
    assert_eq!(
        client.patch(&one, &json!({"until": null})).fields(),
        ["times"],
        "none are left"
    );
    // A new end continues it.
    let longer = client.patch(&one, &json!({"times": 1})).expect(200).json();
    assert_eq!(longer["state"], "ended", "it was due in January 2027");
    assert_eq!(entered(&client).last().map(String::as_str), Some("2027-01-31"));
}
