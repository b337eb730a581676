//! One expense over the API: add, show, change, delete, restore.

use serde_json::{Value, json};

use super::support::App;

#[test]
fn an_expense_is_returned_as_it_was_added() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let body =
        json!({"amount": "-12.5", "category": " Coffee ", "date": "2026-11-01", "description": "a\r\nb\tc "});
    let answer = client.post("/expenses", &body).expect(201);
    let made = answer.json();
    let id = made["id"].as_str().unwrap();
    let moment = "2026-11-22T12:00:00.000000Z";
    let me = json!({"id": client.get("/me").json()["id"], "name": person.email.split('@').next()});
    assert_eq!(
        made,
        json!({
            "id": id, "date": "2026-11-01", "amount": "-12.50", "currency": "USD", "category": "Coffee",
            "kind": "spending", "description": "a\nb\tc", "created_at": moment, "updated_at": moment,
            "paid_by": me, "created_by": me,
        })
    );
    assert_eq!(
        answer.header("location"),
        Some(format!("/api/v1/expenses/{id}").as_str())
    );
    let shown = client.get(&format!("/expenses/{id}")).expect(200);
    assert_eq!(shown.json(), made);
    assert_eq!(shown.header("etag"), answer.header("etag"));
    assert_eq!(person.page("/expenses?period=all").total(), "-12.50");

    // The default date is today, and the description is optional. An existing category keeps its spelling.
    let made = client
        .post("/expenses", &json!({"amount": "3", "category": "COFFEE"}))
        .expect(201)
        .json();
    assert_eq!(
        (
            &made["date"],
            &made["description"],
            &made["category"],
            &made["amount"]
        ),
        (
            &json!("2026-11-22"),
            &Value::Null,
            &json!("Coffee"),
            &json!("3.00")
        )
    );
}

#[test]
fn today_is_the_accounts_and_amounts_have_its_decimals() {
    let app = App::start();
    let person = app.person_with(&[("timezone", "Pacific/Kiritimati")]);
    let settings = [
        ("currency", "KWD"),
        ("timezone", "Pacific/Kiritimati"),
        ("locale", "de-DE"),
        ("week_start", "sunday"),
        ("month_start", "25"),
        ("theme", "dark"),
    ];
    person.post("/settings", &settings).location();
    let client = app.api(&person);
    let made = client
        .post("/expenses", &json!({"amount": "1.234", "category": "A"}))
        .expect(201)
        .json();
    assert_eq!(
        (&made["date"], &made["amount"], &made["currency"]),
        (&json!("2026-11-23"), &json!("1.234"), &json!("KWD"))
    );
    let me = client.get("/me").json();
    assert_eq!(
        (&me["week_start"], &me["month_start"], &me["locale"]),
        (&json!("sunday"), &json!(25), &json!("de-DE"))
    );
    assert_eq!(client.get("/summary").json()["from"], "2026-10-25");
}

#[test]
fn a_patch_changes_only_what_is_given() {
    let app = App::start();
    let client = app.api(&app.person());
    let made = client.post(
        "/expenses",
        &json!({"amount": "5", "category": "A", "date": "2026-11-01", "description": "x"}),
    );
    let mut held = made.json();
    let path = format!("/expenses/{}", held["id"].as_str().unwrap());
    app.advance(time::Duration::minutes(1));
    for (name, sent, now) in [
        ("amount", json!("-7.5"), json!("-7.50")),
        ("category", json!("B"), json!("B")),
        ("date", json!("1900-01-01"), json!("1900-01-01")),
        ("description", json!("y"), json!("y")),
        ("description", Value::Null, Value::Null),
        ("description", json!("z"), json!("z")),
        ("description", json!(""), Value::Null),
    ] {
        let changed = client.patch(&path, &json!({name: sent})).expect(200).json();
        held[name] = now;
        held["updated_at"] = json!("2026-11-22T12:01:00.000000Z");
        assert_eq!(changed, held, "{name}");
        assert_eq!(client.get(&path).json(), held);
    }
    for name in ["amount", "category", "date"] {
        assert_eq!(client.patch(&path, &json!({name: null})).fields(), [name]);
    }
    let wrong = json!({"amount": "0", "category": "", "date": "2026-02-30", "id": "1"});
    assert_eq!(
        client.patch(&path, &wrong).fields(),
        ["id", "amount", "category", "date"]
    );
    assert_eq!(client.get(&path).json(), held);
    assert_eq!(
        client.patch(&path, &json!({})).expect(200).json()["amount"],
        "-7.50"
    );
}

#[test]
fn a_deleted_expense_is_a_404_until_it_is_restored() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let made = client.add("5", "A", "2026-11-01");
    let path = format!("/expenses/{}", made["id"].as_str().unwrap());
    let answer = client.delete(&path).expect(204);
    assert_eq!((answer.body.len(), answer.header("content-type")), (0, None));
    client.delete(&path).problem(404);
    client.get(&path).problem(404);
    client.patch(&path, &json!({"amount": "1"})).problem(404);
    assert_eq!(client.get("/expenses").json()["items"], json!([]));
    assert_eq!(person.page("/expenses/trash").count(".row"), 1);
    let restore = format!("{path}/restore");
    for _ in 0..2 {
        let restored = client.send(&client.request("POST", &restore)).expect(200);
        assert_eq!(restored.json(), made);
    }
    assert_eq!(person.page("/expenses?period=all").total(), "5.00");
}

#[test]
fn the_expense_of_another_account_is_a_404() {
    let app = App::start();
    let owner = app.api(&app.person());
    let stranger = app.api(&app.stranger());
    let made = owner.add("5", "A", "2026-11-01");
    let gone = owner.add("6", "A", "2026-11-01");
    owner
        .delete(&format!("/expenses/{}", gone["id"].as_str().unwrap()))
        .expect(204);
    for id in [
        &made["id"],
        &gone["id"],
        &json!("1234567"),
        &json!("x"),
        &json!("0"),
        &json!("-1"),
        &json!("+1"),
    ] {
        let path = format!("/expenses/{}", id.as_str().unwrap());
        let nothing = stranger.get(&path).problem(404);
        assert_eq!(nothing, stranger.get("/expenses/77").problem(404));
        stranger.patch(&path, &json!({"amount": "1"})).problem(404);
        stranger.delete(&path).problem(404);
        stranger
            .send(&stranger.request("POST", &format!("{path}/restore")))
            .problem(404);
    }
    assert_eq!(
        stranger.get("/expenses").json(),
        json!({"items": [], "next_cursor": null})
    );
    assert_eq!(stranger.get("/categories").json(), json!({"items": []}));
    assert_eq!(stranger.get("/summary").json()["count"], 0);
    assert_eq!(owner.get("/expenses").json()["items"], json!([made]));
}
