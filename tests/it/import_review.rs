//! What a person changes in a review: descriptions, and expenses that come back from the trash.

use serde_json::{Value, json};

use super::import_pages::choose;
use super::imports::path;
use super::support::{App, Client};

const TWO: &str = "Date,Description,Amount\n2026-10-01,Milk,-2.50\n2026-10-02,Bus,-3.00\n";

fn descriptions(client: &Client) -> Vec<Value> {
    let list = client.get("/expenses").json();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["description"].clone()).collect()
}

fn reasons(client: &Client, import: &Value) -> Vec<Value> {
    let rows = client.rows(import);
    rows.iter().map(|row| row["reason"].clone()).collect()
}

#[test]
fn a_row_gets_another_description_and_the_file_is_known_all_the_same() {
    let app = App::start();
    let client = app.api(&app.person());
    let import = client.import(TWO);
    let rows = path(&import, "/rows");
    let items = json!({"items": [{"row": 1, "description": "  Oat milk\r\nand bread "}, {"row": 2, "description": ""}]});
    client.patch(&rows, &items).expect(200);
    let shown = client.rows(&import);
    assert_eq!(shown[0]["description"], "Oat milk\nand bread");
    assert_eq!(shown[1]["description"], Value::Null);
    assert_eq!(shown[0]["verdict"], "new");
    assert_eq!(client.confirm(&import)["created"], 2);
    assert_eq!(descriptions(&client), [Value::Null, json!("Oat milk\nand bread")]);
    let again = client.import(TWO);
    assert_eq!(again["counts"]["known"], 2, "{again}");
    for wrong in ["x".repeat(501), "a\u{7}b".to_owned()] {
        let items = json!({"items": [{"row": 1, "take": true}, {"row": 2, "description": wrong}]});
        let refused = client.patch(&path(&again, "/rows"), &items);
        assert_eq!(refused.fields(), ["items[1].description"]);
    }
    assert_eq!(client.rows(&again)[0]["take"], false, "all of them or none");
    let all = json!({"verdict": "known", "description": "Same"});
    assert_eq!(client.patch(&path(&again, "/rows"), &all).fields(), ["body"]);
}

#[test]
fn a_wrong_description_on_the_page_keeps_what_was_typed() {
    let app = App::start();
    let person = app.person();
    let chosen = choose(&person, "two.csv", TWO.as_bytes());
    let address = chosen.location().to_owned();
    let form = person.follow(&chosen).form("Rows of the file");
    let long = "x".repeat(501);
    let typed = [
        ("description_1", long.as_str()),
        ("category_2", "Travel"),
        ("take_2", ""),
    ];
    let mut fields = form.filled(&typed);
    fields.retain(|(name, value)| name != "take_2" || !value.is_empty());
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    for action in [format!("{address}/rows"), format!("{address}/confirm")] {
        let page = person.post(&action, &fields).expect(422).page();
        let form = page.form("Rows of the file");
        let words = "Use 500 characters or fewer (now 501).";
        assert_eq!(form.error("description_1"), Some(words));
        assert_eq!(page.text("#import-problem"), words);
        assert_eq!(form.value("description_1"), long);
        assert_eq!(form.value("category_2"), "Travel");
        assert_eq!(page.count("[name=take_1][checked]"), 1);
        assert_eq!(page.count("[name=take_2][checked]"), 0);
    }
    assert_eq!(
        person.page(&address).attr("[name=category_2]", "value"),
        "Uncategorized"
    );
    let saved = person.submit(&form, &[("description_1", "Oat milk"), ("description_2", "")]);
    let page = person.follow(&saved);
    assert_eq!(page.attr("#description_1", "value"), "Oat milk");
    person.submit(&page.form("Rows of the file"), &[]).location();
    person.post(&format!("{address}/confirm"), &[]).location();
    assert_eq!(
        person.page("/expenses?period=all").names(),
        ["Uncategorized", "Oat milk"]
    );
}

#[test]
fn a_description_of_several_lines_stays_as_it_is_until_it_is_changed() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import("Date,Description,Amount\n2026-10-01,\"Milk\nand bread\",-2.50\n");
    let rows = path(&import, "/rows");
    let items = json!({"items": [{"row": 1, "description": "Milk\nand bread"}]});
    client.patch(&rows, &items).expect(200);
    let address = path(&import, "").replace("/imports/", "/import/");
    let form = person.page(&address).form("Rows of the file");
    assert_eq!(form.value("description_1"), "Milk and bread");
    person.submit(&form, &[("category_1", "Food")]).location();
    assert_eq!(client.rows(&import)[0]["description"], "Milk\nand bread");
}

#[test]
fn a_deleted_expense_is_restored_from_the_review() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let id = person.add("2.50", "Food", "2026-10-01", "Milk");
    client.delete(&format!("/expenses/{id}")).expect(204);
    let chosen = choose(&person, "two.csv", TWO.as_bytes());
    let address = chosen.location().to_owned();
    let page = person.follow(&chosen);
    assert!(page.text("#row-1 .import-verdict").contains("in the trash since"));
    assert_eq!(page.attr("#row-1 [name=restore]", "value"), "1");
    assert_eq!(page.count("#row-2 [name=restore]"), 0);
    let form = page.form("Rows of the file");
    let mut fields = form.filled(&[("category_2", "Travel")]);
    fields.push(("restore".to_owned(), "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let page = person.follow(&person.post(&format!("{address}/rows"), &fields));
    assert_eq!(page.status(), "Expense restored");
    assert!(
        page.text("#row-1 .import-verdict")
            .contains("same date, amount and description")
    );
    assert_eq!(
        page.attr("[name=category_2]", "value"),
        "Travel",
        "choices are saved, too"
    );
    assert_eq!(descriptions(&client), ["Milk"]);
    // Pressed twice it is no error; a row without an expense has nothing to restore.
    person
        .post(&format!("{address}/rows"), &[("restore", "1")])
        .location();
    person
        .post(&format!("{address}/rows"), &[("restore", "2")])
        .expect(404);
    assert_eq!(descriptions(&client), ["Milk"]);
}

#[test]
fn the_api_restores_what_a_row_names_and_the_next_look_knows_it() {
    let app = App::start();
    let client = app.api(&app.person());
    let first = client.import(TWO);
    client.confirm(&first);
    let id = client.rows(&first)[0]["expense_id"].as_str().unwrap().to_owned();
    client.delete(&format!("/expenses/{id}")).expect(204);
    let again = client.import(TWO);
    assert_eq!(reasons(&client, &again), ["in_trash", "same_content"]);
    let row = client.rows(&again)[0].clone();
    assert_eq!(row["expense_id"], json!(id));
    client
        .post(&format!("/expenses/{id}/restore"), &json!({}))
        .expect(200);
    client.confirm(&again);
    assert_eq!(reasons(&client, &again), ["same_content", "same_content"]);
    assert_eq!(client.count(), 2);
}

#[test]
fn after_thirty_days_in_the_trash_a_row_says_that_nothing_can_be_restored() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let id = person.add("2.50", "Food", "2026-10-01", "Milk");
    client.delete(&format!("/expenses/{id}")).expect(204);
    let address = choose(&person, "two.csv", TWO.as_bytes()).location().to_owned();
    app.advance(time::Duration::days(30));
    let person = app.known(&person.email);
    let page = person
        .post(&format!("{address}/rows"), &[("restore", "1")])
        .expect(409)
        .page();
    assert!(page.text("#import-problem").contains("no longer in the trash"));
}

#[test]
fn a_waiting_draft_keeps_the_decimals_of_the_currency() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import(TWO);
    let refused = client.patch("/book", &json!({"currency": "JPY"})).problem(422);
    assert_eq!(
        refused["errors"],
        json!([{"field": "currency", "message":
            "Choose a currency with 2 decimals like USD. Amounts aren't converted, including those under “Recently deleted” \
             and those of imports and recurring entries."}])
    );
    // One with as many decimals is no matter.
    client.patch("/book", &json!({"currency": "EUR"})).expect(200);
    client.delete(&path(&import, "")).expect(204);
    client.patch("/book", &json!({"currency": "JPY"})).expect(200);
    let yen = client.import("Date,Description,Amount\n2026-10-01,Milk,-250\n");
    assert_eq!(client.rows(&yen)[0]["amount"], "-250");
}
