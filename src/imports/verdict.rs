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

    /// Whether an expense can be made of such a row, if a person wants it.
    pub fn can_be_taken(self) -> bool {
        matches!(self, Self::New | Self::Known | Self::Maybe)
    }
}

/// From one list: the reasons, their names in the database, and a sentence for people.
macro_rules! reasons {
    ($($name:ident = $text:literal: $sentence:literal),+ $(,)?) => {
        /// Why a row has its verdict.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($name),+
        }

        impl Reason {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As in the database and in the API.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text),+
                }
            }

            /// For people, without a period.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $sentence),+
                }
            }
        }
    };
}

reasons! {
    // Known.
    SameId = "same_id": "Imported earlier, with the same ID",
    SameContent = "same_content": "Same date, amount and description",
    InTrash = "in_trash": "In the trash",
    Deleted = "deleted": "Imported earlier and deleted",
    Declined = "declined": "Left out in an earlier import",
    // Maybe.
    SimilarDate = "similar_date": "Same amount, at most 3 days apart",
    // Left out.
    Pending = "pending": "Pending",
    Reverted = "reverted": "Reverted or failed",
    Transfer = "transfer": "Transfer between own accounts",
    OpeningBalance = "opening_balance": "Opening balance",
    Zero = "zero": "The amount is zero",
    Split = "split": "Part of another row",
    Neutral = "neutral": "Neither money in nor money out",
    OtherCurrency = "other_currency": "Another currency than that of the book",
    MoneyIn = "money_in": "Money in",
    // Rejected.
    MissingDate = "missing_date": "No date",
    WrongDate = "wrong_date": "The date can't be read",
    MissingAmount = "missing_amount": "No amount",
    WrongAmount = "wrong_amount": "The amount can't be read",
    UnknownDirection = "unknown_direction": "It's unclear whether this is money in or out",
    TooFewCells = "too_few_cells": "Too few cells",
    TooLong = "too_long": "Too long",
    NotText = "not_text": "Characters that are not in the encoding of the file",
    TooManyDecimals = "too_many_decimals": "More decimals than the currency has",
    AmountTooLarge = "amount_too_large": "The amount is too large",
    DateOutOfRange = "date_out_of_range": "Dates go from 1900 to 9999",
}

impl Reason {
    /// The inverse of [`Reason::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
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
        let names: HashSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.name()), Some(*reason));
        }
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.name()), Some(verdict));
        }
    }
}
