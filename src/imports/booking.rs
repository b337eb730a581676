//! What identifies a booking.

use std::num::NonZeroI64;

use time::Date;

use crate::crypto::hash;
use crate::money::Money;

/// What identifies a booking. Texts are hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Booking {
    pub date: Date,
    /// In the direction of the account: negative is money out.
    pub amount: Money,
    /// Of the folded description.
    pub text: i64,
    /// Of the identifier that its file gives it.
    pub id: Option<NonZeroI64>,
    /// Of the account that its file names.
    pub account: Option<NonZeroI64>,
}

/// Where a booking is looked for: its date, its amount, and the hash of its description or of its identifier.
pub type Key = (Date, Money, i64);

/// The hash of an identifier or an account.
pub fn hash_of(text: &str) -> Option<NonZeroI64> {
    NonZeroI64::new(hash::key(text))
}

impl Booking {
    pub fn key(&self, text: i64) -> Key {
        (self.date, self.amount, text)
    }
}
