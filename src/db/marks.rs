//! Numbers without an owner that outlive a process, stored in `id_nodes`.

use diesel::prelude::*;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use super::connection::Conn;
use super::schema::id_nodes;
use crate::error::AppError;

/// The row that counts the starts of server processes.
const STARTS: i32 = 1;
/// The row with the time of the last purge, in seconds since 1970.
const PURGED: i32 = 2;
/// After a longer gap between two purges, either the server was off or the clock is wrong.
const MAX_PLAUSIBLE_GAP: Duration = Duration::days(2);

/// The node number of a server process that starts now: a part of every id it makes.
pub fn next_node(conn: &mut Conn) -> Result<u16, AppError> {
    let last: i64 = diesel::update(id_nodes::table.find(STARTS))
        .set(id_nodes::last.eq(id_nodes::last + 1))
        .returning(id_nodes::last)
        .get_result(conn)?;
    Ok(u16::try_from(last % i64::from(super::ids::NODES)).unwrap_or(0))
}

/// The time that the next purge uses as now; it is stored for the following purges.
///
/// It is the time of the clock, unless that is days ahead of the last purge. Then the clock may be wrong, and purged rows
/// can't be restored; so the time advances by at most `step` per purge.
pub fn purge_until(
    conn: &mut Conn,
    now: PrimitiveDateTime,
    step: Duration,
) -> Result<PrimitiveDateTime, AppError> {
    let noted: Option<i64> = id_nodes::table
        .find(PURGED)
        .select(id_nodes::last)
        .first(conn)
        .optional()?;
    let last = noted.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let until = match last.map(|last| PrimitiveDateTime::new(last.date(), last.time())) {
        Some(last) if now - last > MAX_PLAUSIBLE_GAP => now.min(last.saturating_add(step)),
        _ => now,
    };
    let seconds = until.assume_utc().unix_timestamp();
    let noted = diesel::update(id_nodes::table.find(PURGED))
        .set(id_nodes::last.eq(seconds))
        .execute(conn)?;
    if noted == 0 {
        diesel::insert_into(id_nodes::table)
            .values((id_nodes::id.eq(PURGED), id_nodes::last.eq(seconds)))
            .execute(conn)?;
    }
    Ok(until)
}
