//! The fields of the rows in a posted review.

use crate::db::{BookId, Conn};
use crate::error::{AppError, FieldErrors};
use crate::expenses::field_values::LONGEST_DESCRIPTION;
use crate::imports::confirm::category_of;
use crate::imports::import::Import;
use crate::imports::row;
use crate::imports::row_choice::{self, RowChoice};
use crate::imports::view::one_line;
use crate::ledger::category::check_category;
use crate::text;
use crate::web::fields::Fields;

/// Most rows of one form.
const MAX_ROWS: usize = 500;

/// What was chosen for each row that the form showed; else every error.
pub(super) fn single_choices(form: &Fields) -> Result<Vec<(i32, RowChoice)>, AppError> {
    let numbers = numbers(form);
    if numbers.len() > MAX_ROWS {
        return Err(AppError::invalid("shown", "Too many rows at a time."));
    }
    let mut errors = FieldErrors::default();
    let choices = numbers
        .into_iter()
        .map(|number| (number, choice(form, number, &mut errors)))
        .collect();
    if errors.is_empty() {
        Ok(choices)
    } else {
        Err(AppError::Invalid(errors))
    }
}

fn numbers(form: &Fields) -> Vec<i32> {
    if let Some(shown) = form.get_opt("shown") {
        return shown
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
    }
    // A script's form names its rows by their fields alone.
    let named = form.pairs().filter_map(|(name, _)| {
        let number = ["take_", "category_", "description_"]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))?;
        number.parse::<i32>().ok()
    });
    let mut numbers: Vec<i32> = named.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn choice(form: &Fields, number: i32, errors: &mut FieldErrors) -> RowChoice {
    let (category_field, description_field) = (format!("category_{number}"), format!("description_{number}"));
    let description = form.get_opt(&description_field).map(|typed| {
        let checked = text::lines(typed, LONGEST_DESCRIPTION);
        errors.ok_or_add(&description_field, checked)
    });
    let category = form
        .non_empty(&category_field)
        .filter(|typed| !typed.trim().is_empty());
    let category = category.map(|typed| errors.ok_or_add(&category_field, check_category(&typed)));
    RowChoice {
        take: take(form, number),
        category: category.flatten(),
        description: description.flatten(),
    }
}

/// Whether the row is ticked; `None` for one that the form has no tick for.
pub(super) fn take(form: &Fields, number: i32) -> Option<bool> {
    let take = form.get_opt(&format!("take_{number}"));
    // A row of the form without a field for its category can't be taken.
    let can_be_taken = form.get_opt(&format!("category_{number}")).is_some() || take.is_some();
    match take {
        Some(value) => Some(value != "0"),
        None => (form.get_opt("shown").is_some() && can_be_taken).then_some(false),
    }
}

/// Saves the choices of single rows; returns the first whose category is new.
pub(super) fn choose_single(
    conn: &mut Conn,
    owner: BookId,
    draft: &Import,
    single: &[(i32, RowChoice)],
) -> Result<Option<i32>, AppError> {
    let numbers: Vec<i32> = single.iter().map(|(number, _)| *number).collect();
    let present = row::numbered(conn, owner, draft.id, &numbers)?;
    let mut first = None;
    for (number, choice) in single {
        let Some(row) = present.iter().find(|row| row.row_number == *number) else {
            continue;
        };
        // A category that is shown because of the whole file stays one.
        let category = choice.category.clone();
        let category = category.filter(|category| category != category_of(draft, row));
        if category.is_some() {
            first = first.or(Some(*number));
        }
        // A description is shown in one line.
        let description = choice.description.clone();
        let description = description.filter(|typed| *typed != one_line(&row.description));
        let take = choice.take.filter(|take| *take != row.take);
        let choice = RowChoice {
            take,
            category,
            description,
        };
        row_choice::choose(conn, owner, draft.id, *number, &choice)?;
    }
    Ok(first)
}
