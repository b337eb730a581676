//! Every file of `tests/data/statements/bank` is read as `answers.json` says.

use std::fs;
use std::path::PathBuf;

use expense_tracker::statements::balance::Balance;
use expense_tracker::statements::detect::Format;
use expense_tracker::statements::qif::{self, DateOrder};
use expense_tracker::statements::row::Row;
use serde_json::Value;

use super::{cents, read};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/statements/bank")
}

fn check(name: &str, format: Format, balance: Option<Balance>) {
    let bytes = fs::read(folder().join(name)).unwrap();
    let answers: Value = serde_json::from_slice(&fs::read(folder().join("answers.json")).unwrap()).unwrap();
    let files = answers["files"].as_array().unwrap();
    let answer = files.iter().find(|file| file["file"] == name).unwrap();
    let found = read(&bytes);
    assert_eq!(found.format, format);
    assert_eq!(found.balance(), balance, "{:?}", found.statements);

    // The account has one currency. The importer rejects others.
    let currency = answer["account_currency"].as_str();
    let (rows, foreign): (Vec<&Row>, Vec<&Row>) = found
        .rows()
        .into_iter()
        .partition(|row| row.currency.is_none() || currency.is_none() || row.currency.as_deref() == currency);
    let expected = expanded(&answer["rows"]);
    assert_eq!(rows.len(), expected.len(), "{rows:#?}");
    for (row, expected) in rows.iter().zip(&expected) {
        check_row(row, expected);
    }
    let sum: i64 = rows.iter().map(|row| cents(row)).sum();
    assert_eq!(sum, in_cents(&answer["sum"]));

    let skipped = answer["skip"].as_array().unwrap();
    let of = |verdict: &str| {
        skipped
            .iter()
            .filter(|row| row["verdict"] == verdict)
            .collect::<Vec<_>>()
    };
    let left_out = found.left_out();
    assert_eq!(left_out.len(), of("leave_out").len(), "{left_out:#?}");
    for (row, expected) in left_out.iter().zip(of("leave_out")) {
        check_row(row, expected);
    }
    let rejected = found.rejected();
    assert_eq!(
        rejected.len() + foreign.len(),
        of("reject").len(),
        "{rejected:#?}"
    );
    for (row, expected) in rejected.iter().zip(of("reject")) {
        assert!(
            row.raw.contains(expected["description"].as_str().unwrap()),
            "{row:?}"
        );
    }
}

/// The rows with splits in place of the split row.
fn expanded(rows: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for row in rows.as_array().unwrap() {
        let Some(parts) = row["splits"].as_array() else {
            all.push(row.clone());
            continue;
        };
        for part in parts {
            let mut whole = row.clone();
            whole["category"] = part["category"].clone();
            whole["amount"] = part["amount"].clone();
            whole["memo_contains"] = part["memo"].clone();
            all.push(whole);
        }
    }
    all
}

fn check_row(row: &Row, expected: &Value) {
    let text = |key: &str| expected[key].as_str();
    assert_eq!(
        Some(row.date.unwrap().to_string().as_str()),
        text("date"),
        "{row:?}"
    );
    assert_eq!(cents(row), in_cents(&expected["amount"]), "{row:?}");
    let contains = |part: Option<&str>, of: &str| part.is_none_or(|part| packed(of).contains(&packed(part)));
    assert!(
        contains(text("description"), &row.description),
        "{row:?} {expected}"
    );
    let all = format!("{} {}", row.description, row.memo);
    assert!(contains(text("memo"), &all), "{row:?} {expected}");
    assert!(contains(text("memo_contains"), &all), "{row:?} {expected}");
    assert!(contains(text("number"), &all), "{row:?} {expected}");
    assert_eq!(folded(&row.description), row.description);
    assert_eq!(folded(&row.memo), row.memo);
    for (key, found) in [
        ("currency", &row.currency),
        ("id", &row.source_id),
        ("account", &row.account),
        ("category", &row.category),
    ] {
        if let Some(expected) = text(key) {
            assert_eq!(found.as_deref(), Some(expected), "{key} of {row:?}");
        }
    }
}

/// Without white space.
fn packed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_cents(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

#[test]
fn a_german_camt_file_with_a_batch_is_read() {
    check(
        "de-camt053-v4-batch.xml",
        Format::Camt,
        Some(Balance::NotExplained),
    );
}

#[test]
fn a_camt_file_with_reversals_and_a_pending_entry_is_read() {
    check(
        "eu-camt053-v8-reversal-pending.xml",
        Format::Camt,
        Some(Balance::Explained),
    );
}

#[test]
fn a_german_mt940_file_with_a_reversal_is_read() {
    check("de-mt940-reversal.sta", Format::Mt940, Some(Balance::Explained));
}

#[test]
fn a_german_mt940_file_with_three_statements_is_read() {
    check("de-vr-bank.mta", Format::Mt940, Some(Balance::Explained));
}

#[test]
fn a_dutch_mt940_file_with_banners_is_read() {
    check("nl-abnamro.sta", Format::Mt940, Some(Balance::Explained));
}

#[test]
fn an_ofx_file_with_wrong_rows_keeps_the_good_one() {
    check("ofx-bad-rows.ofx", Format::Ofx, None);
}

#[test]
fn a_qfx_file_in_windows_1252_is_read() {
    check("ofx1-cp1252-entities.qfx", Format::Ofx, None);
}

#[test]
fn an_ofx_file_that_uses_an_identifier_twice_keeps_all_rows() {
    check("ofx1-fitid-reused.ofx", Format::Ofx, None);
}

#[test]
fn an_ofx_file_with_tags_closed_in_the_wrong_place_is_read() {
    check("ofx1-no-header-misnested.ofx", Format::Ofx, None);
}

#[test]
fn an_ofx_file_with_unclosed_tags_and_zones_is_read() {
    check("ofx1-unclosed-tags-zone.ofx", Format::Ofx, None);
}

#[test]
fn an_ofx_file_with_decimal_commas_is_read() {
    check("ofx2-decimal-comma.ofx", Format::Ofx, None);
}

#[test]
fn an_ofx_file_with_three_accounts_is_read() {
    check("ofx2-three-accounts.ofx", Format::Ofx, None);
}

#[test]
fn a_qif_file_with_lists_and_splits_is_read() {
    check("qif-quicken.qif", Format::Qif, None);
    let bytes = fs::read(folder().join("qif-quicken.qif")).unwrap();
    assert_eq!(qif::survey(&bytes, None).date_orders, [DateOrder::MonthFirst]);
}

#[test]
fn a_qif_file_with_the_day_first_is_read() {
    check("qif-ynab4-day-first.qif", Format::Qif, None);
    let bytes = fs::read(folder().join("qif-ynab4-day-first.qif")).unwrap();
    assert_eq!(qif::survey(&bytes, None).date_orders, [DateOrder::DayFirst]);
}

#[test]
fn every_file_has_a_test() {
    let source = include_str!("answers.rs");
    for file in fs::read_dir(folder()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let is_statement = !["README.md", "answers.json"].contains(&name.as_str());
        assert!(!is_statement || source.contains(&format!("\"{name}\"")), "{name}");
    }
}
