//! CSV files of banks and trackers, compared row by row with the expected answers.
//!
//! More than 300 lines, because all tests share the comparison of a file with its answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use expense_tracker::statements::csv::{Choices, Proposal, ReadAs, propose, rows};
use expense_tracker::statements::row::{Reason, Record, Row};
use serde_json::Value;

/// One file and its expected rows.
struct Case {
    name: String,
    bytes: Vec<u8>,
    answer: Value,
}

impl Case {
    fn read_as(&self) -> ReadAs {
        serde_json::from_value(self.answer["read_as"].clone()).unwrap()
    }

    fn proposal(&self) -> Proposal {
        propose(&self.bytes, &Choices::default(), None).unwrap()
    }

    fn expected(&self) -> BTreeMap<u64, &Value> {
        by_line(&self.answer["rows"], |_| true)
    }

    fn skipped(&self, verdict: &str) -> BTreeMap<u64, &Value> {
        by_line(&self.answer["skip"], |skip| skip["verdict"] == verdict)
    }
}

fn by_line(list: &Value, wanted: impl Fn(&Value) -> bool) -> BTreeMap<u64, &Value> {
    let rows = list.as_array().unwrap().iter().filter(|row| wanted(row));
    rows.map(|row| (row["line"].as_u64().unwrap(), row)).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/statements/csv")
}

fn cases() -> Vec<Case> {
    let answers: Value =
        serde_json::from_str(&fs::read_to_string(folder().join("answers.json")).unwrap()).unwrap();
    let cases = answers["files"].as_array().unwrap().iter().map(|answer| {
        let name = answer["file"].as_str().unwrap().to_owned();
        let bytes = fs::read(folder().join(&name)).unwrap();
        let answer = answer.clone();
        Case { name, bytes, answer }
    });
    let cases: Vec<Case> = cases.collect();
    assert!(cases.len() > 30, "the files are there");
    cases
}

/// In units of 1/10,000.
fn amount(text: &Value) -> i64 {
    let text = text.as_str().unwrap();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<4}").parse().unwrap()
}

fn of(row: &Row) -> i64 {
    row.amount.minor_units(4).unwrap()
}

/// Whether the text is part of `read`, ignoring white space.
fn contains(read: &str, text: &Value) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    squeezed(read).contains(&squeezed(text.as_str().unwrap_or_default()))
}

/// Rows that no column marks as excluded.
const ONLY_A_PERSON_SEES: [(&str, u64); 2] = [("eu-revolut.csv", 6), ("peer-actual.csv", 6)];

/// The differences from the expected answers, as sentences.
fn differences(case: &Case, read_as: &ReadAs, texts: Texts) -> Vec<String> {
    let mut wrong = Vec::new();
    let expected = case.expected();
    let (left_out, rejected) = (case.skipped("leave_out"), case.skipped("reject"));
    let (mut sum, mut count) = (0, 0);
    let mut lines = Vec::new();
    for record in rows(&case.bytes, read_as).unwrap() {
        let mut say = |line: u64, what: String| wrong.push(format!("{}:{line}: {what}", case.name));
        match record {
            Record::Row(row) => {
                lines.push(row.line);
                let is_foreign = rejected.contains_key(&row.line) && is_foreign(case, &row);
                let answer = expected.get(&row.line).or_else(|| left_out.get(&row.line));
                let Some(answer) = answer else {
                    if !is_foreign {
                        say(row.line, format!("is no row: {row:?}"));
                    }
                    continue;
                };
                if expected.contains_key(&row.line) {
                    sum += of(&row);
                    count += 1;
                    if row.left_out.is_some() {
                        say(row.line, format!("is left out as {:?}", row.left_out));
                    }
                } else if row.left_out.is_none() && !ONLY_A_PERSON_SEES.contains(&(&case.name, row.line)) {
                    say(row.line, format!("is not left out: {}", answer["why"]));
                }
                for what in row_differences(answer, &row, texts) {
                    say(row.line, what);
                }
            }
            Record::Rejected(found) => {
                lines.push(found.line);
                if !rejected.contains_key(&found.line) {
                    say(
                        found.line,
                        format!(
                            "is rejected: {:?} {} {:?}",
                            found.reason, found.column, found.value
                        ),
                    );
                }
                assert!(!found.raw.is_empty());
            }
        }
    }
    assert!(lines.is_sorted(), "{}: {lines:?}", case.name);
    let all = [&expected, &left_out, &rejected].into_iter();
    let all: Vec<u64> = all.flat_map(BTreeMap::keys).copied().collect();
    wrong.extend(missing(case, &all, &lines));
    let answer = (
        case.answer["count"].as_u64().unwrap(),
        amount(&case.answer["sum"]),
    );
    if (count, sum) != answer {
        wrong.push(format!("{}: {count} rows with a sum of {sum}", case.name));
    }
    wrong
}

/// The lines that should be records and are not.
fn missing(case: &Case, all: &[u64], lines: &[u64]) -> Vec<String> {
    let mut wrong = Vec::new();
    for line in all.iter().filter(|line| !lines.contains(line)) {
        wrong.push(format!("{}:{line}: is missing", case.name));
    }
    if lines.len() != all.len() {
        wrong.push(format!(
            "{}: {} records, not {}",
            case.name,
            lines.len(),
            all.len()
        ));
    }
    wrong
}

/// A row in another currency than the account's can be read; only the importer refuses it.
fn is_foreign(case: &Case, row: &Row) -> bool {
    row.currency
        .as_deref()
        .is_some_and(|currency| case.answer["account_currency"] != currency)
}

/// How strictly texts are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    InPlace,
    /// The order of texts is ignored.
    Somewhere,
}

fn row_differences(answer: &Value, row: &Row, texts: Texts) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |is_right: bool, member: &str| {
        if !is_right {
            wrong.push(format!("{member} of {row:?} is not {}", answer[member]));
        }
    };
    if let Some(date) = answer["date"].as_str() {
        check(row.date.unwrap().to_string() == date, "date");
    }
    // Neutral rows have no sign.
    let is_amount = match row.left_out {
        Some(_) => of(row).abs() == amount(&answer["amount"]).abs(),
        None => of(row) == amount(&answer["amount"]),
    };
    check(is_amount, "amount");
    let all = format!("{} {}", row.description, row.memo);
    let first = if texts == Texts::InPlace {
        &row.description
    } else {
        &all
    };
    check(contains(first, &answer["description"]), "description");
    check(contains(&all, &answer["memo"]), "memo");
    let is_same = |read: &Option<String>, member: &str| {
        let wanted = answer[member].as_str();
        wanted.is_none_or(|wanted| read.as_deref().unwrap_or_default().eq_ignore_ascii_case(wanted))
    };
    check(is_same(&row.currency, "currency"), "currency");
    check(is_same(&row.source_id, "id"), "id");
    if texts == Texts::InPlace {
        check(is_same(&row.category, "category"), "category");
    }
    wrong
}

#[test]
fn every_row_of_every_file_is_read_by_its_description() {
    let wrong: Vec<String> = cases()
        .iter()
        .flat_map(|case| differences(case, &case.read_as(), Texts::InPlace))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files with a question: the date order if all days are below 13, or the direction of amounts if most are positive and
/// nothing else determines it.
const ASKED: [(&str, &str); 4] = [
    ("ch-viseca-card.csv", "direction"),
    ("eu-wise.csv", "date_order"),
    ("peer-monefy-ambiguous.csv", "date_order"),
    ("us-amex-card.csv", "direction"),
];

#[test]
fn only_ambiguous_properties_are_asked() {
    for case in cases() {
        let proposal = case.proposal();
        let asked: Vec<String> = proposal
            .questions
            .iter()
            .map(|question| {
                serde_json::to_value(question).unwrap()["about"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let expected: Vec<&str> = ASKED
            .iter()
            .filter(|(name, _)| *name == case.name)
            .map(|(_, about)| *about)
            .collect();
        assert_eq!(asked, expected, "{}: {:#?}", case.name, proposal);
    }
}

#[test]
fn every_row_of_every_file_is_read_as_proposed() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut read_as = case.proposal().read_as;
        // Answers the question.
        match ASKED.iter().find(|(name, _)| *name == case.name) {
            Some((_, "date_order")) => read_as.date.format = case.read_as().date.format,
            Some(_) => read_as.amount = case.read_as().amount,
            None => {}
        }
        wrong.extend(differences(&case, &read_as, Texts::Somewhere));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_proposal_is_what_a_person_would_choose() {
    for case in cases() {
        let (found, right) = (case.proposal().read_as, case.read_as());
        let of = |read_as: &ReadAs| {
            let mut value = serde_json::to_value(read_as).unwrap();
            for member in [
                "description",
                "category",
                "currency",
                "id",
                "account",
                "status",
                "amount",
                "thousands",
            ] {
                value.as_object_mut().unwrap().remove(member);
            }
            value
        };
        if !ASKED
            .iter()
            .any(|(name, about)| *name == case.name && *about == "date_order")
        {
            assert_eq!(of(&found), of(&right), "{}", case.name);
        }
    }
}

#[test]
fn a_rejected_row_has_a_reason() {
    let read = |name: &str| {
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        let records = rows(&case.bytes, &case.read_as()).unwrap();
        let rejected = records.filter_map(|record| match record {
            Record::Rejected(rejected) => Some(rejected),
            Record::Row(_) => None,
        });
        rejected.last().unwrap()
    };
    let broken = read("peer-cashew.csv");
    assert_eq!(
        (broken.reason, &*broken.column, &*broken.value),
        (Reason::WrongAmount, "amount", "abc")
    );
    assert!(broken.raw.starts_with("Cash,abc,PKR,Broken"));
    let short = read("de-ing.csv");
    assert_eq!((short.reason, &*short.column), (Reason::TooFewCells, "Währung"));
}
