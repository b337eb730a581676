//! How recurring entries are shown to a member of the book, with their `ETag`.

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentType};

use crate::accounts::current::Person;
use crate::api::etag::{self, IfMatch};
use crate::books::people::BookContext;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::{self, Categories, CategoryRef};
use crate::ledger::schedule::prices::Prices;
use crate::ledger::schedule::row::{self, Schedule};
use crate::money::Currency;
use crate::recurring::json::ScheduleJson;

/// What the rows of a book are shown with.
#[derive(Debug, Clone)]
pub struct Presenter {
    currency: Currency,
    book_context: BookContext,
}

/// A recurring entry as it is shown, with its tag.
#[derive(Debug)]
pub struct Tagged {
    pub id: i64,
    /// As JSON.
    pub body: String,
    pub tag: String,
}

impl Presenter {
    pub fn of(person: &Person) -> Self {
        Self {
            currency: person.preferences.currency,
            book_context: person.book_context.clone(),
        }
    }

    /// Each row as it is shown.
    pub fn show(
        &self,
        conn: &mut Conn,
        owner: BookId,
        rows: Vec<Schedule>,
    ) -> Result<Vec<ScheduleJson>, AppError> {
        let categories = Categories::of(conn, owner)?;
        let prices = Prices::of(conn, owner)?;
        let people = self.book_context.people(conn)?;
        rows.into_iter()
            .map(|row| {
                let category = categories.get(row.category_id).ok_or(AppError::NotFound)?;
                let previous = prices.before_next(&row);
                let names = (&self.book_context, &people);
                Ok(ScheduleJson::new(
                    row,
                    category.into(),
                    previous,
                    self.currency,
                    names,
                ))
            })
            .collect()
    }

    /// A row as it is shown, and its tag.
    pub fn tagged(&self, conn: &mut Conn, owner: BookId, row: Schedule) -> Result<Tagged, AppError> {
        let category = category::find(conn, owner, row.category_id)?;
        let previous = Prices::of_one(conn, owner, row.id)?.before_next(&row);
        let people = self.book_context.people(conn)?;
        let (id, version) = (row.id, row.version);
        let names = (&self.book_context, &people);
        let shown = ScheduleJson::new(row, category, previous, self.currency, names);
        let body = serde_json::to_string(&shown).map_err(AppError::internal)?;
        let tag = etag::of(version, &body);
        Ok(Tagged { id, body, tag })
    }

    /// One row with its category, if the condition of the request holds for it.
    pub fn find(
        &self,
        conn: &mut Conn,
        (owner, id): (BookId, i64),
        condition: &IfMatch,
    ) -> Result<(Schedule, CategoryRef), AppError> {
        let found = row::find(conn, owner, id)?;
        if condition.is_given() {
            condition.check(&self.tagged(conn, owner, found.clone())?.tag)?;
        }
        let category = category::find(conn, owner, found.category_id)?;
        Ok((found, category))
    }
}

/// One recurring entry with its `ETag`.
pub fn respond(found: Tagged) -> HttpResponse {
    let Tagged { body, tag, .. } = found;
    HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type(ContentType::json())
        .body(body)
}
