//! Who paid for an expense, as it is stored.

use diesel::prelude::*;

use super::expense::{Expense, NewExpense};
use crate::db::schema::members;
use crate::db::{BookId, Conn, UserId, WriteContext};
use crate::error::AppError;

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

/// Refuses a payer who is not in the book. `old` is the row that is changed: its payer may have left since.
pub(super) fn check(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    old: Option<&Expense>,
    context: &WriteContext,
) -> Result<(), AppError> {
    let Some(payer) = new.paid_by.filter(|payer| *payer != context.by) else {
        return Ok(());
    };
    let stored = PaidBy::of(payer, context.made_by).stored();
    if old.is_some_and(|old| old.paid_by == stored) {
        return Ok(());
    }
    let member: Option<i64> = members::table
        .filter(members::book_id.eq(owner.0))
        .filter(members::user_id.eq(payer.0))
        .filter(members::left_at.is_null())
        .select(members::user_id)
        .first(conn)
        .optional()?;
    match member {
        Some(_) => Ok(()),
        None => Err(AppError::invalid("paid_by", NOT_A_MEMBER)),
    }
}
