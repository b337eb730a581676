//! The person on whose behalf a request works. Their units of work count together against the limits of one person, in
//! whichever of their books they are; see [`Load`].
//!
//! It is set where the person is identified and not passed as an argument, so that no handler can forget it.

use std::cell::Cell;
use std::future::Future;

use actix_web::rt;

use super::unit_of_work::{Owner, UserId};

tokio::task_local! {
    /// Unset outside of requests; `None` until the person is known.
    static PERSON: Cell<Option<UserId>>;
}

/// Runs a request, in which [`act_as`] has an effect.
pub async fn in_request<F: Future>(request: F) -> F::Output {
    PERSON.scope(Cell::new(None), request).await
}

/// The rest of the request works for `person`.
pub fn act_as(person: UserId) {
    // Outside of a request work counts for the owner of its rows.
    let _ = PERSON.try_with(|acting| acting.set(Some(person)));
}

/// Starts a task that works for the same person. A task of `rt::spawn` works for nobody.
pub fn spawn<F>(task: F) -> rt::task::JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    rt::spawn(PERSON.scope(Cell::new(person()), task))
}

fn person() -> Option<UserId> {
    PERSON.try_with(Cell::get).ok().flatten()
}

/// For whom a unit of work counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    person: Option<UserId>,
    owner: Option<Owner>,
}

impl Load {
    /// A unit of work on rows of `owner`, by the person of the current request.
    pub(super) fn of(owner: Option<Owner>) -> Self {
        Self {
            person: person(),
            owner,
        }
    }

    /// The person, else the owner of the rows: work of a command, or before the person is known.
    pub(super) fn key(self) -> Option<Owner> {
        self.person.map(Owner::from).or(self.owner)
    }

    /// The person and the book, for limits on what locked rows of a book can block.
    #[cfg(feature = "_postgres")]
    pub(super) fn keys(self) -> Vec<Owner> {
        let book = self.owner.and_then(|owner| owner.book);
        let rows = book.map(Owner::from).or(self.owner);
        let mut keys: Vec<Owner> = self.person.map(Owner::from).into_iter().collect();
        keys.extend(rows.filter(|rows| !keys.contains(rows)));
        keys
    }
}
