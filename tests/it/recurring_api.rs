//! Recurring entries over the API: made, entered on their dates, decided about, changed and ended.

use actix_web::rt::System;
use expense_tracker::recurring::clockwork;
use serde_json::{Value, json};

use super::support::books::{household, id, member, token};
use super::support::{App, Client, rows_of};

/// A monthly entry from `date` on; its answer.
#[track_caller]
fn monthly(client: &Client, date: &str, more: &Value) -> Value {
    let mut body = json!({"amount": "900", "category": "Rent", "date": date, "description": "Flat"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("/recurring", &body).expect(201).json()
}

fn path(made: &Value) -> String {
    format!("/recurring/{}", made["id"].as_str().unwrap())
}

/// The dates of all expenses, the oldest first.
fn entered(client: &Client) -> Vec<String> {
    let list = client.get("/expenses?limit=500").expect(200).json();
    let items = list["items"].as_array().unwrap();
    let mut dates: Vec<String> = items
        .iter()
        .map(|item| item["date"].as_str().unwrap().to_owned())
        .collect();
    dates.reverse();
    dates
}

/// The open dates until `until`.
fn upcoming(client: &Client, until: &str) -> Vec<String> {
    let list = client.get(&format!("/upcoming?until={until}")).expect(200).json();
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["date"].as_str().unwrap().to_owned())
        .collect()
}

/// One round of the background task; how many expenses it has entered.
fn round(app: &App) -> usize {
    let state = app.state.clone();
    System::new()
        .block_on(async move { clockwork::once(&state).await })
        .expect("the round ends")
}

/// Opens the book at a time, as a person does.
fn open_at(app: &App, client: &Client, time: &str) {
    app.set_clock(time);
    client.get("/recurring").expect(200);
}

#[test]
fn a_recurring_entry_is_returned_as_it_was_made() {
    let app = App::start();
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    let body = json!({"amount": "900", "category": "Rent", "date": "2026-12-31", "description": " Flat "});
    let answer = client.post("/recurring", &body).expect(201);
    let made = answer.json();
    let moment = "2026-11-22T12:00:00.000000Z";
    let me = json!({"id": client.get("/me").json()["id"], "name": person.email.split('@').next()});
    assert_eq!(
        made,
        json!({
            "id": made["id"], "amount": "900.00", "currency": "USD", "category": "Rent", "kind": "spending",
            "description": "Flat", "paid_by": me, "created_by": me, "date": "2026-12-31", "every": 1, "unit": "month",
            "until": null, "times": null, "mode": "post", "state": "active", "next_date": "2026-12-31",
            "previous_amount": null, "created_at": moment, "updated_at": moment,
        })
    );
    let address = format!("/api/v1{}", path(&made));
    assert_eq!(answer.header("location"), Some(address.as_str()));
    let shown = client.get(&path(&made)).expect(200);
    assert_eq!(shown.json(), made);
    assert_eq!(shown.header("etag"), answer.header("etag"));
    assert_eq!(client.get("/recurring").json(), json!({ "items": [made] }));
    assert_eq!(entered(&client), [""; 0], "what is to come is no expense");
    let coming = client.get("/upcoming?until=2027-03-01").expect(200).json();
    assert_eq!(
        coming["items"][1],
        json!({
            "recurring_id": made["id"], "date": "2027-01-31", "amount": "900.00", "currency": "USD", "category": "Rent",
            "kind": "spending", "description": "Flat", "mode": "post", "changed": false,
        })
    );
    assert_eq!(
        (&coming["total"], &coming["income"], &coming["until"]),
        (&json!("2700.00"), &json!("0.00"), &json!("2027-03-01"))
    );
}

#[test]
fn without_more_it_is_every_month_from_today_of_the_book_on() {
    let app = App::start();
    let person = app.person_with(&[("timezone", "Pacific/Kiritimati")]);
    let client = app.api_with(&token(&person, ""));
    let made = client
        .post(
            "/recurring",
            &json!({"amount": "2400", "category": "Salary", "kind": "income"}),
        )
        .expect(201)
        .json();
    assert_eq!(
        (&made["date"], &made["next_date"], &made["kind"]),
        (&json!("2026-11-23"), &json!("2026-12-23"), &json!("income"))
    );
    assert_eq!(entered(&client), ["2026-11-23"]);
    assert_eq!(client.get("/upcoming").json()["until"], "2026-11-30");
    let coming = client.get("/upcoming?until=2026-12-31").json();
    assert_eq!(
        (&coming["total"], &coming["income"]),
        (&json!("0.00"), &json!("2400.00"))
    );
}

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
fn a_retry_with_its_key_makes_one_recurring_entry() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let send = |every: i64| {
        let body = json!({"amount": "5", "category": "A", "date": "2026-11-01", "every": every});
        client.send(
            &client
                .json("POST", "/recurring", &body)
                .header("Idempotency-Key", "k"),
        )
    };
    let first = send(1).expect(201);
    let again = send(1).expect(201);
    assert_eq!(again.body, first.body);
    assert_eq!(send(2).fields(), ["Idempotency-Key"], "a number is content");
    assert_eq!(
        client.get("/recurring").json()["items"].as_array().unwrap().len(),
        1
    );
    assert_eq!(entered(&client), ["2026-11-01"]);
}

#[test]
fn bad_input_is_said_at_its_field_and_changes_nothing() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let good = json!({"amount": "900", "category": "Rent", "date": "2026-12-01"});
    for (field, value) in [
        ("amount", json!("0")),
        ("amount", json!(900)),
        ("category", json!("")),
        ("date", json!("2026-02-31")),
        ("every", json!(0)),
        ("every", json!(100)),
        ("every", json!("1")),
        ("every", json!(1.5)),
        ("every", json!(null)),
        ("unit", json!("fortnight")),
        ("until", json!("2026-11-30")),
        ("until", json!("2027-02-30")),
        ("until", json!("")),
        ("times", json!(0)),
        ("times", json!(10_000)),
        ("times", json!("3")),
        ("mode", json!("later")),
        ("paused", json!(true)),
        ("paid_by", json!("17")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_eq!(client.post("/recurring", &body).fields(), [field], "{body}");
    }
    let mut both = good.clone();
    both["until"] = json!("2027-01-01");
    both["times"] = json!(3);
    assert_eq!(client.post("/recurring", &both).fields(), ["times"]);
    assert_eq!(client.get("/recurring").json()["items"], json!([]));

    let made = monthly(&client, "2026-12-01", &json!({}));
    for date in ["2026-12-02", "2026-11-01", "2026-02-31", "tomorrow"] {
        let at = format!("{}/{date}", path(&made));
        assert_eq!(
            client.post(&at, &json!({"action": "post"})).fields(),
            ["date"],
            "{date}"
        );
    }
    let at = format!("{}/2026-12-01", path(&made));
    for (body, field) in [
        (json!({}), "action"),
        (json!({"action": "pay"}), "action"),
        (json!({"action": "post", "amount": "0"}), "amount"),
        (json!({"action": "post", "date": "2026-13-01"}), "date"),
        (json!({"action": "skip", "amount": "1"}), "amount"),
        (json!({"action": "change", "date": "2026-12-02"}), "date"),
        (json!({"action": "change"}), "amount"),
        (json!({"action": "restore", "note": "x"}), "note"),
    ] {
        assert_eq!(client.post(&at, &body).fields(), [field], "{body}");
    }
    for query in [
        "until=2027-12-23",
        "until=soon",
        "until=",
        "until=2027-01-01&until=2027-01-02",
    ] {
        client.get(&format!("/upcoming?{query}")).problem(400);
    }
    client.get("/upcoming?until=2027-12-22").expect(200);
    assert_eq!(client.get(&path(&made)).json(), made);
    assert_eq!(entered(&client), [""; 0]);
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

#[test]
fn a_change_holds_from_the_next_date_on_and_the_old_amount_is_remembered() {
    let app = App::start();
    let client = app.api_with(&token(&app.person(), ""));
    let made = monthly(&client, "2026-08-31", &json!({}));
    let one = path(&made);
    let tag = client.get(&one).header("etag").unwrap().to_owned();
    app.advance(time::Duration::minutes(1));
    let request = |amount: &str| {
        let request = client.json("PATCH", &one, &json!({ "amount": amount }));
        request.header("If-Match", &tag)
    };
    let changed = client.send(&request("920")).expect(200).json();
    let mut expected = made.clone();
    expected["amount"] = json!("920.00");
    expected["previous_amount"] = json!({"amount": "900.00", "until": "2026-10-31"});
    expected["updated_at"] = json!("2026-11-22T12:01:00.000000Z");
    assert_eq!(changed, expected);
    client.send(&request("930")).problem(412);
    let stale = client.request("DELETE", &one).header("If-Match", &tag);
    client.send(&stale).problem(412);
    open_at(&app, &client, "2026-12-31 12:00");
    let list = client.get("/expenses").json();
    let amounts: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["amount"].as_str().unwrap())
        .collect();
    assert_eq!(amounts, ["920.00", "920.00", "900.00", "900.00", "900.00"]);
    assert_eq!(client.get(&one).json()["previous_amount"]["until"], "2026-10-31");
    // Another day of the month from the next date on.
    let moved = client
        .patch(&one, &json!({"date": "2027-02-15", "every": 2}))
        .expect(200)
        .json();
    assert_eq!(
        (&moved["date"], &moved["next_date"]),
        (&json!("2027-02-15"), &json!("2027-02-15"))
    );
    assert_eq!(
        upcoming(&client, "2027-06-30"),
        ["2027-02-15", "2027-04-15", "2027-06-15"]
    );
    assert_eq!(
        client
            .patch(&one, &json!({"every": 0, "unit": null, "id": "1"}))
            .fields(),
        ["unit", "id", "every"]
    );
    assert_eq!(client.patch(&one, &json!({})).expect(200).json(), moved);
    assert_eq!(client.patch(&one, &json!({"note": "x"})).fields(), ["note"]);
    assert_eq!(client.patch(&one, &json!({"paused": "yes"})).fields(), ["paused"]);
}

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
