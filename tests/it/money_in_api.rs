//! Money in by the API.

use serde_json::json;

use super::money_in::month;
use super::support::App;

#[test]
fn a_new_name_becomes_income_only_if_the_call_says_so() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let add = |body: serde_json::Value| client.post("/expenses", &body).expect(201).json();
    let salary = add(json!({"amount": "2400", "category": "Salary", "kind": "income"}));
    assert_eq!(
        (&salary["kind"], &salary["amount"]),
        (&json!("income"), &json!("2400.00"))
    );
    assert_eq!(add(json!({"amount": "3", "category": "Tea"}))["kind"], "spending");
    // A known one keeps its kind.
    assert_eq!(
        add(json!({"amount": "3", "category": "SALARY"}))["kind"],
        "income"
    );
    assert_eq!(
        add(json!({"amount": "3", "category": "tea", "kind": "income"}))["kind"],
        "spending"
    );
    let items = json!({"items": [
        {"amount": "1", "category": "Tips", "kind": "income"}, {"amount": "1", "category": "Bread"},
    ]});
    client.post("/expenses/batch", &items).expect(201);
    let list = client.get("/categories").json();
    let kinds: Vec<(&str, &str)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["name"].as_str().unwrap(), item["kind"].as_str().unwrap()))
        .collect();
    let expected = [
        ("Bread", "spending"),
        ("Salary", "income"),
        ("Tea", "spending"),
        ("Tips", "income"),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_change_may_make_a_new_category_of_either_kind() {
    let app = App::start();
    let client = app.api(&app.person());
    let row = client.add("5", "Tea", "2026-11-20");
    let path = format!("/expenses/{}", row["id"].as_str().unwrap());
    let change = |body: serde_json::Value| client.patch(&path, &body).expect(200).json();
    assert_eq!(
        change(json!({"category": "Wages", "kind": "income"}))["kind"],
        "income"
    );
    assert_eq!(change(json!({"category": "Gifts"}))["kind"], "spending");
    assert_eq!(change(json!({"category": "Wages"}))["kind"], "income");
    assert_eq!(
        change(json!({"amount": "6", "kind": "spending"}))["kind"],
        "income"
    );
}

#[test]
fn a_wrong_kind_is_refused() {
    let app = App::start();
    let client = app.api(&app.person());
    for kind in [json!("loan"), json!(""), json!("Income"), json!(1), json!(null)] {
        let body = json!({"amount": "1", "category": "Tea", "kind": kind});
        assert_eq!(client.post("/expenses", &body).fields(), ["kind"], "{kind}");
    }
    let row = client.add("5", "Tea", "2026-11-20");
    let path = format!("/expenses/{}", row["id"].as_str().unwrap());
    assert_eq!(client.patch(&path, &json!({"kind": "all"})).fields(), ["kind"]);
    for path in [
        "/expenses?kind=loan",
        "/categories?kind=loan",
        "/expenses.csv?kind=loan",
    ] {
        client.get(path).problem(400);
    }
}

#[test]
fn lists_have_both_kinds_and_the_summary_prints_income_and_net() {
    let app = App::start();
    let person = month(&app);
    let client = app.api(&person);
    let count = |path: &str| client.get(path).json()["items"].as_array().unwrap().len();
    for (path, rows) in [
        ("/expenses", 3),
        ("/expenses?kind=all", 3),
        ("/expenses?kind=income", 1),
        ("/expenses?kind=spending", 2),
        ("/expenses?category=salary", 1),
        ("/expenses?category=salary&kind=spending", 0),
        ("/categories", 3),
        ("/categories?kind=income", 1),
        ("/categories?kind=spending", 2),
    ] {
        assert_eq!(count(path), rows, "{path}");
    }
    let salary = &client.get("/categories?kind=income").json()["items"][0];
    assert_eq!(
        (&salary["total"], &salary["count"]),
        (&json!("2400.00"), &json!(1))
    );
    let summary = client.get("/summary").json();
    assert_eq!(summary["total"], "904.50");
    assert_eq!(summary["count"], 2);
    assert_eq!(summary["income"], "2400.00");
    assert_eq!(summary["net"], "1495.50");
    assert_eq!(summary["by_category"].as_array().unwrap().len(), 2);
    assert_eq!(summary["by_day"].as_array().unwrap().len(), 2);
    let empty = client.get("/summary?period=day&on=2020-01-01").json();
    assert_eq!(
        (&empty["income"], &empty["net"]),
        (&json!("0.00"), &json!("0.00"))
    );
}
