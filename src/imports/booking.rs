//! What identifies a booking.

use time::Date;

use crate::money::Money;

/// What identifies a booking. Texts are hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    pub date: Date,
    /// In the direction of the account: negative is money out.
    pub amount: Money,
    /// Of the folded description.
    pub text: i64,
    /// Of the identifier that its file gives it.
    pub id: Option<i64>,
    /// Of the account that its file names.
    pub account: Option<i64>,
}

/// Where a booking is looked for: its date, its amount, and the hash of its description or of its identifier.
pub type Key = (Date, Money, i64);

impl Booking {
    pub fn key(&self, text: i64) -> Key {
        (self.date, self.amount, text)
    }
}
