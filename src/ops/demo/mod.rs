//! The command `demo`: fills an account with made-up expenses, the same ones for the same seed.

mod history;

use std::io::{IsTerminal as _, Write as _};

use actix_web::web::Data;
use clap::Args;

use self::history::History;
use super::{secret, start};
use crate::accounts::preferences::Preferences;
use crate::accounts::registration::{Door, Registration};
use crate::accounts::users;
use crate::clock::Clock;
use crate::crypto::encoding::hex;
use crate::db::{BookId, TxScope, UserId, WritableBook, make_room};
use crate::error::AppError;
use crate::ledger::search;
use crate::ledger::write;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::{AppState, StartError};

/// Expenses in one commit. A server on the same file can't write meanwhile.
const CHUNK: usize = 50_000;
/// The pause between two commits. `SQLite` retries a locked file at most every 100 ms, so a waiting server gets its turn.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(110);

#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Number of expenses
    #[arg(long, default_value_t = 2_000)]
    expenses: usize,
    /// Number of years up to today
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    years: u16,
    /// The same seed gives the same expenses
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The account to fill; created if it does not exist
    #[arg(long, default_value = "demo@example.com")]
    email: String,
}

/// Creates the account if it does not exist, and fills it.
pub async fn run(args: DemoArgs, settings: Settings, clock: Clock, slices: Slices) -> Result<(), StartError> {
    let key = secret(&settings)?;
    let state = Data::new(start::open_for_command(settings, clock, &key, slices).await?);
    let outcome = fill(&args, &state).await;
    state.db.close().await;
    outcome.map_err(|error| StartError(error.to_string()))
}

async fn fill(args: &DemoArgs, state: &Data<AppState>) -> Result<(), AppError> {
    let owner = account(&args.email, state).await?;
    let today = state.clock.today(&Preferences::default().timezone);
    let mut history = History::new(args.expenses, args.years, args.seed, today);
    let mut written = 0;
    let shows_progress = std::io::stderr().is_terminal();
    state
        .db
        .write_in(TxScope::Own, WritableBook::unchecked(owner), make_room)
        .await?;
    while written < args.expenses {
        if written > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let chunk = history.next(CHUNK.min(args.expenses - written));
        written += chunk.len();
        let context = state.write_context(UserId(owner.0), UserId(owner.0));
        state
            .db
            .write_in(TxScope::Own, WritableBook::unchecked(owner), move |conn| {
                write::create_many(conn, owner, &chunk, &context)?;
                while search::index_pending(conn, search::LARGE_BATCH)? > 0 {}
                Ok(())
            })
            .await?;
        if shows_progress {
            let _ = write!(
                std::io::stderr(),
                "\r{written} of {} expenses ({} %)",
                args.expenses,
                written * 100 / args.expenses
            );
            let _ = std::io::stderr().flush();
        }
    }
    if shows_progress {
        let _ = writeln!(std::io::stderr());
    }
    println!("{written} expenses for {}", args.email);
    Ok(())
}

async fn account(email: &str, state: &Data<AppState>) -> Result<BookId, AppError> {
    let key = crate::accounts::email::key(email);
    if let Some(user) = state
        .db
        .read_shared(move |conn| users::by_email(conn, &key))
        .await?
    {
        return Ok(user.id().own_book());
    }
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(AppError::internal)?;
    let password = hex(&bytes);
    let registration = Registration {
        email: email.to_owned(),
        password: password.clone(),
        preferences: Preferences::default(),
        door: Door::Open,
    };
    let user = registration.create(state).await?;
    println!("created the account {email} with the password {password}");
    Ok(user.id().own_book())
}
