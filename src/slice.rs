//! What a slice (a feature with its own pages, rows and API calls) registers with the app: its routes, its part of the API
//! document, and functions that run when its rows expire, a book is closed, or a currency changes.
//!
//! The app lists all slices in `app::SLICES`. Code below the slices reaches them only through that list.

use actix_web::HttpRequest;
use actix_web::web::ServiceConfig;
use time::PrimitiveDateTime;
use utoipa::openapi::OpenApi;

use crate::db::{BookId, Conn};
use crate::error::AppError;

/// The registration of one slice: [`Slice::EMPTY`] with the fields that the slice needs.
#[derive(Clone, Copy)]
pub struct Slice {
    /// Registers pages and forms that belong to no book, relative to the base path of the app.
    pub routes: fn(&mut ServiceConfig),
    /// Registers pages and forms of a book, relative to the base of its addresses. The app calls it for the person's own
    /// book and for `/b/{book}`.
    pub book_routes: fn(&mut ServiceConfig),
    /// Registers the calls of the JSON API that belong to no book, below `/api/v1`.
    pub api_routes: fn(&mut ServiceConfig),
    /// Registers the calls of the JSON API about a book, below `/api/v1` and `/api/v1/b/{book}`.
    pub book_api_routes: fn(&mut ServiceConfig),
    /// The OpenAPI document of these calls.
    pub api_document: fn() -> OpenApi,
    /// Saves a form that was posted without a session; returns the address of the page that shows it again after signing in.
    pub keep_form: fn(&HttpRequest) -> Option<String>,
    /// Removes at most `limit` expired rows of one owner; returns how many of them count towards the limit.
    pub purge: fn(&mut Conn, BookId, PrimitiveDateTime, i64) -> Result<i64, AppError>,
    /// Removes at most about `limit` rows of a closed book; returns whether there may be more.
    pub remove: fn(&mut Conn, BookId, i64) -> Result<bool, AppError>,
    /// Whether the owner has expenses, whose amounts forbid a currency with another number of decimals.
    pub has_amounts: fn(&mut Conn, BookId) -> Result<bool, AppError>,
    /// Converts other amounts, such as budgets, to a currency with another number of decimals (old, new); only called while
    /// no slice [`has_amounts`].
    ///
    /// [`has_amounts`]: Self::has_amounts
    pub change_decimals: fn(&mut Conn, BookId, u8, u8) -> Result<(), AppError>,
}

impl Slice {
    /// A slice that registers nothing.
    pub const EMPTY: Self = Self {
        routes: |_| {},
        book_routes: |_| {},
        api_routes: |_| {},
        book_api_routes: |_| {},
        api_document: OpenApi::default,
        keep_form: |_| None,
        purge: |_, _, _, _| Ok(0),
        remove: |_, _, _| Ok(false),
        has_amounts: |_, _| Ok(false),
        change_decimals: |_, _, _, _| Ok(()),
    };
}

/// All slices of the app, in the order of their foreign keys: rows of a slice refer only to those of earlier slices.
#[derive(Clone, Copy)]
pub struct Slices(pub &'static [Slice]);

impl Slices {
    pub fn iter(self) -> impl Iterator<Item = &'static Slice> {
        self.0.iter()
    }

    /// Removes about `limit` rows of a closed book, from the last slice to the first; returns whether there may be more.
    pub fn remove(self, conn: &mut Conn, owner: BookId, limit: i64) -> Result<bool, AppError> {
        for slice in self.0.iter().rev() {
            if (slice.remove)(conn, owner, limit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes at most `limit` expired rows of `owner`; returns how many.
    pub fn purge(
        self,
        conn: &mut Conn,
        owner: BookId,
        now: PrimitiveDateTime,
        limit: i64,
    ) -> Result<i64, AppError> {
        self.iter().try_fold(0, |removed, slice| {
            Ok(removed + (slice.purge)(conn, owner, now, limit - removed)?)
        })
    }

    /// Whether any slice has amounts of the owner, see [`Slice::has_amounts`].
    pub fn has_amounts(self, conn: &mut Conn, owner: BookId) -> Result<bool, AppError> {
        for slice in self.iter() {
            if (slice.has_amounts)(conn, owner)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Calls [`Slice::change_decimals`] of every slice.
    pub fn change_decimals(self, conn: &mut Conn, owner: BookId, old: u8, new: u8) -> Result<(), AppError> {
        self.iter()
            .try_for_each(|slice| (slice.change_decimals)(conn, owner, old, new))
    }

    /// Saves a posted form, see [`Slice::keep_form`].
    pub fn keep_form(self, req: &HttpRequest) -> Option<String> {
        self.iter().find_map(|slice| (slice.keep_form)(req))
    }
}
