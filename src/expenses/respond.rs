//! Renders the view that a request returns to: the dashboard or the list, whole or as a fragment.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::expense_form::unreadable_date;
use super::page_state::{PageState, WrongFilter};
use super::return_to::{ReturnPage, ReturnTo};
use crate::accounts::current::CurrentUser;
use crate::db::{Cacheable, Source};
use crate::error::AppError;
use crate::state::State;
use crate::timing;
use crate::web::fields::WAS;
use crate::web::flash::{self, Notice};
use crate::web::page::{self, is_htmx, push_htmx_url, see_other, set_htmx_url};

/// Renders a view, whole or as its fragment.
type Render = for<'a> fn(
    &'a HttpRequest,
    &'a State,
    &'a CurrentUser,
    &'a ReturnTo,
    PageState,
) -> LocalBoxFuture<'a, Result<String, AppError>>;

/// How each view is rendered. The app registers it, so that a change can answer with the dashboard, which is above this
/// slice.
#[derive(Clone, Copy)]
pub struct Views {
    pub dashboard: Render,
    pub list: Render,
}

impl ReturnTo {
    /// The answer to a GET of the view: a 422 with the filter as it was entered, if that can't be.
    pub async fn open(
        mut self,
        req: &HttpRequest,
        state: &State,
        user: &CurrentUser,
        mut page_state: PageState,
    ) -> Result<HttpResponse, AppError> {
        let wrong = WrongFilter::of(&self.query, self.view);
        if let Some(wrong) = &wrong {
            page_state.code = StatusCode::UNPROCESSABLE_ENTITY;
            self.query = self.query.without(&wrong.parameters());
        }
        page_state.wrong_filter = wrong;
        if page_state.notice.is_none() {
            page_state.notice = unreadable_date(&self.query).map(Notice::new);
        }
        let is_right = page_state.wrong_filter.is_none();
        let mut answer = self.show(req, state, user, page_state).await?;
        let pairs = || req.query_string().split('&');
        let is_sent_by_form = pairs().any(|pair| pair.ends_with('=') || pair.starts_with(WAS));
        if is_right && is_htmx(req) && is_sent_by_form {
            // A form sends its empty and its hidden fields, too; the address does without.
            push_htmx_url(&mut answer, &self.address());
        }
        Ok(answer)
    }

    /// Responds with the view. It is cached until the next change, unless `page_state` has something to show besides the
    /// data.
    pub async fn show(
        &self,
        req: &HttpRequest,
        state: &State,
        user: &CurrentUser,
        page_state: PageState,
    ) -> Result<HttpResponse, AppError> {
        let code = page_state.code;
        let request_id = state.ids.next().to_string();
        if !page_state.is_plain() {
            let html = self.render(req, state, user, page_state, &request_id).await?;
            return Ok(page::respond_html(code, html));
        }
        let cache_key = format!(
            "{:?} {} {} {}",
            self.view,
            user.presentation_key(),
            is_htmx(req),
            req.query_string()
        );
        let rendered = state.db.cached(Source::Entries(user.book), cache_key, || async {
            let html = self.render(req, state, user, page_state, &request_id).await?;
            Ok(Rendered::split(html, &request_id))
        });
        let rendered = rendered.await?;
        Ok(page::respond_html(
            code,
            timing::render(|| rendered.with_id(&request_id)),
        ))
    }

    async fn render(
        &self,
        req: &HttpRequest,
        state: &State,
        user: &CurrentUser,
        page_state: PageState,
        request_id: &str,
    ) -> Result<String, AppError> {
        let page_state = PageState {
            request_id: request_id.to_owned(),
            ..page_state
        };
        let views: &Views = req
            .app_data()
            .ok_or_else(|| AppError::internal("no views are registered"))?;
        let render = match self.view {
            ReturnPage::Dashboard => views.dashboard,
            ReturnPage::List => views.list,
        };
        render(req, state, user, self, page_state).await
    }

    /// The answer to a change that went through: 303 to the view, or to htmx the view itself.
    pub async fn done(
        &self,
        req: &HttpRequest,
        state: &State,
        user: &CurrentUser,
        notice: Notice,
        just_changed: Option<i64>,
    ) -> Result<HttpResponse, AppError> {
        let address = self.address();
        if !is_htmx(req) {
            flash::set(req, &state.site, user.session_id, &notice);
            return Ok(see_other(&address));
        }
        let page_state = PageState {
            notice: Some(notice),
            just_changed,
            ..PageState::default()
        };
        let mut answer = self.show(req, state, user, page_state).await?;
        set_htmx_url(req, &mut answer, &address);
        Ok(answer)
    }
}

/// A rendered view, split at the id of its form, the only part that differs between two requests.
struct Rendered {
    before: String,
    after: Option<String>,
}

impl Cacheable for Rendered {
    fn bytes(&self) -> usize {
        self.before.len() + self.after.as_ref().map_or(0, String::len)
    }
}

impl Rendered {
    fn split(html: String, request_id: &str) -> Self {
        match html.split_once(request_id) {
            Some((before, after)) => Self {
                before: before.to_owned(),
                after: Some(after.to_owned()),
            },
            None => Self {
                before: html,
                after: None,
            },
        }
    }

    fn with_id(&self, request_id: &str) -> String {
        match &self.after {
            Some(after) => [&self.before, request_id, after].concat(),
            None => self.before.clone(),
        }
    }
}
