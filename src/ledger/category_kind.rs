//! The kind of a category, which is the kind of all of its rows.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

/// What the rows of a category are. A negative amount takes something back of either.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    FromSqlRow,
    AsExpression,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "snake_case")]
#[schema(example = "spending")]
pub enum CategoryKind {
    #[default]
    Spending,
    /// Money in.
    Income,
}

impl CategoryKind {
    pub const ALL: [Self; 2] = [Self::Spending, Self::Income];

    /// As in the database, in forms, in JSON and in the CSV file: `spending` or `income`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spending => "spending",
            Self::Income => "income",
        }
    }

    /// The inverse of [`CategoryKind::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// [`CategoryKind::parse`] of what was sent in a form or in JSON.
    pub fn check(name: &str) -> Result<Self, String> {
        Self::parse(name).ok_or_else(|| "Use spending or income.".to_owned())
    }

    /// As a choice on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Spending => "Spending",
            Self::Income => "Income",
        }
    }

    pub fn is_income(self) -> bool {
        self == Self::Income
    }

    /// For `skip_serializing_if`: what has the default kind is written without it.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl<DB: Backend> ToSql<Text, DB> for CategoryKind
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for CategoryKind
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(value)?;
        Self::parse(&name).ok_or_else(|| format!("{name:?} is no kind of a category").into())
    }
}
