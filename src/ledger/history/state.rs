//! What an expense was at one time.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use crate::ledger::category::CategoryRef;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::Expense;
use crate::money::Money;

/// All that a person can change about an expense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpenseState {
    pub date: Date,
    pub amount: Money,
    pub category: CategoryState,
    pub description: String,
    /// As [`PaidBy`](crate::ledger::paid_by::PaidBy) stores it.
    pub paid_by: Option<i64>,
    /// Whether it is in the trash.
    pub is_deleted: bool,
}

/// The category of an expense at one time. It may have another name since, or be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryState {
    pub id: i64,
    pub name: String,
    /// What it is created with if it is gone.
    #[serde(default, skip_serializing_if = "CategoryKind::is_default")]
    pub kind: CategoryKind,
}

impl From<&CategoryRef> for CategoryState {
    fn from(category: &CategoryRef) -> Self {
        Self {
            id: category.id,
            name: category.name.clone(),
            kind: category.kind,
        }
    }
}

/// A state as it is recorded, in JSON. A new field of an expense becomes one more member here, which older records lack; what
/// is missing is as in the state after it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// In minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 0 stands for the person who made the book.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_by: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_deleted: Option<bool>,
}

impl ExpenseState {
    /// `category` is the row's category.
    pub fn of(row: &Expense, category: &CategoryRef) -> Self {
        Self {
            date: row.spent_on,
            amount: row.amount,
            category: category.into(),
            description: row.description.clone(),
            paid_by: row.paid_by,
            is_deleted: !row.is_live(),
        }
    }

    /// `row` with the values of this state. `category_id` is the category that now has the place of the state's own, and `now`
    /// the time of the deletion, if the row is moved into the trash.
    pub fn applied_to(self, row: &Expense, category_id: i64, now: PrimitiveDateTime) -> Expense {
        let Self {
            date,
            amount,
            category: _,
            description,
            paid_by,
            is_deleted,
        } = self;
        Expense {
            spent_on: date,
            category_id,
            amount,
            description,
            paid_by,
            deleted_at: is_deleted.then(|| row.deleted_at.unwrap_or(now)),
            ..row.clone()
        }
    }

    /// This state, before a change that has replaced `recorded`.
    #[must_use]
    pub fn before(self, recorded: RecordedState) -> Self {
        Self {
            date: recorded.date.unwrap_or(self.date),
            amount: recorded.amount.unwrap_or(self.amount),
            category: recorded.category.unwrap_or(self.category),
            description: recorded.description.unwrap_or(self.description),
            paid_by: match recorded.paid_by {
                Some(payer) => Some(payer).filter(|payer| *payer != 0),
                None => self.paid_by,
            },
            is_deleted: recorded.is_deleted.unwrap_or(self.is_deleted),
        }
    }
}

impl From<ExpenseState> for RecordedState {
    fn from(state: ExpenseState) -> Self {
        Self {
            date: Some(state.date),
            amount: Some(state.amount),
            category: Some(state.category),
            description: Some(state.description),
            paid_by: Some(state.paid_by.unwrap_or(0)),
            is_deleted: Some(state.is_deleted),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn state() -> ExpenseState {
        ExpenseState {
            date: date!(2026 - 11 - 22),
            amount: Money::from_minor(-450),
            category: CategoryState {
                id: 7,
                name: "Coffee “&”".to_owned(),
                kind: CategoryKind::Spending,
            },
            description: "one\n\ttwo".to_owned(),
            paid_by: Some(9),
            is_deleted: false,
        }
    }

    #[test]
    fn a_record_has_a_form_that_later_versions_read() {
        let json = serde_json::to_string(&RecordedState::from(state())).unwrap();
        assert_eq!(
            json,
            r#"{"date":"2026-11-22","amount":-450,"category":{"id":7,"name":"Coffee “&”"},"description":"one\n\ttwo","paid_by":9,"is_deleted":false}"#
        );
        let read: RecordedState = serde_json::from_str(&json).unwrap();
        assert_eq!(read, RecordedState::from(state()));
    }

    #[test]
    fn what_a_record_lacks_is_as_after_the_change() {
        let record = r#"{"category":{"id":8,"name":"Tea"},"of a later version":[1]}"#;
        let recorded: RecordedState = serde_json::from_str(record).unwrap();
        let before = state().before(recorded);
        let category = CategoryState {
            id: 8,
            name: "Tea".to_owned(),
            kind: CategoryKind::Spending,
        };
        assert_eq!(before, ExpenseState { category, ..state() });
    }
}
