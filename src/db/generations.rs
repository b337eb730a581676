//! Which cached values a commit outdates.
//!
//! `PRAGMA data_version` changes on a connection when any other connection, of this or another process, has committed. It
//! takes a few microseconds, so every lookup starts with it and no cached value is older than the lookup. The writer
//! announces each of its commits and says afterwards what was changed; a change that was not announced outdates
//! everything.

use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;

use super::connection::{Conn, Manager, on_backend};
use super::statement::{StaticSql as _, sql};
use super::unit_of_work::{BookId, Changes, Owner};
use crate::error::AppError;

/// Counters for the entries of books. Books that share one outdate each other's values.
const COUNTERS: usize = 1 << COUNTER_BITS;
const COUNTER_BITS: u32 = 12;

/// What a cached value was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The entries of a book (expenses, categories, budgets, …), its members and their accounts.
    Entries(BookId),
    /// Accounts, sessions, tokens, books and members, but no entries.
    Accounts(Owner),
}

/// The state of the database that a value was read from, or a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Generation {
    all: u64,
    entries: u64,
}

/// Counts the changes of the database.
pub(super) struct Generations {
    manager: Manager,
    state: Mutex<State>,
}

struct State {
    /// Used for nothing else: the numbers of `PRAGMA data_version` are comparable only on one connection.
    watch: Option<Conn>,
    /// No connection is opened any more, so that the writer's is the last one to close.
    is_closed: bool,
    data_version: i64,
    /// The number on the writer's connection, which its own commits leave as it is; `None` for a new connection.
    writer_version: Option<i64>,
    is_committing: bool,
    all: u64,
    entries: Box<[u64]>,
}

/// A commit of the writer that is about to happen. Dropped without [`PendingCommit::finish`], it may have happened or not.
pub(super) struct PendingCommit<'a> {
    generations: &'a Generations,
    is_finished: bool,
}

impl Generations {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            state: Mutex::new(State {
                watch: None,
                is_closed: false,
                data_version: 0,
                writer_version: None,
                is_committing: false,
                all: 0,
                entries: vec![0; COUNTERS].into(),
            }),
        }
    }

    /// The present generation of values that are read from `source`; `None` while the writer has committed and not yet
    /// said what.
    pub(super) fn now(&self, source: Source) -> Result<Option<Generation>, AppError> {
        let mut state = self.lock();
        let version = match state.watched_version(&self.manager) {
            Ok(version) => version,
            Err(error) => {
                state.outdate_all();
                return Err(error);
            }
        };
        if version != state.data_version {
            if state.is_committing {
                return Ok(None);
            }
            state.data_version = version;
            state.outdate_all();
        }
        Ok(Some(Generation {
            all: state.all,
            entries: match source {
                Source::Entries(book) => state.entries[counter(book)],
                Source::Accounts(_) => 0,
            },
        }))
    }

    /// Called by the writer right before it commits.
    pub(super) fn announce(&self) -> PendingCommit<'_> {
        self.lock().is_committing = true;
        PendingCommit {
            generations: self,
            is_finished: false,
        }
    }

    /// Closes the connection; later lookups are refused. The writer may still commit.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.watch = None;
        state.is_closed = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PendingCommit<'_> {
    /// The commit has happened on the writer's connection, with these changes.
    pub(super) fn finish(mut self, writer: &mut Conn, changes: impl Iterator<Item = Changes>) {
        let mut state = self.generations.lock();
        // In this order: a commit of another program that the first number includes changes the second one, too.
        let watched = state.watched_version(&self.generations.manager);
        let own = data_version(writer).ok();
        let is_alone = own.is_some() && own == state.writer_version;
        state.writer_version = own;
        match watched {
            Ok(version) => state.data_version = version,
            Err(_) => state.outdate_all(),
        }
        for change in changes {
            match change {
                Changes::Entries(book) if is_alone => state.entries[counter(book)] += 1,
                Changes::Entries(_) | Changes::Anything => state.outdate_all(),
            }
        }
        if !is_alone {
            state.outdate_all();
        }
        drop(state);
        self.is_finished = true;
    }
}

impl Drop for PendingCommit<'_> {
    fn drop(&mut self) {
        let mut state = self.generations.lock();
        state.is_committing = false;
        if !self.is_finished {
            // Its connection is not used again.
            state.writer_version = None;
            state.outdate_all();
        }
    }
}

impl State {
    fn outdate_all(&mut self) {
        self.all += 1;
    }

    /// After an error the next call opens a new connection, whose numbers may repeat old ones.
    fn watched_version(&mut self, manager: &Manager) -> Result<i64, AppError> {
        let conn = match &mut self.watch {
            Some(conn) => conn,
            _ if self.is_closed => return Err(AppError::stopped()),
            empty => empty.insert(manager.open().map_err(AppError::unavailable)?),
        };
        let version = data_version(conn);
        if version.is_err() {
            self.watch = None;
        }
        version
    }
}

sql! { DataVersion -> BigInt: "PRAGMA data_version" }

fn data_version(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(on_backend!(conn, |c| DataVersion::with([]).get_result(c))?)
}

/// The counter of a book.
fn counter(book: BookId) -> usize {
    // Fibonacci hashing: the high bits depend on all bits of the id.
    let hash = book.0.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(hash >> (u64::BITS - COUNTER_BITS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection as _;

    use super::super::connection::Purpose;
    use super::super::unit_of_work::UserId;
    use super::*;
    use crate::settings::DatabaseUrl;

    const ONE: BookId = BookId(1);
    const OTHER: BookId = BookId(2);
    const INSERT: &str = "INSERT INTO t VALUES (1)";

    struct Fixture {
        generations: Generations,
        writer: Conn,
        other_program: Conn,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let manager = Manager {
                url: DatabaseUrl::Sqlite(folder.path().join("expenses.db")),
                purpose: Purpose::Write,
                file: None,
                #[cfg(feature = "_postgres")]
                statement_timeout: None,
            };
            let mut writer = manager.open().unwrap();
            writer.batch_execute("CREATE TABLE t (id INTEGER)").unwrap();
            let mut fixture = Self {
                other_program: manager.open().unwrap(),
                generations: Generations::new(manager),
                writer,
                _folder: folder,
            };
            // The first commit of a connection outdates everything.
            fixture.commit(&[Changes::Entries(ONE)]);
            fixture
        }

        fn commit(&mut self, changes: &[Changes]) {
            let pending = self.generations.announce();
            self.writer.batch_execute(INSERT).unwrap();
            pending.finish(&mut self.writer, changes.iter().copied());
        }

        fn now(&self) -> [Generation; 3] {
            let account = Source::Accounts(UserId(1).into());
            [Source::Entries(ONE), Source::Entries(OTHER), account]
                .map(|source| self.generations.now(source).unwrap().unwrap())
        }

        /// Which of the sources have a new generation after `event`: one book, the other, accounts.
        fn outdated_by(&mut self, event: impl FnOnce(&mut Self)) -> [bool; 3] {
            let before = self.now();
            event(self);
            let after = self.now();
            assert_eq!(after, self.now());
            [0, 1, 2].map(|at| before[at] != after[at])
        }
    }

    #[test]
    fn a_commit_outdates_what_it_changed() {
        let mut fixture = Fixture::new();
        let by = |fixture: &mut Fixture, changes: &[Changes]| fixture.outdated_by(|it| it.commit(changes));
        assert_eq!(by(&mut fixture, &[Changes::Entries(ONE)]), [true, false, false]);
        assert_eq!(by(&mut fixture, &[Changes::Entries(OTHER)]), [false, true, false]);
        let both = [Changes::Entries(ONE), Changes::Entries(OTHER)];
        assert_eq!(by(&mut fixture, &both), [true, true, false]);
        let anything = [Changes::Entries(ONE), Changes::Anything];
        assert_eq!(by(&mut fixture, &anything), [true; 3]);
        assert_eq!(by(&mut fixture, &[]), [false; 3]);
    }

    #[test]
    fn a_commit_of_another_program_outdates_everything_whenever_it_happens() {
        let mut fixture = Fixture::new();
        let other = |it: &mut Fixture| it.other_program.batch_execute(INSERT).unwrap();
        assert_eq!(fixture.outdated_by(other), [true; 3]);
        // Before and after a commit of the writer that no lookup was between.
        assert_eq!(
            fixture.outdated_by(|it| {
                other(it);
                it.commit(&[Changes::Entries(ONE)]);
            }),
            [true; 3]
        );
        assert_eq!(
            fixture.outdated_by(|it| {
                it.commit(&[Changes::Entries(ONE)]);
                other(it);
            }),
            [true; 3]
        );
        // Between the commit and the word about it.
        assert_eq!(
            fixture.outdated_by(|it| {
                let pending = it.generations.announce();
                it.writer.batch_execute(INSERT).unwrap();
                it.other_program.batch_execute(INSERT).unwrap();
                pending.finish(&mut it.writer, [Changes::Entries(ONE)].into_iter());
            }),
            [true; 3]
        );
    }

    #[test]
    fn nothing_is_found_between_a_commit_and_the_word_about_it() {
        let mut fixture = Fixture::new();
        let before = fixture.now();
        let pending = fixture.generations.announce();
        assert_eq!(
            fixture.generations.now(Source::Entries(OTHER)).unwrap(),
            Some(before[1])
        );
        fixture.writer.batch_execute(INSERT).unwrap();
        assert_eq!(fixture.generations.now(Source::Entries(OTHER)).unwrap(), None);
        pending.finish(&mut fixture.writer, [Changes::Entries(ONE)].into_iter());
        assert_eq!(fixture.now()[1], before[1]);
    }

    #[test]
    fn after_the_end_no_connection_is_opened_though_the_writer_commits() {
        let mut fixture = Fixture::new();
        fixture.generations.close();
        fixture.commit(&[Changes::Entries(ONE)]);
        assert!(fixture.generations.now(Source::Entries(ONE)).is_err());
        assert!(fixture.generations.lock().watch.is_none());
    }

    #[test]
    fn a_commit_that_ended_in_doubt_outdates_everything() {
        let mut fixture = Fixture::new();
        let doubtful = |it: &mut Fixture| {
            let pending = it.generations.announce();
            it.writer.batch_execute(INSERT).unwrap();
            drop(pending);
        };
        assert_eq!(fixture.outdated_by(doubtful), [true; 3]);
        assert_eq!(
            fixture.outdated_by(|it| it.commit(&[Changes::Entries(ONE)])),
            [true; 3],
            "by another connection"
        );
        assert_eq!(
            fixture.outdated_by(|it| it.commit(&[Changes::Entries(ONE)])),
            [true, false, false]
        );
    }
}
