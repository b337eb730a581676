//! What becomes of a row of a file, and why.

use crate::statements::row;

/// What a row of a file is to the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    New,
    /// An expense of the ledger is this row.
    Known,
    /// An expense of the ledger has this amount, at most three days apart.
    Maybe,
    /// It is no spending and no income of this book.
    LeftOut,
    /// It can't be read.
    Rejected,
}

impl Verdict {
    pub const ALL: [Self; 5] = [Self::New, Self::Known, Self::Maybe, Self::LeftOut, Self::Rejected];

    /// As in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Maybe => "maybe",
            Self::LeftOut => "left_out",
            Self::Rejected => "rejected",
        }
    }

    /// The inverse of [`Verdict::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Those of rows of which an expense can be made, if a person wants it.
    pub const TAKEABLE: [Self; 3] = [Self::New, Self::Known, Self::Maybe];

    /// Whether it is among [`Verdict::TAKEABLE`].
    pub fn can_be_taken(self) -> bool {
        Self::TAKEABLE.contains(&self)
    }
}

/// Why a row has its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    // Known.
    SameId,
    SameContent,
    InTrash,
    Deleted,
    Declined,
    // Maybe.
    SimilarDate,
    // Left out.
    Pending,
    Reverted,
    Transfer,
    OpeningBalance,
    Zero,
    Split,
    Neutral,
    OtherCurrency,
    MoneyIn,
    // Rejected.
    MissingDate,
    WrongDate,
    MissingAmount,
    WrongAmount,
    UnknownDirection,
    TooFewCells,
    TooLong,
    NotText,
    TooManyDecimals,
    AmountTooLarge,
    DateOutOfRange,
    // New.
    Shortened,
}

/// The reasons in their order, as in the database and in the API, and in words.
const REASONS: [(Reason, &str, &str); 27] = [
    (Reason::SameId, "same_id", "imported earlier, with the same ID"),
    (
        Reason::SameContent,
        "same_content",
        "same date, amount and description",
    ),
    (Reason::InTrash, "in_trash", "in the trash"),
    (Reason::Deleted, "deleted", "imported earlier and deleted"),
    (Reason::Declined, "declined", "left out in an earlier import"),
    (
        Reason::SimilarDate,
        "similar_date",
        "same amount, at most 3 days apart",
    ),
    (Reason::Pending, "pending", "pending"),
    (Reason::Reverted, "reverted", "reverted or failed"),
    (Reason::Transfer, "transfer", "transfer between own accounts"),
    (Reason::OpeningBalance, "opening_balance", "opening balance"),
    (Reason::Zero, "zero", "the amount is zero"),
    (Reason::Split, "split", "part of another row"),
    (Reason::Neutral, "neutral", "neither money in nor money out"),
    (
        Reason::OtherCurrency,
        "other_currency",
        "not in the currency of the book",
    ),
    (Reason::MoneyIn, "money_in", "money in"),
    (Reason::MissingDate, "missing_date", "no date"),
    (Reason::WrongDate, "wrong_date", "the date can't be read"),
    (Reason::MissingAmount, "missing_amount", "no amount"),
    (Reason::WrongAmount, "wrong_amount", "the amount can't be read"),
    (
        Reason::UnknownDirection,
        "unknown_direction",
        "it's unclear whether this is money in or out",
    ),
    (Reason::TooFewCells, "too_few_cells", "too few cells"),
    (Reason::TooLong, "too_long", "too long"),
    (
        Reason::NotText,
        "not_text",
        "characters that aren't in the file's encoding",
    ),
    (
        Reason::TooManyDecimals,
        "too_many_decimals",
        "more decimals than the currency has",
    ),
    (
        Reason::AmountTooLarge,
        "amount_too_large",
        "the amount is too large",
    ),
    (
        Reason::DateOutOfRange,
        "date_out_of_range",
        "the date is outside 1900 to 9999",
    ),
    (
        Reason::Shortened,
        "shortened",
        "shortened, because a description has at most 500 characters and a category 60",
    ),
];

impl Reason {
    /// As in the database and in the API.
    pub fn name(self) -> &'static str {
        REASONS[self as usize].1
    }

    /// For people, as the end of a sentence.
    pub fn words(self) -> &'static str {
        REASONS[self as usize].2
    }

    /// The inverse of [`Reason::name`].
    pub fn parse(name: &str) -> Option<Self> {
        let found = REASONS.iter().find(|(_, known, _)| *known == name);
        found.map(|(reason, ..)| *reason)
    }
}

impl From<row::LeftOut> for Reason {
    fn from(left_out: row::LeftOut) -> Self {
        match left_out {
            row::LeftOut::Pending => Self::Pending,
            row::LeftOut::Reverted => Self::Reverted,
            row::LeftOut::Transfer => Self::Transfer,
            row::LeftOut::OpeningBalance => Self::OpeningBalance,
            row::LeftOut::Zero => Self::Zero,
            row::LeftOut::Split => Self::Split,
            row::LeftOut::Neutral => Self::Neutral,
        }
    }
}

impl From<row::Reason> for Reason {
    fn from(reason: row::Reason) -> Self {
        match reason {
            row::Reason::MissingDate => Self::MissingDate,
            row::Reason::WrongDate => Self::WrongDate,
            row::Reason::MissingAmount => Self::MissingAmount,
            row::Reason::WrongAmount => Self::WrongAmount,
            row::Reason::UnknownDirection => Self::UnknownDirection,
            row::Reason::TooFewCells => Self::TooFewCells,
            row::Reason::TooLong => Self::TooLong,
            row::Reason::NotText => Self::NotText,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_can_be_parsed() {
        let names: HashSet<&str> = REASONS.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names.len(), REASONS.len());
        for (at, (reason, name, _)) in REASONS.iter().enumerate() {
            assert_eq!(*reason as usize, at, "{name}: the order is that of the enum");
            assert_eq!(Reason::parse(name), Some(*reason));
        }
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.name()), Some(verdict));
        }
    }
}
