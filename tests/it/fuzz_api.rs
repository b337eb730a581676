//! Nothing a program sends to the API makes a 5xx, and every refusal is problem+json.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::support::{App, Request, cases};

const ROUTES: [(&str, &str); 24] = [
    ("POST", "/auth/register"),
    ("POST", "/auth/token"),
    ("GET", "/me"),
    ("GET", "/expenses"),
    ("POST", "/expenses"),
    ("GET", "/expenses/ID"),
    ("PATCH", "/expenses/ID"),
    ("DELETE", "/expenses/ID"),
    ("POST", "/expenses/batch"),
    ("POST", "/expenses/ID/restore"),
    ("GET", "/expenses.csv"),
    ("GET", "/categories"),
    ("GET", "/summary"),
    ("GET", "/budgets"),
    ("PUT", "/budgets"),
    ("GET", "/nothing"),
    ("GET", "/recurring"),
    ("POST", "/recurring"),
    ("GET", "/recurring/ID"),
    ("PATCH", "/recurring/RECURRING"),
    ("POST", "/recurring/RECURRING/2026-12-20"),
    ("GET", "/upcoming"),
    ("POST", "/recurring/RECURRING/2026-12-21"),
    ("PUT", "/expenses/ID"),
];

const NAMES: [&str; 14] = [
    "amount",
    "category",
    "date",
    "description",
    "month",
    "email",
    "password",
    "items",
    "period",
    "on",
    "limit",
    "cursor",
    "q",
    "unknown",
];

fn scalars() -> impl Strategy<Value = Value> {
    let texts = prop::sample::select(vec![
        "",
        " ",
        "\0",
        "a\0b",
        "12.50",
        "-12.50",
        "12,50",
        "0",
        "0.00",
        "1e5",
        "12.505",
        "100000000000.00",
        "1000000000000",
        "9223372036854775808",
        "1900-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-02-30",
        "2026-11",
        "9999-12",
        "0000-00",
        "Coffee",
        "COFFEE",
        "a@b.example",
        "correct horse battery staple",
        "month",
        "all",
        "1",
        "500",
        "501",
        "-1",
        "AAAA",
        "💶",
        "\u{202e}",
    ]);
    prop_oneof![
        6 => texts.prop_map(|text| json!(text)),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => (1_usize..20_000).prop_map(|length| json!("x".repeat(length))),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    scalars().prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            objects(inner),
        ]
    })
}

fn objects(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let pairs = prop::collection::vec((prop::sample::select(NAMES.to_vec()), inner), 0..6);
    pairs.prop_map(|pairs| {
        Value::Object(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}

fn expenses() -> impl Strategy<Value = Value> {
    prop::collection::vec(prop::option::weighted(0.2, scalars()), 4).prop_map(|changed| {
        let mut expense =
            json!({"amount": "12.50", "category": "Coffee", "date": "2026-11-20", "description": "x"});
        for (name, value) in ["amount", "category", "date", "description"]
            .into_iter()
            .zip(changed)
        {
            if let Some(value) = value {
                expense[name] = value;
            }
        }
        expense
    })
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let batch = prop::collection::vec(expenses(), 0..4).prop_map(|items| json!({ "items": items }));
    prop_oneof![
        3 => expenses().prop_map(|value| value.to_string().into_bytes()),
        1 => batch.prop_map(|value| value.to_string().into_bytes()),
        3 => objects(values()).prop_map(|value| value.to_string().into_bytes()),
        2 => values().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => "[\\[{\"a:,}\\] ]{0,60}".prop_map(String::into_bytes),
        1 => (1_usize..5_000).prop_map(|depth| "[".repeat(depth).into_bytes()),
    ]
}

fn queries() -> impl Strategy<Value = String> {
    prop::collection::vec((prop::sample::select(NAMES.to_vec()), scalars()), 0..4).prop_map(|pairs| {
        let pairs: Vec<(&str, String)> = pairs
            .into_iter()
            .map(|(name, value)| {
                (
                    name,
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                )
            })
            .collect();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        super::support::form_text(&pairs)
    })
}

#[test]
fn no_json_and_no_query_makes_a_5xx() {
    let app = App::start();
    let person = app.person();
    let (id, token) = (
        person.add("4.50", "Coffee", "2026-11-20", "Espresso"),
        person.token(),
    );
    let rent = json!({"amount": "900", "category": "Rent", "date": "2026-12-20", "every": 1, "unit": "day"});
    let made = app.api_with(&token).post("/recurring", &rent).expect(201).json();
    let recurring = made["id"].as_str().unwrap().to_owned();
    let headers = prop::sample::select(vec![
        None,
        Some(("Idempotency-Key", "a")),
        Some(("If-Match", "\"1\"")),
        Some(("If-Match", "x")),
        Some(("Idempotency-Key", "")),
    ]);
    let shots = (
        0..ROUTES.len(),
        queries(),
        bodies(),
        headers,
        prop::bool::weighted(0.9),
    );
    let mut runner = TestRunner::new(Config {
        cases: cases(400),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let outcome = runner.run(&shots, |(route, query, body, header, signed_in)| {
        let (method, path) = ROUTES[route];
        let path = format!(
            "/api/v1{}?{query}",
            path.replace("ID", &id).replace("RECURRING", &recurring)
        );
        let mut request = Request::new(method, &path);
        if method != "GET" {
            request = request.body("application/json", body);
        }
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        if signed_in {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        // Keeps failed sign-ins below their limit.
        app.advance(time::Duration::minutes(2));
        let answer = person.send_with_retries(&request);
        prop_assert!(answer.status < 500, "{method} {path}: {}", answer.text());
        if answer.status >= 400 {
            prop_assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json"),
                "{} {}",
                method,
                path
            );
            let problem: Value = serde_json::from_slice(&answer.body).unwrap();
            prop_assert_eq!(&problem["status"], &json!(answer.status));
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
