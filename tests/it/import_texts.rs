//! Texts of files: too long ones, white space, words in the place of a date, and odd choices of how a file is read.

use serde_json::{Value, json};

use super::import_pages::choose;
use super::imports::path;
use super::support::{App, Client};

fn verdicts(client: &Client, import: &Value) -> Vec<(Value, Value)> {
    let rows = client.rows(import);
    rows.iter()
        .map(|row| (row["verdict"].clone(), row["reason"].clone()))
        .collect()
}

#[test]
fn a_pending_row_with_a_word_for_its_date_is_left_out() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let file = "\"Buchungstag\";\"Wertstellung (Valuta)\";\"Vorgang\";\"Buchungstext\";\"Umsatz in EUR\";\n\
        \"offen\";\"--\";\"Kartenverfügung\";\"Buchungstext: Kiosk\";\"-2,50\";\n\
        \"offen\";\"14.11.2026\";\"Kartenverfügung\";\"Buchungstext: Bahn\";\"-9,10\";\n\
        \"13.11.2026\";\"13.11.2026\";\"Lastschrift\";\"Buchungstext: Strom\";\"-80,00\";\n\
        \"12.11.2026\";\"12.11.2026\";\"Lastschrift\";\"Buchungstext: Gas\";\"-60,00\";\n\
        \"11.11.2026\";\"11.11.2026\";\"Gutschrift\";\"Buchungstext: Lohn\";\"1.200,00\";\n\
        \"10.11.2026\";\"10.11.2026\";\"Lastschrift\";\"Buchungstext: Miete\";\"-800,00\";\n\
        \"bald\";\"--\";\"Lastschrift\";\"Buchungstext: Wasser\";\"-8,00\";\n";
    client.patch("/book", &json!({"currency": "EUR"})).expect(200);
    let import = client.import(file);
    let verdict = |verdict: &str, reason: Value| (json!(verdict), reason);
    assert_eq!(
        verdicts(&client, &import),
        [
            verdict("left_out", json!("pending")),
            verdict("left_out", json!("pending")),
            verdict("new", Value::Null),
            verdict("new", Value::Null),
            verdict("new", Value::Null),
            verdict("new", Value::Null),
            verdict("rejected", json!("wrong_date")),
        ]
    );
    let rows = client.rows(&import);
    assert_eq!(
        (&rows[0]["date"], &rows[0]["amount"]),
        (&Value::Null, &json!("-2.50"))
    );
    assert_eq!(rows[1]["date"], "2026-11-14");
    let page = person.follow(&choose(&person, "comdirect.csv", file.as_bytes()));
    assert!(page.text("table[aria-label=Rows]").contains("Left out: pending"));
    assert_eq!(client.confirm(&import)["created"], 4);
}

#[test]
fn texts_that_are_too_long_are_shortened_and_said_to_be() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let (long, category) = ("word ".repeat(120), "c".repeat(61));
    let file = format!(
        "Date,Description,Category,Amount\n2026-10-01,{long},Food,-1.00\n2026-10-02,Short,{category},-2.00\n\
         2026-10-03,Short,Food,-3.00\n"
    );
    let import = client.import(file.as_str());
    let shortened = (json!("new"), json!("shortened"));
    let new = (json!("new"), Value::Null);
    assert_eq!(
        verdicts(&client, &import),
        [shortened.clone(), shortened.clone(), new.clone()]
    );
    assert_eq!(client.rows(&import)[1]["category"], "c".repeat(60));
    // Judging again keeps the note.
    client
        .patch(&path(&import, ""), &json!({"category": "Other"}))
        .expect(200);
    assert_eq!(verdicts(&client, &import), [shortened.clone(), shortened, new]);
    let page = person.follow(&choose(&person, "long.csv", file.as_bytes()));
    let words = page.text("table[aria-label=Rows]");
    assert!(
        words.contains("New: shortened, because a description has at most 500 characters"),
        "{words}"
    );
    assert_eq!(client.confirm(&import)["created"], 3);
    assert_eq!(client.import(file.as_str())["counts"]["known"], 3);
}

#[test]
fn white_space_makes_no_other_description() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    person.add("2.50", "Food", "2026-10-01", "Oat  milk\tfor  Kim");
    person.add("3.00", "Food", "2026-10-02", "Bus");
    let file = "Date,Description,Amount\n2026-10-01,Oat milk for   Kim  ,-2.50\n2026-10-02, Bus ,-3.00\n";
    let import = client.import(file);
    let known = (json!("known"), json!("same_content"));
    assert_eq!(verdicts(&client, &import), [known.clone(), known]);
}

#[test]
fn an_odd_choice_is_a_422_that_names_its_member() {
    let app = App::start();
    let client = app.api(&app.person());
    let import = client.import("Date,Out,In,Text\n2026-10-01,2.50,,Milk\n2026-10-02,,3.00,Bus\n");
    let debit_credit = |debit: &str, credit: &str| json!({"amount": {"mode": "debit_credit", "debit": debit, "credit": credit}});
    for (read_as, field) in [
        (json!({"decimal": "x"}), "decimal"),
        (json!({"decimal": null}), "decimal"),
        (json!({"decimal": ".", "thousands": "."}), "thousands"),
        (json!({"thousands": "x"}), "thousands"),
        (json!({"header_line": 0}), "header_line"),
        (json!({"header_line": "1"}), "header_line"),
        (json!({"first_row_line": -1}), "first_row_line"),
        (json!({"encoding": "klingon"}), "encoding"),
        (json!({"encoding": 8}), "encoding"),
        (json!({"delimiter": "\""}), "delimiter"),
        (json!({"delimiter": ";;"}), "delimiter"),
        (json!({"format": "pdf"}), "format"),
        (json!({"date": {"column": "Nothing"}}), "date"),
        (json!({"date": {"column": "#9"}}), "date"),
        (json!({"date": {"format": "soon"}}), "date"),
        (json!({"date": "Date"}), "date"),
        (debit_credit("Out", "Out"), "amount"),
        (debit_credit("Out", "Nothing"), "amount"),
        (
            json!({"amount": {"mode": "signed", "column": "Date"}, "date": {"column": "Date"}}),
            "amount",
        ),
        (json!({"amount": {"mode": "guess", "column": "Out"}}), "amount"),
        (
            json!({"amount": {"mode": "indicator", "column": "Out", "indicator": "Out", "out": [], "in": []}}),
            "amount",
        ),
        (json!({"description": "Text"}), "description"),
        (json!({"description": ["Nothing"]}), "description"),
        (json!({"category": "Nothing"}), "category"),
        (json!({"id": 7}), "id"),
        (json!({"nonsense": 1}), "nonsense"),
    ] {
        let refused = client.patch(&path(&import, ""), &json!({ "read_as": read_as }));
        assert_eq!(refused.fields(), [format!("read_as.{field}")], "{read_as}");
    }
    for money_in in [
        json!({}),
        json!("yes"),
        json!(7),
        json!({"category": 7}),
        json!({"category": ""}),
    ] {
        let refused = client.patch(&path(&import, ""), &json!({ "money_in": money_in }));
        assert_eq!(refused.fields(), ["money_in"], "{money_in}");
    }
    let same = client.get(&path(&import, "")).json();
    assert_eq!(same["state"], "review");
    assert_eq!(same["read_as"], import["read_as"]);
}
