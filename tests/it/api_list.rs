//! The list over the API: filters, pages and cursors.

use serde_json::Value;

use super::support::{App, Client, date};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every id, page by page. `between` runs after each page.
fn walk(client: &Client, query: &str, mut between: impl FnMut()) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("/expenses?{query}{cursor}"))
            .expect(200)
            .json();
        all.extend(ids(&page));
        let Some(next) = page["next_cursor"].as_str() else {
            assert!(page["next_cursor"].is_null());
            return all;
        };
        cursor = format!("&cursor={next}");
        between();
    }
}

#[test]
fn the_pages_have_each_row_once_while_rows_are_added() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let days = [
        "2026-11-20",
        "2026-11-20",
        "2026-11-19",
        "2026-11-21",
        "2026-11-20",
        "2026-10-01",
        "2026-11-20",
    ];
    let rows = days.map(|day| (100, "A", date(day), String::new())).to_vec();
    let mut expected = app.enter(&person, rows).into_iter().zip(days).collect::<Vec<_>>();
    expected.sort_by_key(|(id, day)| (std::cmp::Reverse(*day), std::cmp::Reverse(*id)));
    let expected: Vec<String> = expected.iter().map(|(id, _)| id.to_string()).collect();
    for limit in [1, 2, 3, 6, 7, 8, 500] {
        assert_eq!(
            walk(&client, &format!("limit={limit}"), || {}),
            expected,
            "{limit}"
        );
    }
    assert_eq!(ids(&client.get("/expenses").json()), expected);
    // Newer rows are added on earlier pages. No row is seen twice or missed.
    let busy = walk(&client, "limit=2", || {
        client.add("1", "New", "2026-11-22");
    });
    assert_eq!(busy, expected);
}

#[test]
fn the_filters_are_those_of_the_page() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    for (amount, category, day, words) in [
        ("4.50", "Café", "2026-11-20", "Espresso"),
        ("12.50", "Groceries", "2026-11-18", "Milk & bread"),
        ("-2", "Groceries", "2026-10-31", "Bottles back"),
        ("7", "Travel", "2025-01-01", "Train"),
    ] {
        person.add(amount, category, day, words);
    }
    for query in [
        "",
        "period=month",
        "period=week&on=2026-11-20",
        "period=day&on=2026-11-18",
        "period=year&on=2026-01-01",
        "period=all",
        "from=2026-11-01",
        "to=2025-12-31",
        "from=2026-10-31&to=2026-11-18",
        "category=groceries",
        "category=Nothing",
        "q=cafe",
        "q=12.5",
        "q=bread&category=Groceries",
        "q=%26",
        "category=",
        "q=",
    ] {
        let page = client.get(&format!("/expenses?{query}")).expect(200).json();
        let whole = if query.contains("period") || query.contains("from") || query.contains("to=") {
            query.to_owned()
        } else {
            format!("{query}&period=all")
        };
        let shown: Vec<String> = person
            .page(&format!("/expenses?{whole}"))
            .rows()
            .into_iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(ids(&page), shown, "{query}");
        let csv = client.get(&format!("/expenses.csv?{query}")).expect(200);
        assert_eq!(
            csv.text(),
            person.get(&format!("/expenses.csv?{query}")).expect(200).text(),
            "{query}"
        );
    }
    assert_eq!(
        client.get("/expenses.csv").header("content-type"),
        Some("text/csv; charset=utf-8")
    );
}

#[test]
fn an_invalid_parameter_is_a_400_that_names_it() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    for day in ["2026-11-20", "2026-11-21"] {
        client.add("1", "A", day);
    }
    let cursor = client.get("/expenses?limit=1").json()["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let changed = cursor.replacen(|c: char| c != 'A', "A", 1);
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("period=fortnight", "period"),
        ("period=", "period"),
        ("on=2026-02-30", "on"),
        ("from=2026-01-02&to=2026-01-01", "from"),
        ("period=month&from=2026-01-01", "period"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        (&format!("cursor={changed}"), "cursor"),
        (&format!("cursor={cursor}A"), "cursor"),
        ("q=%00", "q"),
        (&format!("q={}", "x".repeat(201)), "q"),
        (&format!("category={}", "x".repeat(61)), "category"),
    ] {
        let problem = client.get(&format!("/expenses?{query}")).problem(400);
        assert!(
            problem["detail"].as_str().unwrap().contains(&format!("“{name}”")),
            "{query}: {problem}"
        );
    }
    for query in ["q=%", "q=%ff", "%zz=1"] {
        client.get(&format!("/expenses?{query}")).problem(400);
    }
    // The cursor of another person is only a position and reveals no rows.
    let stranger = app.api(&app.stranger());
    let page = stranger
        .get(&format!("/expenses?cursor={cursor}"))
        .expect(200)
        .json();
    assert_eq!(ids(&page), Vec::<String>::new());
}
