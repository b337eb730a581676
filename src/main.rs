//! The command line: checks the settings, then runs the command.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use expense_tracker::app::SLICES;
use expense_tracker::clock::Clock;
use expense_tracker::ops::{backup, check, commands, demo, import, log};
use expense_tracker::private_files;
use expense_tracker::serve;
use expense_tracker::settings::{BadSetting, DatabaseUrl, RawSettings, Settings};
use expense_tracker::state::StartError;

/// Rendering a page makes thousands of small allocations. This allocator needs half the time of the system's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A self-hosted personal finance dashboard.
#[derive(Debug, Parser)]
#[command(name = "expense-tracker", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    given: RawSettings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app (the default).
    Serve,
    /// Migrate the database and exit.
    Migrate(commands::MigrateArgs),
    /// Fill a database with made-up expenses.
    Demo(demo::DemoArgs),
    /// Write everything to one compressed file; a server may be running.
    Backup {
        /// The file to write; it must not exist yet.
        file: PathBuf,
    },
    /// Read a backup into a database without accounts.
    Restore {
        /// The file to read.
        file: PathBuf,
    },
    /// Check that a backup is complete and valid.
    Verify {
        /// The file to read.
        file: PathBuf,
    },
    /// Copy everything into another database without accounts.
    Copy {
        /// The source: sqlite://… or postgres://…
        #[arg(long)]
        from: String,
        /// The target.
        #[arg(long)]
        to: String,
    },
    /// Compare totals and search with the expenses, and check for damage.
    Check {
        /// Rebuild totals, search and next dates of recurring entries if they are wrong.
        #[arg(long)]
        repair: bool,
    },
    /// Import a file of a bank or another tracker.
    Import(import::ImportArgs),
    /// Create and list accounts, and reset passwords.
    User {
        #[command(subcommand)]
        command: commands::UserCommand,
    },
}

fn main() -> ExitCode {
    let status = run();
    log::flush();
    status
}

fn run() -> ExitCode {
    // A missing `.env` is normal; an invalid one is an error. Parent folders are not searched.
    if let Err(error) = dotenvy::from_path(".env")
        && !error.not_found()
    {
        log::print(format_args!("expense-tracker: .env: {error}"));
        return ExitCode::from(2);
    }
    private_files::make_all_private();
    let cli = Cli::parse();
    let command = cli.command.unwrap_or(Command::Serve);
    let settings = match prepare(cli.given, &command) {
        Ok(settings) => settings,
        Err(error) => {
            log::print(format_args!("expense-tracker: {error}"));
            return ExitCode::from(2);
        }
    };
    let clock = Clock::system();
    let system = actix_web::rt::System::new();
    let outcome = system.block_on(async {
        serve::survive_file_limit();
        match command {
            Command::Serve => serve::run(settings, clock).await,
            Command::Migrate(args) => commands::migrate(args, &settings).await,
            Command::Demo(args) => demo::run(args, settings, clock, SLICES).await,
            Command::Backup { file } => backup::backup(file, &settings).await,
            Command::Restore { file } => backup::restore(file, &settings).await,
            Command::Verify { file } => backup::verify(&file),
            Command::Copy { from, to } => match (DatabaseUrl::parse(&from), DatabaseUrl::parse(&to)) {
                (Ok(from), Ok(to)) => backup::copy(&from, &to).await,
                (Err(error), _) | (_, Err(error)) => Err(StartError(error.to_string())),
            },
            Command::Check { repair } => check::run(&settings, repair).await,
            Command::Import(args) => import::run(args, settings, clock, SLICES).await,
            Command::User { command } => commands::user(command, settings, clock, SLICES).await,
        }
    });
    // Dropping it would wait for threads that wait for a database that does not respond.
    std::mem::forget(system);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::print(format_args!("expense-tracker: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Checks the settings and starts the log. Only commands that may start with a new database create the data folder: for
/// the others a missing folder is probably a mistyped path.
fn prepare(given: RawSettings, command: &Command) -> Result<Settings, BadSetting> {
    let settings = Settings::check(given)?;
    log::start(&settings)?;
    if creates_data_dir(command) {
        settings.make_data_dir()?;
    }
    if matches!(command, Command::Serve) {
        serve::check_assets(&settings)?;
    }
    Ok(settings)
}

/// Whether the command creates a missing data folder.
fn creates_data_dir(command: &Command) -> bool {
    match command {
        Command::Serve | Command::Migrate(_) | Command::Demo(_) => true,
        Command::User { command } => matches!(command, commands::UserCommand::Create { .. }),
        Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Verify { .. }
        | Command::Copy { .. }
        | Command::Import(_)
        | Command::Check { .. } => false,
    }
}
