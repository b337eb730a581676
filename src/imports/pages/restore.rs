//! Restoring the expense of a row that is in the trash.

use super::row_fields::{choose_single, single_choices};
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::{Conn, TxScope};
use crate::error::AppError;
use crate::imports::import;
use crate::imports::review::judge_again;
use crate::imports::row;
use crate::imports::state::ImportState;
use crate::ledger::write;
use crate::web::fields::Fields;

/// Takes the expense of the row `number` out of the trash and saves the choices of the form; the verdicts of a draft follow.
pub(super) async fn restore(
    request: &Request<Editor>,
    id: i64,
    number: i32,
    form: &Fields,
) -> Result<(), AppError> {
    let single = single_choices(form)?;
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let restored = move |conn: &mut Conn| {
        let mut import = import::find(conn, owner, id)?;
        let rows = row::numbered(conn, owner, id, &[number])?;
        let expense = rows.first().and_then(|row| row.expense_id);
        let expense = expense.ok_or(AppError::NotFound)?;
        write::restore(conn, owner, expense, &context).map_err(gone)?;
        if import.state() == ImportState::Review {
            choose_single(conn, owner, &import, &single)?;
            judge_again(conn, owner, &mut import)?;
            import::update(conn, &mut import)?;
        }
        Ok(())
    };
    request
        .state
        .db
        .write_in(TxScope::Own, request.user.writable(), restored)
        .await
}

fn gone(error: AppError) -> AppError {
    match error {
        AppError::NotFound => AppError::Conflict(
            "This expense is no longer in the trash. Take the row to import it again.".to_owned(),
        ),
        other => other,
    }
}
