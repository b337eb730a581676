//! An account as it is cached between requests.

use super::sessions::Session;
use super::users::User;
use crate::books::member::Membership;
use crate::db::Cacheable;

/// Bytes of an [`Account`] with its session or token in the cache, and of one of its books, generously rounded.
const ACCOUNT_BYTES: usize = 1024;
const MEMBERSHIP_BYTES: usize = 512;

/// An account with its books.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) books: Vec<Membership>,
}

impl Account {
    /// Its approximate size in memory.
    pub(super) fn bytes(&self) -> usize {
        ACCOUNT_BYTES + self.books.len() * MEMBERSHIP_BYTES
    }
}

impl Cacheable for Option<(Session, Account)> {
    fn bytes(&self) -> usize {
        self.as_ref()
            .map_or(ACCOUNT_BYTES, |(_, account)| account.bytes())
    }
}
