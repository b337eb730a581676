//! The app on a socket, with a separate database, clock and settings for each test.
//!
//! More than 300 lines, because it has one short method for each thing that tests do with an app.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::web::Data;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use expense_tracker::app::SLICES;
use expense_tracker::clock::Clock;
use expense_tracker::db::{BookId, Conn, Owner, UserId, WritableBook, WriteOwner};
use expense_tracker::error::AppError;
use expense_tracker::ledger::expense::NewExpense;
use expense_tracker::ledger::write;
use expense_tracker::money::Money;
use expense_tracker::ops::start;
use expense_tracker::serve;
use expense_tracker::settings::{RawSettings, Settings};
use expense_tracker::state::AppState;
use tempfile::TempDir;
use time::{Date, OffsetDateTime};

use super::database::Database;
use super::visitor::Visitor;
use super::{recorder, stub, utc};

/// The default time of tests: a Sunday at noon.
pub const NOW: &str = "2026-11-22 12:00";
const SECRET: &[u8] = b"a key that only the tests know, 32 bytes or more";
/// Passes the strength check.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running app. It stops at the end of the test, and its data is removed.
pub struct App {
    /// Shows [`NOW`] until a test sets it.
    pub clock: Clock,
    /// What the requests share.
    pub state: Data<AppState>,
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    people: AtomicU32,
    database: Option<Database>,
    folder: Option<TempDir>,
}

impl App {
    /// The app with its default settings.
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// The app with changed settings: `App::with(|given| given.registration = Some("closed".into()))`.
    pub fn with(change: impl FnOnce(&mut RawSettings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(folder.path());
        Self::over(folder, database, change)
    }

    /// The app on SQLite, whatever `TEST_DATABASE` is.
    pub fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::sqlite(folder.path());
        Self::over(folder, database, |_| {})
    }

    /// The app on the PostgreSQL server at `url`, whatever `TEST_DATABASE` is.
    pub fn on_postgres(url: &str) -> Self {
        Self::over(tempfile::tempdir().unwrap(), Database::postgres(url), |_| {})
    }

    /// A second instance on the same PostgreSQL database. The first one has to run longer.
    pub fn beside(&self) -> Self {
        let url = self.database.as_ref().expect("it has a database").url.clone();
        assert!(
            url.starts_with("postgres"),
            "several instances share PostgreSQL only"
        );
        Self::over(tempfile::tempdir().unwrap(), Database::of_another(url), |_| {})
    }

    fn over(folder: TempDir, database: Database, change: impl FnOnce(&mut RawSettings)) -> Self {
        recorder::prepare();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("assets")).unwrap();
        stub::write(&path("assets"));
        let text = |path: std::path::PathBuf| Some(path.to_str().unwrap().to_owned());
        let mut given = RawSettings {
            port: Some("0".to_owned()),
            data_dir: text(path("data")),
            database_url: Some(database.url.clone()),
            assets_dir: text(path("assets")),
            password_rounds: Some("1".to_owned()),
            accounts_per_hour: Some("1000000".to_owned()),
            ..RawSettings::default()
        };
        change(&mut given);
        let settings = Settings::check(given).expect("the settings are right");
        let clock = Clock::fixed(utc(NOW));
        let (started, starting) = mpsc::channel();
        let time = clock.clone();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async move {
                let state = start::open(settings, time, SECRET, SLICES)
                    .await
                    .expect("the app opens");
                let state = Data::new(state);
                let (server, addresses) = serve::server(state.clone()).expect("a free port");
                let running = (addresses[0], server.handle(), state);
                assert!(started.send(running).is_ok(), "the test waits for the server");
                server.await.expect("the server ends in peace");
            });
        });
        let (address, handle, state) = starting.recv().expect("the server starts");
        Self {
            clock,
            state,
            address,
            handle,
            thread: Some(thread),
            people: AtomicU32::new(0),
            database: Some(database),
            folder: Some(folder),
        }
    }

    /// Where it listens: `127.0.0.1:41234`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The path it is mounted under; empty for the root.
    pub fn base(&self) -> &str {
        self.state.site.settings.base_path()
    }

    /// A visitor who is not signed in.
    pub fn anonymous(&self) -> Visitor {
        Visitor::new(self.address, self.base())
    }

    /// A person with a new account, signed in.
    pub fn person(&self) -> Visitor {
        self.person_with(&[])
    }

    /// Like [`App::person`], registered with further fields such as `timezone` and `locale`.
    pub fn person_with(&self, fields: &[(&str, &str)]) -> Visitor {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        let mut visitor = self.anonymous();
        visitor.email = format!("person{number}@example.com");
        let mut form = vec![("email", visitor.email.as_str()), ("password", PASSWORD)];
        form.extend(fields);
        let answer = visitor.post("/register", &form);
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }

    /// Another person with an account, signed in, who must not see or change the data of the first.
    pub fn stranger(&self) -> Visitor {
        self.person()
    }

    /// Sets the clock to a time in UTC, `2026-11-30 23:30`.
    pub fn set_clock(&self, at: &str) {
        self.wait_for_background();
        self.clock.set(utc(at));
    }

    /// Moves the clock forward or back.
    pub fn advance(&self, by: time::Duration) {
        self.wait_for_background();
        self.clock.advance(by);
    }

    /// The time of the clock.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now_utc()
    }

    /// Whether the rows are in PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.database
            .as_ref()
            .is_some_and(|database| database.url.starts_with("postgres"))
    }

    /// The address of its database.
    pub fn database_url(&self) -> &str {
        &self.database.as_ref().expect("it runs").url
    }

    /// Stops the app and its connections. The rows exist as long as the returned value.
    pub fn stop_and_keep(mut self) -> Database {
        self.end();
        self.database.take().expect("it ran")
    }

    /// Stops the app like a server and starts it again on the same rows, at [`NOW`] and with the default settings.
    pub fn restart(mut self) -> Self {
        self.end();
        let state = self.state.clone();
        System::new().block_on(async move { state.db.close().await });
        let (folder, database) = (self.folder.take(), self.database.take());
        drop(self);
        Self::over(folder.expect("it ran"), database.expect("it ran"), |_| {})
    }

    /// The person of an existing account, signed in again.
    pub fn known(&self, email: &str) -> Visitor {
        let mut visitor = self.anonymous();
        email.clone_into(&mut visitor.email);
        visitor
            .post("/login", &[("email", email), ("password", PASSWORD)])
            .location();
        visitor
    }

    fn end(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }

    /// Waits until the uses of sessions and tokens are recorded. No answer waits for that.
    pub fn wait_for_background(&self) {
        while self.state.db.under_way() > 0 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// A separate connection. Migrations need one, because they begin outside of a transaction.
    pub fn connection(&self) -> Conn {
        let url = self.database_url();
        match url.strip_prefix("sqlite://") {
            Some(path) => Conn::Sqlite(SqliteConnection::establish(path).unwrap()),
            None => Conn::Postgres(PgConnection::establish(url).unwrap()),
        }
    }

    /// Reads rows of `owner` without HTTP.
    pub fn read_of<T: Send + 'static>(
        &self,
        owner: impl Into<Owner>,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        let (state, owner) = (self.state.clone(), owner.into());
        System::new()
            .block_on(async move { state.db.read(owner, work).await })
            .expect("the read goes through")
    }

    /// Writes rows of `owner` in one transaction, without HTTP.
    pub fn write_of<T: Send + 'static>(
        &self,
        owner: impl Writable,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        let (state, owner) = (self.state.clone(), owner.write_owner());
        System::new()
            .block_on(async move { state.db.write(owner, work).await })
            .expect("the write goes through")
    }

    /// Reads rows without an owner, without HTTP.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        let state = self.state.clone();
        System::new()
            .block_on(async move { state.db.read_shared(work).await })
            .expect("the read goes through")
    }

    /// Writes rows without an owner in one transaction, without HTTP.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        let state = self.state.clone();
        System::new()
            .block_on(async move { state.db.write_shared(work).await })
            .expect("the write goes through")
    }

    /// Adds many expenses without HTTP: minor units, category, date, description. Returns their ids in the same order.
    pub fn enter(&self, visitor: &Visitor, rows: Vec<(i64, &str, Date, String)>) -> Vec<i64> {
        let (owner, user) = (self.owner(visitor), self.user(visitor));
        let context = self.state.write_context(user, user);
        let rows: Vec<NewExpense> = rows
            .into_iter()
            .map(|(minor, category, date, description)| NewExpense {
                description,
                ..NewExpense::new(Money::from_minor(minor), category.to_owned(), date)
            })
            .collect();
        self.write_of(owner, move |conn| {
            write::create_many(conn, owner, &rows, &context)
        })
    }

    /// The own book of `visitor`.
    pub fn owner(&self, visitor: &Visitor) -> BookId {
        self.user(visitor).own_book()
    }

    pub fn user(&self, visitor: &Visitor) -> UserId {
        use expense_tracker::accounts::users;
        let email = visitor.email.clone();
        self.read(move |conn| users::by_email(conn, &email))
            .expect("the visitor has an account")
            .id()
    }
}

/// An owner whose rows a test writes without the check of a role.
pub trait Writable {
    fn write_owner(self) -> WriteOwner;
}

/// Tests change also its settings and members.
impl Writable for BookId {
    fn write_owner(self) -> WriteOwner {
        WriteOwner::book_and_members(WritableBook::unchecked(self))
    }
}

impl Writable for UserId {
    fn write_owner(self) -> WriteOwner {
        self.into()
    }
}

/// A person and their own book.
impl Writable for (UserId, BookId) {
    fn write_owner(self) -> WriteOwner {
        WriteOwner::both(self.0, WritableBook::unchecked(self.1))
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.end();
        self.database = None;
    }
}
