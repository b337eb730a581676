//! Creates expenses from the rows of a review that are taken, in one transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::import::{self, Import};
use super::mapping;
use super::review::judge_again;
use super::row::{self, ImportRow, RowFilter};
use super::state::ImportState;
use crate::db::schema::import_rows;
use crate::db::{BookId, Conn, WriteContext, raw_sql};
use crate::error::AppError;
use crate::ledger::category;
use crate::ledger::category_color::Colors;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::NewExpense;
use crate::ledger::write;
use crate::money::Money;
use crate::state::running_steps::Progress;

/// Rows that are read and written together.
const ROWS_AT_ONCE: usize = 1_000;

/// What a confirmation did.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The import is done: by this call, or by an earlier one.
    Done(Box<Import>),
    /// This many verdicts have changed since the review was shown. Nothing was written but the new verdicts.
    Changed(usize),
}

/// Stores what was chosen with the same form, if anything was, and confirms an import. `None`: nothing is ticked; the ticks are stored all the
/// same.
pub fn choose_and_confirm(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
    progress: &Progress,
    choose: impl FnOnce(&mut Conn, &Import) -> Result<bool, AppError>,
) -> Result<Option<Outcome>, AppError> {
    let mut draft = import::find(conn, owner, id)?;
    if draft.state() == ImportState::Review {
        if choose(conn, &draft)? {
            import::update(conn, &mut draft)?;
        }
        if row::taken(conn, owner, id)? == 0 {
            return Ok(None);
        }
    }
    confirm(conn, owner, id, context, progress).map(Some)
}

/// Confirms an import. One with an open question is [`AppError::Conflict`].
pub fn confirm(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
    progress: &Progress,
) -> Result<Outcome, AppError> {
    let mut import = import::find(conn, owner, id)?;
    match import.state() {
        ImportState::Review => {}
        ImportState::Done => return Ok(Outcome::Done(Box::new(import))),
        ImportState::ReadAs => {
            return Err(AppError::Conflict(
                "Choose how to read the file first.".to_owned(),
            ));
        }
        ImportState::Undone => {
            return Err(AppError::Conflict(
                "This import was undone. Upload the file again to import it.".to_owned(),
            ));
        }
    }
    let changed = judge_again(conn, owner, &mut import)?;
    if changed > 0 {
        import::update(conn, &mut import)?;
        return Ok(Outcome::Changed(changed));
    }
    import.created_rows = create(conn, owner, &import, context, progress)?;
    ImportState::Done.name().clone_into(&mut import.state);
    import.confirmed_at = Some(context.now);
    import::update(conn, &mut import)?;
    import::remove_content(conn, owner, id)?;
    // What was found without asking is found again in the next file.
    if let (Some(key), Some(choices)) = (&import.header_key, import.choices()?.csv.for_next_file()) {
        mapping::remember(conn, owner, key, &choices, context.now)?;
    }
    Ok(Outcome::Done(Box::new(import)))
}

/// Makes the expenses; returns how many.
fn create(
    conn: &mut Conn,
    owner: BookId,
    import: &Import,
    context: &WriteContext,
    progress: &Progress,
) -> Result<i64, AppError> {
    let mut categorizer = Categorizer::of(conn, owner, import)?;
    let (mut after, mut created) = (0, 0_i64);
    loop {
        let rows = row::page(conn, owner, import.id, &RowFilter::default(), after, ROWS_AT_ONCE)?;
        let Some(last) = rows.last() else { break };
        after = last.row_number;
        let mut taken: Vec<ImportRow> = rows.into_iter().filter(|row| row.take).collect();
        let new: Vec<NewExpense> = taken
            .iter()
            .map(|row| categorizer.expense(conn, owner, row, context))
            .collect::<Result<_, _>>()?;
        let ids = write::create_many(conn, owner, &new, context).map_err(plain)?;
        for (row, id) in taken.iter_mut().zip(&ids) {
            row.expense_id = Some(*id);
        }
        row::set_expenses(conn, &taken)?;
        created += i64::try_from(ids.len()).unwrap_or(0);
        progress.set(after.into());
    }
    Ok(created)
}

/// Drops the position of the row in its batch from an error, which means nothing to a person.
fn plain(error: AppError) -> AppError {
    match error {
        AppError::Invalid(errors) => match errors.0.into_iter().next() {
            Some(error) => AppError::Conflict(error.message),
            None => AppError::internal("an error without a field"),
        },
        other => other,
    }
}

/// Makes an expense of a row, and the category that it names.
struct Categorizer<'a> {
    import: &'a Import,
    known: HashMap<String, CategoryKind>,
    /// What a new category becomes: what the file says, else income if most of its rows are money in.
    wanted: HashMap<String, CategoryKind>,
    colors: Colors,
}

impl<'a> Categorizer<'a> {
    fn of(conn: &mut Conn, owner: BookId, import: &'a Import) -> Result<Self, AppError> {
        let sums: Vec<(Option<String>, i64)> = import_rows::table
            .filter(import_rows::book_id.eq(owner.0))
            .filter(import_rows::import_id.eq(import.id))
            .filter(import_rows::take.eq(true))
            .group_by(import_rows::category)
            // The signs suffice, and a sum of large amounts may not fit.
            .select((
                import_rows::category,
                raw_sql::<BigInt>(
                    "CAST(SUM(CASE WHEN is_income IS TRUE THEN 1 WHEN is_income IS FALSE THEN -1 \
                     WHEN amount > 0 THEN 1 WHEN amount < 0 THEN -1 ELSE 0 END) AS BIGINT)",
                ),
            ))
            .load(conn)?;
        let kind = |more_in: i64| {
            if more_in > 0 {
                CategoryKind::Income
            } else {
                CategoryKind::Spending
            }
        };
        Ok(Self {
            import,
            known: HashMap::new(),
            wanted: sums
                .into_iter()
                .filter_map(|(category, more_in)| Some((category?, kind(more_in))))
                .collect(),
            colors: Colors::default(),
        })
    }

    /// The expense of a row, with the sign that the kind of its category uses.
    fn expense(
        &mut self,
        conn: &mut Conn,
        owner: BookId,
        row: &ImportRow,
        context: &WriteContext,
    ) -> Result<NewExpense, AppError> {
        let (Some(amount), Some(date)) = (row.amount, row.booked_on) else {
            return Err(AppError::internal("a row without amount or date is taken"));
        };
        let name = category_of(self.import, row);
        let wanted = match &row.category {
            Some(named) => self.wanted.get(named).copied().unwrap_or_default(),
            None if amount.is_negative() => CategoryKind::Spending,
            None => CategoryKind::Income,
        };
        let kind = self.kind(conn, owner, name, wanted, context)?;
        Ok(NewExpense {
            amount: if kind.is_income() { amount } else { -amount },
            category: name.to_owned(),
            date,
            description: row.description.clone(),
            paid_by: None,
            kind,
        })
    }

    fn kind(
        &mut self,
        conn: &mut Conn,
        owner: BookId,
        name: &str,
        wanted: CategoryKind,
        context: &WriteContext,
    ) -> Result<CategoryKind, AppError> {
        if let Some(kind) = self.known.get(name) {
            return Ok(*kind);
        }
        let found = category::find_or_create(conn, owner, (name, wanted), context, &mut self.colors)
            .map_err(plain)?;
        self.known.insert(name.to_owned(), found.kind);
        Ok(found.kind)
    }
}

/// The category that a row gets.
pub fn category_of<'a>(import: &'a Import, row: &'a ImportRow) -> &'a str {
    let is_money_in = row.amount.is_some_and(|amount| amount > Money::ZERO);
    match (&row.category, &import.money_in) {
        (Some(category), _) => category,
        (None, Some(income)) if is_money_in => income,
        (None, None) if is_money_in => import::INCOME,
        (None, _) => &import.category,
    }
}

/// Says that verdicts have changed since a review was shown.
pub fn changed_words(count: usize) -> String {
    match count {
        1 => "A row's verdict has changed since, so nothing was imported. Check the rows again.".to_owned(),
        _ => format!(
            "The verdicts of {count} rows have changed since, so nothing was imported. Check the rows again."
        ),
    }
}
