//! Settings: preferences, password, sessions, and the end of an account.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::api_tokens::{self, ApiToken};
use super::authenticate;
use super::current::{self, CurrentUser};
use super::known_browser;
use super::model::{self, Session};
use super::preferences::Preferences;
use super::view::{PreferencesForm, SessionRow, SettingsPage, TokenRow};
use crate::clock::TimeZone;
use crate::error::{AppError, FieldErrors};
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::{Calendar, WeekStart};
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::Fields;
use crate::web::flash::{self, Notice};
use crate::web::page::{answer, is_htmx, redirect, see_other};
use crate::web::view::{Choice, Field, Nav, Status, Theme};

/// `GET /settings`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let notice = flash::take(&req, &state.site, user.session_id);
    let shown = Shown {
        notice,
        ..Shown::default()
    };
    show(&req, &state, &user, shown).await
}

/// What a request leaves for the settings page to show.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The status it is answered with.
    pub(super) code: StatusCode,
    /// The preferences as typed; `None` for those that are held.
    pub(super) typed: Option<Typed>,
    /// What is wrong, in any form of the page.
    pub(super) errors: FieldErrors,
    /// The words of the last change.
    pub(super) notice: Option<Notice>,
    /// The token that was just made, shown this once.
    pub(super) new_token: Option<String>,
    /// The name of a token as typed.
    pub(super) token_name: String,
}

impl Shown {
    fn refused(errors: FieldErrors) -> Self {
        Self {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            errors,
            ..Self::default()
        }
    }
}

/// The preferences as text, held or typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    currency: String,
    timezone: String,
    locale: String,
    week_start: String,
    month_start: String,
    theme: String,
}

impl Typed {
    fn of(held: &Preferences) -> Self {
        Self {
            currency: held.currency.code().to_owned(),
            timezone: held.timezone.name().to_owned(),
            locale: held.locale.tag().to_owned(),
            week_start: held.calendar.week_start().as_str().to_owned(),
            month_start: held.calendar.month_start().to_string(),
            theme: held.theme.name().to_owned(),
        }
    }

    /// What was sent; a field that was not sent at all stays as it is held.
    fn of_form(form: &Fields, held: &Preferences) -> Self {
        let held = Self::of(held);
        let field = |name: &str, held: String| form.get_opt(name).map_or(held, |sent| sent.trim().to_owned());
        Self {
            currency: field("currency", held.currency).to_uppercase(),
            timezone: field("timezone", held.timezone),
            locale: field("locale", held.locale),
            week_start: field("week_start", held.week_start),
            month_start: field("month_start", held.month_start),
            theme: field("theme", held.theme),
        }
    }

    fn check(&self) -> Result<Preferences, FieldErrors> {
        let mut errors = FieldErrors::default();
        let currency = Currency::from_code(&self.currency).ok_or("Choose a currency, for example USD.");
        let timezone =
            TimeZone::parse(&self.timezone).ok_or("Choose a time zone, for example Europe/Berlin.");
        let locale = Locale::from_tag(&self.locale).ok_or("Choose one of the offered formats.");
        let week_start = WeekStart::parse(&self.week_start).ok_or("Choose Monday, Sunday or Saturday.");
        let month_start = self.month_start.parse().ok().filter(|day| (1..=28).contains(day));
        let month_start: Result<u8, _> = month_start.ok_or("Type a day from 1 to 28.");
        let theme = Theme::parse(&self.theme).ok_or("Choose system, light or dark.");
        let currency = errors.ok_or_add("currency", currency);
        let timezone = errors.ok_or_add("timezone", timezone);
        let locale = errors.ok_or_add("locale", locale);
        let week_start = errors.ok_or_add("week_start", week_start);
        let month_start = errors.ok_or_add("month_start", month_start);
        let theme = errors.ok_or_add("theme", theme);
        let calendar = week_start
            .zip(month_start)
            .and_then(|(week, month)| Calendar::new(week, month));
        match (currency, timezone, locale, calendar, theme) {
            (Some(currency), Some(timezone), Some(locale), Some(calendar), Some(theme)) => Ok(Preferences {
                currency,
                timezone,
                locale,
                calendar,
                theme,
            }),
            _ => Err(errors),
        }
    }
}

/// `POST /settings`
pub async fn update(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let typed = Typed::of_form(&form, &user.preferences);
    let outcome = match typed.check() {
        Ok(wanted) => keep(&state, &user, wanted).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match outcome {
        Ok(kept) => {
            let new_theme = kept.theme != user.preferences.theme;
            let mut response = done(
                &req,
                &state,
                &user.with(kept, &state.clock),
                "Your settings are saved.",
            )
            .await?;
            if new_theme && is_htmx(&req) {
                // The theme stands at the root of the page, which no fragment reaches.
                response.headers_mut().insert(
                    HeaderName::from_static("hx-refresh"),
                    HeaderValue::from_static("true"),
                );
            }
            Ok(response)
        }
        Err(AppError::Invalid(errors)) => {
            let shown = Shown {
                typed: Some(typed),
                ..Shown::refused(errors)
            };
            show(&req, &state, &user, shown).await
        }
        Err(other) => Err(other),
    }
}

/// Writes the preferences; the currency may change its decimals only while there are no expenses.
async fn keep(state: &State, user: &CurrentUser, wanted: Preferences) -> Result<Preferences, AppError> {
    let (owner, slices) = (user.id, state.site.slices);
    state
        .db
        .write(owner, move |conn| {
            let held = model::user(conn, owner)?.preferences().currency;
            let (old, new) = (held.decimals(), wanted.currency.decimals());
            if old != new {
                if slices.has_amounts(conn, owner)? {
                    return Err(AppError::invalid(
                        "currency",
                        format!(
                            "Your amounts are in {}, with {old} decimals. Choose a currency with as many: amounts \
                             are not converted, those under “Recently deleted” included.",
                            held.code(),
                        ),
                    ));
                }
                slices.change_decimals(conn, owner, old, new)?;
            }
            model::set_preferences(conn, owner, &wanted)?;
            Ok(wanted)
        })
        .await
}

/// `POST /settings/password`
pub async fn change_password(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let own = authenticate::own_password(&state, &user, form.get("current_password"), "current_password");
    let (mut errors, own) = split(own.await)?;
    let new = form.get("new_password").to_owned();
    let judged = state
        .hasher
        .judge(new.clone(), user.email.clone())
        .await
        .map_err(AppError::internal)?;
    errors.ok_or_add("new_password", judged);
    let Some(own) = own.filter(|_| errors.is_empty()) else {
        return show(&req, &state, &user, Shown::refused(errors)).await;
    };
    let hash = state.hasher.hash(new).await.map_err(AppError::internal)?;
    let (owner, session, kept) = (user.id, user.session_id, hash.clone());
    let changed = state.db.write(owner, move |conn| {
        authenticate::still_own(conn, owner, &own, "current_password")?;
        model::set_password(conn, owner, &kept)?;
        api_tokens::revoke_all(conn, owner)?;
        model::end_sessions(conn, owner, Some(session))
    });
    if let (errors, None) = split(changed.await)? {
        return show(&req, &state, &user, Shown::refused(errors)).await;
    }
    known_browser::remember(&req, &state, owner, &hash);
    done(
        &req,
        &state,
        &user,
        "Your password is changed. Every other session and every API token has ended.",
    )
    .await
}

/// What was wrong with the input, or else what came of it; other failures stay failures.
fn split<T>(outcome: Result<T, AppError>) -> Result<(FieldErrors, Option<T>), AppError> {
    match outcome {
        Ok(value) => Ok((FieldErrors::default(), Some(value))),
        Err(AppError::Invalid(errors)) => Ok((errors, None)),
        Err(other) => Err(other),
    }
}

/// `POST /settings/sessions/revoke`
pub async fn revoke(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let owner = user.id;
    let Some(session) = form.non_empty("session") else {
        state
            .db
            .write(owner, move |conn| {
                model::end_sessions(conn, owner, None)?;
                api_tokens::revoke_all(conn, owner)
            })
            .await?;
        return Ok(signed_out(&req, &state, "You are signed out everywhere."));
    };
    let session: i64 = session.parse().map_err(|_| AppError::NotFound)?;
    if !state
        .db
        .write(owner, move |conn| model::end_session(conn, owner, session))
        .await?
    {
        return Err(AppError::NotFound);
    }
    if session == user.session_id {
        return Ok(signed_out(&req, &state, "You are signed out."));
    }
    done(&req, &state, &user, "That session has ended.").await
}

/// `POST /settings/delete-account`
pub async fn delete_account(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let own = authenticate::own_password(&state, &user, form.get("password"), "password");
    let (owner, now) = (user.id, state.clock.now());
    let closed = async {
        let own = own.await?;
        let close = state.db.write(owner, move |conn| {
            authenticate::still_own(conn, owner, &own, "password")?;
            model::close(conn, owner, now)
        });
        close.await
    };
    if let (errors, None) = split(closed.await)? {
        return show(&req, &state, &user, Shown::refused(errors)).await;
    }
    known_browser::forget(&req, &state, owner);
    // Its rows go in pieces, behind everybody's back.
    state.closed_account.notify_one();
    Ok(signed_out(
        &req,
        &state,
        "Your account and all of its data are deleted.",
    ))
}

fn signed_out(req: &HttpRequest, state: &State, words: &str) -> HttpResponse {
    current::forget(req, state);
    flash::leave(req, &state.site, flash::SIGNED_OUT, &Notice::new(words));
    redirect(req, &format!("{}/login", state.site.settings.base_path()))
}

pub(super) async fn done(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    words: &str,
) -> Result<HttpResponse, AppError> {
    if !is_htmx(req) {
        flash::leave(req, &state.site, user.session_id, &Notice::new(words));
        return Ok(see_other(&format!(
            "{}/settings",
            state.site.settings.base_path()
        )));
    }
    let shown = Shown {
        notice: Some(Notice::new(words)),
        ..Shown::default()
    };
    show(req, state, user, shown).await
}

pub(super) async fn show(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    shown: Shown,
) -> Result<HttpResponse, AppError> {
    let (owner, now, slices) = (user.id, state.clock.now(), state.site.slices);
    let found = state.db.read(owner, move |conn| {
        let has_amounts = slices.has_amounts(conn, owner)?;
        let tokens = api_tokens::list(conn, owner)?;
        Ok((model::sessions(conn, owner, now)?, tokens, has_amounts))
    });
    let (sessions, tokens, has_amounts) = found.await?;
    let errors = &shown.errors;
    let typed = shown.typed.unwrap_or_else(|| Typed::of(&user.preferences));
    let message = |name: &str| Field {
        value: String::new(),
        error: errors.of(name).map(str::to_owned),
    };
    let mut rows: Vec<SessionRow> = sessions
        .iter()
        .map(|session| session_row(session, state, user))
        .collect();
    rows.sort_by_key(|row| !row.current);
    let page = SettingsPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "Settings", Nav::Settings),
        status: shown.notice.map(|notice| Status {
            words: notice.words,
            undo: None,
        }),
        preferences: preferences_form(&typed, errors, user.preferences.currency, has_amounts),
        current_password: message("current_password"),
        new_password: message("new_password"),
        sessions: rows,
        tokens: tokens.iter().map(|token| token_row(token, state, user)).collect(),
        token_name: Field {
            value: shown.token_name,
            error: errors.of("name").map(str::to_owned),
        },
        token_access: message("access"),
        new_token: shown.new_token,
        delete_password: message("password"),
    };
    answer(req, shown.code, &page)
}

fn session_row(session: &Session, state: &State, user: &CurrentUser) -> SessionRow {
    let today = state.clock.now().date();
    let last_used = match (today - session.last_used_on).whole_days() {
        ..=0 => "Last used today".to_owned(),
        1 => "Last used yesterday".to_owned(),
        _ => format!(
            "Last used on {}",
            user.preferences.locale.date_medium(session.last_used_on)
        ),
    };
    let api = if session.kind == "api" { " (API)" } else { "" };
    SessionRow {
        id: session.id.to_string(),
        device: format!("{}{api}", session.device),
        last_used,
        current: session.id == user.session_id,
    }
}

fn preferences_form(
    typed: &Typed,
    errors: &FieldErrors,
    held: Currency,
    has_amounts: bool,
) -> PreferencesForm {
    let field = |name: &str, value: &str| Field {
        value: value.to_owned(),
        error: errors.of(name).map(str::to_owned),
    };
    let choice = |value: &str, label: &str, chosen: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
    };
    let currency_note = if has_amounts {
        format!(
            "A change relabels your amounts, it does not convert them: 10 {} become 10 of the new one. It must have as many decimals ({}).",
            held.code(),
            held.decimals()
        )
    } else {
        "Choose it before the first expense: later it can only be changed to one with as many decimals."
            .to_owned()
    };
    PreferencesForm {
        currency: field("currency", &typed.currency),
        currencies: Currency::all()
            .iter()
            .map(|currency| {
                choice(
                    currency.code(),
                    &format!("{} – {}", currency.code(), currency.name()),
                    &typed.currency,
                )
            })
            .collect(),
        currency_note,
        timezone: field("timezone", &typed.timezone),
        timezones: TimeZone::names().to_vec(),
        locale: field("locale", &typed.locale),
        locales: Locale::all()
            .map(|locale| choice(locale.tag(), locale.name(), &typed.locale))
            .collect(),
        week_start: field("week_start", &typed.week_start),
        week_starts: [
            ("monday", "Monday"),
            ("sunday", "Sunday"),
            ("saturday", "Saturday"),
        ]
        .map(|(value, label)| choice(value, label, &typed.week_start))
        .to_vec(),
        month_start: field("month_start", &typed.month_start),
        theme: field("theme", &typed.theme),
        themes: [
            ("system", "As the device says"),
            ("light", "Light"),
            ("dark", "Dark"),
        ]
        .map(|(value, label)| choice(value, label, &typed.theme))
        .to_vec(),
    }
}

/// A token as the page lists it.
fn token_row(token: &ApiToken, state: &State, user: &CurrentUser) -> TokenRow {
    let locale = user.preferences.locale;
    let today = state.clock.now().date();
    let last_used = match token.last_used_at.map(time::PrimitiveDateTime::date) {
        None => "Never used".to_owned(),
        Some(day) if day >= today => "Last used today".to_owned(),
        Some(day) => format!("Last used on {}", locale.date_medium(day)),
    };
    TokenRow {
        id: token.id.to_string(),
        name: token.name.clone(),
        access: if token.may_write() {
            "Read and write"
        } else {
            "Read only"
        },
        made: format!("Made on {}", locale.date_medium(token.created_at.date())),
        last_used,
    }
}
