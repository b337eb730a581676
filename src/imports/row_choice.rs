//! What a person chooses for the rows of a review.

use diesel::prelude::*;

use super::row::{ImportRow, RowFilter};
use super::verdict::Verdict;
use crate::db::schema::import_rows;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// A choice for rows of a review: each `None` leaves the present one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowChoice {
    pub take: Option<bool>,
    pub category: Option<String>,
    /// Of single rows only.
    pub description: Option<String>,
}

/// Changes one row that can be taken; false if it can't, or does not exist.
pub fn choose(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    number: i32,
    choice: &RowChoice,
) -> Result<bool, AppError> {
    if *choice == RowChoice::default() {
        return Ok(true);
    }
    let row = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::row_number.eq(number))
        .filter(import_rows::verdict.eq_any(Verdict::TAKEABLE.map(Verdict::name)));
    let changed = diesel::update(row)
        .set((
            choice.take.map(|take| import_rows::take.eq(take)),
            choice.category.as_ref().map(|category| {
                (
                    import_rows::category.eq(Some(category)),
                    import_rows::category_reason.eq(None::<String>),
                )
            }),
            // The key of the row stays that of the file, which the next file has again.
            choice
                .description
                .as_ref()
                .map(|description| import_rows::description.eq(description)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Changes all rows of a filter that can be taken.
pub fn choose_all(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    filter: &RowFilter,
    choice: &RowChoice,
) -> Result<(), AppError> {
    if *choice == RowChoice::default() {
        return Ok(());
    }
    let takeable = Verdict::TAKEABLE.into_iter();
    let verdicts = takeable.filter(|verdict| filter.verdict.is_none_or(|wanted| wanted == *verdict));
    let verdicts: Vec<&str> = verdicts.map(Verdict::name).collect();
    // A condition that holds for every row, in place of one that is not asked for.
    let least = if filter.is_money_in { 1 } else { i64::MIN };
    let (first_key, last_key) = filter.text_key.map_or((i64::MIN, i64::MAX), |key| (key, key));
    let rows = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::verdict.eq_any(verdicts))
        .filter(import_rows::amount.ge(least))
        .filter(import_rows::text_key.between(first_key, last_key));
    diesel::update(rows)
        .set((
            choice.take.map(|take| import_rows::take.eq(take)),
            choice.category.as_ref().map(|category| {
                (
                    import_rows::category.eq(Some(category)),
                    import_rows::category_reason.eq(None::<String>),
                )
            }),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many other rows have the description of `row`, can be taken, and have another category.
pub fn count_like(conn: &mut Conn, owner: BookId, row: &ImportRow) -> Result<i64, AppError> {
    Ok(import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(row.import_id))
        .filter(import_rows::text_key.eq(row.text_key))
        .filter(import_rows::row_number.ne(row.row_number))
        .filter(import_rows::verdict.eq_any(Verdict::TAKEABLE.map(Verdict::name)))
        .filter(
            import_rows::category
                .is_null()
                .or(import_rows::category.ne(row.category.clone())),
        )
        .count()
        .get_result(conn)?)
}
