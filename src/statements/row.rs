//! What every statement format is read into: one record for each data row of the file.

use time::Date;

use super::decimal::Decimal;

/// A data row, readable or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Row(Row),
    Rejected(Rejected),
}

/// A booking, in the direction of the account: a negative amount is money out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The physical line on which the record starts; the first is 1.
    pub line: u64,
    /// The digits in the file; no time zone has moved them. `None` only for a row that is left out: a pending one may have no
    /// date yet.
    pub date: Option<Date>,
    pub amount: Decimal,
    /// An ISO 4217 code, where the file has one.
    pub currency: Option<String>,
    /// What a person reads first. Runs of white space are one space.
    pub description: String,
    /// More text, which must not be lost.
    pub memo: String,
    pub category: Option<String>,
    /// The identifier that the file gives the booking. It is not always unique.
    pub source_id: Option<String>,
    /// The account within the file, where the file names it.
    pub account: Option<String>,
    /// Why the file itself says that this is no expense.
    pub left_out: Option<LeftOut>,
    /// Whether the category is one of income, where the file says so.
    pub is_income: Option<bool>,
    /// The row as it stands in the file, of a CSV file.
    pub raw: Option<String>,
}

/// A data row that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub line: u64,
    /// The column or tag that is wrong.
    pub column: String,
    pub value: String,
    pub reason: Reason,
    /// The row as it stands in the file.
    pub raw: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    MissingDate,
    WrongDate,
    MissingAmount,
    WrongAmount,
    /// The word that says which way the money went is unknown.
    UnknownDirection,
    TooFewCells,
    TooLong,
    /// Bytes that are no text in the encoding of the file.
    NotText,
}

/// What the file says against a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    Pending,
    Reverted,
    Transfer,
    OpeningBalance,
    Zero,
    /// A part of another row, or its total.
    Split,
    /// By the file's own words neither money in nor money out.
    Neutral,
}
