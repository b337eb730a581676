//! The type of every amount: whole minor units (cents, fils, yen).

use std::ops::{Add, AddAssign, Neg};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};

/// An amount in minor units of some [`Currency`](super::Currency): `Money(1250)` is $12.50, ¥1250 or KWD 1.250.
///
/// It has no currency, because a book has exactly one. Negative amounts are refunds. In the database it is a
/// `BIGINT`, and in a backup a number. The API has [`Money::plain`].
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    AsExpression,
    FromSqlRow,
    Serialize,
    Deserialize,
)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    pub(crate) const ZERO: Self = Self(0);

    /// Accepts any value, also one beyond `Money::LIMIT`: totals may be larger than one expense.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The largest amount of an expense or a budget, and with a minus the smallest: 100,000,000,000.00 of a currency with
    /// cents.
    pub(crate) const LIMIT: Self = Self(10_000_000_000_000);

    /// `None` on overflow of 64 bits.
    pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// One of `parts` equal parts, rounded towards zero.
    #[must_use]
    pub(crate) const fn divided_by(self, parts: i64) -> Self {
        Self(self.0 / parts)
    }

    #[must_use]
    pub(crate) const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// True for a refund, and for what is left of an overspent budget.
    pub(crate) const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub(crate) const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Neg for Money {
    type Output = Self;

    /// Saturates at 64 bits.
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Add for Money {
    type Output = Self;

    /// Saturates at 64 bits. The limits on amounts and rows keep every account far below that.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Money
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Money
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Money;

    #[test]
    fn arithmetic_never_wraps() {
        let max = Money::from_minor(i64::MAX);
        let min = Money::from_minor(i64::MIN);
        assert_eq!(min.checked_sub(Money::from_minor(1)), None);
        assert_eq!(min.abs(), max);
        assert_eq!(-min, max);
        assert_eq!(max + max, max);
        assert_eq!([max, max].into_iter().sum::<Money>(), max);
    }
}
