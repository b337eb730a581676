//! The fields of each record in the file format, and their conversion from and to the rows of the database.

use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::books::book::{Book, PERSONAL};
use crate::books::member::Member;
use crate::books::role::Role;
use crate::db::{BookId, UserId};
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::category_kind::CategoryKind;
use crate::money::Money;

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

pub(super) use record;

/// Not made by `record!`, because files up to version 2 have fields that belong to the book now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserRecord {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    pub email: String,
    pub email_key: String,
    pub password_hash: String,
    pub timezone: String,
    pub locale: String,
    pub week_start: String,
    pub theme: String,
    pub created_at: PrimitiveDateTime,
    pub closed_at: Option<PrimitiveDateTime>,
    /// Up to version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Up to version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month_start: Option<i32>,
}

impl UserRecord {
    /// The person's own book, from a record up to version 2.
    pub(super) fn take_book(&mut self) -> Option<BookRecord> {
        let (currency, month_start) = self.currency.take().zip(self.month_start.take())?;
        Some(BookRecord {
            id: self.id,
            name: PERSONAL.to_owned(),
            currency,
            month_start,
            created_at: self.created_at,
            closed_at: self.closed_at,
            made_by: self.id,
            is_shared: false,
        })
    }
}

impl From<User> for UserRecord {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            email_key: user.email_key,
            password_hash: user.password_hash,
            timezone: user.timezone,
            locale: user.locale,
            week_start: user.week_start,
            theme: user.theme,
            created_at: user.created_at,
            closed_at: user.closed_at,
            currency: None,
            month_start: None,
        }
    }
}

impl From<UserRecord> for User {
    fn from(record: UserRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            email: record.email,
            email_key: record.email_key,
            password_hash: record.password_hash,
            timezone: record.timezone,
            locale: record.locale,
            week_start: record.week_start,
            theme: record.theme,
            created_at: record.created_at,
            closed_at: record.closed_at,
        }
    }
}

record!(
    BookRecord,
    Book {
        id: i64,
        name: String,
        currency: String,
        month_start: i32,
        created_at: PrimitiveDateTime,
        closed_at: Option<PrimitiveDateTime>,
        /// 0 in files up to version 3. The members decide then, see `book::restore_maker`.
        #[serde(default)]
        made_by: i64,
        #[serde(default)]
        is_shared: bool,
    }
);

impl BookRecord {
    /// The member that the own book of a person has from the start.
    pub(super) fn owner(&self) -> MemberRecord {
        let (book, user) = (BookId(self.id), UserId(self.id));
        Member::new(book, user, Role::Owner, String::new(), self.created_at).into()
    }
}

record!(
    MemberRecord,
    Member {
        book_id: i64,
        user_id: i64,
        role: String,
        name: String,
        joined_at: PrimitiveDateTime,
        left_at: Option<PrimitiveDateTime>,
    }
);

record!(
    CategoryRecord,
    Category {
        #[serde(alias = "user_id")]
        book_id: i64,
        id: i64,
        name: String,
        name_key: String,
        color: String,
        created_at: PrimitiveDateTime,
        #[serde(default)]
        kind: CategoryKind,
    }
);

record!(BudgetRecord, Budget {
    #[serde(alias = "user_id")]
    book_id: i64,
    id: i64,
    category_id: Option<i64>,
    month: i32,
    amount: Option<Money>,
});

record!(TokenRecord, ApiToken {
    #[serde(default)]
    book_id: i64,
    id: i64,
    user_id: i64,
    name: String,
    secret_hash: String,
    access: String,
    created_at: PrimitiveDateTime,
    last_used_at: Option<PrimitiveDateTime>,
});
