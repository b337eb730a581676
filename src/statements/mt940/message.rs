//! What a message of MT940 says before its bookings.

use super::super::balance::Sum;
use super::super::decimal::Decimal;

/// What the fields before the bookings say.
#[derive(Debug, Default)]
pub struct Message {
    pub line: Option<u64>,
    pub account: Option<String>,
    pub currency: Option<String>,
    pub opening: Option<Decimal>,
    pub booked: Sum,
    /// German banks send what is not booked yet under a name of its own.
    pub is_announcement: bool,
}
