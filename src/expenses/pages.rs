//! The handlers of the list and of the edit page. Those of the trash are in `trash`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use time::Date;

use super::change_notice::{added, with_name, words};
use super::cursor::Cursor;
use super::edit_page::{self, Edited};
use super::field_values::AmountStyle;
use super::fields::ExpenseFields;
use super::page_state::PageState;
use super::return_to::{ReturnPage, ReturnTo};
use super::signed_out::{self, VERSION, signed_in};
use super::suggestion;
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::error::{AppError, FieldErrors};
use crate::ledger::expense::NewExpense;
use crate::ledger::filter::Filter;
use crate::ledger::write;
use crate::period::{format_date, parse_date};
use crate::state::State;
use crate::web::fields::Fields;
use crate::web::flash::{self, Notice};
use crate::web::path_id::{PathId, parse_id};

/// `GET /expenses`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::new(ReturnPage::List, Fields::of_query(&req)?, user.base.clone());
    let page_state = PageState {
        notice: flash::take(&req, &state.site, user.session_id),
        ..PageState::default()
    };
    return_to.open(&req, &state, &user, page_state).await
}

/// `POST /expenses`
///
/// Signed out, the answer carries what was typed to the sign-in page and back.
pub async fn create(
    req: HttpRequest,
    state: State,
    user: Result<Editor, AppError>,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::of_change(&req, &state)?;
    let mut fields = ExpenseFields::of_form(&form);
    let user = signed_in(user, || Some(signed_out::add_address(&return_to, &fields)))?;
    let drawn = fields
        .has_drawn_date()
        .then(|| parse_date(&fields.was_date))
        .flatten();
    if drawn.is_some() {
        fields.fill_today(user.today);
    }
    let new = match check(&state, &user, &return_to, &fields)? {
        Ok(new) => new,
        Err(errors) => {
            let fields = suggestion::offer(&state, &user, fields.with_errors(&errors)).await?;
            return refused(&req, &state, &user, &return_to, fields).await;
        }
    };
    let (owner, context) = (user.book, user.write_context(&state));
    let key = Some(&fields.request_id)
        .filter(|id| !id.is_empty())
        // The same form sent again after midnight is the same submit.
        .map(|id| new.dated(drawn.unwrap_or(new.date)).request_key(id, &context));
    let kind = new.kind;
    let row = state.db.write(user.writable(), move |conn| {
        write::create(conn, owner, &new, key, &context)
    });
    let (row, category) = match row.await {
        Ok(created) => created,
        Err(AppError::Invalid(errors)) => {
            return refused(&req, &state, &user, &return_to, fields.with_errors(&errors)).await;
        }
        Err(other) => return Err(other),
    };
    let notice = Notice {
        date: (row.spent_on != user.today).then(|| format_date(row.spent_on)),
        ..Notice::new(added(&row, &category, kind, &user))
    };
    return_to.done(&req, &state, &user, notice, Some(row.id)).await
}

/// The checked expense, or its errors; a filter that can't be read is refused before anything is written.
fn check(
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    fields: &ExpenseFields,
) -> Result<Result<NewExpense, FieldErrors>, AppError> {
    Filter::read(&return_to.query, user, ReturnTo::DEFAULT_UNIT)?;
    Cursor::<Date>::position(&return_to.query, &state.site.signer)?;
    Ok(fields.check(&user.preferences, AmountStyle::Typed))
}

/// The view again, with the form as typed and its messages.
async fn refused(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    fields: ExpenseFields,
) -> Result<HttpResponse, AppError> {
    let page_state = PageState {
        code: StatusCode::UNPROCESSABLE_ENTITY,
        form: Some(fields),
        ..PageState::default()
    };
    let return_to = return_to.with_add_kind(page_state.form.as_ref().is_some_and(ExpenseFields::are_income));
    return_to.show(req, state, user, page_state).await
}

/// `GET /expenses/{id}/edit`
pub async fn edit(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let found = edit_page::find(&state, &user, id).await?;
    let (fields, version) = signed_out::typed_edit(&return_to.query).unzip();
    let edited = Edited {
        fields,
        version: version.flatten(),
        ..Edited::default()
    };
    edit_page::show(&req, &state, &user, &return_to, &found, edited)
}

/// `POST /expenses/{id}`
///
/// Signed out, the answer carries what was typed to the sign-in page and back.
pub async fn update(
    req: HttpRequest,
    state: State,
    user: Result<Editor, AppError>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let user = signed_in(user, || signed_out::edit_address(&req, &state, &id, &form))?;
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let fields = ExpenseFields::of_form(&form);
    let owner = user.book;
    let version = seen_version(&form)?;
    let edited = match check(&state, &user, &return_to, &fields)? {
        Ok(new) => {
            let context = user.write_context(&state);
            let saved = state.db.write(user.writable(), move |conn| {
                write::update(conn, owner, id, &new, version, &context).map(with_name)
            });
            match saved.await {
                Ok((row, name)) => {
                    let notice = Notice::new(words("Saved", &name, &row, &return_to, &user));
                    return return_to.done(&req, &state, &user, notice, Some(row.id)).await;
                }
                Err(AppError::PreconditionFailed(_)) => Edited {
                    code: StatusCode::CONFLICT,
                    fields: Some(fields),
                    changed: Some(
                        edit_page::changed_since(&state, &user, id, version.unwrap_or_default()).await?,
                    ),
                    ..Edited::default()
                },
                Err(AppError::Invalid(errors)) => Edited::wrong(fields, &errors, version),
                Err(other) => return Err(other),
            }
        }
        Err(errors) => Edited::wrong(fields, &errors, version),
    };
    let found = edit_page::find(&state, &user, id).await?;
    edit_page::show(&req, &state, &user, &return_to, &found, edited)
}

/// The version that the form was filled from; a form without one saves whatever came between.
fn seen_version(form: &Fields) -> Result<Option<i32>, AppError> {
    form.non_empty(VERSION)
        .map(|text| {
            text.parse()
                .map_err(|_| AppError::BadRequest("“version” is a whole number.".to_owned()))
        })
        .transpose()
}
