//! One expense with its `ETag`, and the conditions of requests.

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentType};

use crate::accounts::current::Person;
use crate::api::etag::{self, IfMatch};
use crate::books::people::{BookContext, People};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::expenses::json::ExpenseJson;
use crate::ledger::category::{self as categories, CategoryRef};
use crate::ledger::expense::Expense;
use crate::ledger::queries;
use crate::money::Currency;

/// How the expenses of a book are shown to one of its members.
#[derive(Debug, Clone)]
pub struct Presenter {
    currency: Currency,
    book_context: BookContext,
}

/// An expense as JSON, with its tag.
#[derive(Debug)]
pub struct Tagged {
    pub id: i64,
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

    /// Rows with their category, each as it is shown.
    pub fn show(
        &self,
        conn: &mut Conn,
        rows: Vec<(Expense, CategoryRef)>,
    ) -> Result<Vec<ExpenseJson>, AppError> {
        let people = self.book_context.people(conn)?;
        let shown = |(row, category)| {
            ExpenseJson::new(row, category, self.currency, self.book_context.made_by, &people)
        };
        Ok(rows.into_iter().map(shown).collect())
    }

    /// A row with its category as JSON, and its tag.
    pub fn tagged(
        &self,
        conn: &mut Conn,
        (row, category): (Expense, CategoryRef),
    ) -> Result<Tagged, AppError> {
        let people = self.people(conn)?;
        self.tag((row, category), &people)
    }

    /// The people whom [`Presenter::tag`] names.
    pub fn people(&self, conn: &mut Conn) -> Result<People, AppError> {
        self.book_context.people(conn)
    }

    /// Like [`Presenter::tagged`], after the transaction.
    pub fn tag(&self, (row, category): (Expense, CategoryRef), people: &People) -> Result<Tagged, AppError> {
        let (id, version) = (row.id, row.version);
        let shown = ExpenseJson::new(row, category, self.currency, self.book_context.made_by, people);
        let body = serde_json::to_string(&shown).map_err(AppError::internal)?;
        let tag = etag::of(version, &body);
        Ok(Tagged { id, body, tag })
    }

    /// `found` again, if the condition of the request holds for it; without one no tag is made.
    pub fn check_condition(
        &self,
        conn: &mut Conn,
        condition: &IfMatch,
        found: (Expense, CategoryRef),
    ) -> Result<(Expense, CategoryRef), AppError> {
        if condition.is_given() {
            condition.check(&self.tagged(conn, found.clone())?.tag)?;
        }
        Ok(found)
    }
}

/// One expense with its `ETag`.
pub fn respond(found: Tagged) -> HttpResponse {
    let Tagged { body, tag, .. } = found;
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::ETAG, tag))
        .body(body)
}

/// One expense that is not in the trash, with its category.
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<(Expense, CategoryRef), AppError> {
    let row = queries::find(conn, owner, id)?;
    let category = categories::find(conn, owner, row.category_id)?;
    Ok((row, category))
}
