//! The two views an expense is changed from, and what a change leaves for them to show.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::form::RawExpense;
use super::view::{DayGroup, ExpenseForm, RowView};
use crate::accounts::current::CurrentUser;
use crate::db::Cacheable;
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::sum::Sum;
use crate::period::{Unit, format_date};
use crate::state::{AppState, State};
use crate::timing;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{self, is_htmx, see_other, set_htmx_url};
use crate::web::view::Status;

/// Parameters of an address that a change keeps.
const KEPT: [&str; 8] = ["period", "on", "from", "to", "category", "q", "before", "after"];

/// Which page an expense is changed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// `/`
    Dashboard,
    /// `/expenses`
    List,
}

/// Renders a view, whole or as its fragment.
type Draw = for<'a> fn(
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
    pub dashboard: Draw,
    pub list: Draw,
}

/// A view and the parameters it was shown with.
#[derive(Debug, Clone)]
pub struct ReturnTo {
    /// The page.
    pub view: View,
    /// Its parameters.
    pub query: Fields,
    base: String,
}

impl ReturnTo {
    /// The view that the address of a change names; another name is a 400.
    pub fn of_change(req: &HttpRequest, state: &AppState) -> Result<Self, AppError> {
        let query = Fields::of_query(req)?;
        let view = match query.get("view") {
            "" | "dashboard" => View::Dashboard,
            "list" => View::List,
            _ => return Err(AppError::BadRequest("“view” is dashboard or list.".to_owned())),
        };
        Ok(Self::new(view, query, state))
    }

    /// The view `view` with these parameters.
    pub fn new(view: View, query: Fields, state: &AppState) -> Self {
        Self {
            view,
            query,
            base: BASE,
        }
    }

    /// What the view shows when its address names no period.
    pub fn default_unit(&self) -> Unit {
        Unit::Month
    }

    /// The path of the view.
    pub fn path(&self) -> String {
        match self.view {
            View::Dashboard => format!("{}/", self.base),
            View::List => format!("{}/expenses", self.base),
        }
    }

    fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        KEPT.into_iter().map(|name| (name, self.query.get(name)))
    }

    /// The address of the view.
    pub fn address(&self) -> String {
        fields::address(&self.path(), self.kept())
    }

    /// The address of a change at `path` (`/expenses/…`) that leads back to the view.
    pub fn action(&self, path: &str) -> String {
        let view = if self.view == View::List { "list" } else { "" };
        fields::address(
            &format!("{}{path}", self.base),
            self.kept().chain([("view", view)]),
        )
    }

    /// The forms and addresses of one row.
    pub fn row(
        &self,
        user: &CurrentUser,
        categories: &Categories,
        row: &Expense,
        just_changed: Option<i64>,
    ) -> RowView {
        let category = categories.get(row.category_id);
        RowView {
            id: row.id.to_string(),
            category: categories.name(row.category_id).to_owned(),
            color: category
                .map(|category| category.color.clone())
                .unwrap_or_default(),
            description: row.description.clone(),
            amount: user.preferences.money(row.money()),
            edit_href: self.action(&format!("/expenses/{}/edit", row.id)),
            delete_action: self.action(&format!("/expenses/{}/delete", row.id)),
            just_changed: just_changed == Some(row.id),
        }
    }

    /// Rows grouped by day; `sums` has each day's sum, `day_href` the address of its rows.
    pub fn days(
        &self,
        user: &CurrentUser,
        categories: &Categories,
        rows: &[Expense],
        sums: &[(time::Date, Sum)],
        page_state: &PageState,
        day_href: impl Fn(time::Date) -> String,
    ) -> Vec<DayGroup> {
        rows.chunk_by(|one, other| one.spent_on == other.spent_on)
            .map(|rows| {
                let day = rows[0].spent_on;
                let sum = sums
                    .iter()
                    .find(|(other, _)| *other == day)
                    .map(|(_, sum)| *sum)
                    .unwrap_or_default();
                DayGroup {
                    heading: user.preferences.day(day, user.today),
                    date: format_date(day),
                    href: day_href(day),
                    total: user.preferences.money(sum.money()),
                    rows: rows
                        .iter()
                        .map(|row| self.row(user, categories, row, page_state.just_changed))
                        .collect(),
                }
            })
            .collect()
    }

    /// The form "Add expense" of this view.
    pub fn add_form(
        &self,
        user: &CurrentUser,
        categories: &Categories,
        page_state: &PageState,
    ) -> ExpenseForm {
        let (raw, errors) = page_state.form.clone().unwrap_or_else(|| {
            (
                RawExpense::of_query(&self.query, user.today),
                FieldErrors::default(),
            )
        });
        let request_id = Some(raw.request_id.clone())
            .filter(|id| !id.is_empty() && errors.of("request_id").is_none())
            .unwrap_or_else(|| page_state.request_id.clone());
        ExpenseForm {
            action: self.action("/expenses"),
            request_id,
            currency: user.preferences.currency.code().to_owned(),
            suggestions: categories.iter().map(|category| category.name.clone()).collect(),
            ..raw.into_form(&errors)
        }
    }

    /// The view itself, with what the change left. A view that nothing is left for is the one that was drawn last, if
    /// nothing was committed since.
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
            let html = self.draw(req, state, user, page_state, &request_id).await?;
            return Ok(page::respond_html(code, html));
        }
        let cache_key = format!(
            "{:?} {} {} {}",
            self.view,
            user.presentation_key(),
            is_htmx(req),
            req.query_string()
        );
        let drawn = state.db.cached(user.book, cache_key, || async {
            let html = self.draw(req, state, user, page_state, &request_id).await?;
            Ok(Drawn::cut(html, &request_id))
        });
        let drawn = drawn.await?;
        Ok(page::respond_html(
            code,
            timing::render(|| drawn.with(&request_id)),
        ))
    }

    async fn draw(
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
        let draw = match self.view {
            View::Dashboard => views.dashboard,
            View::List => views.list,
        };
        draw(req, state, user, self, page_state).await
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

    /// The words of the last change with the address of their Undo.
    pub fn status(&self, notice: Option<Notice>) -> Option<Status> {
        notice.map(|notice| Status {
            words: notice.words,
            undo: notice
                .undo
                .map(|id| self.action(&format!("/expenses/{id}/restore"))),
        })
    }
}

/// What a request leaves for its view to show.
#[derive(Debug, Clone, Default)]
pub struct PageState {
    /// The status the view is answered with.
    pub code: StatusCode,
    /// The words of the last change.
    pub notice: Option<Notice>,
    /// The form as typed, with its errors.
    pub form: Option<(RawExpense, FieldErrors)>,
    /// The row that the last change made or moved.
    pub just_changed: Option<i64>,
    /// What the form is sent with, unless it comes back as it was typed.
    pub request_id: String,
}

impl PageState {
    /// Whether the view says nothing but what is in the database.
    fn is_plain(&self) -> bool {
        self.code == StatusCode::OK
            && self.notice.is_none()
            && self.form.is_none()
            && self.just_changed.is_none()
    }
}

/// A drawn view, cut at the one thing that is another each time: what its form is sent with.
struct Drawn {
    before: String,
    after: Option<String>,
}

impl Cacheable for Drawn {
    fn bytes(&self) -> usize {
        self.before.len() + self.after.as_ref().map_or(0, String::len)
    }
}

impl Drawn {
    fn cut(html: String, request_id: &str) -> Self {
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

    fn with(&self, request_id: &str) -> String {
        match &self.after {
            Some(after) => [&self.before, request_id, after].concat(),
            None => self.before.clone(),
        }
    }
}
