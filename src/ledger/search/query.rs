//! A search for a text, and the parts of its statements that are the same on both databases.

use time::Date;

use crate::db::BookId;
use crate::ledger::kinds::CategoryScope;
use crate::ledger::paid_by::PaidBy;
use crate::money::Money;
use crate::period::DateRange;

/// Live expenses of one owner whose description contains a text.
#[derive(Debug, Clone)]
pub(crate) struct TextSearch<'a> {
    pub(crate) owner: BookId,
    pub(crate) days: DateRange,
    pub(crate) scope: &'a CategoryScope,
    /// Only what this person has paid.
    pub(crate) paid_by: Option<PaidBy>,
    /// Only what this import has made.
    pub(crate) import: Option<i64>,
    /// Rows of these categories are not found: the selection reads them from other indexes.
    pub(crate) except_categories: &'a [i64],
    /// Rows with these amounts are not found, for the same reason.
    pub(crate) except_amounts: &'a [Money],
    /// As [`crate::text::search_query`] returns it; not empty.
    pub(crate) folded: &'a str,
}

/// A text search within some days, for [`Store::sources`](super::store::Store::sources).
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceQuery<'a> {
    pub(super) text: &'a TextSearch<'a>,
    /// Some or all days of `text`.
    pub(super) days: DateRange,
    /// Of this day only the rows that meet the condition: the page before ended within it.
    pub(super) cut_day: Option<&'a (Date, String)>,
}

/// A SELECT of rows with `day`, `id`, `category_id`, `amount`. The sources of one search have no row in common.
#[derive(Debug)]
pub(super) struct Source {
    /// With `text` as `$1`, and `candidates` as `$2` if there are any.
    pub(super) select: String,
    /// The text, or the pattern for LIKE.
    pub(super) text: String,
    /// The expression for the full-text index.
    pub(super) candidates: Option<String>,
    /// The columns by which the database returns the rows without sorting.
    pub(super) order: &'static [&'static str],
    /// Whether rows of one day come in the order of their keys, not of their ids.
    pub(super) is_by_key: bool,
}

impl SourceQuery<'_> {
    /// The conditions on category, amount, text and payer for rows called `r`. The text costs most, but for the payer, whom
    /// the copy does not have.
    pub(super) fn conditions(&self, text: &str) -> String {
        let mut conditions = Vec::new();
        conditions.extend(self.text.scope.condition());
        let amounts: Vec<i64> = self
            .text
            .except_amounts
            .iter()
            .map(|amount| amount.minor())
            .collect();
        for (column, values) in [("category_id", self.text.except_categories), ("amount", &amounts)] {
            if !values.is_empty() {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                conditions.push(format!("{column} NOT IN ({})", values.join(", ")));
            }
        }
        conditions.push(text.to_owned());
        if let Some(paid_by) = self.text.paid_by {
            let payer = match paid_by {
                PaidBy::Maker => "IS NULL".to_owned(),
                PaidBy::Member(person) => format!("= {}", person.0),
            };
            conditions.push(format!(
                "EXISTS (SELECT 1 FROM expenses AS p WHERE p.book_id = {} AND p.id = r.id AND p.paid_by {payer})",
                self.text.owner.0
            ));
        }
        if let Some(import) = self.text.import {
            conditions.push(format!(
                "r.id IN (SELECT i.expense_id FROM import_rows AS i WHERE i.book_id = {} AND i.import_id = {import} \
                 AND i.take AND i.expense_id IS NOT NULL)",
                self.text.owner.0
            ));
        }
        conditions.join(" AND ")
    }

    /// The condition on `spent_on`.
    pub(super) fn within_days(&self) -> String {
        let within = format!(
            "spent_on BETWEEN '{}' AND '{}'",
            self.days.first(),
            self.days.last()
        );
        match self.cut_day {
            Some((day, condition)) => format!("{within} AND (spent_on <> '{day}' OR {condition})"),
            None => within,
        }
    }
}

impl Source {
    /// Rows in the order of days and ids.
    pub(super) fn by_id(select: String, text: String) -> Self {
        Self {
            select,
            text,
            candidates: None,
            order: &["spent_on", "id"],
            is_by_key: false,
        }
    }
}
