//! Which row of a file is which expense, before and after an undo.

use serde_json::{Value, json};

use super::imports::path;
use super::support::{App, Client};

/// A file of dates, descriptions and amounts.
pub fn bank(rows: &[(&str, &str, &str)]) -> String {
    let lines = rows
        .iter()
        .map(|(date, text, amount)| format!("{date},{text},{amount}\n"));
    format!("Date,Description,Amount\n{}", lines.collect::<String>())
}

pub fn verdicts(client: &Client, import: &Value) -> Vec<String> {
    let rows = client.rows(import);
    rows.iter()
        .map(|row| row["verdict"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_expense_of_the_same_day_is_matched_before_those_of_days_around() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    for day in ["13", "14", "15"] {
        person.add("5.00", "Food", &format!("2026-02-{day}"), "Lunch");
    }
    let days = ["12", "13", "14", "15"].map(|day| format!("2026-02-{day}"));
    let rows: Vec<(&str, &str, &str)> = days.iter().map(|day| (day.as_str(), "JOE", "-5.00")).collect();
    let import = client.import(bank(&rows));
    assert_eq!(verdicts(&client, &import), ["new", "maybe", "maybe", "maybe"]);
}

#[test]
fn an_undone_import_leaves_nothing_behind_but_what_it_kept() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let file = bank(&[("2026-02-12", "X", "-5.00"), ("2026-02-13", "Y", "-6.00")]);
    let first = client.import(&*file);
    client.confirm(&first);
    let second = client.import(&*file);
    client.confirm(&second);
    client.undo(&first);
    let third = client.import(&*file);
    assert_eq!(
        verdicts(&client, &third),
        ["new", "new"],
        "seen by a second import"
    );
    client.confirm(&third);
    // A row that was edited is kept, and stays the one that the file means.
    let edited = &client.rows(&third)[0];
    let id = edited["expense_id"].as_str().unwrap();
    let change = json!({"amount": "5.01", "date": "2026-02-20", "description": "X at the mall"});
    client.patch(&format!("/expenses/{id}"), &change).expect(200);
    let undone = client.undo(&third);
    assert_eq!((&undone["trashed"], &undone["kept"]), (&json!(1), &json!(1)));
    let fourth = client.import(&*file);
    assert_eq!(verdicts(&client, &fourth), ["known", "new"]);
}

#[test]
fn money_in_that_was_left_out_stays_out() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let file = bank(&[
        ("2026-02-12", "X", "-5.00"),
        ("2026-02-12", "Y", "-7.00"),
        ("2026-02-13", "Pay", "500.00"),
    ]);
    let first = client.import(&*file);
    assert_eq!(first["questions"], json!([]));
    let change = json!({"money_in": "leave_out"});
    let changed = client.patch(&path(&first, ""), &change).expect(200).json();
    assert_eq!(changed["state"], "review", "{changed}");
    client.confirm(&first);
    let again = client.import(&*file);
    assert_eq!(verdicts(&client, &again), ["known"; 3]);
}
