//! The rows of `books` and their SQL.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::db::schema::{books, members};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Currency;

/// The name of the book that everybody has from registration on.
pub const PERSONAL: &str = "Personal";

/// A row of `books`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = books)]
pub struct Book {
    pub id: i64,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// 1 to 28.
    pub month_start: i32,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// UTC. From then on it does not exist for anybody, and a background task removes its rows.
    pub closed_at: Option<PrimitiveDateTime>,
    /// An expense without a payer was paid by this person.
    pub made_by: i64,
    /// Whether a second person has ever joined.
    pub is_shared: bool,
}

impl Book {
    pub fn id(&self) -> BookId {
        BookId(self.id)
    }

    /// A code that this version does not know becomes the default.
    pub fn currency(&self) -> Currency {
        Currency::from_code(&self.currency).unwrap_or_default()
    }
}

pub fn create(conn: &mut Conn, book: &Book) -> Result<(), AppError> {
    diesel::insert_into(books::table)
        .values(book.clone())
        .execute(conn)?;
    Ok(())
}

/// The open book `id`; else [`AppError::NotFound`].
pub fn find(conn: &mut Conn, id: BookId) -> Result<Book, AppError> {
    Ok(books::table
        .find(id.0)
        .filter(books::closed_at.is_null())
        .select(books::all_columns)
        .first(conn)?)
}

/// At most `limit` books with ids after `last`, closed ones included, ordered by id. Reads across all books.
pub fn after(conn: &mut Conn, last: BookId, limit: i64) -> Result<Vec<BookId>, AppError> {
    let ids: Vec<i64> = books::table
        .filter(books::id.gt(last.0))
        .order(books::id)
        .limit(limit)
        .select(books::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookId).collect())
}

/// Sets the currency and the first day of the month, 1 to 28.
pub fn set_money_and_months(
    conn: &mut Conn,
    id: BookId,
    currency: Currency,
    month_start: u8,
) -> Result<(), AppError> {
    let updated = diesel::update(books::table.find(id.0).filter(books::closed_at.is_null()))
        .set((
            books::currency.eq(currency.code()),
            books::month_start.eq(i32::from(month_start)),
        ))
        .execute(conn)?;
    if updated == 0 {
        Err(AppError::NotFound)
    } else {
        Ok(())
    }
}

/// From now on rows name their payers.
pub fn set_shared(conn: &mut Conn, id: BookId) -> Result<(), AppError> {
    diesel::update(books::table.find(id.0))
        .set(books::is_shared.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Sets `made_by` and `is_shared` of a restored book whose backup has neither: its maker is the person whose own book it
/// is, else the first member.
pub fn restore_maker(conn: &mut Conn, id: BookId) -> Result<(), AppError> {
    let people: Vec<i64> = members::table
        .filter(members::book_id.eq(id.0))
        .order((members::joined_at, members::user_id))
        .select(members::user_id)
        .load(conn)?;
    let own = people.iter().find(|person| **person == id.0);
    let maker = own.or(people.first()).copied().unwrap_or(id.0);
    diesel::update(books::table.find(id.0))
        .set((books::made_by.eq(maker), books::is_shared.eq(people.len() > 1)))
        .execute(conn)?;
    Ok(())
}

pub fn set_name(conn: &mut Conn, id: BookId, name: &str) -> Result<(), AppError> {
    diesel::update(books::table.find(id.0))
        .set(books::name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// Hides the book from everybody at once. A background task removes its rows.
pub fn close(conn: &mut Conn, id: BookId, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(books::table.find(id.0))
        .set(books::closed_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Closed books that still have rows. Reads across all books.
pub fn closed(conn: &mut Conn) -> Result<Vec<BookId>, AppError> {
    let ids: Vec<i64> = books::table
        .filter(books::closed_at.is_not_null())
        .select(books::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookId).collect())
}

/// Removes the row of a closed book, after every slice and [`member::remove_all`](super::member::remove_all) have
/// removed theirs.
pub fn remove(conn: &mut Conn, id: BookId) -> Result<(), AppError> {
    diesel::delete(books::table.find(id.0).filter(books::closed_at.is_not_null())).execute(conn)?;
    Ok(())
}
