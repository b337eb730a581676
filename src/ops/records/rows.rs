//! The fields of each record in the file format, and their conversion from and to the rows of the database.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::expense::Expense;

/// Declares a record that has the fields of a row, in the order of the file.
///
/// It does not compile while the row has a column that the record lacks. A field that older files lack gets
/// `#[serde(default)]`. Units and meanings of the fields are those of the row.
macro_rules! record {
    ($record:ident, $row:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty,)+ }) => {
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $record {
            $($(#[$attribute])* pub $field: $kind,)+
        }

        impl From<$row> for $record {
            fn from(row: $row) -> Self {
                let $row { $($field),+ } = row;
                Self { $($field),+ }
            }
        }

        impl From<$record> for $row {
            fn from(record: $record) -> Self {
                let $record { $($field),+ } = record;
                Self { $($field),+ }
            }
        }
    };
}

record!(UserRecord, User {
    id: i64,
    email: String,
    email_key: String,
    password_hash: String,
    currency: String,
    timezone: String,
    locale: String,
    week_start: String,
    month_start: i32,
    theme: String,
    created_at: PrimitiveDateTime,
    closed_at: Option<PrimitiveDateTime>,
});

record!(
    CategoryRecord,
    Category {
        book_id: i64,
        id: i64,
        name: String,
        name_key: String,
        color: String,
        created_at: PrimitiveDateTime,
    }
);

record!(BudgetRecord, Budget {
    book_id: i64,
    id: i64,
    category_id: Option<i64>,
    month: i32,
    amount: Option<i64>,
});

record!(TokenRecord, ApiToken {
    book_id: i64,
    id: i64,
    name: String,
    secret_hash: String,
    access: String,
    created_at: PrimitiveDateTime,
    last_used_at: Option<PrimitiveDateTime>,
});

record!(ExpenseRecord, Expense {
    book_id: i64,
    id: i64,
    spent_on: Date,
    category_id: i64,
    amount: i64,
    description: String,
    search: String,
    request_key: Option<String>,
    version: i32,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    deleted_at: Option<PrimitiveDateTime>,
});
