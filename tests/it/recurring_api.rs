//! Recurring entries over the API: made, shown, changed and refused.

use serde_json::json;

use super::support::App;
use super::support::books::token;
use super::support::recurring::{entered, monthly, open_at, path, upcoming};

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
