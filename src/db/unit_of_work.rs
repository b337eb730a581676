//! Whose rows a unit of work uses, how many, and how long it may wait and run.

use std::time::Duration;

/// The id of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// The id of a book, which owns categories, expenses and budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BookId(pub i64);

impl UserId {
    /// The book that the person has since registration. It has the same id.
    pub fn own_book(self) -> BookId {
        BookId(self.0)
    }
}

/// A book that a write may change: one whose member's role was checked, or any book for the program's own work.
#[derive(Debug, Clone, Copy)]
pub struct WritableBook(BookId);

impl WritableBook {
    /// The caller has checked the role, or acts for no person.
    pub fn unchecked(book: BookId) -> Self {
        Self(book)
    }

    pub fn id(self) -> BookId {
        self.0
    }
}

/// Whose rows a write may change.
#[derive(Debug, Clone, Copy)]
pub struct WriteOwner {
    pub(super) owner: Owner,
    pub(super) changes: Changes,
}

impl WriteOwner {
    /// A person, and a book that need not be their own.
    pub fn both(user: UserId, book: WritableBook) -> Self {
        Self::anything_of(Owner::both(user, book.0))
    }

    /// A book with its name, settings, members, invitations and tokens. The conversion from a [`WritableBook`] is for its
    /// entries only.
    pub fn book_and_members(book: WritableBook) -> Self {
        Self::anything_of(book.0.into())
    }

    fn anything_of(owner: Owner) -> Self {
        Self {
            owner,
            changes: Changes::Anything,
        }
    }
}

impl From<WritableBook> for WriteOwner {
    fn from(book: WritableBook) -> Self {
        Self {
            owner: book.0.into(),
            changes: Changes::Entries(book.0),
        }
    }
}

impl From<UserId> for WriteOwner {
    fn from(user: UserId) -> Self {
        Self::anything_of(user.into())
    }
}

/// What a write may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    /// Only the entries of a book.
    Entries(BookId),
    Anything,
}

/// Whose rows a unit of work may touch: those of a book, of a person, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    pub(super) book: Option<BookId>,
    pub(super) user: Option<UserId>,
}

impl Owner {
    /// A person, and a book that need not be their own.
    pub fn both(user: UserId, book: BookId) -> Self {
        Self {
            book: Some(book),
            user: Some(user),
        }
    }

    /// The numbers that a write locks, in ascending order: the ids of the book and of the person, which are the same for
    /// a person and their own book.
    #[cfg(feature = "_postgres")]
    pub(super) fn keys(self) -> Vec<i64> {
        let mut keys: Vec<i64> = self.book.map(|book| book.0).into_iter().collect();
        keys.extend(self.user.map(|user| user.0));
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl From<BookId> for Owner {
    fn from(book: BookId) -> Self {
        Self {
            book: Some(book),
            user: None,
        }
    }
}

impl From<UserId> for Owner {
    fn from(user: UserId) -> Self {
        Self {
            book: None,
            user: Some(user),
        }
    }
}

/// How many rows a unit of work reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxScope {
    /// A few. On `SQLite` a write may share its transaction with other waiting writes; on PostgreSQL it ends within
    /// `STATEMENT_TIMEOUT`.
    Shared,
    /// Many. A write shares its transaction, and its failure, with no other, and takes as long as it needs.
    Own,
}

/// The time limit for reads of commands and backups.
pub(super) const UNLIMITED: Duration = Duration::from_hours(24 * 365);
/// How long a request waits for a free connection, or for its turn to write, before it answers 503.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long background work and commands wait for their turn to write.
pub(super) const LONG_PATIENCE: Duration = Duration::from_hours(1);
/// How long a read may take on `SQLite` before it is cancelled; see `limit.rs`.
pub(super) const READ_TIME: Duration = Duration::from_secs(3);
