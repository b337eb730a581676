//! The command line: settings, then the chosen command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use expense_tracker::clock::Clock;
use expense_tracker::ops::{commands, demo, log, serve};
use expense_tracker::settings::{BadSetting, Given, Settings};

/// A self-hosted personal finance dashboard.
#[derive(Debug, Parser)]
#[command(name = "expense-tracker", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    given: Given,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app (the default).
    Serve,
    /// Bring the database up to date, and stop.
    Migrate,
    /// Fill a database with made-up expenses.
    Demo(demo::DemoArgs),
    /// Make accounts and reset passwords.
    User {
        #[command(subcommand)]
        command: commands::UserCommand,
    },
}

fn main() -> ExitCode {
    // A missing `.env` is the usual case; a broken one is worth a word. Folders above are not searched.
    if let Err(error) = dotenvy::from_path(".env")
        && !error.not_found()
    {
        eprintln!("expense-tracker: .env: {}", in_one_line(&error));
        return ExitCode::from(2);
    }
    let cli = Cli::parse();
    let command = cli.command.unwrap_or(Command::Serve);
    let settings = match prepare(cli.given, &command) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("expense-tracker: {error}");
            return ExitCode::from(2);
        }
    };
    let clock = Clock::system();
    let outcome = actix_web::rt::System::new().block_on(async {
        match command {
            Command::Serve => serve::run(settings, clock).await,
            Command::Migrate => commands::migrate(&settings).await,
            Command::Demo(args) => demo::run(args, settings, clock).await,
            Command::User { command } => commands::user(command, settings, clock).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("expense-tracker: {}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The settings, checked, with what they point at.
fn prepare(given: Given, command: &Command) -> Result<Settings, BadSetting> {
    let settings = Settings::check(given)?;
    log::start(&settings)?;
    settings.make_data_dir()?;
    if !matches!(command, Command::Migrate) {
        settings.find_assets()?;
    }
    Ok(settings)
}

fn in_one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().replace(['\n', '\r'], " ")
}
