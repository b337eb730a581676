//! What an import takes from a file and remembers of it.

use serde_json::{Value, json};

use super::import_matching::{bank, verdicts};
use super::imports::path;
use super::support::App;

#[test]
fn a_remembered_choice_answers_what_is_open_and_overrules_no_file() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    // Nothing was chosen, so nothing is remembered.
    let sure = client.import(bank(&[
        ("01/22/2026", "C", "-3.50"),
        ("03/24/2026", "T", "-2.50"),
    ]));
    client.confirm(&sure);
    let open = bank(&[("05/06/2026", "D", "-1.00"), ("05/07/2026", "E", "-2.00")]);
    let asked = client.import(&*open);
    assert_eq!(asked["state"], "read_as");
    let choice = json!({"read_as": {"date": {"column": "Date", "format": "MM/DD/YYYY"}}});
    client.patch(&path(&asked, ""), &choice).expect(200);
    client.confirm(&asked);
    let next = client.import(bank(&[("05/08/2026", "F", "-1.00")]));
    assert_eq!(next["state"], "review");
    assert_eq!(client.rows(&next)[0]["date"], "2026-05-08");
    // The file itself says that the day stands first, or has other formats.
    let days = client.import(bank(&[
        ("05/06/2026", "N", "-30.50"),
        ("25/06/2026", "O", "-20.59"),
    ]));
    let rows = client.rows(&days);
    assert_eq!(
        (&rows[0]["date"], &rows[1]["date"]),
        (&json!("2026-06-05"), &json!("2026-06-25"))
    );
    let iso = client.import(bank(&[("2026-06-05", "P", "-1.00")]));
    assert_eq!(verdicts(&client, &iso), ["new"]);
    let commas = "Date,Description,Amount\n2026-07-01,Q,\"-1.030,50\"\n2026-07-02,R,\"-20,59\"\n";
    let commas = client.import(commas);
    assert_eq!(client.rows(&commas)[0]["amount"], "-1030.50");
}

#[test]
fn an_export_keeps_kinds_and_line_feeds_in_an_empty_book() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let entries = json!({"items": [
        {"amount": "-5", "category": "Returns", "date": "2026-11-01"},
        {"amount": "50", "category": "Shop", "date": "2026-11-02", "description": "two\nlines\tand a tab"},
        {"amount": "-10", "category": "Salary", "kind": "income", "date": "2026-11-03"},
        {"amount": "100", "category": "Bonus", "kind": "income", "date": "2026-11-04"},
        {"amount": "-100", "category": "Bonus", "date": "2026-11-05"},
    ]});
    client.post("/expenses/batch", &entries).expect(201);
    let export = client.get("/expenses.csv").expect(200).body;
    let stranger = app.stranger();
    let other = app.api(&stranger);
    other.confirm(&other.import(export));
    for address in ["/summary?period=all", "/categories?period=all"] {
        let [mut one, mut copy] = [&client, &other].map(|client| client.get(address).expect(200).json());
        for items in [&mut one, &mut copy] {
            for item in items["items"].as_array_mut().into_iter().flatten() {
                item["color"] = Value::Null;
            }
        }
        assert_eq!(one, copy, "{address}");
    }
    let found = other.get("/expenses?q=two").expect(200).json();
    assert_eq!(found["items"][0]["description"], "two\nlines\tand a tab");
}

#[test]
fn rejected_rows_come_back_as_they_stood_and_are_read_when_mended() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let file = "Ref,Description,Amount,Date\n\
        r1,bread,-1.00,2026-01-15\n\
        r2,\"three \"\"dec\"\"\",-1.005,2026-01-16\n\
        r3,,abc,2026-01-17\n";
    let import = client.import(file);
    let id = import["id"].as_str().unwrap();
    let rejected = person.get(&format!("/import/{id}/rejected.csv")).expect(200);
    let rejected = rejected.text();
    assert!(
        rejected.contains("r2,\"three \"\"dec\"\"\",-1.005,2026-01-16,"),
        "{rejected}"
    );
    let mended = rejected.replace("-1.005", "-1.01").replace("abc", "-7.00");
    let again = client.import(mended);
    let rows = client.rows(&again);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["description"], "three \"dec\"");
    assert_eq!(
        (&rows[1]["description"], &rows[1]["memo"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(rows[1]["amount"], "-7.00");
}

#[test]
fn the_balances_of_a_csv_file_say_whether_a_row_is_missing() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let balances = |rows: &[&str]| {
        let file = format!("Date,Description,Amount,Balance\n{}\n", rows.join("\n"));
        client.import(file)["balances"].clone()
    };
    let rows = [
        "2026-11-01,A,-5.00,95.00",
        "2026-11-02,B,-7.50,87.50",
        "2026-11-03,C,100.00,187.50",
        "2026-11-04,D,-20.00,167.50",
        "2026-11-05,E,-1.00,166.50",
    ];
    assert_eq!(balances(&rows), "explained");
    let newest_first: Vec<&str> = rows.iter().rev().copied().collect();
    assert_eq!(balances(&newest_first), "explained");
    let missing: Vec<&str> = rows.iter().filter(|row| !row.contains('B')).copied().collect();
    assert_eq!(balances(&missing), "not_explained");
    // One row explains nothing, and a column of something else is none of balances.
    assert_eq!(balances(&rows[..1]), Value::Null);
    let others: Vec<String> = (1..6)
        .map(|day| format!("2026-11-0{day},A,-{day}.00,50.00"))
        .collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    assert_eq!(balances(&others), Value::Null);
}

#[test]
fn a_category_of_the_other_kind_is_no_default() {
    let app = App::start();
    let person = app.person();
    person.add("9.00", "Income", "2026-11-01", "Tax on income");
    let client = app.api(&person);
    let file = [
        ("2026-11-02", "A", "-1.00"),
        ("2026-11-03", "B", "-2.00"),
        ("2026-11-04", "Pay", "1000.00"),
    ];
    client.confirm(&client.import(bank(&file)));
    let summary = client.get("/summary?period=all").expect(200).json();
    assert_eq!(
        (&summary["total"], &summary["income"]),
        (&json!("12.00"), &json!("1000.00"))
    );
    // A file of nothing but a byte order mark is an empty one.
    for empty in [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b" \n"] {
        client.upload("empty.csv", empty).problem(422);
    }
}
