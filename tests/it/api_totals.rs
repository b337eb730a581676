//! Categories, budgets and summaries over the API.

use serde_json::{Value, json};

use super::support::App;

#[test]
fn a_summary_adds_up_and_agrees_with_the_page() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    assert_eq!(
        client.get("/summary").expect(200).json(),
        json!({
            "from": "2026-11-01", "to": "2026-11-30", "currency": "USD", "total": "0.00", "count": 0,
            "income": "0.00", "net": "0.00", "by_category": [], "by_day": [], "budget": null,
        })
    );
    for (amount, category, day) in [
        ("30", "Groceries", "2026-11-20"),
        ("10.10", "Coffee", "2026-11-20"),
        ("-4", "Groceries", "2026-11-01"),
        ("7", "Travel", "2025-05-05"),
    ] {
        client.add(amount, category, day);
    }
    client.put("/budgets", &json!({"amount": "40"})).expect(200);
    assert_eq!(
        client.get("/summary").json(),
        json!({
            "from": "2026-11-01", "to": "2026-11-30", "currency": "USD", "total": "36.10", "count": 3,
            "income": "0.00", "net": "-36.10",
            "by_category": [
                {"category": "Groceries", "total": "26.00", "count": 2},
                {"category": "Coffee", "total": "10.10", "count": 1},
            ],
            "by_day": [{"date": "2026-11-01", "total": "-4.00"}, {"date": "2026-11-20", "total": "40.10"}],
            "budget": {"amount": "40.00", "spent": "36.10", "percent": 90, "status": "warning"},
        })
    );
    assert_eq!(person.page("/").total(), "36.10");
}

#[test]
fn an_open_period_ends_with_its_expenses() {
    let app = App::start();
    let client = app.api(&app.person());
    let all = client.get("/summary?period=all").json();
    assert_eq!((&all["from"], &all["to"]), (&Value::Null, &Value::Null));
    for (amount, category, day) in [
        ("30", "Groceries", "2026-11-20"),
        ("10.10", "Coffee", "2026-11-20"),
        ("-4", "Groceries", "2026-11-01"),
        ("7", "Travel", "2025-05-05"),
    ] {
        client.add(amount, category, day);
    }
    for (query, from, to, total) in [
        ("period=all", json!("2025-05-05"), json!("2026-11-20"), "43.10"),
        (
            "from=2026-11-02",
            json!("2026-11-02"),
            json!("2026-11-20"),
            "40.10",
        ),
        ("to=2026-11-01", json!("2025-05-05"), json!("2026-11-01"), "3.00"),
        ("from=2027-01-01", json!("2027-01-01"), Value::Null, "0.00"),
        (
            "period=day&on=2026-11-20",
            json!("2026-11-20"),
            json!("2026-11-20"),
            "40.10",
        ),
        (
            "from=2026-11-01&to=2026-11-19",
            json!("2026-11-01"),
            json!("2026-11-19"),
            "-4.00",
        ),
    ] {
        let summary = client.get(&format!("/summary?{query}")).expect(200).json();
        assert_eq!(
            (&summary["from"], &summary["to"], &summary["total"]),
            (&from, &to, &json!(total)),
            "{query}"
        );
    }
    client.get("/summary?period=never").problem(400);
}

#[test]
fn categories_come_with_what_they_sum_to_in_a_period() {
    let app = App::start();
    let client = app.api(&app.person());
    client.add("1", "b", "2026-11-01");
    client.add("2.50", "A", "2026-10-01");
    let items = |query: &str| client.get(&format!("/categories{query}")).expect(200).json()["items"].clone();
    let all = items("");
    assert_eq!(
        (&all[0]["name"], &all[0]["total"], &all[0]["count"]),
        (&json!("A"), &json!("2.50"), &json!(1))
    );
    assert_eq!((&all[1]["name"], &all[1]["total"]), (&json!("b"), &json!("1.00")));
    assert!(all[0]["color"].as_str().unwrap().starts_with('#'));
    let month = items("?period=month");
    assert_eq!(
        (&month[0]["total"], &month[0]["count"]),
        (&json!("0.00"), &json!(0))
    );
    client.get("/categories?on=never").problem(400);
}

#[test]
fn a_budget_is_set_shown_and_removed() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    client.add("25", "Coffee", "2026-11-01");
    assert_eq!(
        client.get("/budgets").expect(200).json(),
        json!({"month": "2026-11", "items": []})
    );
    let overall =
        json!({"category": null, "amount": "100.00", "spent": "25.00", "percent": 25, "status": "safe"});
    let set = client
        .put("/budgets", &json!({"amount": "100"}))
        .expect(200)
        .json();
    assert_eq!(set, json!({"month": "2026-11", "items": [overall]}));
    let nothing = json!({"category": "Coffee", "amount": "0.00", "spent": "25.00", "percent": null, "status": "critical"});
    let body = json!({"month": "2026-11", "category": "COFFEE", "amount": "0"});
    let set = client.put("/budgets", &body).expect(200).json();
    assert_eq!(set["items"], json!([overall, nothing]));
    assert_eq!(client.get("/budgets?month=2026-10").json()["items"], json!([]));
    assert_eq!(
        client.get("/budgets?month=2027-01").json()["items"][0]["amount"],
        "100.00"
    );
    assert_eq!(person.page("/budgets").budget("Monthly budget"), "100.00");
    let removed = client
        .put("/budgets", &json!({"month": "2026-12", "amount": null}))
        .expect(200)
        .json();
    assert_eq!(removed["items"].as_array().unwrap().len(), 1);
    assert_eq!(client.get("/budgets").json()["items"][0], overall);

    let wrong = json!({"month": "2026-13", "category": "Nothing", "amount": "-1", "extra": 1});
    assert_eq!(
        client.put("/budgets", &wrong).fields(),
        ["extra", "month", "category", "amount"]
    );
    assert_eq!(client.put("/budgets", &json!({})).fields(), ["amount"]);
    assert_eq!(client.put("/budgets", &json!({"amount": 5})).fields(), ["amount"]);
    client.get("/budgets?month=2026-13").problem(400);
    client.get("/budgets?month=").problem(400);
}
