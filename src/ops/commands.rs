//! The commands `migrate` and `user`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use actix_web::web::Data;
use clap::{Args, Subcommand};

use super::{secret, start};
use crate::accounts::preferences::Preferences;
use crate::accounts::registration::{Door, Registration};
use crate::accounts::{api_tokens, email, overview, sessions, users};
use crate::clock::Clock;
use crate::crypto::password::Hasher;
use crate::db::{Db, OpenError};
use crate::error::AppError;
use crate::period::format_date;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::StartError;

/// The subcommands of `user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create an account; the password is read from standard input.
    Create {
        /// The email address to sign in with.
        email: String,
    },
    /// Set a new password, read from standard input, and end every session.
    ResetPassword {
        /// The email address of the account.
        email: String,
    },
    /// List the accounts: address, day of registration, day of last use, number of expenses; separated by tabs.
    List,
}

/// The arguments of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Also distribute the tables over the workers of Citus.
    #[arg(long)]
    citus: bool,
    /// PostgreSQL only: turn row-level security on or off.
    #[arg(long, value_name = "on|off")]
    row_security: Option<Switch>,
}

/// A value of `--row-security`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// Migrates the database.
pub async fn migrate(args: MigrateArgs, settings: &Settings) -> Result<(), StartError> {
    let failed = |error: OpenError| StartError::database(&settings.database, &error);
    if let Some(choice) = args.row_security {
        let forced = choice == Switch::On;
        force_row_security(settings, forced).map_err(failed)?;
        println!("row-level security is {}", if forced { "on" } else { "off" });
    }
    if args.citus {
        match distribute(settings).map_err(failed)?.as_slice() {
            [] => println!("every table is distributed already"),
            tables => println!("distributed by owner: {}", tables.join(", ")),
        }
    } else {
        Db::open(&settings.database).map_err(failed)?.close().await;
    }
    println!("{:?} is up to date", settings.database);
    Ok(())
}

#[cfg(feature = "_postgres")]
fn distribute(settings: &Settings) -> Result<Vec<String>, OpenError> {
    Db::distribute(&settings.database)
}

#[cfg(feature = "_postgres")]
fn force_row_security(settings: &Settings, forced: bool) -> Result<(), OpenError> {
    Db::force_row_security(&settings.database, forced)
}

#[cfg(not(feature = "_postgres"))]
fn distribute(_: &Settings) -> Result<Vec<String>, OpenError> {
    Err(without_postgres())
}

#[cfg(not(feature = "_postgres"))]
fn force_row_security(_: &Settings, _: bool) -> Result<(), OpenError> {
    Err(without_postgres())
}

#[cfg(not(feature = "_postgres"))]
fn without_postgres() -> OpenError {
    OpenError("this program was built without PostgreSQL".to_owned())
}

/// Runs a subcommand of `user`.
pub async fn user(
    command: UserCommand,
    settings: Settings,
    clock: Clock,
    slices: Slices,
) -> Result<(), StartError> {
    match command {
        UserCommand::Create { email } => create(email, settings, clock, slices).await,
        UserCommand::ResetPassword { email } => {
            let db = open_existing(&settings)?;
            let password = read_password()?;
            let outcome = reset(&db, &Hasher::new(settings.password_rounds), &email, password).await;
            db.close().await;
            outcome.map_err(|error| StartError(message(&error)))
        }
        UserCommand::List => list(&settings).await,
    }
}

async fn create(email: String, settings: Settings, clock: Clock, slices: Slices) -> Result<(), StartError> {
    let secret = secret(&settings)?;
    let state = Data::new(start::open_for_command(settings, clock, &secret, slices).await?);
    let preferences = Preferences::default();
    let password = read_password()?;
    let made = Registration {
        email,
        password,
        preferences,
        door: Door::Open,
    }
    .create(&state)
    .await;
    state.db.close().await;
    let user = made.map_err(|error| StartError(message(&error)))?;
    println!("created the account {}", user.email);
    Ok(())
}

/// For commands that must not create a database.
fn open_existing(settings: &Settings) -> Result<Db, StartError> {
    Db::open_existing(&settings.database).map_err(|error| StartError::database(&settings.database, &error))
}

async fn list(settings: &Settings) -> Result<(), StartError> {
    let db = open_existing(settings)?;
    let listed = db.read_shared(overview::overview).await;
    db.close().await;
    let mut out = std::io::stdout().lock();
    for account in listed.map_err(|error| StartError(message(&error)))? {
        let last = account.last_used_on.map_or_else(|| "-".to_owned(), format_date);
        // The reader may close the pipe before the end.
        let _ = writeln!(
            out,
            "{}\t{}\t{last}\t{}",
            account.email,
            format_date(account.created_at.date()),
            account.expenses
        );
    }
    Ok(())
}

async fn reset(db: &Db, hasher: &Hasher, typed: &str, password: String) -> Result<(), AppError> {
    let key = email::key(typed);
    let user = db.read_shared(move |conn| users::by_email(conn, &key)).await?;
    let user = user.ok_or_else(|| AppError::invalid("email", format!("no account for {typed}")))?;
    let judged = hasher
        .judge(password.clone(), user.email.clone())
        .await
        .map_err(AppError::internal)?;
    judged.map_err(|message| AppError::invalid("password", message))?;
    let hash = hasher.hash(password).await.map_err(AppError::internal)?;
    let owner = user.id();
    db.write(owner, move |conn| {
        users::set_password(conn, owner, &hash)?;
        api_tokens::revoke_all(conn, owner)?;
        sessions::end_all(conn, owner, None)
    })
    .await?;
    println!("set a new password for {}", user.email);
    Ok(())
}

fn read_password() -> Result<String, StartError> {
    let failed = |error: std::io::Error| StartError(error.to_string());
    if std::io::stdin().is_terminal() {
        // Typing is not shown, and the terminal keeps no copy.
        return rpassword::prompt_password("Password (not shown): ").map_err(failed);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn message(error: &AppError) -> String {
    match error {
        AppError::Invalid(errors) => errors
            .0
            .iter()
            .map(|error| error.message.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        AppError::Conflict(text) => text.clone(),
        other => other.to_string(),
    }
}
