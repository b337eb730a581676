//! What a handler of a signed-in person's page needs, as one argument.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::access::Access;
use super::current::CurrentUser;
use crate::error::AppError;
use crate::state::State;
use crate::web::chrome;
use crate::web::flash::{self, Notice};
use crate::web::page::{self, Page};
use crate::web::view::{Chrome, Nav};

/// A request of a signed-in person. As an argument of a handler it refuses requests without a session, and of people
/// whose role in the book is lower than `A` asks for.
#[derive(Clone)]
pub struct Request<A = CurrentUser> {
    pub http: HttpRequest,
    pub state: State,
    pub user: A,
}

impl<A: Access> Request<A> {
    /// The frame of a page for this person.
    pub fn chrome(&self, title: &str, nav: Nav) -> Chrome {
        chrome::of(&self.state.site, Some(self.user.user().viewer()), title, nav)
    }

    /// The address of `path` (`/settings`) with the path that the app is mounted under.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.state.site.settings.base_path())
    }

    /// The address of `path` (`/expenses`) in the book of this request.
    pub fn book_address(&self, path: &str) -> String {
        format!("{}{path}", self.user.user().base)
    }

    pub fn is_htmx(&self) -> bool {
        page::is_htmx(&self.http)
    }

    /// The page, or its fragment for htmx.
    pub fn respond(&self, status: StatusCode, page: &impl Page) -> Result<HttpResponse, AppError> {
        page::respond(&self.http, status, page)
    }

    /// Shows `notice` on the page that the person is redirected to.
    pub fn set_notice(&self, notice: &Notice) {
        flash::set(&self.http, &self.state.site, self.user.user().session_id, notice);
    }

    /// The notice that the previous request has set; it is shown once.
    pub fn take_notice(&self) -> Option<Notice> {
        flash::take(&self.http, &self.state.site, self.user.user().session_id)
    }
}

impl<A: Access> FromRequest for Request<A> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = req.clone();
        Box::pin(async move {
            let state = http
                .app_data::<State>()
                .cloned()
                .ok_or_else(|| AppError::internal("no state"))?;
            let user = A::check(CurrentUser::of_request(&http, &state).await?)?;
            Ok(Self { http, state, user })
        })
    }
}
