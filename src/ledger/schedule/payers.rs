//! Whether the payer of a schedule is still in the book.

use std::collections::HashSet;

use diesel::prelude::*;

use super::row::Schedule;
use crate::books::book::Book;
use crate::db::schema::members;
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;
use crate::ledger::paid_by;

/// The people who are in a book now.
pub(super) struct Members {
    made_by: UserId,
    ids: HashSet<i64>,
}

impl Members {
    pub(super) fn of(conn: &mut Conn, book: &Book) -> Result<Self, AppError> {
        let ids: Vec<i64> = members::table
            .filter(members::book_id.eq(book.id))
            .filter(members::left_at.is_null())
            .select(members::user_id)
            .load(conn)?;
        Ok(Self {
            made_by: UserId(book.made_by),
            ids: ids.into_iter().collect(),
        })
    }

    /// Whether the payer is a member.
    pub(super) fn have_payer(&self, schedule: &Schedule) -> bool {
        let payer = paid_by::person(schedule.paid_by, self.made_by);
        self.ids.contains(&payer.0)
    }
}

/// Whether the payer of a schedule is a member of the book, which `made_by` has made.
pub(super) fn is_member(
    conn: &mut Conn,
    owner: BookId,
    schedule: &Schedule,
    made_by: UserId,
) -> Result<bool, AppError> {
    let payer = paid_by::person(schedule.paid_by, made_by);
    let member: Option<i64> = members::table
        .filter(members::book_id.eq(owner.0))
        .filter(members::user_id.eq(payer.0))
        .filter(members::left_at.is_null())
        .select(members::user_id)
        .first(conn)
        .optional()?;
    Ok(member.is_some())
}
