//! Money as whole minor units (cents, fils, yen), from the first parse to the last print.

mod affix;
mod currency;
mod digits;
mod error;
mod plain;
mod typed;

pub use currency::Currency;
pub use error::AmountError;
pub use plain::Plain;

use crate::locale::Locale;

/// An amount in minor units of some [`Currency`]: `Money(1250)` is $12.50, ¥1250 or KWD 1.250.
///
/// It does not know its currency; an account has exactly one. Negative amounts are refunds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From minor units; any value, also beyond what one expense may be.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The largest amount an expense or a budget may have, either way: 100,000,000,000.00 of a currency with cents.
    pub const LIMIT: Self = Self(10_000_000_000_000);

    /// The sum, or `None` beyond 64 bits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` beyond 64 bits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// The amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// Whether it is below zero: a refund, or a budget that is overspent.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads what a person types for an expense: any usual spelling, not zero.
    ///
    /// Fails with the reason to show at the field; [`AmountError::message`] words it.
    pub fn parse_typed(text: &str, currency: Currency, locale: Locale) -> Result<Self, AmountError> {
        Self::parse_typed_any(text, currency, locale)?.non_zero()
    }

    /// Like [`Money::parse_typed`], and zero is fine: a budget may be nothing.
    pub fn parse_typed_any(text: &str, currency: Currency, locale: Locale) -> Result<Self, AmountError> {
        typed::parse(text, currency, locale)
    }

    /// Reads the API's one form, `-?[0-9]+(\.[0-9]+)?`, for an expense: not zero.
    ///
    /// Fewer decimals than the currency has are fine, more are an error.
    pub fn parse_plain(text: &str, currency: Currency) -> Result<Self, AmountError> {
        Self::parse_plain_any(text, currency)?.non_zero()
    }

    /// Like [`Money::parse_plain`], and zero is fine.
    pub fn parse_plain_any(text: &str, currency: Currency) -> Result<Self, AmountError> {
        plain::parse(text, currency)
    }

    /// Itself, or [`AmountError::Zero`].
    pub fn non_zero(self) -> Result<Self, AmountError> {
        if self.is_zero() {
            Err(AmountError::Zero)
        } else {
            Ok(self)
        }
    }

    /// Itself, or [`AmountError::Negative`] when it is below zero (budgets).
    pub fn non_negative(self) -> Result<Self, AmountError> {
        if self.is_negative() {
            Err(AmountError::Negative)
        } else {
            Ok(self)
        }
    }

    /// The machine's spelling, on the stack: `-12.50`, JPY `1250`, KWD `1.250`.
    ///
    /// For CSV and JSON; `as_bytes()` and `as_str()` allocate nothing.
    pub fn plain(self, currency: Currency) -> Plain {
        Plain::new(self, currency)
    }

    /// [`Money::plain`] as a `String`.
    pub fn to_plain(self, currency: Currency) -> String {
        self.plain(currency).as_str().to_owned()
    }
}

impl std::iter::Sum for Money {
    /// Stops at the ends of 64 bits; the contract's limits keep any account far from them.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::Money;

    #[test]
    fn arithmetic_never_wraps() {
        let most = Money::from_minor(i64::MAX);
        let least = Money::from_minor(i64::MIN);
        assert_eq!(most.checked_add(Money::from_minor(1)), None);
        assert_eq!(least.checked_sub(Money::from_minor(1)), None);
        assert_eq!(least.abs(), most);
        assert_eq!([most, most].into_iter().sum::<Money>(), most);
    }
}
