//! Random ledgers in every format, imported over the API: what is imported is equal, and damaged files keep a verdict for
//! each row.

use std::cell::RefCell;

use expense_tracker::statements::qif::DateOrder;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::imports::{corpus, path};
use super::statements_bank::generated::ledger;
use super::statements_bank::writers::{Booking, camt, mt940, ofx1, ofx2, qif};
use super::statements_random::{bookings, dialects};
use super::support::{App, Client, cases};

/// A booking as it is compared: date, amount in the direction of the account, description.
type Compared = (String, String, String);

fn run<S: Strategy>(count: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(Config {
        cases: cases(count),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    });
    if let Err(error) = runner.run(strategy, test) {
        panic!("{error}");
    }
}

/// A person whose book is in euros.
fn client(app: &App) -> Client {
    let client = app.api(&app.person());
    client.patch("/book", &json!({"currency": "EUR"})).expect(200);
    client
}

fn euros(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What the ledger has, in the direction of an account.
fn entries(client: &Client) -> Vec<Compared> {
    let list = client.get("/expenses?limit=500").json();
    let entry = |item: &Value| {
        let amount = text(&item["amount"]);
        let amount = match (item["kind"] == "income", amount.strip_prefix('-')) {
            (true, _) => amount,
            (false, Some(refund)) => refund.to_owned(),
            (false, None) => format!("-{amount}"),
        };
        (text(&item["date"]), amount, squeezed(&text(&item["description"])))
    };
    let mut entries: Vec<Compared> = list["items"].as_array().unwrap().iter().map(entry).collect();
    entries.sort();
    entries
}

/// Imports the file, compares the expenses, and takes them back.
fn check(
    client: &Client,
    file: Vec<u8>,
    read_as: &Value,
    mut wanted: Vec<Compared>,
) -> Result<(), TestCaseError> {
    let mut import = client.import(file);
    if !read_as.is_null() {
        let change = json!({ "read_as": read_as });
        import = client.patch(&path(&import, ""), &change).expect(200).json();
    }
    prop_assert_eq!(&import["state"], "review", "{}", import);
    prop_assert_eq!(&import["counts"]["new"], &json!(wanted.len()), "{}", import);
    prop_assert_eq!(client.confirm(&import)["created"].clone(), json!(wanted.len()));
    wanted.sort();
    prop_assert_eq!(entries(client), wanted);
    prop_assert_eq!(client.undo(&import)["kept"].clone(), json!(0));
    prop_assert_eq!(entries(client), Vec::new());
    Ok(())
}

/// A ledger in one of the formats of banks, and how its dates are read where a file leaves it open.
fn bank_file(ledger: &[Booking], format: usize) -> (Vec<u8>, Value) {
    let order = |format: &str| json!({"date": {"format": format}});
    match format {
        0 => (ofx1(ledger, "."), Value::Null),
        1 => (ofx1(ledger, ","), Value::Null),
        2 => (ofx2(ledger), Value::Null),
        3 => (qif(ledger, DateOrder::DayFirst), order("DD/MM/YYYY")),
        4 => (qif(ledger, DateOrder::MonthFirst), order("MM/DD/YYYY")),
        5 => (qif(ledger, DateOrder::YearFirst), order("YYYY/MM/DD")),
        6 => (mt940(ledger), Value::Null),
        7 => (camt(ledger, 2), Value::Null),
        _ => (camt(ledger, 8), Value::Null),
    }
}

const BANK_FORMATS: usize = 9;

#[test]
fn a_ledger_in_any_format_of_banks_is_imported_equal() {
    let app = App::start();
    let client = client(&app);
    run(36, &(ledger(), 0..BANK_FORMATS), |(ledger, format)| {
        prop_assume!(!ledger.is_empty());
        let (file, read_as) = bank_file(&ledger, format);
        let wanted = ledger.iter().map(|booking| {
            (
                booking.date.to_string(),
                euros(booking.cents),
                squeezed(&booking.name),
            )
        });
        check(&client, file, &read_as, wanted.collect())
    });
}

#[test]
fn a_ledger_in_any_dialect_of_csv_is_imported_equal() {
    let app = App::start();
    let client = client(&app);
    run(24, &(bookings(), dialects()), |(bookings, dialect)| {
        let read_as = serde_json::to_value(dialect.read_as()).unwrap();
        let wanted = bookings.iter().map(|booking| {
            (
                booking.date.to_string(),
                euros(booking.amount),
                squeezed(&booking.text),
            )
        });
        check(&client, dialect.write(&bookings), &read_as, wanted.collect())
    });
}

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Shuffled(Vec<Index>),
    Doubled,
    Broken(Index, Vec<u8>),
}

fn damages() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        prop::collection::vec(any::<Index>(), 1..20).prop_map(Damage::Shuffled),
        Just(Damage::Doubled),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 0..30))
            .prop_map(|(at, bytes)| Damage::Broken(at, bytes)),
    ]
}

impl Damage {
    fn done_to(&self, file: &[u8]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = file
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        match self {
            Self::Cut(at) => return file[..at.index(file.len() + 1)].to_vec(),
            Self::Shuffled(order) => {
                for at in order {
                    let line = lines.remove(at.index(lines.len()));
                    lines.push(line);
                }
            }
            Self::Doubled => lines.extend_from_within(..),
            Self::Broken(at, bytes) => {
                let at = at.index(lines.len());
                let middle = lines[at].len() / 2;
                lines[at].splice(middle.., bytes.iter().copied().chain(*b"\n"));
            }
        }
        lines.concat()
    }
}

#[test]
fn a_damaged_file_keeps_a_verdict_for_each_row_and_writes_nothing_before_it_is_confirmed() {
    let app = App::start();
    let client = client(&app);
    let files: Vec<Vec<u8>> = corpus().into_iter().map(|(bytes, _)| bytes).collect();
    let reviewed = RefCell::new(0);
    let damaged = (ledger(), 0..files.len() + BANK_FORMATS, damages());
    run(60, &damaged, |(ledger, file, damage)| {
        let bytes = match files.get(file) {
            Some(bytes) => damage.done_to(bytes),
            None => damage.done_to(&bank_file(&ledger, file - files.len()).0),
        };
        let answer = client.upload("file", bytes);
        prop_assert!([201, 422].contains(&answer.status), "{}", answer.status);
        if answer.status == 422 {
            return Ok(());
        }
        let import = answer.json();
        let rows = client.rows(&import);
        for verdict in ["new", "known", "maybe", "left_out", "rejected"] {
            let count = rows.iter().filter(|row| row["verdict"] == verdict).count();
            prop_assert_eq!(&import["counts"][verdict], &json!(count), "{}", verdict);
        }
        prop_assert_eq!(entries(&client), Vec::new(), "nothing is written");
        if import["state"] == "review" {
            *reviewed.borrow_mut() += 1;
            let taken = rows.iter().filter(|row| row["take"] == true).count();
            let created = client.confirm(&import)["created"].clone();
            prop_assert_eq!(created, json!(taken));
            prop_assert_eq!(&client.undo(&import)["trashed"], &json!(taken));
        } else {
            client.delete(&path(&import, "")).expect(204);
        }
        Ok(())
    });
    assert!(*reviewed.borrow() > 0, "some files could still be read");
}
