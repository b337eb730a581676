//! Who paid for an expense, as it is stored.

use crate::db::UserId;

/// The message for a payer who is not in the book.
pub const NOT_A_MEMBER: &str = "Choose a member of this book.";

/// The payer of a row. The person who made the book is stored as NULL, so that a book of one person has nothing to store,
/// to index or to add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaidBy {
    Maker,
    Member(UserId),
}

impl PaidBy {
    /// `maker` is who made the book.
    pub fn of(person: UserId, maker: UserId) -> Self {
        if person == maker {
            Self::Maker
        } else {
            Self::Member(person)
        }
    }

    /// The value of a column that names a person.
    pub fn stored(self) -> Option<i64> {
        match self {
            Self::Maker => None,
            Self::Member(person) => Some(person.0),
        }
    }
}

/// The person that a column names.
pub fn person(stored: Option<i64>, maker: UserId) -> UserId {
    stored.map_or(maker, UserId)
}
