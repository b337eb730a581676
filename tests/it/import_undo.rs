//! Taking back an import of many rows: totals, search and history are exact afterwards.

use serde_json::{Value, json};

use super::imports::path;
use super::support::books::{household, member, token};
use super::support::{App, Client, Place};

/// More than two pieces of an undo.
const ROWS: usize = 1_203;

fn file() -> String {
    let mut text = "Date,Description,Amount,Category\n".to_owned();
    for row in 0..ROWS {
        let (sign, category) = if row % 9 == 0 { ("", "Pay") } else { ("-", "Food") };
        text.extend([format!(
            "202{}-{:02}-{:02},Row {row},{sign}{row}.25,{category}\n",
            row % 5,
            1 + row % 12,
            1 + row % 28
        )]);
    }
    text
}

fn summary(client: &Client) -> Value {
    client.get("/summary?period=all").expect(200).json()
}

/// How many expenses a search finds, at most 500.
fn found(client: &Client, text: &str) -> usize {
    let list = client.get(&format!("/expenses?limit=500&q={text}")).json();
    list["items"].as_array().unwrap().len()
}

#[test]
fn an_undo_of_many_rows_leaves_totals_search_and_history_exact() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    person.add("7", "Food", "2024-03-03", "Typed by hand");
    let before = summary(&client);
    let import = client.import(file());
    assert_eq!(client.confirm(&import)["created"], ROWS);
    let rows = client.rows(&import);
    let id = |row: usize| rows[row]["expense_id"].as_str().unwrap().to_owned();
    client.delete(&format!("/expenses/{}", id(4))).expect(204);
    let edit = json!({"amount": "1.00", "description": "Edited"});
    client.patch(&format!("/expenses/{}", id(700)), &edit).expect(200);

    assert_eq!(client.undo(&import), json!({"trashed": ROWS - 1, "kept": 1}));
    let one_more = summary(&client);
    assert_eq!(
        (&one_more["total"], &one_more["count"]),
        (&json!("8.00"), &json!(2))
    );
    assert_eq!((found(&client, "Row"), found(&client, "Edited")), (0, 1));
    let history = person.page(&format!("/expenses/{}/history", id(1_000)));
    assert!(
        history.text("main").contains("Deleted"),
        "{}",
        history.text("main")
    );
    let all = client.post(&path(&import, "/undo"), &json!({"changed": true}));
    assert_eq!(all.expect(200).json(), json!({"trashed": ROWS, "kept": 0}));
    assert_eq!(summary(&client), before);

    // What was taken back is restored like anything else in the trash.
    client
        .post(&format!("/expenses/{}/restore", id(1_000)), &json!({}))
        .expect(200);
    assert_eq!(summary(&client)["total"], "1007.25");
    assert_eq!(found(&client, "Row"), 1);
    let checked = Place::over(app.database_url()).run(&["check"], "");
    assert!(
        checked.out.ends_with("no problems found\n"),
        "{}{}",
        checked.out,
        checked.err
    );
}

#[test]
fn the_totals_of_a_member_who_takes_an_import_back_are_exact() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editor = member(&app, &owner, &base, "editor");
    let client = app.api_with(&token(&editor, &base));
    let upload = client.request("POST", &format!("{base}/imports"));
    let import = client.send(&upload.body("text/csv", file())).expect(201).json();
    let call = |name: &str| {
        let answer = client.post(&format!("{base}{}", path(&import, name)), &json!({}));
        answer.expect(200).json()
    };
    assert_eq!(call("/confirm")["created"], ROWS);
    assert_eq!(call("/undo"), json!({"trashed": ROWS, "kept": 0}));
    assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "704.50");
    let by_person = owner
        .page(&format!("{base}/?period=all"))
        .texts(".by-person tbody tr");
    assert_eq!(by_person.len(), 1, "only the owner has paid: {by_person:?}");
    let checked = Place::over(app.database_url()).run(&["check"], "");
    assert!(
        checked.out.ends_with("no problems found\n"),
        "{}{}",
        checked.out,
        checked.err
    );
}
