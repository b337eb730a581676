//! Password attempts that are in progress or have failed: the rows of `sign_in_failures` and their SQL.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use crate::db::Conn;
use crate::db::schema::sign_in_failures;
use crate::error::AppError;

/// Attempts that may fail within [`FAILURE_WINDOW`] before the next one has to wait.
const MAX_FAILURES: i64 = 10;
const FAILURE_WINDOW: Duration = Duration::minutes(15);

/// Records an attempt under `counter` before the password is checked, so that concurrent attempts all count.
///
/// `Ok(Err(seconds))` means that too many have failed; then nothing is recorded.
pub(super) fn record(
    conn: &mut Conn,
    counter: &str,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<Result<(), u64>, AppError> {
    let failures = sign_in_failures::table.filter(sign_in_failures::email_key.eq(counter));
    diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::email_key.eq(counter),
            sign_in_failures::id.eq(id),
            sign_in_failures::failed_at.eq(now),
        ))
        .execute(conn)?;
    diesel::delete(failures.filter(sign_in_failures::failed_at.le(now - FAILURE_WINDOW))).execute(conn)?;
    // Failures from the future exist after the clock was set back. They must not block the account until then.
    diesel::delete(failures.filter(sign_in_failures::failed_at.gt(now + FAILURE_WINDOW))).execute(conn)?;
    let times: Vec<PrimitiveDateTime> = failures
        .filter(sign_in_failures::id.ne(id))
        .order(sign_in_failures::failed_at.desc())
        .limit(MAX_FAILURES)
        .select(sign_in_failures::failed_at)
        .load(conn)?;
    match times.last() {
        Some(oldest) if i64::try_from(times.len()).unwrap_or(i64::MAX) >= MAX_FAILURES => {
            clear(conn, counter, id)?;
            let wait = (*oldest + FAILURE_WINDOW - now)
                .min(FAILURE_WINDOW)
                .whole_seconds();
            Ok(Err(u64::try_from(wait).unwrap_or(0) + 1))
        }
        _ => Ok(Ok(())),
    }
}

/// Removes a recorded attempt, because the password was right.
pub(super) fn clear(conn: &mut Conn, counter: &str, id: i64) -> Result<(), AppError> {
    let attempt = sign_in_failures::table
        .filter(sign_in_failures::email_key.eq(counter))
        .filter(sign_in_failures::id.eq(id));
    diesel::delete(attempt).execute(conn)?;
    Ok(())
}

/// Removes the attempts, of all accounts, that no longer count.
pub(crate) fn remove_old(conn: &mut Conn, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::failed_at.le(now - FAILURE_WINDOW)))
        .execute(conn)?;
    Ok(())
}
