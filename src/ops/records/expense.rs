//! Expenses and their history in a backup: the fields of their records, and the rules for them.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use super::rows::record;
use super::rules::{AMOUNT, CATEGORY, Checked, Rules, WORD, category_name, is_word, moments, must};
use crate::expenses::field_values::LONGEST_DESCRIPTION;
use crate::ledger::expense::Expense;
use crate::ledger::history::record::{ChangeRow, What};
use crate::ledger::history::state::RecordedState;
use crate::money::Money;
use crate::period::{FIRST_DAY, LAST_DAY};
use crate::text;

/// Most characters that one letter becomes in the folded text of the search.
const MAX_FOLDED_LETTER: usize = 18;

record!(ExpenseRecord, Expense {
    #[serde(alias = "user_id")]
    book_id: i64,
    id: i64,
    spent_on: Date,
    category_id: i64,
    amount: Money,
    description: String,
    search: String,
    request_key: Option<String>,
    version: i32,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    deleted_at: Option<PrimitiveDateTime>,
    #[serde(default)]
    paid_by: Option<i64>,
    #[serde(default)]
    created_by: Option<i64>,
});

record!(
    ChangeRecord,
    ChangeRow {
        book_id: i64,
        expense_id: i64,
        version: i32,
        id: i64,
        by_user: i64,
        at: PrimitiveDateTime,
        what: String,
        before: String,
    }
);

impl Rules {
    pub(super) fn expense(&self, row: &ExpenseRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(self.categories.contains(&row.category_id), CATEGORY)?;
        amount(row.amount)?;
        day(row.spent_on)?;
        description(&row.description)?;
        self.people([row.paid_by, row.created_by])?;
        let folded = text::lines(&row.search, LONGEST_DESCRIPTION * MAX_FOLDED_LETTER);
        must(folded.is_ok(), WORD)?;
        must(row.request_key.as_ref().is_none_or(|key| is_word(key)), WORD)?;
        must(row.version > 0, "its version is not a positive number")?;
        moments([Some(row.created_at), Some(row.updated_at)])?;
        moments([row.deleted_at, None])
    }

    /// The people of a row: the maker of the book is not stored.
    pub(super) fn people(&self, people: [Option<i64>; 2]) -> Checked {
        let is_stored = |person| person > 0 && person != self.made_by;
        must(
            people.into_iter().flatten().all(is_stored),
            "it names the creator of its book",
        )
    }

    pub(super) fn change(&self, row: &ChangeRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(
            row.expense_id > 0 && row.by_user > 0,
            "its id is not a positive number",
        )?;
        must(row.version > 0, "its version is not a positive number")?;
        must(What::parse(&row.what).is_some(), "what the change was is unknown")?;
        moments([Some(row.at), None])?;
        let before: RecordedState =
            serde_json::from_str(&row.before).map_err(|_| "the state before the change can't be read")?;
        before.amount.map_or(Ok(()), amount)?;
        before.date.map_or(Ok(()), day)?;
        before.description.as_deref().map_or(Ok(()), description)?;
        // Its category may be gone.
        before
            .category
            .map_or(Ok(()), |category| category_name(&category.name))
    }
}

pub(super) fn amount(amount: Money) -> Checked {
    must(!amount.is_zero() && amount.abs() <= Money::LIMIT, AMOUNT)
}

pub(super) fn day(day: Date) -> Checked {
    must(
        (FIRST_DAY..=LAST_DAY).contains(&day),
        "its day is not in the calendar",
    )
}

pub(super) fn description(text: &str) -> Checked {
    let is_text = text::lines(text, LONGEST_DESCRIPTION).is_ok_and(|typed| typed == text);
    must(is_text, "the description isn't one that can be entered")
}
