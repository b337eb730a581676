//! `Idempotency-Key`: a request is executed once, and a retry gets the first answer.

use serde_json::{Value, json};
use time::Duration;

use super::support::{Answer, App, Client};

fn send(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    client.send(&client.json("POST", path, body).header("Idempotency-Key", key))
}

fn count(client: &Client) -> Value {
    client.get("/summary?period=all").json()["count"].clone()
}

#[test]
fn a_retry_gets_the_first_answer_byte_for_byte() {
    let app = App::start();
    let client = app.api(&app.person());
    let body = json!({"amount": "1", "category": "A"});
    let first = send(&client, "/expenses", "k1", &body).expect(201);
    app.advance(Duration::hours(13));
    // On another day, with members in another order, and after a change of the expense.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    client
        .patch(&format!("/expenses/{id}"), &json!({"amount": "2"}))
        .expect(200);
    let text = r#"{"category":"A", "amount":"1"}"#;
    let again = client.request("POST", "/expenses").body("application/json", text);
    let again = client.send(&again.header("Idempotency-Key", "k1")).expect(201);
    assert_eq!(again.body, first.body);
    for name in ["location", "etag"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_eq!(count(&client), 1);
    // A new key or no key is a new request.
    send(&client, "/expenses", "k2", &body).expect(201);
    client.post("/expenses", &body).expect(201);
    client.post("/expenses", &body).expect(201);
    assert_eq!(count(&client), 4);
}

#[test]
fn a_retry_after_the_expense_was_deleted_gets_the_first_answer_and_restores_nothing() {
    let app = App::start();
    let client = app.api(&app.person());
    let body = json!({"amount": "1", "category": "A"});
    let first = send(&client, "/expenses", "k", &body).expect(201);
    let path = format!("/expenses/{}", first.json()["id"].as_str().unwrap());
    client.delete(&path).expect(204);
    assert_eq!(
        send(&client, "/expenses", "k", &body).expect(201).body,
        first.body
    );
    client.get(&path).problem(404);
    assert_eq!(count(&client), 0);
}

#[test]
fn a_retried_batch_is_executed_once() {
    let app = App::start();
    let client = app.api(&app.person());
    let body = json!({"items": [{"amount": "1", "category": "A"}, {"amount": "2", "category": "B"}]});
    let first = send(&client, "/expenses/batch", "k", &body).expect(201);
    assert_eq!(
        send(&client, "/expenses/batch", "k", &body).expect(201).body,
        first.body
    );
    assert_eq!(count(&client), 2);
    let one = json!({"amount": "1", "category": "A"});
    assert_eq!(
        send(&client, "/expenses", "k", &one).fields(),
        ["Idempotency-Key"]
    );
}

#[test]
fn the_same_key_with_other_content_is_a_422_and_failures_are_not_stored() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let client = app.api(&person);
    let wrong = json!({"amount": "0", "category": "A"});
    assert_eq!(send(&client, "/expenses", "k", &wrong).fields(), ["amount"]);
    let right = json!({"amount": "1", "category": "A"});
    send(&client, "/expenses", "k", &right).expect(201);
    for other in [
        json!({"amount": "1.0", "category": "A"}),
        json!({"amount": "1", "category": "A", "description": null}),
    ] {
        assert_eq!(
            send(&client, "/expenses", "k", &other).fields(),
            ["Idempotency-Key"]
        );
    }
    assert_eq!(count(&client), 1);
    // Keys belong to one person.
    let other = app.api(&stranger);
    send(&other, "/expenses", "k", &right).expect(201);
    assert_eq!((count(&client), count(&other)), (json!(1), json!(1)));
    for key in ["", "a b", &"x".repeat(256), "é"] {
        send(&client, "/expenses", key, &right).problem(400);
    }
}

#[test]
fn ten_at_once_with_one_key_make_one_expense() {
    let app = App::start();
    let person = app.person();
    let clients: Vec<Client> = (0..10).map(|_| app.api(&person)).collect();
    let body = json!({"amount": "1", "category": "A"});
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter()
            .map(|client| scope.spawn(|| send(client, "/expenses", "k", &body)))
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let first = &answers[0].body;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 && &answer.body == first)
    );
    assert_eq!(count(&clients[0]), 1);
}

#[test]
fn a_key_is_free_again_after_a_day() {
    let app = App::start();
    let person = app.person();
    let (client, owner) = (app.api(&person), app.owner(&person));
    let body = json!({"amount": "1", "category": "A"});
    send(&client, "/expenses", "k", &body).expect(201);
    let purge = |app: &App| {
        let now = app.clock.now();
        app.write_of(owner, move |conn| {
            expense_tracker::api::model::remove_old(conn, owner, now)
        });
    };
    app.advance(Duration::hours(23));
    purge(&app);
    send(&client, "/expenses", "k", &body).expect(201);
    assert_eq!(count(&client), 1);
    app.advance(Duration::hours(1));
    purge(&app);
    send(&client, "/expenses", "k", &body).expect(201);
    assert_eq!(count(&client), 2);
}
