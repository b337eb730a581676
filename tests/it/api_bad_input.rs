//! Invalid requests to the API get problem+json with the right 4xx, never HTML or a 5xx.

use serde_json::json;

use super::support::{App, Request};

#[test]
fn a_wrong_body_is_a_400_a_wrong_type_a_415_a_wrong_value_a_422() {
    let app = App::start();
    let client = app.api(&app.person());
    let made = client.add("1", "A", "2026-11-01");
    let one = format!("/expenses/{}", made["id"].as_str().unwrap());
    for (method, path) in [
        ("POST", "/auth/register"),
        ("POST", "/auth/token"),
        ("POST", "/expenses"),
        ("POST", "/expenses/batch"),
        ("PATCH", one.as_str()),
        ("PUT", "/budgets"),
    ] {
        let send = |kind: &str, body: &[u8]| client.send(&client.request(method, path).body(kind, body));
        for body in [
            &b""[..],
            b"{",
            b"{\"amount\":\"1\"",
            b"nonsense",
            b"{} x",
            b"\xff\xfe",
            b"{\"a\":\"\xff\"}",
            b"\0",
        ] {
            let detail = send("application/json", body).problem(400)["detail"].clone();
            assert!(detail.as_str().unwrap().contains("body"), "{detail}");
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin1",
            "x",
        ] {
            send(kind, b"{}").problem(415);
        }
        client.send(&client.request(method, path)).problem(415);
        for body in [&b"[]"[..], b"1", b"null", b"\"x\""] {
            assert_eq!(
                send("application/json", body).fields(),
                ["body"],
                "{method} {path}"
            );
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        send("application/json", deep.as_bytes()).problem(400);
        let fields = send("application/json; charset=utf-8", b"{\"unknown\":1}").fields();
        assert!(
            fields.contains(&"unknown".to_owned()),
            "{method} {path}: {fields:?}"
        );
    }
}

#[test]
fn each_invalid_amount_has_an_error() {
    let app = App::start();
    let client = app.api(&app.person());
    let good = json!({"amount": "1", "category": "A", "date": "2026-11-01", "description": "x"});
    for (name, value) in [
        ("amount", json!(null)),
        ("amount", json!(12)),
        ("amount", json!(12.5)),
        ("amount", json!(true)),
        ("amount", json!([])),
        ("amount", json!("")),
        ("amount", json!("0")),
        ("amount", json!("-0.00")),
        ("amount", json!("1.005")),
        ("amount", json!("1,50")),
        ("amount", json!("$1")),
        ("amount", json!("1e3")),
        ("amount", json!(" 1")),
        ("amount", json!("+1")),
        ("amount", json!("1.")),
        ("amount", json!(".5")),
        ("amount", json!("1000000000000")),
        ("amount", json!("−1")),
        ("amount", json!("9".repeat(10_000))),
    ] {
        let mut body = good.clone();
        body[name] = value;
        assert_eq!(client.post("/expenses", &body).fields(), [name], "{body}");
    }
    let number = client
        .post("/expenses", &json!({"amount": 12.5, "category": "A"}))
        .problem(422);
    let words = number["errors"][0]["message"].as_str().unwrap();
    assert!(words.contains("string") && words.contains("number"), "{words}");
}

#[test]
fn each_invalid_value_of_another_field_has_an_error() {
    let app = App::start();
    let client = app.api(&app.person());
    let good = json!({"amount": "1", "category": "A", "date": "2026-11-01", "description": "x"});
    for (name, value) in [
        ("category", json!(null)),
        ("category", json!(1)),
        ("category", json!("")),
        ("category", json!("  ")),
        ("category", json!("x".repeat(61))),
        ("category", json!("a\u{0}b")),
        ("category", json!("a\nb")),
        ("date", json!(20_261_101)),
        ("date", json!("2026-02-30")),
        ("date", json!("1899-12-31")),
        ("date", json!("10000-01-01")),
        ("date", json!("2026-11-01T00:00:00Z")),
        ("date", json!("today")),
        ("date", json!("")),
        ("description", json!(1)),
        ("description", json!("x".repeat(501))),
        ("description", json!("a\u{0}")),
        ("description", json!({})),
    ] {
        let mut body = good.clone();
        body[name] = value;
        assert_eq!(client.post("/expenses", &body).fields(), [name], "{body}");
    }
    assert_eq!(
        client.post("/expenses", &json!({})).fields(),
        ["amount", "category"]
    );
    assert_eq!(client.get("/summary?period=all").json()["count"], 0);
    for (name, value) in [
        ("amount", "-100000000000.00"),
        ("date", "9999-12-31"),
        ("date", "1900-01-01"),
    ] {
        let mut body = good.clone();
        body[name] = json!(value);
        assert_eq!(client.post("/expenses", &body).expect(201).json()[name], value);
    }
}

#[test]
fn unknown_addresses_and_methods_are_problems_too() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    for path in [
        "/nothing",
        "",
        "/",
        "/expenses/",
        "/expenses/1/2",
        "/Expenses",
        "/me/",
        "/%ff",
        "/%00",
    ] {
        client.get(path).problem(404);
    }
    for path in ["/api", "/api/", "/api/v2/me", "/api/nothing"] {
        assert_eq!(
            person.get(path).header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        person.get(path).problem(404);
    }
    for (method, path, allow) in [
        ("DELETE", "/me", &["GET", "HEAD"][..]),
        ("GET", "/auth/token", &["POST"]),
        ("GET", "/expenses/batch", &["POST"]),
        ("PUT", "/expenses", &["GET", "HEAD", "POST"]),
        ("POST", "/expenses/1", &["DELETE", "GET", "HEAD", "PATCH"]),
        ("PATCH", "/budgets", &["GET", "HEAD", "PUT"]),
        ("OPTIONS", "/me", &["GET", "HEAD"]),
    ] {
        let answer = client.send(&client.request(method, path));
        answer.problem(405);
        let mut allowed: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed, allow, "{method} {path}");
    }
}

#[test]
fn no_other_site_can_use_it() {
    let app = App::start();
    let client = app.api(&app.person());
    // The cross-site guard is for cookies. Programs can send any origin, and the API sends no CORS headers.
    let request = client.json("POST", "/expenses", &json!({"amount": "1", "category": "A"}));
    let request = request
        .header("Origin", "https://other.example")
        .header("Sec-Fetch-Site", "cross-site");
    let answer = client.send(&request).expect(201);
    assert!(
        !answer
            .headers
            .iter()
            .any(|(name, _)| name.starts_with("access-control-"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn an_address_in_other_letters_is_the_apis_too() {
    let app = App::start();
    let client = app.api(&app.person());
    for path in ["/%61pi/v1/nope", "/ap%69/v1/expenses/0"] {
        let request =
            Request::new("GET", path).header("Authorization", &format!("Bearer {}", client.token()));
        client.send(&request).problem(404);
    }
}
