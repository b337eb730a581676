//! Confirmed imports in a backup: the fields of their records, and the rules for them. Drafts are uploaded again.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use super::rows::record;
use super::rules::{Checked, Rules, WORD, is_word, moments, must};
use crate::imports::import::Import;
use crate::imports::mapping::ImportMapping;
use crate::imports::row::ImportRow;
use crate::imports::state::ImportState;
use crate::imports::verdict::Verdict;
use crate::money::Money;

record!(
    ImportRecord,
    Import {
        book_id: i64,
        id: i64,
        name: String,
        sha256: String,
        state: String,
        format: String,
        choices: String,
        reading: Option<String>,
        problem: Option<String>,
        header_key: Option<String>,
        is_remembered: bool,
        category: String,
        money_in: Option<String>,
        balances: Option<String>,
        first_on: Option<Date>,
        last_on: Option<Date>,
        new_rows: i64,
        known_rows: i64,
        maybe_rows: i64,
        left_out_rows: i64,
        rejected_rows: i64,
        created_rows: i64,
        version: i64,
        created_by: i64,
        created_at: PrimitiveDateTime,
        confirmed_at: Option<PrimitiveDateTime>,
        undone_at: Option<PrimitiveDateTime>,
    }
);

record!(
    ImportRowRecord,
    ImportRow {
        book_id: i64,
        import_id: i64,
        row_number: i32,
        line: i64,
        verdict: String,
        reason: Option<String>,
        take: bool,
        booked_on: Option<Date>,
        amount: Option<Money>,
        currency: Option<String>,
        description: String,
        memo: String,
        category: Option<String>,
        source_id: Option<String>,
        account: Option<String>,
        text_key: i64,
        expense_id: Option<i64>,
        raw: Option<String>,
        category_reason: Option<String>,
        is_income: Option<bool>,
    }
);

record!(
    ImportMappingRecord,
    ImportMapping {
        book_id: i64,
        header_key: String,
        choices: String,
        used_at: PrimitiveDateTime,
    }
);

impl Rules {
    pub(super) fn import(&self, row: &ImportRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(is_word(&row.name) && is_word(&row.category), WORD)?;
        must(
            matches!(
                ImportState::parse(&row.state),
                ImportState::Done | ImportState::Undone
            ),
            "the import is not a confirmed one",
        )?;
        serde_json::from_str::<serde_json::Value>(&row.choices).map_err(|_| "its choices can't be read")?;
        moments([Some(row.created_at), row.confirmed_at])?;
        moments([row.undone_at, None])
    }

    pub(super) fn import_row(&self, row: &ImportRowRecord) -> Checked {
        self.owned(row.book_id, row.import_id)?;
        must(row.row_number > 0, "its number is not a positive one")?;
        must(Verdict::parse(&row.verdict).is_some(), "its verdict is unknown")?;
        must(
            row.amount.is_none_or(|amount| amount.abs() <= Money::LIMIT),
            super::rules::AMOUNT,
        )
    }

    pub(super) fn import_mapping(&self, row: &ImportMappingRecord) -> Checked {
        self.owned(row.book_id, row.book_id)?;
        must(is_word(&row.header_key), WORD)?;
        moments([Some(row.used_at), None])
    }
}
