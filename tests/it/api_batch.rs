//! Batches of expenses over the API: all or none.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::books::{member, new_book};
use super::support::{App, Client, Request};

#[test]
fn a_thousand_expenses_are_added_in_order() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let item = |at: usize| {
        json!({
            "amount": format!("{}.01", at + 1), "category": if at.is_multiple_of(2) { "Even" } else { "odd" },
            "date": format!("2026-{:02}-{:02}", at % 12 + 1, at % 28 + 1), "description": format!("{at} é"),
        })
    };
    let items: Vec<Value> = (0..1_000).map(item).collect();
    let made = client
        .post("/expenses/batch", &json!({"items": items}))
        .expect(201)
        .json();
    let ids: Vec<&str> = made["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|made| made["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 1_000);
    for at in [0, 1, 499, 500, 999] {
        let shown = client.get(&format!("/expenses/{}", ids[at])).expect(200).json();
        for name in ["amount", "date", "description", "category"] {
            assert_eq!(shown[name], items[at][name], "{at} {name}");
        }
    }
    let summary = client.get("/summary?period=all").json();
    assert_eq!(
        (&summary["count"], &summary["total"]),
        (&json!(1_000), &json!("500510.00"))
    );
    assert_eq!(person.page("/expenses?period=all").total(), "500510.00");
    assert_eq!(
        client
            .post("/expenses/batch", &json!({"items": []}))
            .expect(201)
            .json(),
        json!({"items": []})
    );
}

#[test]
fn one_invalid_item_refuses_the_batch_and_is_named() {
    let app = App::start();
    let client = app.api(&app.person());
    let body = json!({"items": [
        {"amount": "1", "category": "A"},
        {"amount": 1, "category": "A"},
        "text",
        {"category": "", "date": "2026-02-30", "note": "x", "amount": "1"},
    ]});
    let mut fields = client.post("/expenses/batch", &body).fields();
    fields.sort();
    assert_eq!(
        fields,
        [
            "items[1].amount",
            "items[2]",
            "items[3].category",
            "items[3].date",
            "items[3].note"
        ]
    );
    assert_eq!(client.get("/summary?period=all").json()["count"], 0);
    assert_eq!(client.get("/categories").json(), json!({"items": []}));
    for body in [
        json!({}),
        json!({"items": null}),
        json!({"items": {}}),
        json!({"items": "x"}),
    ] {
        assert_eq!(
            client.post("/expenses/batch", &body).fields(),
            ["items"],
            "{body}"
        );
    }
    let many = vec![json!({"amount": "1", "category": "A"}); 1_001];
    assert_eq!(
        client.post("/expenses/batch", &json!({"items": many})).fields(),
        ["items"]
    );
}

#[test]
fn a_batch_may_have_4_mib_and_anything_else_1_mib() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let base = new_book(&person, "Household");
    let in_book = format!("{base}/expenses/batch");
    let padded = |size: usize| {
        let mut body = br#"{"items":[{"amount":"1","category":"A"}]"#.to_vec();
        body.resize(size - 1, b' ');
        body.push(b'}');
        body
    };
    let send = |path: &str, body: Vec<u8>| -> Request {
        client.request("POST", path).body("application/json", body)
    };
    for path in ["/expenses/batch", in_book.as_str()] {
        client.send(&send(path, padded(4 << 20))).expect(201);
        client.send(&send(path, padded((4 << 20) + 1))).problem(413);
    }
    assert_eq!(
        client.send(&send("/expenses", padded(1 << 20))).fields(),
        ["amount", "category", "items"]
    );
    client
        .send(&send("/expenses", padded((1 << 20) + 1)))
        .problem(413);
    assert_eq!(client.get("/summary?period=all").json()["count"], 1);
}

#[test]
fn a_batch_is_read_only_from_those_who_may_send_one() {
    let app = App::start();
    let (person, other) = (app.person(), app.person());
    let base = new_book(&person, "Household");
    let viewer = member(&app, &person, &base, "viewer");
    let path = format!("{base}/expenses/batch");
    // Too large, which nobody finds out.
    let large = |client: &Client| {
        client
            .request("POST", &path)
            .body("application/json", vec![b' '; 5 << 20])
    };
    let stranger = app.api_without_token();
    stranger.send(&large(&stranger)).problem(401);
    for (who, status) in [(&other, 404), (&viewer, 403), (&person, 413)] {
        let client = app.api(who);
        client.send(&large(&client)).problem(status);
    }
}

#[test]
fn one_person_has_four_batches_in_memory_and_leaves_room_for_others() {
    let app = App::start();
    let (person, other) = (app.person(), app.person());
    let token = person.token();
    let slow: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(app.host()).unwrap();
            let head = format!(
                "POST /api/v1/expenses/batch HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
                app.host()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let body = json!({"items": [{"amount": "1", "category": "A"}]});
    let began = Instant::now();
    while app.state.batches.free() > 12 {
        assert!(began.elapsed().as_secs() < 20, "they are read");
        std::thread::sleep(Duration::from_millis(5));
    }
    let (client, others) = (app.api(&person), app.api(&other));
    std::thread::scope(|scope| {
        let refused = scope.spawn(|| client.post("/expenses/batch", &body).expect(503));
        others.post("/expenses/batch", &body).expect(201);
        let refused = refused.join().unwrap();
        assert!(refused.header("retry-after").is_some());
        assert!(refused.text().contains("batches"), "{}", refused.text());
    });
    drop(slow);
    client.post("/expenses/batch", &body).expect(201);
}

#[test]
fn new_categories_share_the_palette_evenly() {
    let app = App::start();
    let client = app.api(&app.person());
    for batch in 0..3 {
        let item = |at: usize| json!({"amount": "1", "category": format!("{batch} {at}")});
        let items: Vec<Value> = (0..14).map(item).collect();
        client
            .post("/expenses/batch", &json!({"items": items}))
            .expect(201);
    }
    let shown = client.get("/categories").expect(200).json();
    let mut uses = std::collections::BTreeMap::new();
    for category in shown["items"].as_array().unwrap() {
        *uses.entry(category["color"].to_string()).or_insert(0) += 1;
    }
    assert_eq!(uses.into_values().collect::<Vec<_>>(), [3; 14]);
}

#[test]
fn a_thousand_invalid_items_give_a_hundred_errors() {
    let app = App::start();
    let client = app.api(&app.person());
    let items = vec![json!({"amount": 1, "category": 2, "date": 3}); 1_000];
    let fields = client.post("/expenses/batch", &json!({"items": items})).fields();
    assert_eq!(fields.len(), 100);
    let unknown: serde_json::Map<_, _> = (0..1_000).map(|at| (at.to_string(), json!(1))).collect();
    assert_eq!(
        client.post("/expenses", &Value::Object(unknown)).fields().len(),
        100
    );
}

#[test]
fn four_mebibytes_of_tiny_items_are_counted_and_refused() {
    let app = App::start();
    let client = app.api(&app.person());
    let items = vec![r#"{"a":1}"#; 500_000].join(",");
    let send = |body: String, key: &str| {
        let request = client
            .request("POST", "/expenses/batch")
            .body("application/json", body);
        client.send(&request.header("Idempotency-Key", key))
    };
    let problem = send(format!("{{\"items\":[{items}]}}"), "k").problem(422);
    assert_eq!(
        problem["errors"],
        json!([{"field": "items", "message": "Send at most 1000 at a time; this has 500000."}])
    );
    // Syntax errors after the thousandth item are found as well.
    send(format!("{{\"items\":[{items},]}}"), "k").problem(400);
}
