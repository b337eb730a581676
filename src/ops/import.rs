//! The command `import`: reads a file into a book, after printing the verdict of every row.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::{secret, start};
use crate::accounts::users;
use crate::books::book::{self, Book};
use crate::books::member;
use crate::books::role::Role;
use crate::clock::Clock;
use crate::db::{BookId, Conn, Owner, TxScope, UserId, WritableBook};
use crate::error::AppError;
use crate::imports::confirm::{self, Outcome};
use crate::imports::drafts::{self, Importer};
use crate::imports::import::Import;
use crate::imports::row::{self, ImportRow, RowFilter};
use crate::imports::state::ImportState;
use crate::imports::verdict::{Reason, Verdict};
use crate::money::Currency;
use crate::period::format_date;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::running_steps::Progress;
use crate::state::{AppState, StartError};

/// Rows that are read and printed together.
const ROWS_AT_ONCE: usize = 1_000;

/// The arguments of `import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The file of a bank or another tracker
    file: PathBuf,
    /// The account that imports it
    #[arg(long)]
    email: String,
    /// The id of the book, as in its address; without it the account's own book
    #[arg(long)]
    book: Option<i64>,
    /// Print the verdicts and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Prints the verdicts, and unless it is a dry run makes the expenses.
pub async fn run(
    args: ImportArgs,
    settings: Settings,
    clock: Clock,
    slices: Slices,
) -> Result<(), StartError> {
    let bytes =
        std::fs::read(&args.file).map_err(|error| StartError(format!("{}: {error}", args.file.display())))?;
    let key = secret(&settings)?;
    let state = start::open_for_command(settings, clock, &key, slices).await?;
    let outcome = import(&args, bytes, &state).await;
    state.db.close().await;
    outcome.map_err(|error| StartError(message(error)))
}

fn message(error: AppError) -> String {
    match error {
        AppError::Invalid(errors) => errors
            .0
            .into_iter()
            .map(|error| error.message)
            .collect::<Vec<_>>()
            .join(" "),
        AppError::Conflict(text) => text,
        AppError::NotFound => "There's no such book, or the account can't edit it.".to_owned(),
        other => other.to_string(),
    }
}

async fn import(args: &ImportArgs, bytes: Vec<u8>, state: &AppState) -> Result<(), AppError> {
    let (user, book) = target(args, state).await?;
    let (owner, currency) = (book.id(), book.currency());
    let importer = Importer {
        book: WritableBook::unchecked(owner),
        by: user.0,
        currency,
    };
    let name = args
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let draft = drafts::create(state, importer, &name, bytes).await?;
    let printed = print_rows(state, owner, &draft, currency).await;
    let is_kept = printed.is_ok() && !args.dry_run && draft.state() == ImportState::Review;
    if !is_kept {
        drafts::delete(state, importer, draft.id).await?;
    }
    printed?;
    if draft.state() == ImportState::ReadAs {
        let problem = draft.problem.unwrap_or_else(|| {
            "This file can be read in more than one way. Import it in the app and choose there.".to_owned()
        });
        return Err(AppError::Conflict(problem));
    }
    if args.dry_run {
        println!("nothing was imported (--dry-run)");
        return Ok(());
    }
    let context = state.write_context(user, UserId(book.made_by));
    let id = draft.id;
    let confirmed = state.db.write_in(TxScope::Own, importer.book, move |conn| {
        confirm::confirm(conn, owner, id, &context, &Progress::default())
    });
    match confirmed.await? {
        Outcome::Done(import) => {
            println!("imported {} expenses", import.created_rows);
            Ok(())
        }
        Outcome::Changed(_) => Err(AppError::Conflict(
            "The book changed in the meantime, so nothing was imported. Run the command again.".to_owned(),
        )),
    }
}

/// The account and the book, which it has to be an editor of.
async fn target(args: &ImportArgs, state: &AppState) -> Result<(UserId, Book), AppError> {
    let key = crate::accounts::email::key(&args.email);
    let user = state
        .db
        .read_shared(move |conn| users::by_email(conn, &key))
        .await?
        .ok_or_else(|| AppError::Conflict(format!("no account for {}", args.email)))?
        .id();
    let owner = args.book.map_or_else(|| user.own_book(), BookId);
    let found = state.db.read(Owner::both(user, owner), move |conn: &mut Conn| {
        let people = member::people(conn, owner)?;
        let person = people.iter().find(|person| person.id == user);
        if person.is_none_or(|person| person.role < Role::Editor) {
            return Err(AppError::NotFound);
        }
        book::find(conn, owner)
    });
    Ok((user, found.await?))
}

async fn print_rows(
    state: &AppState,
    owner: BookId,
    draft: &Import,
    currency: Currency,
) -> Result<(), AppError> {
    let (id, mut after) = (draft.id, 0);
    loop {
        let rows = state
            .db
            .read(owner, move |conn| {
                row::page(conn, owner, id, &RowFilter::default(), after, ROWS_AT_ONCE)
            })
            .await?;
        let Some(last) = rows.last() else { break };
        after = last.row_number;
        let mut out = std::io::stdout().lock();
        for row in &rows {
            // The reader may close the pipe before the end.
            let _ = writeln!(out, "{}", line(row, currency));
        }
    }
    let counts = draft.counts();
    let words = Verdict::ALL.map(|verdict| format!("{} {}", counts.of(verdict), verdict.name()));
    println!("{}", words.join(", "));
    Ok(())
}

/// Line of the file, verdict, date, amount, description and reason, separated by tabs.
fn line(row: &ImportRow, currency: Currency) -> String {
    let date = row.booked_on.map(format_date).unwrap_or_default();
    let amount = row
        .amount
        .map(|amount| amount.to_plain(currency))
        .unwrap_or_default();
    let description = row.description.replace(['\n', '\t'], " ");
    let reason = row.reason().map_or("", Reason::name);
    let line = format!(
        "{}\t{}\t{date}\t{amount}\t{description}\t{reason}",
        row.line,
        row.verdict().name()
    );
    line.trim_end().to_owned()
}
