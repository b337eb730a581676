//! The role that a handler needs in the book of its address, as the type of an argument.
//!
//! [`CurrentUser`] is a member with any role. A book can only be written with a [`WritableBook`], which a request gets
//! from [`Editor`] or [`BookOwner`]: a handler that forgets the check does not compile.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::current::CurrentUser;
use crate::books::role::Role;
use crate::db::WritableBook;
use crate::error::AppError;
use crate::money::Currency;
use crate::state::State;

/// A signed-in person who has the role that a handler needs.
pub trait Access: Sized + 'static {
    /// Fails with [`AppError::Forbidden`] if the role of `user` is too low.
    fn check(user: CurrentUser) -> Result<Self, AppError>;

    fn user(&self) -> &CurrentUser;
}

impl Access for CurrentUser {
    fn check(user: CurrentUser) -> Result<Self, AppError> {
        Ok(user)
    }

    fn user(&self) -> &CurrentUser {
        self
    }
}

/// Extracts the person if their role is sufficient.
fn extract<A: Access>(req: &HttpRequest) -> Pin<Box<dyn Future<Output = Result<A, AppError>>>> {
    let req = req.clone();
    Box::pin(async move {
        let state = req
            .app_data::<State>()
            .ok_or_else(|| AppError::internal("no state"))?;
        A::check(CurrentUser::of_request(&req, state).await?)
    })
}

impl FromRequest for CurrentUser {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(req)
    }
}

impl FromRequest for Editor {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(req)
    }
}

/// A member who may change what is in the book.
#[derive(Debug, Clone)]
pub struct Editor(CurrentUser);

impl Editor {
    pub fn writable(&self) -> WritableBook {
        WritableBook::unchecked(self.0.book)
    }
}

impl Access for Editor {
    fn check(user: CurrentUser) -> Result<Self, AppError> {
        if user.role >= Role::Editor {
            Ok(Self(user))
        } else {
            Err(AppError::Forbidden(format!(
                "You can view “{}” but not change it. Ask one of its owners to make you an editor.",
                user.book_name
            )))
        }
    }

    fn user(&self) -> &CurrentUser {
        &self.0
    }
}

impl Deref for Editor {
    type Target = CurrentUser;

    fn deref(&self) -> &CurrentUser {
        &self.0
    }
}

/// A member who may also change the book itself: its settings, members and invitations.
#[derive(Debug, Clone)]
pub struct BookOwner(CurrentUser);

impl BookOwner {
    pub fn writable(&self) -> WritableBook {
        WritableBook::unchecked(self.0.book)
    }

    /// The same person after a change of the book.
    #[must_use]
    pub fn with_book(&self, name: &str, currency: Currency, month_start: u8) -> Self {
        Self(self.0.with_book(name, currency, month_start))
    }
}

impl Access for BookOwner {
    fn check(user: CurrentUser) -> Result<Self, AppError> {
        if user.role >= Role::Owner {
            Ok(Self(user))
        } else {
            Err(AppError::Forbidden(format!(
                "Only an owner of “{}” can do that.",
                user.book_name
            )))
        }
    }

    fn user(&self) -> &CurrentUser {
        &self.0
    }
}

impl Deref for BookOwner {
    type Target = CurrentUser;

    fn deref(&self) -> &CurrentUser {
        &self.0
    }
}
