//! The books of a person, and new ones.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::book_page::check_name;
use super::view::{BookRow, BooksPage, role_name};
use crate::accounts::preferences::currencies;
use crate::accounts::request::Request;
use crate::accounts::users;
use crate::books::book::{self, Book};
use crate::books::member::{self, Member};
use crate::books::role::Role;
use crate::db::{BookId, Conn, UserId, WritableBook, WriteOwner, set_owner};
use crate::error::{AppError, FieldErrors};
use crate::money::Currency;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::view::{Field, Nav};

/// Books that one person can be a member of.
pub(super) const MAX_BOOKS: usize = 50;

/// `GET /books`
pub(super) async fn index(request: Request) -> Result<HttpResponse, AppError> {
    let notice = request.take_notice();
    let currency = request.user.preferences.currency.code();
    let page = BooksPage {
        status: notice.map(Notice::into_status),
        ..page(&request, "", currency, &FieldErrors::default())
    };
    request.respond(StatusCode::OK, &page)
}

/// `POST /books`
pub(super) async fn create(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    let typed = form.get("currency").trim().to_uppercase();
    let mut errors = FieldErrors::default();
    let name = errors.ok_or_add("name", check_name(form.get("name")));
    let currency = Currency::from_code(&typed).ok_or("Choose a currency, for example USD.");
    let currency = errors.ok_or_add("currency", currency);
    let created = match name.zip(currency) {
        Some((name, currency)) => insert(&request, name, currency).await,
        None => Err(AppError::Invalid(errors)),
    };
    match created {
        Ok(book) => {
            request.set_notice(&Notice::new(format!("Book “{}” created", book.name)));
            let address = request.address(&format!("/b/{}/", book.id));
            Ok(redirect(&request.http, &address))
        }
        Err(AppError::Invalid(errors)) => {
            let page = page(&request, form.get("name"), &typed, &errors);
            request.respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other),
    }
}

async fn insert(request: &Request, name: String, currency: Currency) -> Result<Book, AppError> {
    let Request { state, user, .. } = request;
    let (owner, now) = (user.id, state.clock.now());
    let book = Book {
        id: state.ids.next(),
        name,
        currency: currency.code().to_owned(),
        month_start: 1,
        created_at: now,
        closed_at: None,
        made_by: owner.0,
        is_shared: false,
    };
    let row = book.clone();
    // A person's writes are serialized, so that the limit holds.
    let target = WriteOwner::both(owner, WritableBook::unchecked(owner.own_book()));
    state
        .db
        .write(target, move |conn| {
            // The account may have been closed since the request began. Then nobody could reach the book.
            let name = users::find_open(conn, owner)?.name;
            refuse_too_many(conn, owner)?;
            set_owner(conn, BookId(row.id))?;
            book::create(conn, &row)?;
            let member = Member::new(row.id(), owner, Role::Owner, name, now);
            member::add(conn, &member)
        })
        .await?;
    Ok(book)
}

/// Fails at the field `name` if the person has as many books as they can have.
pub(super) fn refuse_too_many(conn: &mut Conn, user: UserId) -> Result<(), AppError> {
    if member::books_of(conn, user)?.len() < MAX_BOOKS {
        return Ok(());
    }
    Err(AppError::invalid(
        "name",
        format!("You've reached the limit of {MAX_BOOKS} books. Leave or close one first."),
    ))
}

fn page(request: &Request, name: &str, currency: &str, errors: &FieldErrors) -> BooksPage {
    let books = request.user.books.iter().map(|book| BookRow {
        name: book.name.clone(),
        role: role_name(book.role),
        href: format!("{}/", book.base),
        settings_href: format!("{}/book", book.base),
    });
    BooksPage {
        chrome: request.chrome("Books", Nav::Settings),
        books: books.collect(),
        name: Field::checked("name", name, errors),
        currency: Field::checked("currency", currency, errors),
        currencies: currencies(currency),
        ..BooksPage::default()
    }
}
