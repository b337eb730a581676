//! The program as a process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::app::PASSWORD;
use super::database::Database;
use super::stub;
use super::visitor::Visitor;

/// A folder in which the program runs, with a separate database.
pub struct Place {
    folder: TempDir,
    database: Database,
}

/// A finished run.
pub struct Ended {
    pub status: ExitStatus,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ended {
    /// The only line on standard error.
    #[track_caller]
    pub fn line(&self) -> &str {
        let lines: Vec<&str> = self.err.lines().collect();
        assert_eq!(lines.len(), 1, "{}", self.err);
        lines[0]
    }
}

impl Place {
    /// A new folder.
    pub fn new() -> Self {
        Self::with(Database::create)
    }

    /// A new folder with an existing database.
    pub fn over(url: &str) -> Self {
        Self::with(|_| Database::of_another(url.to_owned()))
    }

    fn with(database: impl FnOnce(&std::path::Path) -> Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        stub::write(&folder.path().join("assets"));
        let database = database(folder.path());
        Self { folder, database }
    }

    /// A new folder with the SQLite database `expenses.db`, whatever `TEST_DATABASE` is.
    pub fn on_sqlite() -> Self {
        let mut place = Self::new();
        place.database = Database::sqlite(place.folder.path());
        place
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The program with only its settings as environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_expense-tracker"));
        command
            .current_dir(self.folder.path())
            .args(args)
            .env_clear()
            .env("PORT", "0")
            .env("DATA_DIR", "data")
            .env("DATABASE_URL", &self.database.url)
            .env("ASSETS_DIR", "assets")
            .env("PASSWORD_ROUNDS", "1")
            .env("ACCOUNTS_PER_HOUR", "1000000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end with this input.
    pub fn run(&self, args: &[&str], input: &str) -> Ended {
        end(self.command(args), input)
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self, change: impl FnOnce(&mut Command)) -> Running {
        let mut command = self.command(&[]);
        change(&mut command);
        Running::start(command)
    }

    /// The output of a server that does not start.
    pub fn refused(&self, change: impl FnOnce(&mut Command)) -> Ended {
        let mut command = self.command(&[]);
        change(&mut command);
        end(command, "")
    }

    /// The URL of the database.
    pub fn url(&self) -> &str {
        &self.database.url
    }
}

/// Runs a command to its end with this input.
pub fn end(mut command: Command, input: &str) -> Ended {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().unwrap();
    // The command can end before it has read anything.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ended {
        status: output.status,
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running server.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    /// The log up to the line with its address.
    pub said: Vec<String>,
    /// The address on which it listens.
    pub address: SocketAddr,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut said = Vec::new();
        let address = loop {
            let line = lines
                .recv_timeout(Duration::from_mins(1))
                .unwrap_or_else(|_| panic!("it listens: {said:?}"));
            said.push(line.clone());
            if let Some(url) = line.strip_prefix("listening on http://") {
                break url.parse().expect("an address");
            }
        };
        Self {
            child,
            lines,
            said,
            address,
        }
    }

    /// A visitor who is not signed in.
    pub fn anonymous(&self) -> Visitor {
        Visitor::new(self.address, "")
    }

    /// A person with a new account, signed in.
    pub fn person(&self, email: &str) -> Visitor {
        let mut visitor = self.anonymous();
        email.clone_into(&mut visitor.email);
        visitor
            .post("/register", &[("email", email), ("password", PASSWORD)])
            .location();
        visitor
    }

    /// The same person, signed in again.
    pub fn known(&self, email: &str) -> Visitor {
        let mut visitor = self.anonymous();
        email.clone_into(&mut visitor.email);
        visitor
            .post("/login", &[("email", email), ("password", PASSWORD)])
            .location();
        visitor
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.child.id())])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    /// Waits for its end; returns the status, the time it took, and the rest of the log.
    pub fn wait(mut self) -> (ExitStatus, Duration, Vec<String>) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = began.elapsed();
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(2)) {
            said.push(line);
        }
        (status, took, said)
    }

    /// Stops it with SIGTERM; returns the rest of the log.
    pub fn stop(self) -> Vec<String> {
        self.signal("TERM");
        self.wait().2
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
