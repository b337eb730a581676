//! Accounts and sessions: their rows and all their SQL.

use diesel::prelude::*;
use time::{Date, Duration, PrimitiveDateTime};

use super::preferences::Preferences;
use crate::clock::TimeZone;
use crate::db::schema::{api_tokens, expenses, sessions, sign_in_failures, users};
use crate::db::{Conn, UserId, on_backend, set_owner};
use crate::error::AppError;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::{Calendar, WeekStart};
use crate::web::view::Theme;

/// How long a session lasts after its last use.
pub const SESSION_DAYS: i64 = 30;
/// Sessions of one kind that an account has at most: a script that signs in each time does not fill the list.
const MOST_SESSIONS: i64 = 100;
/// Failed sign-ins of one address that are borne within [`FAILURE_WINDOW`].
const MAX_FAILURES: i64 = 10;
/// How long a failed sign-in counts.
const FAILURE_WINDOW: Duration = Duration::minutes(15);

/// A row of `users`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    /// Made by the program.
    pub id: i64,
    /// As typed.
    pub email: String,
    /// The address compared without case.
    pub email_key: String,
    /// A PHC string.
    pub password_hash: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA.
    pub timezone: String,
    /// BCP 47.
    pub locale: String,
    /// `monday`, `sunday` or `saturday`.
    pub week_start: String,
    /// 1 to 28.
    pub month_start: i32,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// When the account was deleted; its rows go in pieces after that.
    pub closed_at: Option<PrimitiveDateTime>,
}

impl User {
    /// A row for a new account.
    pub fn new(
        id: i64,
        email: &super::email::Email,
        hash: String,
        preferences: &Preferences,
        now: PrimitiveDateTime,
    ) -> Self {
        Self {
            id,
            email: email.as_str().to_owned(),
            email_key: email.key(),
            password_hash: hash,
            currency: preferences.currency.code().to_owned(),
            timezone: preferences.timezone.name().to_owned(),
            locale: preferences.locale.tag().to_owned(),
            week_start: preferences.calendar.week_start().as_str().to_owned(),
            month_start: i32::from(preferences.calendar.month_start()),
            theme: preferences.theme.name().to_owned(),
            created_at: now,
            closed_at: None,
        }
    }

    /// The preferences in this row; a value that this version does not know becomes the default.
    pub fn preferences(&self) -> Preferences {
        let month_start = u8::try_from(self.month_start).unwrap_or(1);
        Preferences {
            currency: Currency::from_code(&self.currency).unwrap_or_default(),
            timezone: TimeZone::parse(&self.timezone).unwrap_or_default(),
            locale: Locale::from_tag(&self.locale).unwrap_or_default(),
            calendar: WeekStart::parse(&self.week_start)
                .and_then(|week_start| Calendar::new(week_start, month_start))
                .unwrap_or_default(),
            theme: Theme::parse(&self.theme).unwrap_or_default(),
        }
    }

    /// Who owns this account's rows.
    pub fn owner(&self) -> UserId {
        UserId(self.id)
    }
}

/// A row of `sessions`: one sign-in of a browser or of the API.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Whose it is.
    pub user_id: i64,
    /// Made by the program; the token's `sid`.
    pub id: i64,
    /// `browser` or `api`.
    pub kind: String,
    /// For example "Firefox on Linux".
    pub device: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// The UTC day of its last use.
    pub last_used_on: Date,
    /// UTC.
    pub expires_at: PrimitiveDateTime,
}

/// Makes an account; a taken address is [`AppError::Conflict`].
pub fn create_user(conn: &mut Conn, user: &User) -> Result<(), AppError> {
    let taken = || AppError::Conflict("This address already has an account. Sign in instead.".to_owned());
    if user_by_email(conn, &user.email_key)?.is_some() {
        return Err(taken());
    }
    match diesel::insert_into(users::table)
        .values(user.clone())
        .execute(conn)
    {
        Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)) => {
            Err(taken())
        }
        other => Ok(other.map(|_| ())?),
    }
}

/// The account of an address, compared without case.
pub fn user_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<User>, AppError> {
    Ok(users::table
        .filter(users::email_key.eq(email_key))
        .filter(users::closed_at.is_null())
        .select(users::all_columns)
        .first(conn)
        .optional()?)
}

/// The account itself.
pub fn user(conn: &mut Conn, owner: UserId) -> Result<User, AppError> {
    Ok(users::table
        .find(owner.0)
        .filter(users::closed_at.is_null())
        .select(users::all_columns)
        .first(conn)?)
}

/// The session `id` of `owner` with its account, if that is open; the session may have run out.
pub fn session(conn: &mut Conn, owner: UserId, id: i64) -> Result<Option<(Session, User)>, AppError> {
    let found = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.eq(id))
        .filter(users::closed_at.is_null())
        .select((sessions::all_columns, users::all_columns));
    // Asked after each commit; the detour over the common type of connection would cost as much as the answer.
    Ok(on_backend!(conn, |c| found.first(c).optional())?)
}

/// Starts a session. Beyond [`MOST_SESSIONS`] of its kind those that were not used for the longest time end.
pub fn start_session(conn: &mut Conn, session: &Session) -> Result<(), AppError> {
    diesel::insert_into(sessions::table)
        .values(session.clone())
        .execute(conn)?;
    let owned = sessions::table.filter(sessions::user_id.eq(session.user_id));
    let surplus: Vec<i64> = owned
        .filter(sessions::kind.eq(&session.kind))
        .filter(sessions::id.ne(session.id))
        .order((sessions::last_used_on.desc(), sessions::id.desc()))
        .offset(MOST_SESSIONS - 1)
        .limit(MOST_SESSIONS)
        .select(sessions::id)
        .load(conn)?;
    if !surplus.is_empty() {
        diesel::delete(owned.filter(sessions::id.eq_any(surplus))).execute(conn)?;
    }
    Ok(())
}

/// Notes that a session was used and lets it last from now.
pub fn renew_session(
    conn: &mut Conn,
    owner: UserId,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(owner.0))
            .filter(sessions::id.eq(id)),
    )
    .set((
        sessions::last_used_on.eq(now.date()),
        sessions::expires_at.eq(now + Duration::days(SESSION_DAYS)),
    ))
    .execute(conn)?;
    Ok(())
}

/// The sessions that have not ended, last used first.
pub fn sessions(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<Vec<Session>, AppError> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_used_on.desc(), sessions::id.desc()))
        .select(sessions::all_columns)
        .load(conn)?)
}

/// Ends one session; whether there was one.
pub fn end_session(conn: &mut Conn, owner: UserId, id: i64) -> Result<bool, AppError> {
    let mine = sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.eq(id));
    Ok(diesel::delete(mine).execute(conn)? > 0)
}

/// Ends every session but `kept`.
pub fn end_sessions(conn: &mut Conn, owner: UserId, kept: Option<i64>) -> Result<(), AppError> {
    let mine = sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.ne(kept.unwrap_or(0)));
    diesel::delete(mine).execute(conn)?;
    Ok(())
}

/// Keeps new preferences.
pub fn set_preferences(conn: &mut Conn, owner: UserId, wanted: &Preferences) -> Result<(), AppError> {
    let written = diesel::update(users::table.find(owner.0))
        .set((
            users::currency.eq(wanted.currency.code()),
            users::timezone.eq(wanted.timezone.name()),
            users::locale.eq(wanted.locale.tag()),
            users::week_start.eq(wanted.calendar.week_start().as_str()),
            users::month_start.eq(i32::from(wanted.calendar.month_start())),
            users::theme.eq(wanted.theme.name()),
        ))
        .execute(conn)?;
    if written == 0 {
        Err(AppError::NotFound)
    } else {
        Ok(())
    }
}

/// Whether the account is open and has this password hash, so that a password checked against it still counts.
pub fn has_password(conn: &mut Conn, owner: UserId, hash: &str) -> Result<bool, AppError> {
    let held: Option<String> = users::table
        .find(owner.0)
        .filter(users::closed_at.is_null())
        .select(users::password_hash)
        .first(conn)
        .optional()?;
    Ok(held.as_deref() == Some(hash))
}

/// Keeps a new password hash.
pub fn set_password(conn: &mut Conn, owner: UserId, hash: &str) -> Result<(), AppError> {
    diesel::update(users::table.find(owner.0))
        .set(users::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

/// Notes a try to sign in before its password is checked, so that tries side by side all count.
///
/// `Ok(Err(seconds))`: too many have failed; nothing was noted.
pub fn record_attempt(
    conn: &mut Conn,
    email_key: &str,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<Result<(), u64>, AppError> {
    let of_address = sign_in_failures::table.filter(sign_in_failures::email_key.eq(email_key));
    diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::email_key.eq(email_key),
            sign_in_failures::id.eq(id),
            sign_in_failures::failed_at.eq(now),
        ))
        .execute(conn)?;
    diesel::delete(of_address.filter(sign_in_failures::failed_at.le(now - FAILURE_WINDOW))).execute(conn)?;
    // From before the clock was set back: nobody has to wait until it gets there again.
    diesel::delete(of_address.filter(sign_in_failures::failed_at.gt(now + FAILURE_WINDOW))).execute(conn)?;
    let times: Vec<PrimitiveDateTime> = of_address
        .filter(sign_in_failures::id.ne(id))
        .order(sign_in_failures::failed_at.desc())
        .limit(MAX_FAILURES)
        .select(sign_in_failures::failed_at)
        .load(conn)?;
    match times.last() {
        Some(oldest) if i64::try_from(times.len()).unwrap_or(i64::MAX) >= MAX_FAILURES => {
            clear_attempt(conn, email_key, id)?;
            let wait = (*oldest + FAILURE_WINDOW - now)
                .min(FAILURE_WINDOW)
                .whole_seconds();
            Ok(Err(u64::try_from(wait).unwrap_or(0) + 1))
        }
        _ => Ok(Ok(())),
    }
}

/// Takes a noted try back: the password was right.
pub fn clear_attempt(conn: &mut Conn, email_key: &str, id: i64) -> Result<(), AppError> {
    let it = sign_in_failures::table
        .filter(sign_in_failures::email_key.eq(email_key))
        .filter(sign_in_failures::id.eq(id));
    diesel::delete(it).execute(conn)?;
    Ok(())
}

/// Closes an account at once: nobody can sign in, and the address is free again. Its rows go in pieces.
pub fn close(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(users::table.find(owner.0))
        .set((
            users::closed_at.eq(Some(now)),
            users::email.eq(""),
            users::email_key.eq(format!("closed:{}", owner.0)),
            users::password_hash.eq(""),
        ))
        .execute(conn)?;
    end_sessions(conn, owner, None)
}

/// Accounts that were closed and still have rows. (Looks across all accounts.)
pub fn closed(conn: &mut Conn) -> Result<Vec<UserId>, AppError> {
    let ids: Vec<i64> = users::table
        .filter(users::closed_at.is_not_null())
        .select(users::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Removes sessions and API tokens of a closed account.
pub(super) fn remove_credentials(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(owner.0))).execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(owner.0))).execute(conn)?;
    Ok(())
}

/// Removes a closed account itself, after every slice has removed its rows.
pub fn remove(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(users::table.find(owner.0).filter(users::closed_at.is_not_null())).execute(conn)?;
    Ok(())
}

/// An account, for whoever runs the server.
#[derive(Debug, Clone)]
pub struct Overview {
    /// As typed.
    pub email: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// The UTC day on which it was last used with a session that is still known.
    pub last_used_on: Option<Date>,
    /// How many expenses it has, without the trash.
    pub expenses: i64,
}

/// Every open account, oldest first. (Looks across all accounts.)
pub fn overview(conn: &mut Conn) -> Result<Vec<Overview>, AppError> {
    let accounts: Vec<(i64, String, PrimitiveDateTime)> = users::table
        .filter(users::closed_at.is_null())
        .order((users::created_at, users::id))
        .select((users::id, users::email, users::created_at))
        .load(conn)?;
    accounts
        .into_iter()
        .map(|(id, email, created_at)| {
            set_owner(conn, UserId(id))?;
            let last_used_on = sessions::table
                .filter(sessions::user_id.eq(id))
                .order(sessions::last_used_on.desc())
                .select(sessions::last_used_on)
                .first(conn)
                .optional()?;
            let expenses = expenses::table
                .filter(expenses::user_id.eq(id))
                .filter(expenses::deleted_at.is_null())
                .count()
                .get_result(conn)?;
            Ok(Overview {
                email,
                created_at,
                last_used_on,
                expenses,
            })
        })
        .collect()
}

/// Forgets the sessions of a person that have run out.
pub fn forget_ended(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let mine = sessions::table.filter(sessions::user_id.eq(owner.0));
    diesel::delete(mine.filter(sessions::expires_at.le(now))).execute(conn)?;
    Ok(())
}

/// Forgets failed sign-ins that no longer count, of whatever address.
pub fn forget_failures(conn: &mut Conn, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::failed_at.le(now - FAILURE_WINDOW)))
        .execute(conn)?;
    Ok(())
}

/// The next accounts after `last`, in the order of their ids.
pub fn after(conn: &mut Conn, last: UserId, most: i64) -> Result<Vec<UserId>, AppError> {
    let ids: Vec<i64> = users::table
        .filter(users::id.gt(last.0))
        .order(users::id)
        .limit(most)
        .select(users::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}
