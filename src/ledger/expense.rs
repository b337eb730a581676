//! What an expense is: its columns, what a person enters of it, and what an export has of it. A new column is added here,
//! and the compiler names the other places. Statements are in `queries` and `change`.
//!
//! More than 300 lines, because the row, its bulk INSERT and a new expense share one list of columns.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use time::{Date, PrimitiveDateTime};

use super::bulk::bulk_insert;
use super::category_kind::CategoryKind;
use super::paid_by::PaidBy;
use crate::db::schema::expenses;
use crate::db::{BookId, Day, UserId, WriteContext};
use crate::money::Money;
use crate::text;

/// From one list of columns: the text of it, their number, and what the bulk INSERT writes of a row.
macro_rules! columns {
    ($first:ident $(, $column:ident)* $(,)?) => {
        /// Every column, in the order of the schema.
        pub(super) const COLUMNS: &str = concat!(stringify!($first) $(, ", ", stringify!($column))*);

        /// How many [`COLUMNS`] there are.
        #[cfg(any(test, feature = "_postgres"))]
        pub(super) const COLUMN_COUNT: usize = [stringify!($first) $(, stringify!($column))*].len();

        bulk_insert!(Expense, expenses, ""; $first $(, $column)*);
    };
}

columns!(
    book_id,
    id,
    spent_on,
    category_id,
    amount,
    description,
    search,
    request_key,
    version,
    created_at,
    updated_at,
    deleted_at,
    paid_by,
    created_by,
);

/// Begins the request keys of expenses that a schedule has entered. Those of submits are hashes without a colon.
pub(super) const SCHEDULE_KEY: &str = "schedule:";

/// A row of `expenses`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = expenses, primary_key(book_id, id), treat_none_as_null = true)]
pub struct Expense {
    /// The owner.
    pub book_id: i64,
    /// Never reused; later ones are greater.
    pub id: i64,
    /// A calendar date, never an instant.
    pub spent_on: Date,
    pub category_id: i64,
    /// Negative is a refund.
    pub amount: Money,
    /// May be empty.
    pub description: String,
    /// The description as [`text::search_text`] folds it.
    pub search: String,
    /// Identifies the submit that created the row; a repeated submit has the same.
    pub request_key: Option<String>,
    /// Grows by one with each change.
    pub version: i32,
    /// UTC, like the two below.
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// When it was moved to the trash.
    pub deleted_at: Option<PrimitiveDateTime>,
    /// See [`PaidBy`].
    pub paid_by: Option<i64>,
    /// Who entered it, stored like `paid_by`.
    pub created_by: Option<i64>,
}

impl Expense {
    pub(super) fn new(
        owner: BookId,
        category_id: i64,
        new: &NewExpense,
        request_key: Option<String>,
        context: &WriteContext,
    ) -> Self {
        Self {
            book_id: owner.0,
            id: context.ids.next(),
            spent_on: new.date,
            category_id,
            amount: new.amount,
            description: new.description.clone(),
            search: text::search_text(&new.description),
            request_key,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            deleted_at: None,
            paid_by: PaidBy::of(new.paid_by.unwrap_or(context.by), context.made_by).stored(),
            created_by: PaidBy::of(context.by, context.made_by).stored(),
        }
    }

    /// This row with what a person has entered in its place. Without a payer it keeps its own.
    pub(super) fn edited(&self, category_id: i64, new: &NewExpense, context: &WriteContext) -> Self {
        // Names every field, so that a new one is not forgotten here. The same is done below and in `history::state`.
        let NewExpense {
            amount,
            category: _,
            date,
            description,
            paid_by,
            kind: _,
        } = new;
        let payer = paid_by.map(|payer| PaidBy::of(payer, context.made_by));
        Self {
            spent_on: *date,
            category_id,
            amount: *amount,
            description: description.clone(),
            paid_by: payer.map_or(self.paid_by, PaidBy::stored),
            ..self.clone()
        }
    }

    /// A row with changed values, as its next version.
    pub(super) fn next_version(self, context: &WriteContext) -> Self {
        Self {
            search: text::search_text(&self.description),
            version: self.version + 1,
            updated_at: context.now,
            ..self
        }
    }

    /// The request key of the expense that a schedule posts for a date.
    pub(super) fn schedule_key(schedule: i64, due_on: Date) -> String {
        format!("{SCHEDULE_KEY}{schedule}:{due_on}")
    }

    /// The schedule that has posted it; `None` if a person has entered it.
    pub fn schedule_id(&self) -> Option<i64> {
        let key = self.request_key.as_deref()?.strip_prefix(SCHEDULE_KEY)?;
        key.split(':').next()?.parse().ok()
    }

    /// Whether it is not in the trash.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.description.len() + self.search.len()
    }
}

/// An expense that has passed every check, from a form or from JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExpense {
    /// Never zero.
    pub amount: Money,
    /// 1 to 60 characters, trimmed.
    pub category: String,
    pub date: Date,
    /// Up to 500 characters, trimmed.
    pub description: String,
    /// `None` leaves it to the program: the person who enters it, or the present payer.
    pub paid_by: Option<UserId>,
    /// What a category with a new name becomes. One that exists keeps its kind.
    pub kind: CategoryKind,
}

impl NewExpense {
    /// With what every expense has; the rest is empty.
    pub fn new(amount: Money, category: String, date: Date) -> Self {
        Self {
            amount,
            category,
            date,
            description: String::new(),
            paid_by: None,
            kind: CategoryKind::Spending,
        }
    }

    /// What leaves a row as it is; `category` is the name of its category.
    pub fn unchanged(row: &Expense, category: String) -> Self {
        Self {
            amount: row.amount,
            category,
            date: row.spent_on,
            description: row.description.clone(),
            paid_by: None,
            kind: CategoryKind::Spending,
        }
    }

    /// The same on another date.
    #[must_use]
    pub fn dated(&self, date: Date) -> Self {
        Self { date, ..self.clone() }
    }

    /// What identifies a submit: its id together with its content, so that the same id with other content is another.
    pub fn request_key(&self, request_id: &str, context: &WriteContext) -> String {
        let Self {
            amount,
            category,
            date,
            description,
            paid_by,
            kind,
        } = self;
        let mut hash = Sha256::new();
        for part in [
            request_id,
            &amount.minor().to_string(),
            &text::name_key(category),
            &date.to_string(),
            description,
        ] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        if let Some(person) = paid_by {
            hash.update(person.0.to_be_bytes());
        }
        if kind.is_income() {
            hash.update(kind.name());
        }
        // The ids of several members must not meet.
        if context.by != context.made_by {
            hash.update(context.by.0.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}

/// The exported columns of an expense.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = expenses)]
pub struct ExportRow {
    pub id: i64,
    #[diesel(column_name = spent_on)]
    pub day: Day,
    pub category_id: i64,
    /// Negative is a refund.
    pub amount: Money,
    /// May be empty.
    pub description: String,
    pub paid_by: Option<i64>,
}

impl From<Expense> for ExportRow {
    fn from(row: Expense) -> Self {
        Self {
            id: row.id,
            day: Day(row.spent_on),
            category_id: row.category_id,
            amount: row.amount,
            description: row.description,
            paid_by: row.paid_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::sqlite::Sqlite;
    use time::macros::datetime;

    use super::*;

    /// The columns between `before` and `after`, without quotes and the table's name.
    fn columns_of(sql: &str, before: &str, after: &str) -> Vec<String> {
        let list = sql.split(before).nth(1).unwrap().split(after).next().unwrap();
        let name = |column: &str| column.trim().replace('`', "").replace("expenses.", "");
        list.split(',').map(name).collect()
    }

    #[test]
    fn the_list_of_columns_is_that_of_the_schema_and_of_the_struct() {
        let listed: Vec<&str> = COLUMNS.split(", ").collect();
        let select =
            diesel::debug_query::<Sqlite, _>(&expenses::table.select(expenses::all_columns)).to_string();
        assert_eq!(columns_of(&select, "SELECT ", " FROM"), listed, "the schema");
        let now = datetime!(2026-11-26 08:00);
        let row = Expense {
            book_id: 1,
            id: 2,
            spent_on: now.date(),
            category_id: 3,
            amount: Money::from_minor(4),
            description: String::new(),
            search: String::new(),
            request_key: Some(String::new()),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: Some(now),
            paid_by: Some(5),
            created_by: Some(6),
        };
        let insert = diesel::insert_into(expenses::table).values(&row);
        let insert = diesel::debug_query::<Sqlite, _>(&insert).to_string();
        assert_eq!(columns_of(&insert, "(", ")"), listed, "the struct");
        assert_eq!(COLUMN_COUNT, listed.len());
    }
}
