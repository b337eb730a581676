//! Everything that writes expenses: the row, the totals of its day and month, and the search change together, in the
//! caller's transaction.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use time::{Date, Duration, PrimitiveDateTime};

use super::bulk;
use super::category::{self as categories, Colors};
use super::expense::{Expense, NewExpense, TRASH_DAYS, by_request, find, find_anywhere};
use super::search::{self, Change};
use super::totals::{self, DailyTotal};
use crate::db::schema::expenses;
use crate::db::{Conn, UserId, WriteContext, raw_sql, sql};
use crate::error::AppError;
use crate::text;

/// Amounts beyond this are large, in minor units.
const LARGE: i64 = 10_000_000_000;
/// What the large amounts of an account may add up to on either side of zero, in thousands of minor units. Together with
/// half a billion of other amounts any sum of its rows fits into 64 bits.
const MOST_LARGE: i64 = 2_000_000_000_000_000;

/// Writes a new expense, or finds the one that the same submit has written before; with its category's name.
pub fn create(
    conn: &mut Conn,
    owner: UserId,
    new: &NewExpense,
    request_key: Option<String>,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    if let Some(key) = &request_key
        && let Some(before) = by_request(conn, owner, key)?
    {
        return repeated(conn, owner, before, new, context);
    }
    let (category_id, category) = categories::find_or_create(
        conn,
        owner,
        &new.category,
        context.ids.next(),
        context.now,
        &mut Colors::default(),
    )?;
    let row = Expense::new(owner, category_id, new, request_key.clone(), context);
    let inserted = match conn {
        Conn::Sqlite(c) => bulk::write(c, std::slice::from_ref(&row))?,
        // The same submit may arrive at another instance in this very moment; then theirs stands.
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => diesel::insert_into(expenses::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c)?,
    };
    if inserted == 0 {
        let before = request_key
            .map(|key| by_request(conn, owner, &key))
            .transpose()?
            .flatten();
        let before = before.ok_or_else(|| AppError::internal("an id was made twice"))?;
        return repeated(conn, owner, before, new, context);
    }
    check_sums(conn, owner, [row.amount])?;
    totals::add(conn, &[row.total(1)])?;
    search::note(conn, Change::Added(std::slice::from_ref(&row)))?;
    Ok((row, category))
}

/// Refuses to add `amounts`, which are written already, where sums might grow beyond 64 bits.
pub(crate) fn check_sums(
    conn: &mut Conn,
    owner: UserId,
    amounts: impl IntoIterator<Item = i64>,
) -> Result<(), AppError> {
    use expenses::amount;
    if amounts.into_iter().all(|minor| minor.abs() <= LARGE) {
        return Ok(());
    }
    // Thousands, because this sum has to fit, too.
    let sum = || raw_sql::<BigInt>("CAST(COALESCE(SUM(amount / 1000), 0) AS BIGINT)");
    let rows = expenses::table
        .filter(expenses::user_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null());
    let spent: i64 = rows.filter(amount.gt(LARGE)).select(sum()).first(conn)?;
    let refunded: i64 = rows.filter(amount.lt(-LARGE)).select(sum()).first(conn)?;
    if spent > MOST_LARGE || refunded < -MOST_LARGE {
        return Err(AppError::invalid(
            "amount",
            "With this amount your total would be too large to count. Enter a smaller one.",
        ));
    }
    Ok(())
}

/// The expense that the same submit has made before.
///
/// If it went to the trash meanwhile, the person wants it again and gets it back as submitted. It is restored, not
/// written once more, so that an Undo of its deletion finds it back already and does not make it twice.
fn repeated(
    conn: &mut Conn,
    owner: UserId,
    before: Expense,
    new: &NewExpense,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    if before.deleted_at.is_some() {
        move_to(conn, owner, before.id, None)?;
        return update(conn, owner, before.id, new, None, context);
    }
    let category = categories::name_of(conn, owner, before.category_id)?;
    Ok((before, category))
}

/// Writes many new expenses at once, all or none; their ids in the order given.
///
/// Categories are looked up once each, and each day's total is changed once. An error names its item: `items[3].category`.
pub fn create_many(
    conn: &mut Conn,
    owner: UserId,
    new: &[NewExpense],
    context: &WriteContext,
) -> Result<Vec<i64>, AppError> {
    let (mut known, mut colors) = (HashMap::<String, i64>::new(), Colors::default());
    let mut changes: BTreeMap<(Date, i64), DailyTotal> = BTreeMap::new();
    let mut ids = Vec::with_capacity(new.len());
    let mut rows = Vec::with_capacity(new.len());
    for (at, new) in new.iter().enumerate() {
        let category_id = if let Some(id) = known.get(&new.category) {
            *id
        } else {
            let (id, _) = categories::find_or_create(
                conn,
                owner,
                &new.category,
                context.ids.next(),
                context.now,
                &mut colors,
            )
            .map_err(|error| error.within(&format!("items[{at}].")))?;
            known.insert(new.category.clone(), id);
            id
        };
        let row = Expense::new(owner, category_id, new, None, context);
        let total = row.total(1);
        ids.push(row.id);
        rows.push(row);
        changes
            .entry((total.spent_on, category_id))
            .and_modify(|sum| {
                sum.amount = sum.amount.saturating_add(total.amount);
                sum.count += total.count;
            })
            .or_insert(total);
    }
    insert(conn, &rows)?;
    check_sums(conn, owner, rows.iter().map(|row| row.amount))?;
    totals::add(conn, &changes.into_values().collect::<Vec<_>>())?;
    Ok(ids)
}

/// Inserts rows, those of the trash included; daily totals are the caller's.
pub(crate) fn insert(conn: &mut Conn, rows: &[Expense]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, rows)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => {
            for rows in rows.chunks(bulk::ROWS_PER_STATEMENT) {
                if let Conn::Postgres(c) = conn {
                    diesel::insert_into(expenses::table).values(rows).execute(c)?;
                }
                search::note(conn, Change::Added(rows))?;
            }
        }
    }
    Ok(())
}

/// Changes an expense; one that says already what it would be changed to stays as it is. With `version`, it is changed
/// only if it is still at that version; else [`AppError::PreconditionFailed`].
pub fn update(
    conn: &mut Conn,
    owner: UserId,
    id: i64,
    new: &NewExpense,
    version: Option<i32>,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    let (category_id, category) = categories::find_or_create(
        conn,
        owner,
        &new.category,
        context.ids.next(),
        context.now,
        &mut Colors::default(),
    )?;
    let old = find(conn, owner, id)?;
    if old.category_id == category_id
        && (old.spent_on, old.amount) == (new.date, new.amount.minor())
        && old.description == new.description
    {
        return Ok((old, category));
    }
    if version.is_some_and(|version| version != old.version) {
        return Err(AppError::PreconditionFailed(
            "It was changed in the meantime. Read it again first.".to_owned(),
        ));
    }
    let row = Expense {
        spent_on: new.date,
        category_id,
        amount: new.amount.minor(),
        description: new.description.clone(),
        search: text::search_text(&new.description),
        version: old.version + 1,
        updated_at: context.now,
        ..old.clone()
    };
    diesel::update(
        expenses::table
            .filter(expenses::user_id.eq(owner.0))
            .filter(expenses::id.eq(id)),
    )
    .set((
        expenses::spent_on.eq(row.spent_on),
        expenses::category_id.eq(row.category_id),
        expenses::amount.eq(row.amount),
        expenses::description.eq(&row.description),
        expenses::search.eq(&row.search),
        expenses::version.eq(row.version),
        expenses::updated_at.eq(row.updated_at),
    ))
    .execute(conn)?;
    check_sums(conn, owner, [row.amount])?;
    search::note(conn, Change::Updated(&row))?;
    totals::add(conn, &[old.total(-1)])?;
    totals::add(conn, &[row.total(1)])?;
    Ok((row, category))
}

/// Moves an expense to the trash; one that is there already is answered alike.
pub fn trash(conn: &mut Conn, owner: UserId, id: i64, now: PrimitiveDateTime) -> Result<Expense, AppError> {
    match move_to(conn, owner, id, Some(now))? {
        Some(row) => Ok(row),
        None => find_anywhere(conn, owner, id),
    }
}

/// Moves an expense to the trash; one that is there already is [`AppError::NotFound`].
pub fn trash_once(
    conn: &mut Conn,
    owner: UserId,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<Expense, AppError> {
    move_to(conn, owner, id, Some(now))?.ok_or(AppError::NotFound)
}

/// Puts an expense back from the trash; one that is back already is answered alike. One that was deleted 30 days ago
/// is [`AppError::NotFound`], whether or not it is removed yet.
pub fn restore(conn: &mut Conn, owner: UserId, id: i64, now: PrimitiveDateTime) -> Result<Expense, AppError> {
    let held = find_anywhere(conn, owner, id)?;
    let due = now - Duration::days(TRASH_DAYS);
    if held.deleted_at.is_some_and(|at| at <= due) {
        return Err(AppError::NotFound);
    }
    Ok(move_to(conn, owner, id, None)?.unwrap_or(held))
}

sql! { MoveTo { owner: i64, id: i64, deleted_at: Option<PrimitiveDateTime> } -> expenses::SqlType:
    "UPDATE expenses SET deleted_at = :deleted_at, version = version + 1 \
     WHERE user_id = :owner AND id = :id AND (deleted_at IS NULL) <> (:deleted_at IS NULL) \
     RETURNING user_id, id, spent_on, category_id, amount, description, search, request_key, version, created_at, \
     updated_at, deleted_at"
}

/// Moves an expense into the trash or out of it; `None` where it is not on the other side.
fn move_to(
    conn: &mut Conn,
    owner: UserId,
    id: i64,
    deleted_at: Option<PrimitiveDateTime>,
) -> Result<Option<Expense>, AppError> {
    let statement = MoveTo {
        owner: owner.0,
        id,
        deleted_at,
    };
    let moved: Option<Expense> = statement.bound().get_result(conn).optional()?;
    if let Some(row) = &moved {
        if deleted_at.is_some() {
            search::note(conn, Change::Removed(owner, &[id]))?;
        } else {
            check_sums(conn, owner, [row.amount])?;
            search::note(conn, Change::Added(std::slice::from_ref(row)))?;
        }
        totals::add(conn, &[row.total(if deleted_at.is_some() { -1 } else { 1 })])?;
    }
    Ok(moved)
}

/// Removes for good what has been in the trash for 30 days, at most `most` rows; how many went.
pub fn purge(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime, most: i64) -> Result<i64, AppError> {
    let mine = expenses::table.filter(expenses::user_id.eq(owner.0));
    let due: Vec<i64> = mine
        .filter(expenses::deleted_at.le(now - Duration::days(TRASH_DAYS)))
        .limit(most)
        .select(expenses::id)
        .load(conn)?;
    if due.is_empty() {
        return Ok(0);
    }
    // One that was put back meanwhile stays.
    let still = mine
        .filter(expenses::id.eq_any(due))
        .filter(expenses::deleted_at.is_not_null());
    Ok(i64::try_from(diesel::delete(still).execute(conn)?).unwrap_or(most))
}
