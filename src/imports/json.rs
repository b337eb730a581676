//! Imports and their rows in the JSON of the API.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::confirm::category_of;
use super::import::{self, Import};
use super::read_as_check;
use super::reading::{Choices, Reading};
use super::row::ImportRow;
use super::verdict::Verdict;
use crate::api::answer::moment;
use crate::error::AppError;
use crate::money::Currency;
use crate::period::format_date;
use crate::statements::csv::{Question, ReadAs};

/// How many rows have each verdict. They add up to the data rows of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsJson {
    #[schema(example = 118)]
    new: i64,
    #[schema(example = 12)]
    known: i64,
    #[schema(example = 1)]
    maybe: i64,
    #[schema(example = 3)]
    left_out: i64,
    #[schema(example = 0)]
    rejected: i64,
}

impl CountsJson {
    pub fn of(import: &Import) -> Self {
        let counts = import.counts();
        Self {
            new: counts.of(Verdict::New),
            known: counts.of(Verdict::Known),
            maybe: counts.of(Verdict::Maybe),
            left_out: counts.of(Verdict::LeftOut),
            rejected: counts.of(Verdict::Rejected),
        }
    }
}

/// A file that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "250322420521504768", "name": "statement.csv",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "state": "review", "format": "csv",
    "read_as": {
        "encoding": "utf-8", "delimiter": ",", "header_line": 1, "decimal": ".", "thousands": null,
        "date": {"column": "Date", "format": "YYYY-MM-DD"},
        "amount": {"mode": "signed", "column": "Amount"}, "description": ["Description"],
    },
    "questions": [], "counts": {"new": 118, "known": 12, "maybe": 1, "left_out": 3, "rejected": 0},
    "balances": null, "problem": null, "money_in": {"category": "Income"}, "category": "Uncategorized",
    "created_at": "2026-11-22T08:15:30.000000Z", "confirmed_at": null,
}))]
pub struct ImportJson {
    #[schema(example = "250322420521504768")]
    id: String,
    #[schema(example = "statement.csv")]
    name: String,
    /// Of the file.
    #[schema(
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    sha256: String,
    /// `read_as` while a question is open or the file can't be read this way.
    #[schema(pattern = "^(read_as|review|done|undone)$", example = "review")]
    state: &'static str,
    #[schema(pattern = "^(csv|ofx|qif|mt940|camt)$", example = "csv")]
    format: &'static str,
    /// How a CSV file is read; `null` for the other formats.
    #[schema(required = true, value_type = Option<Object>)]
    read_as: Option<ReadAs>,
    /// What the file leaves open. Each is answered with a member of `read_as`.
    #[schema(value_type = Vec<Object>, example = json!([]))]
    questions: Vec<Question>,
    counts: CountsJson,
    /// Whether the rows explain the balances in the file; `null` where it has none.
    #[schema(
        required = true,
        pattern = "^(explained|not_explained)$",
        example = "explained"
    )]
    balances: Option<String>,
    /// Why the file can't be read this way.
    #[schema(required = true, example = "This file has no rows.")]
    problem: Option<String>,
    /// The income category of money in for which nothing else says one, or `leave_out`.
    money_in: MoneyIn,
    /// The category of other rows for which nothing else says one.
    #[schema(example = "Uncategorized")]
    category: String,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    created_at: String,
    #[schema(required = true, format = DateTime, example = "2026-11-22T08:16:02.000000Z")]
    confirmed_at: Option<String>,
}

impl ImportJson {
    pub fn new(import: Import) -> Result<Self, AppError> {
        let reading = import.reading()?;
        let (read_as, questions) = reading.map_or(
            (None, Vec::new()),
            |Reading {
                 read_as, questions, ..
             }| { (read_as, questions) },
        );
        Ok(Self {
            id: import.id.to_string(),
            state: import.state().name(),
            format: import.format().name(),
            read_as,
            questions,
            counts: CountsJson::of(&import),
            money_in: import.money_in.map_or(MoneyIn::Word(Word::LeaveOut), |category| {
                MoneyIn::Category(IncomeCategory { category })
            }),
            name: import.name,
            sha256: import.sha256,
            balances: import.balances,
            problem: import.problem,
            category: import.category,
            created_at: moment(import.created_at),
            confirmed_at: import.confirmed_at.map(moment),
        })
    }
}

/// What becomes of money in for which nothing else says a category.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MoneyIn {
    Category(IncomeCategory),
    Word(Word),
}

/// The category of money in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncomeCategory {
    #[schema(min_length = 1, max_length = 60, example = "Income")]
    category: String,
}

/// The word for leaving it out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    LeaveOut,
}

impl MoneyIn {
    /// What a script sends.
    pub fn parse(sent: Value) -> Result<Self, AppError> {
        serde_json::from_value(sent)
            .map_err(|_| AppError::invalid("money_in", "Send {\"category\": NAME} or “leave_out”."))
    }

    pub fn category(self) -> Option<String> {
        match self {
            Self::Category(named) => Some(named.category),
            Self::Word(Word::LeaveOut) => None,
        }
    }
}

/// A data row of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowJson {
    /// From 1, in the order of the file.
    #[schema(example = 1)]
    row: i32,
    /// The line of the file on which it starts.
    #[schema(example = 2)]
    line: i64,
    #[schema(pattern = "^(new|known|maybe|left_out|rejected)$", example = "new")]
    verdict: &'static str,
    #[schema(required = true, example = "same_id")]
    reason: Option<&'static str>,
    /// Whether an expense is made of it.
    #[schema(example = true)]
    take: bool,
    #[schema(required = true, format = Date, example = "2026-10-23")]
    date: Option<String>,
    /// In the direction of the account: negative is money out.
    #[schema(required = true, example = "-12.50")]
    amount: Option<String>,
    #[schema(required = true, example = "USD")]
    currency: Option<String>,
    #[schema(required = true, example = "Lunch")]
    description: Option<String>,
    #[schema(required = true, example = "Card 1234")]
    memo: Option<String>,
    #[schema(required = true, example = "2026102300042")]
    source_id: Option<String>,
    #[schema(required = true, example = "Groceries")]
    category: Option<String>,
    /// The expense that was made of it, or that it is, or may be.
    #[schema(required = true, example = "250322420521504768")]
    expense_id: Option<String>,
}

impl RowJson {
    pub fn new(import: &Import, row: ImportRow, currency: Currency) -> Self {
        let can_be_taken = row.verdict().can_be_taken();
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            row: row.row_number,
            line: row.line,
            verdict: row.verdict().name(),
            reason: row.reason().map(super::verdict::Reason::name),
            take: row.take,
            date: row.booked_on.map(format_date),
            amount: row.amount.map(|amount| amount.to_plain(currency)),
            category: if can_be_taken {
                Some(category_of(import, &row).to_owned())
            } else {
                row.category
            },
            currency: row.currency.or_else(|| Some(currency.code().to_owned())),
            description: text(row.description),
            memo: text(row.memo),
            source_id: row.source_id,
            expense_id: row.expense_id.map(|id| id.to_string()),
        }
    }
}

/// The choices of a draft with the members of `sent` in place of those it has.
pub fn merged_choices(draft: &Import, sent: Value) -> Result<Choices, AppError> {
    let present = serde_json::from_str(&draft.choices).map_err(AppError::internal)?;
    read_as_check::merged(present, sent)
}

/// What a confirmation has made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedJson {
    #[schema(example = 118)]
    created: i64,
    counts: CountsJson,
}

impl ConfirmedJson {
    pub fn new(import: &import::Import) -> Self {
        Self {
            created: import.created_rows,
            counts: CountsJson::of(import),
        }
    }
}

/// What undoing an import has done.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneJson {
    /// Expenses that are in the trash now.
    #[schema(example = 116)]
    pub trashed: i64,
    /// Expenses that somebody has changed since, and that stay.
    #[schema(example = 2)]
    pub kept: i64,
}

/// The response with an import.
pub fn answer(import: Import) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Ok().json(ImportJson::new(import)?))
}
