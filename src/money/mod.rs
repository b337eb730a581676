//! Money: amounts in whole minor units, currencies, parsing and formatting.
//!
//! An amount of a form or of the API is parsed in two ways: [`Money::parse_typed`] reads what people type in their locale;
//! `Money::parse_plain` reads the one form of the API. It is printed in two ways:
//! [`Money::format`] for people, [`Money::plain`] for programs. Files of banks are read by `statements`, into a `Decimal`.

mod affix;
mod amount;
mod comparison;
mod currency;
mod digits;
mod error;
mod format;
mod parse_plain;
mod parse_typed;
mod plain;

pub use amount::Money;
pub use currency::Currency;
pub use error::AmountError;
pub use format::MoneyParts;
pub use plain::PlainAmount;
