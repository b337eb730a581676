//! The rows of `expenses`, and the SQL for single ones.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::dsl::SqlTypeOf;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;
use sha2::{Digest as _, Sha256};
use time::{Date, Duration, PrimitiveDateTime};

use super::bulk::{Row, Values};
use super::category::CategoryRef;
use super::category_kind::CategoryKind;
use super::page_position::PagePosition;
use super::paid_by::PaidBy;
use crate::db::schema::{categories, expenses};
use crate::db::{BookId, Conn, UserId, WriteContext};
use crate::error::AppError;
use crate::money::Money;
use crate::text;

/// Days a deleted expense stays in the trash.
pub const TRASH_DAYS: i64 = 30;

/// From one list of columns: the text of it, their number, and what the bulk INSERT writes of a row.
macro_rules! columns {
    ($first:ident $(, $column:ident)* $(,)?) => {
        /// Every column, in the order of the schema.
        pub(super) const COLUMNS: &str = concat!(stringify!($first) $(, ", ", stringify!($column))*);

        /// How many [`COLUMNS`] there are.
        #[cfg(any(test, feature = "_postgres"))]
        pub(super) const COLUMN_COUNT: usize = [stringify!($first) $(, stringify!($column))*].len();

        impl Row<Sqlite> for Expense {
            const BEFORE: &'static [&'static str] = &["INSERT INTO expenses (", COLUMNS, ") VALUES "];
            const AFTER: &'static [&'static str] = &[];

            fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b, Sqlite>) -> QueryResult<()> {
                out.push::<SqlTypeOf<expenses::$first>, _>(&self.$first)?;
                $(out.push::<SqlTypeOf<expenses::$column>, _>(&self.$column)?;)*
                Ok(())
            }
        }
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

/// A row of `expenses`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = expenses)]
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
    /// What identifies a submit: its id together with its content, so that the same id with other content is another.
    pub fn request_key(&self, request_id: &str, context: &WriteContext) -> String {
        let mut hash = Sha256::new();
        for part in [
            request_id,
            &self.amount.minor().to_string(),
            &text::name_key(&self.category),
            &self.date.to_string(),
            &self.description,
        ] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        if let Some(person) = self.paid_by {
            hash.update(person.0.to_be_bytes());
        }
        if self.kind.is_income() {
            hash.update(self.kind.name());
        }
        // The ids of several members must not meet.
        if context.by != context.made_by {
            hash.update(context.by.0.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}

/// The expense that the submit with this key has created, also one in the trash.
pub(super) fn by_request(conn: &mut Conn, owner: BookId, key: &str) -> Result<Option<Expense>, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::request_key.eq(key))
        .select(expenses::all_columns)
        .first(conn)
        .optional()?)
}

/// One expense that is not in the trash.
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<Expense, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .filter(expenses::deleted_at.is_null())
        .select(expenses::all_columns)
        .first(conn)?)
}

/// One expense that is not in the trash, with its category.
pub(super) fn find_named(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
) -> Result<(Expense, CategoryRef), AppError> {
    Ok(expenses::table
        .inner_join(
            categories::table.on(categories::book_id
                .eq(expenses::book_id)
                .and(categories::id.eq(expenses::category_id))),
        )
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .filter(expenses::deleted_at.is_null())
        .select((expenses::all_columns, CategoryRef::as_select()))
        .first(conn)?)
}

/// One expense, also one that has been in the trash for less than [`TRASH_DAYS`]. After that it is
/// [`AppError::NotFound`], also before it is removed.
pub fn find_restorable(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<Expense, AppError> {
    let found = find_anywhere(conn, owner, id)?;
    let due = now - Duration::days(TRASH_DAYS);
    if found.deleted_at.is_some_and(|at| at <= due) {
        return Err(AppError::NotFound);
    }
    Ok(found)
}

/// One expense, also one in the trash.
pub(super) fn find_anywhere(conn: &mut Conn, owner: BookId, id: i64) -> Result<Expense, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .select(expenses::all_columns)
        .first(conn)?)
}

/// At most `limit` rows of the trash from `place` on, last deleted first.
pub fn trashed(
    conn: &mut Conn,
    owner: BookId,
    now: PrimitiveDateTime,
    place: PagePosition<PrimitiveDateTime>,
    limit: i64,
) -> Result<Vec<Expense>, AppError> {
    use expenses::{deleted_at, id};
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(deleted_at.gt(now - Duration::days(TRASH_DAYS)))
        .select(expenses::all_columns)
        .limit(limit)
        .into_boxed();
    let rows = match place {
        PagePosition::Start => rows,
        PagePosition::After(at, row) => rows.filter(deleted_at.lt(at).or(deleted_at.eq(at).and(id.lt(row)))),
        PagePosition::Before(at, row) => rows.filter(deleted_at.gt(at).or(deleted_at.eq(at).and(id.gt(row)))),
    };
    if !matches!(place, PagePosition::Before(..)) {
        return Ok(rows.order((deleted_at.desc(), id.desc())).load(conn)?);
    }
    let mut found: Vec<Expense> = rows.order((deleted_at.asc(), id.asc())).load(conn)?;
    found.reverse();
    Ok(found)
}

/// The greatest id of an account's expenses, those in the trash included; 0 where it has none.
pub fn greatest_id(conn: &mut Conn, owner: BookId) -> Result<i64, AppError> {
    let id: Option<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .order(expenses::id.desc())
        .select(expenses::id)
        .first(conn)
        .optional()?;
    Ok(id.unwrap_or(0))
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
