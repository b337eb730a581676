//! What the pages of recurring entries read, from one snapshot.

use time::Date;

use crate::accounts::current::Person;
use crate::books::people::{BookContext, People};
use crate::books::zone;
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::schedule::found::{self, Found};
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::ledger::schedule::prices::Prices;
use crate::ledger::schedule::row::{self, Schedule};
use crate::state::AppState;

/// Ended schedules that are listed.
const LISTED_ENDED: i64 = 50;

/// What every page of recurring entries needs of a book.
pub(super) struct BookData {
    pub(super) categories: Categories,
    pub(super) people: People,
    pub(super) prices: Prices,
    /// In the time zone of the book.
    pub(super) today: Date,
}

impl BookData {
    pub(super) fn of(conn: &mut Conn, person: &Reader) -> Result<Self, AppError> {
        let owner = person.book.book;
        Ok(Self {
            categories: Categories::of(conn, owner)?,
            people: person.book.people(conn)?,
            prices: Prices::of(conn, owner)?,
            today: person.clock.today(&zone::of(conn, owner)?),
        })
    }
}

/// Who reads, as a value that a read on another thread can have.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) book: BookContext,
    pub(super) clock: Clock,
}

impl Reader {
    pub(super) fn of(state: &AppState, person: &Person) -> Self {
        Self {
            book: person.book_context.clone(),
            clock: state.clock.clone(),
        }
    }
}

/// What the list of recurring entries shows.
pub(super) struct IndexData {
    pub(super) book: BookData,
    pub(super) open: OpenSchedules,
    pub(super) ended: Vec<Schedule>,
    pub(super) found: Vec<Found>,
}

impl IndexData {
    pub(super) fn of(conn: &mut Conn, reader: &Reader) -> Result<Self, AppError> {
        let owner = reader.book.book;
        let book = BookData::of(conn, reader)?;
        Ok(Self {
            found: found::find(conn, owner, book.today)?,
            book,
            open: OpenSchedules::of(conn, owner)?,
            ended: row::ended(conn, owner, LISTED_ENDED)?,
        })
    }
}
