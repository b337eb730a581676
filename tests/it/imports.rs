//! Imports over the API: verdicts, confirmation, a second file, undo.
//!
//! More than 300 lines, because each story is one life of an import.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::support::{Answer, App, Client};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/statements")
}

/// Every file of the corpus with its answers.
pub fn corpus() -> Vec<(Vec<u8>, Value)> {
    let mut files = Vec::new();
    for part in ["csv", "bank"] {
        let folder = folder().join(part);
        let answers: Value =
            serde_json::from_str(&fs::read_to_string(folder.join("answers.json")).unwrap()).unwrap();
        for answer in answers["files"].as_array().unwrap() {
            let bytes = fs::read(folder.join(answer["file"].as_str().unwrap())).unwrap();
            files.push((bytes, answer.clone()));
        }
    }
    assert_eq!(files.len(), 46);
    files
}

/// A file of the corpus.
pub fn file(name: &str) -> Vec<u8> {
    let paths = ["csv", "bank"].map(|part| folder().join(part).join(name));
    fs::read(paths.iter().find(|path| path.exists()).unwrap()).unwrap()
}

impl Client {
    pub fn upload(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Answer {
        let request = self.request("POST", &format!("/imports?name={name}"));
        self.send(&request.body("application/octet-stream", bytes))
    }

    /// Uploads a file that can be read; its import.
    #[track_caller]
    pub fn import(&self, bytes: impl Into<Vec<u8>>) -> Value {
        self.upload("file.csv", bytes).expect(201).json()
    }

    #[track_caller]
    pub fn confirm(&self, import: &Value) -> Value {
        self.post(&path(import, "/confirm"), &json!({}))
            .expect(200)
            .json()
    }

    /// Imports a file with a choice that is remembered for the next one.
    #[track_caller]
    pub fn import_with_a_choice(&self, file: &str) {
        let import = self.import(file);
        let choice = json!({"read_as": {"description": ["Description"]}});
        self.patch(&path(&import, ""), &choice).expect(200);
        self.confirm(&import);
    }

    #[track_caller]
    pub fn undo(&self, import: &Value) -> Value {
        self.post(&path(import, "/undo"), &json!({})).expect(200).json()
    }

    /// All rows of an import.
    #[track_caller]
    pub fn rows(&self, import: &Value) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self
                .get(&path(import, &format!("/rows?limit=500{cursor}")))
                .expect(200)
                .json();
            all.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// How many entries of both kinds the book has.
    pub fn count(&self) -> usize {
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let page = self.get(&format!("/expenses?limit=500{cursor}")).json();
            count += page["items"].as_array().unwrap().len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return count,
            }
        }
    }
}

pub fn path(import: &Value, rest: &str) -> String {
    format!("/imports/{}{rest}", import["id"].as_str().unwrap())
}

/// In units of 1/10,000.
fn units(amount: &Value) -> i64 {
    let text = amount.as_str().unwrap();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    sign * format!("{whole}{fraction:0<4}").parse::<i64>().unwrap()
}

/// Whether the text is part of `read`, ignoring white space.
fn contains(read: &Value, text: &Value) -> bool {
    let squeezed = |text: &Value| {
        text.as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>()
    };
    squeezed(read).contains(&squeezed(text))
}

fn counts(import: &Value) -> [usize; 5] {
    ["new", "known", "maybe", "left_out", "rejected"]
        .map(|name| usize::try_from(import["counts"][name].as_u64().unwrap()).unwrap())
}

fn with_verdict<'a>(rows: &'a [Value], verdict: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["verdict"] == verdict).collect()
}

/// What all entries of a book add up to in the direction of an account, in units of 1/10,000.
fn balance(client: &Client) -> i64 {
    let (mut sum, mut cursor) = (0, String::new());
    loop {
        let page = client.get(&format!("/expenses?limit=500{cursor}")).json();
        for item in page["items"].as_array().unwrap() {
            let amount = units(&item["amount"]);
            sum += if item["kind"] == "income" { amount } else { -amount };
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return sum,
        }
    }
}

/// The import of a file of the corpus, in the state of a review.
fn reviewed(client: &Client, bytes: &[u8], answer: &Value) -> Value {
    let import = client.import(bytes);
    if import["state"] == "review" {
        return import;
    }
    assert!(!import["questions"].as_array().unwrap().is_empty(), "{import}");
    client.post(&path(&import, "/confirm"), &json!({})).problem(409);
    let read_as = if answer["read_as"].is_object() {
        answer["read_as"].clone()
    } else {
        json!({"date": {"format": "DD/MM/YYYY"}})
    };
    let import = client
        .patch(&path(&import, ""), &json!({ "read_as": read_as }))
        .expect(200)
        .json();
    assert_eq!(import["state"], "review", "{import}");
    import
}

/// Rows that no column of the file marks: only a person sees that they are transfers.
const ONLY_A_PERSON_SEES: [(&str, u64); 2] = [("eu-revolut.csv", 6), ("peer-actual.csv", 6)];

/// Compares the rows that are taken with the answers, and the number of the others.
fn check_rows(answer: &Value, rows: &[Value], taken: &[&Value]) {
    let name = answer["file"].as_str().unwrap();
    let expected = answer["rows"].as_array().unwrap();
    assert_eq!(taken.len(), expected.len(), "{name}: {taken:?}");
    for (row, expected) in taken.iter().zip(expected) {
        assert_eq!(row["date"], expected["date"], "{name}: {row}");
        assert_eq!(units(&row["amount"]), units(&expected["amount"]), "{name}: {row}");
        // What a person reads first is a matter of the mapping; nothing of it is lost.
        assert!(
            ["description", "memo"]
                .iter()
                .any(|text| contains(&row[text], &expected["description"])),
            "{name}: {row} {expected}"
        );
        if expected["id"].is_string() {
            assert_eq!(row["source_id"], expected["id"], "{name}: {row}");
        }
    }
    let skipped = answer["skip"].as_array().unwrap().iter();
    let skipped = skipped.filter(|skip| skip["verdict"] != "not_a_row").count();
    assert_eq!(
        rows.len() - taken.len(),
        skipped,
        "{name}: every data row has a verdict"
    );
}

/// Imports a file of the corpus, compares it with its answers, imports it again, and takes it back.
fn live_through(client: &Client, bytes: &[u8], answer: &Value) {
    let name = answer["file"].as_str().unwrap();
    let before = balance(client);
    let import = reviewed(client, bytes, answer);
    for (only, line) in ONLY_A_PERSON_SEES.iter().filter(|(file, _)| *file == name) {
        let rows = client.rows(&import);
        let row = rows.iter().find(|row| row["line"] == *line).expect(only);
        let items = json!({"items": [{"row": row["row"], "take": false}]});
        client.patch(&path(&import, "/rows"), &items).expect(200);
    }
    let rows = client.rows(&import);
    assert_eq!(counts(&import).iter().sum::<usize>(), rows.len(), "{name}");
    let taken: Vec<&Value> = rows.iter().filter(|row| row["take"] == true).collect();
    // The parts of a split are rows of their own; only their sum is that of the answer.
    if answer["splits"].is_null() {
        check_rows(answer, &rows, &taken);
    }
    let sum: i64 = taken.iter().map(|row| units(&row["amount"])).sum();
    assert_eq!(sum, units(&answer["sum"]), "{name}");
    assert_eq!(
        balance(client),
        before,
        "{name}: nothing is written before it is confirmed"
    );

    let done = client.confirm(&import);
    assert_eq!(done["created"], taken.len(), "{name}");
    assert_eq!(client.confirm(&import), done, "{name}: again the same answer");
    assert_eq!(balance(client) - before, sum, "{name}");

    let again = reviewed(client, bytes, answer);
    let [new, known, maybe, ..] = counts(&again);
    assert_eq!((new, maybe), (0, 0), "{name}: {:?}", client.rows(&again));
    assert!(known >= taken.len(), "{name}");
    assert_eq!(client.confirm(&again)["created"], 0, "{name}");
    assert_eq!(client.undo(&again)["trashed"], 0, "{name}");

    let undone = client.undo(&import);
    assert_eq!(undone, json!({"trashed": taken.len(), "kept": 0}), "{name}");
    assert_eq!(client.undo(&import), undone, "{name}: again the same answer");
    assert_eq!(balance(client), before, "{name}");
}

#[test]
fn each_file_of_the_corpus_is_read_written_known_again_and_taken_back() {
    let app = App::start();
    let mut by_currency: BTreeMap<String, Vec<(Vec<u8>, Value)>> = BTreeMap::new();
    for (bytes, answer) in corpus() {
        let currency = answer["account_currency"].as_str().unwrap_or("USD").to_owned();
        by_currency.entry(currency).or_default().push((bytes, answer));
    }
    for (currency, files) in by_currency {
        let person = app.person();
        let client = app.api(&person);
        client
            .patch("/book", &json!({ "currency": currency }))
            .expect(200);
        for (bytes, answer) in files {
            live_through(&client, &bytes, &answer);
        }
    }
}

#[test]
fn the_same_bookings_in_another_format_may_be_there() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    client.patch("/book", &json!({"currency": "EUR"})).expect(200);
    let first = client.import(file("de-vr-bank.csv"));
    assert_eq!(client.confirm(&first)["created"], 5);
    let second = client.import(file("de-vr-bank.mta"));
    assert_eq!(counts(&second), [0, 0, 5, 0, 0], "{:?}", client.rows(&second));
    for row in client.rows(&second) {
        assert_eq!(row["take"], false);
        assert!(row["expense_id"].is_string(), "the expense that it may be: {row}");
    }
    assert_eq!(client.confirm(&second)["created"], 0);
    // From now on they are known by both names.
    let third = client.import(file("de-vr-bank.mta"));
    assert_eq!(counts(&third), [0, 5, 0, 0, 0]);
}

/// A statement of an account, one row for each day from the `first` to the `last`.
fn statement(first: u8, last: u8) -> String {
    let mut text = "Date,Description,Amount\n".to_owned();
    for day in first..=last {
        let month = 1 + (day - 1) / 28;
        let day_of_month = 1 + (day - 1) % 28;
        text.extend([format!(
            "2026-{month:02}-{day_of_month:02},Shop {},-{day}.25\n",
            day % 3
        )]);
        if day % 4 == 0 {
            // Two equal rows.
            text += &format!("2026-{month:02}-{day_of_month:02},Coffee,-3.50\n").repeat(2);
        }
    }
    text
}

#[test]
fn overlapping_statements_in_any_order_bring_each_booking_once() {
    let whole = statement(1, 100);
    let app = App::start();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
        let person = app.person();
        let client = app.api(&person);
        let parts = [statement(1, 56), statement(29, 84), statement(57, 100)];
        for part in order {
            client.confirm(&client.import(parts[part].clone()));
        }
        assert_eq!(client.count(), whole.lines().count() - 1, "{order:?}");
        let all = client.import(whole.clone());
        assert_eq!(counts(&all)[0], 0, "{order:?}");
        assert_eq!(counts(&all)[2], 0, "{order:?}");
    }
}

#[test]
fn edits_renames_and_merges_afterwards_change_nothing() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let text = "Date,Description,Amount,Category\n2026-10-01,Milk,-2.50,Food\n2026-10-02,Bus,-3.00,Travel\n\
        2026-10-03,Bread,-4.00,Food\n";
    let import = client.import(text);
    client.confirm(&import);
    let rows = client.rows(&import);
    let id = |row: usize| rows[row]["expense_id"].as_str().unwrap().to_owned();
    let edit = json!({"amount": "99.00", "description": "Something else", "date": "2025-01-01"});
    client.patch(&format!("/expenses/{}", id(0)), &edit).expect(200);
    client.delete(&format!("/expenses/{}", id(1))).expect(204);
    let again = client.import(text);
    assert_eq!(counts(&again), [0, 3, 0, 0, 0]);
    let reasons: Vec<Value> = client
        .rows(&again)
        .iter()
        .map(|row| row["reason"].clone())
        .collect();
    assert_eq!(reasons, ["same_content", "in_trash", "same_content"]);
    // A longer file brings only what is new.
    let longer = client.import(format!("{text}2026-10-04,Tea,-1.00,Food\n"));
    assert_eq!(counts(&longer), [1, 3, 0, 0, 0]);
}

#[test]
fn undo_keeps_what_was_edited_since_unless_told() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    person.add("7", "Own", "2026-10-01", "Typed by hand");
    let import = client.import("Date,Description,Amount\n2026-10-01,Milk,-2.50\n2026-10-02,Bus,-3.00\n");
    client.confirm(&import);
    let rows = client.rows(&import);
    let id = rows[0]["expense_id"].as_str().unwrap();
    client
        .patch(&format!("/expenses/{id}"), &json!({"amount": "9.00"}))
        .expect(200);
    assert_eq!(client.undo(&import), json!({"trashed": 1, "kept": 1}));
    assert_eq!(client.count(), 2);
    let all = client.post(&path(&import, "/undo"), &json!({"changed": true}));
    assert_eq!(all.expect(200).json(), json!({"trashed": 2, "kept": 0}));
    assert_eq!(client.count(), 1, "what was typed by hand stays");
    // What an undone import had made does not stand in the way of the file.
    let again = client.import("Date,Description,Amount\n2026-10-01,Milk,-2.50\n2026-10-02,Bus,-3.00\n");
    assert_eq!(counts(&again), [2, 0, 0, 0, 0]);
}

#[test]
fn a_verdict_that_changes_meanwhile_is_shown_instead_of_written() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import("Date,Description,Amount\n2026-10-01,Milk,-2.50\n2026-10-02,Bus,-3.00\n");
    person.add("2.50", "Food", "2026-10-02", "Milk and more");
    client.post(&path(&import, "/confirm"), &json!({})).problem(409);
    assert_eq!(client.count(), 1, "nothing was written");
    let rows = client.rows(&import);
    assert_eq!(with_verdict(&rows, "maybe").len(), 1);
    assert_eq!(client.confirm(&import)["created"], 1);
}

#[test]
fn money_in_becomes_income_a_refund_or_nothing() {
    let app = App::start();
    let text = "Date,Description,Amount\n2026-10-01,Salary,2400.00\n2026-10-02,Rent,-700.00\n2026-10-03,Gas,-100.00\n";
    for (money_in, kind, balance_after) in [
        (None, json!("income"), 16_000_000),
        (Some(json!({"category": "Wages"})), json!("income"), 16_000_000),
        (
            Some(json!({"category": "Groceries"})),
            json!("spending"),
            16_000_000,
        ),
        (Some(json!("leave_out")), Value::Null, -8_000_000),
    ] {
        let person = app.person();
        let client = app.api(&person);
        person.add("5", "Groceries", "2026-01-01", "");
        let import = client.import(text);
        if let Some(money_in) = &money_in {
            let changed = client.patch(&path(&import, ""), &json!({ "money_in": money_in }));
            assert_eq!(&changed.expect(200).json()["money_in"], money_in);
        }
        client.confirm(&import);
        assert_eq!(balance(&client) + 50_000, balance_after);
        let list = client.get("/expenses?q=Salary").json();
        assert_eq!(list["items"][0]["kind"], kind, "{list}");
    }
}

#[test]
fn the_rows_of_a_review_can_be_chosen_one_by_one_and_all_together() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import(statement(1, 10));
    let rows = path(&import, "/rows");
    let items = json!({"items": [{"row": 1, "take": false}, {"row": 2, "category": "Books"}]});
    client.patch(&rows, &items).expect(200);
    let all = client.rows(&import);
    assert_eq!(all[0]["take"], false);
    assert_eq!(all[1]["category"], "Books");
    assert_eq!(all[2]["category"], "Uncategorized");
    client
        .patch(
            &rows,
            &json!({"verdict": "new", "category": "Shops", "take": true}),
        )
        .expect(200);
    let all = client.rows(&import);
    assert!(
        all.iter()
            .all(|row| row["take"] == true && row["category"] == "Shops")
    );
    for (body, field) in [
        (json!({"items": [{"row": 999, "take": true}]}), "items[0].row"),
        (json!({"verdict": "rejected", "take": true}), "verdict"),
        (
            json!({"items": [{"row": 1, "category": ""}]}),
            "items[0].category",
        ),
        (json!({"take": true}), "items"),
        (json!({"items": [{"row": "1"}]}), "body"),
        (json!({"nothing": 1}), "body"),
    ] {
        assert_eq!(client.patch(&rows, &body).fields(), [field], "{body}");
    }
}

#[test]
fn a_mapping_is_remembered_for_files_with_the_same_header() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let text = |day: u8| format!("Date,Description,Amount\n0{day}/04/2026,Milk,-2.50\n");
    let import = client.import(text(3));
    assert_eq!(import["state"], "read_as");
    assert_eq!(import["questions"][0]["about"], "date_order");
    let changed = json!({"read_as": {"date": {"format": "DD/MM/YYYY"}}});
    client.patch(&path(&import, ""), &changed).expect(200);
    client.confirm(&import);
    let next = client.import(text(5));
    assert_eq!(next["state"], "review", "{next}");
    assert_eq!(client.rows(&next)[0]["date"], "2026-04-05");
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_leaves_nothing() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let large = vec![b'x'; 21 << 20];
    for (bytes, words) in [
        (b"".to_vec(), "empty"),
        (b"%PDF-1.7 stuff".to_vec(), "PDF"),
        (b"PK\x03\x04stuff".to_vec(), "ZIP"),
        (b"\x89PNG\r\n".to_vec(), "image"),
        (
            b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec(),
            "HTML",
        ),
        (large, "20 MiB"),
    ] {
        let answer = client.upload("file", bytes);
        let problem = answer.problem(422);
        assert_eq!(problem["errors"][0]["field"], "file");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
    for text in [
        "Description,Note\nMilk,white\nBread,brown\n",
        "Date,Amount\n2026-10-01,much\n2026-10-02,little\n",
        "Date,Amount\n",
    ] {
        let import = client.import(text);
        assert_eq!(import["state"], "read_as", "{import}");
        client.post(&path(&import, "/confirm"), &json!({})).problem(409);
        client.delete(&path(&import, "")).expect(204);
        client.get(&path(&import, "")).problem(404);
    }
    assert_eq!(client.count(), 0);
}

#[test]
fn wrong_choices_are_a_422_and_change_nothing() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import(statement(1, 5));
    for body in [
        json!({"read_as": {"date": {"column": "No such column"}}}),
        json!({"read_as": {"encoding": "klingon"}}),
        json!({"read_as": {"delimiter": "\""}}),
        json!({"read_as": {"nonsense": 1}}),
        json!({"read_as": []}),
        json!({"money_in": "yes"}),
        json!({"money_in": {"category": ""}}),
        json!({"category": " "}),
    ] {
        client.patch(&path(&import, ""), &body).problem(422);
    }
    let same = client.get(&path(&import, "")).json();
    assert_eq!(same["state"], "review");
    assert_eq!(same["read_as"], import["read_as"]);
    assert_eq!(counts(&same), counts(&import));
}

#[test]
fn the_own_export_is_known_in_its_book_and_new_in_another() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    for (amount, description) in [
        ("12.50", "=SUM(A1)"),
        ("-3.00", "Bottles back"),
        ("7.00", "'tis"),
        ("1.00", ""),
    ] {
        person.add(amount, "Food", "2026-10-01", description);
    }
    client.confirm(&client.import("Date,Description,Amount,Category\n2026-10-01,Salary,2400.00,Pay\n"));
    let export = client.get("/expenses.csv").body;
    let own = client.import(export.clone());
    assert_eq!(counts(&own), [0, 5, 0, 0, 0], "{:?}", client.rows(&own));
    let other = app.api(&app.person());
    let import = other.import(export);
    assert_eq!(other.confirm(&import)["created"], 5);
    assert_eq!(balance(&other), balance(&client));
}

#[test]
fn nobody_else_sees_an_import() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let import = client.import(statement(1, 5));
    let stranger = app.api(&app.person());
    for (method, rest) in [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/rows"),
        ("POST", "/confirm"),
        ("POST", "/undo"),
    ] {
        let request = stranger.request(method, &path(&import, rest));
        stranger.send(&request).problem(404);
    }
    stranger
        .patch(&path(&import, ""), &json!({"category": "Mine"}))
        .problem(404);
    stranger
        .patch(&path(&import, "/rows"), &json!({"verdict": "new", "take": false}))
        .problem(404);
    assert_eq!(client.confirm(&import)["created"], 7);
}

#[test]
fn a_file_of_mint_is_read_as_it_is() {
    let app = App::start();
    let client = app.api(&app.person());
    let import = client.import(
        "\"Date\",\"Description\",\"Original Description\",\"Amount\",\"Transaction Type\",\"Category\",\"Account Name\",\"Labels\",\"Notes\"\n\
         \"8/31/2023\",\"Corner Cafe\",\"CORNER CAFE 123 SPRINGFIELD\",\"4.50\",\"debit\",\"Coffee Shops\",\"Card\",\"\",\"\"\n\
         \"8/30/2023\",\"Acme\",\"ACME PAYROLL\",\"2400.00\",\"credit\",\"Paycheck\",\"Checking\",\"\",\"\"\n\
         \"8/05/2023\",\"Shoes\",\"SHOES RETURNED\",\"39.99\",\"credit\",\"Clothing\",\"Card\",\"\",\"sent back\"\n",
    );
    assert_eq!(import["state"], "review", "{import}");
    let rows = client.rows(&import);
    let brief: Vec<[&Value; 4]> = rows
        .iter()
        .map(|row| ["date", "amount", "description", "category"].map(|name| &row[name]))
        .collect();
    assert_eq!(
        brief,
        [
            ["2023-08-31", "-4.50", "Corner Cafe", "Coffee Shops"],
            ["2023-08-30", "2400.00", "Acme", "Paycheck"],
            ["2023-08-05", "39.99", "Shoes", "Clothing"],
        ]
    );
    assert_eq!(client.confirm(&import)["created"], 3);
}
