//! The selects of the form "Read as", with the questions that they answer.

use super::read_as_fields::NONE;
use super::reading::Reading;
use super::view::SelectView;
use crate::statements::csv::{AmountAs, Question};
use crate::web::view::Choice;

/// Encodings of bank files, most common first.
const ENCODINGS: [&str; 10] = [
    "utf-8",
    "windows-1252",
    "utf-16-le",
    "utf-16-be",
    "iso-8859-2",
    "windows-1250",
    "windows-1251",
    "gb18030",
    "shift_jis",
    "euc-kr",
];
const DELIMITERS: [(&str, &str); 4] = [
    (",", "Comma"),
    (";", "Semicolon"),
    ("\t", "Tab"),
    ("|", "Vertical bar"),
];
const DECIMALS: [(&str, &str); 2] = [(".", "Point"), (",", "Comma")];
const DATE_FORMATS: [&str; 12] = [
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD.MM.YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "DD/MM/YY",
    "MM/DD/YY",
    "DD.MM.YY",
    "DD MMM YYYY",
];
const MODES: [(&str, &str); 4] = [
    ("signed", "One column, negative is money out"),
    ("spent_positive", "One column, positive is money out"),
    ("debit_credit", "Two columns, money out and money in"),
    ("indicator", "One column, with the direction in another one"),
];

/// The selects of the form, each with the question that it answers.
pub fn selects(reading: &Reading) -> Vec<SelectView> {
    let Some(read_as) = &reading.read_as else {
        return qif_selects(reading);
    };
    let columns = |chosen: &str, is_optional: bool| column_choices(&reading.columns, chosen, is_optional);
    let (mode, amount, second) = parts(&read_as.amount);
    let questions = Asked::of(reading);
    let select = |name, label, choices: Vec<Choice>, question: Option<String>| SelectView {
        name,
        label,
        choices: asked(choices, question.is_some()),
        question,
    };
    let text = |at: usize| read_as.description.get(at).map_or("", String::as_str);
    let plain = |name, label, choices| select(name, label, choices, None);
    let optional = |chosen: &Option<String>| columns(chosen.as_deref().unwrap_or(NONE), true);
    let decimal = labelled(&DECIMALS, &read_as.decimal.to_string());
    let delimiter = labelled(&DELIMITERS, &read_as.delimiter.to_string());
    vec![
        plain("encoding", "Encoding", named(&ENCODINGS, &read_as.encoding)),
        plain("delimiter", "Cells are separated by", delimiter),
        select(
            "date",
            "Date",
            columns(&read_as.date.column, false),
            questions.date,
        ),
        date_order(reading, &read_as.date.format),
        select(
            "amount_mode",
            "Amounts",
            labelled(&MODES, mode),
            questions.direction,
        ),
        select(
            "amount",
            "Amount, or money out",
            columns(amount, false),
            questions.amount,
        ),
        plain("amount_in", "Money in, or the direction", columns(second, true)),
        select("decimal", "Decimal mark", decimal, questions.decimal),
        plain("description", "Description", columns(text(0), true)),
        plain("description_2", "More text", columns(text(1), true)),
        plain("category", "Category", optional(&read_as.category)),
        plain("currency", "Currency", optional(&read_as.currency)),
        plain("id", "Transaction ID", optional(&read_as.id)),
    ]
}

/// What the dates and amounts of a QIF file look like.
fn qif_selects(reading: &Reading) -> Vec<SelectView> {
    let dates = reading.date_format.as_ref();
    let dates = dates.map(|format| date_order(reading, format));
    let question = Asked::of(reading).decimal;
    let decimal = (reading.decimal.is_some() || question.is_some()).then(|| {
        let present = reading.decimal.map(String::from).unwrap_or_default();
        SelectView {
            name: "decimal",
            label: "Decimal mark",
            choices: asked(labelled(&DECIMALS, &present), question.is_some()),
            question,
        }
    });
    dates.into_iter().chain(decimal).collect()
}

/// The open questions, in words.
#[derive(Default)]
struct Asked {
    date: Option<String>,
    amount: Option<String>,
    direction: Option<String>,
    decimal: Option<String>,
}

impl Asked {
    fn of(reading: &Reading) -> Self {
        let mut asked = Self::default();
        for question in &reading.questions {
            match question {
                Question::DateColumn { .. } => {
                    asked.date = Some("Which column has the dates?".to_owned());
                }
                Question::AmountColumn { .. } => {
                    asked.amount = Some("Which column has the amounts?".to_owned());
                }
                Question::Direction { .. } => {
                    asked.direction = Some("Is money out negative or positive in this file?".to_owned());
                }
                Question::DecimalMark { example, .. } => {
                    asked.decimal = Some(format!("In “{example}”, which mark is before the cents?"));
                }
                // See `date_order`.
                Question::DateOrder { .. } => {}
            }
        }
        asked
    }
}

fn date_order(reading: &Reading, chosen: &str) -> SelectView {
    let asked_for = reading.questions.iter().find_map(|question| match question {
        Question::DateOrder { options, example } => Some((options, example)),
        _ => None,
    });
    let mut formats: Vec<&str> = match asked_for {
        Some((options, _)) => options.iter().map(String::as_str).collect(),
        None => DATE_FORMATS.to_vec(),
    };
    if !formats.contains(&chosen) {
        formats.insert(0, chosen);
    }
    let question = asked_for.map(|(_, example)| match example.as_str() {
        "" => "Which comes first in the dates of this file?".to_owned(),
        example => format!("How should “{example}” be read?"),
    });
    SelectView {
        name: "date_order",
        label: "Dates look like",
        choices: asked(named(&formats, chosen), question.is_some()),
        question,
    }
}

/// Mode, first column and second column.
fn parts(amount: &AmountAs) -> (&'static str, &str, &str) {
    match amount {
        AmountAs::Signed { column } => ("signed", column, NONE),
        AmountAs::SpentPositive { column } => ("spent_positive", column, NONE),
        AmountAs::DebitCredit { debit, credit } => ("debit_credit", debit, credit),
        AmountAs::Indicator {
            column, indicator, ..
        } => ("indicator", column, indicator),
    }
}

fn column_choices(columns: &[String], chosen: &str, is_optional: bool) -> Vec<Choice> {
    let none = is_optional.then(|| Choice {
        value: NONE.to_owned(),
        label: "None".to_owned(),
        selected: chosen == NONE,
    });
    let column = |name: &String| Choice {
        value: name.clone(),
        label: name.clone(),
        selected: name == chosen,
    };
    none.into_iter().chain(columns.iter().map(column)).collect()
}

fn named(names: &[&str], chosen: &str) -> Vec<Choice> {
    let mut names = names.to_vec();
    if !names.contains(&chosen) {
        names.insert(0, chosen);
    }
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        label: name.to_owned(),
        selected: name == chosen,
    };
    names.into_iter().map(choice).collect()
}

fn labelled(choices: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        selected: *value == chosen,
    };
    choices.iter().map(choice).collect()
}

/// An open question has no answer yet.
fn asked(mut choices: Vec<Choice>, is_open: bool) -> Vec<Choice> {
    if is_open {
        for choice in &mut choices {
            choice.selected = false;
        }
        choices.insert(
            0,
            Choice {
                value: NONE.to_owned(),
                label: "Choose…".to_owned(),
                selected: true,
            },
        );
    }
    choices
}
