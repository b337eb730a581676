//! Migrations: twin folders with the same names, one for each database, built into the binary.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

#[cfg(feature = "_postgres")]
use super::citus;
use super::connection::{Conn, on_backend};
use super::open_error::OpenError;
#[cfg(feature = "_postgres")]
use super::postgres_migrations::PostgresMigrations;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The advisory lock of migrations: an arbitrary number that must be the same for all instances.
#[cfg(feature = "_postgres")]
const MIGRATION_LOCK: i64 = 0x4578_7065_6e73_6573;

/// Why a migration failed.
#[derive(Debug)]
pub struct MigrateError(String);

impl std::fmt::Display for MigrateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database could not be migrated: {}", self.0)
    }
}

impl std::error::Error for MigrateError {}

fn run_pending(conn: &mut Conn) -> Result<(), BoxedError> {
    match conn {
        Conn::Sqlite(c) => without_foreign_keys(c, |c| c.run_pending_migrations(SQLITE).map(|_| ())),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => c.run_pending_migrations(PostgresMigrations).map(|_| ()),
    }
}

fn revert_last(conn: &mut Conn) -> Result<(), BoxedError> {
    match conn {
        Conn::Sqlite(c) => without_foreign_keys(c, |c| c.revert_last_migration(SQLITE).map(|_| ())),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => c.revert_last_migration(PostgresMigrations).map(|_| ()),
    }
}

/// Runs `work` without enforcing foreign keys: `SQLite` can't drop and replace a table that others refer to otherwise.
fn without_foreign_keys(
    conn: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<(), BoxedError>,
) -> Result<(), BoxedError> {
    // It has no effect inside a transaction.
    conn.batch_execute("PRAGMA foreign_keys = OFF")?;
    let outcome = work(conn);
    conn.batch_execute("PRAGMA foreign_keys = ON")?;
    outcome
}

/// The versions of the migrations that have run, newest first.
fn applied(conn: &mut Conn) -> Result<Vec<String>, BoxedError> {
    let versions = on_backend!(conn, |c| c.applied_migrations())?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Runs pending migrations; a lock makes it safe for several instances to start together. A database that a newer version
/// has migrated is not changed: the error says which version it needs.
///
/// `before` is called once, with the first pending migration, unless the database is new.
pub(super) fn up(
    conn: &mut Conn,
    before: impl FnOnce(&mut Conn, &str) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let failed = |error: BoxedError| match error.downcast::<OpenError>() {
        Ok(own) => *own,
        Err(other) => OpenError(MigrateError(other.to_string()).to_string()),
    };
    locked(conn, |conn| {
        let applied = applied(conn)?;
        let known = versions(conn)?;
        if let Some(newest) = applied.iter().filter(|version| !known.contains(version)).max() {
            return Err(too_old(conn, newest).into());
        }
        if let Some(first) = known.iter().find(|version| !applied.contains(version)) {
            if !applied.is_empty() {
                before(conn, first)?;
            }
            run_pending(conn)?;
            note_program(conn, known.iter().filter(|version| !applied.contains(version)))?;
        }
        Ok(())
    })
    .map_err(failed)
}

/// The oldest migration: a database that has run it belongs to this program.
pub(super) fn first() -> Result<String, BoxedError> {
    let all = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)?;
    let mut names: Vec<String> = all.iter().map(|one| one.name().version().to_string()).collect();
    names.sort();
    names
        .into_iter()
        .next()
        .ok_or_else(|| "there are no migrations".into())
}

diesel::table! {
    /// Which version of the program has run each migration, so that an older version can say which one the database needs.
    /// No migration creates this table, as with diesel's own: old versions have to read it without having the newer
    /// migrations.
    __migration_programs (version) {
        version -> Text,
        program -> Text,
    }
}

fn note_program<'a>(conn: &mut Conn, versions: impl Iterator<Item = &'a String>) -> Result<(), BoxedError> {
    use diesel::prelude::*;
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS __migration_programs (version TEXT NOT NULL PRIMARY KEY, program TEXT NOT NULL)",
    )?;
    for version in versions {
        let it = __migration_programs::table.filter(__migration_programs::version.eq(version));
        diesel::delete(it).execute(conn)?;
        diesel::insert_into(__migration_programs::table)
            .values((
                __migration_programs::version.eq(version),
                __migration_programs::program.eq(env!("CARGO_PKG_VERSION")),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The error for a database whose migration `newest` this version does not know.
fn too_old(conn: &mut Conn, newest: &str) -> OpenError {
    use diesel::prelude::*;
    let program: Option<String> = __migration_programs::table
        .filter(__migration_programs::version.eq(newest))
        .select(__migration_programs::program)
        .first(conn)
        .ok();
    let needed = program.map_or_else(
        || "a newer version of this program".to_owned(),
        |program| format!("version {program} of this program or a newer one"),
    );
    OpenError(format!(
        "the database needs {needed}: it was upgraded to schema {newest}, which this version, {}, does not know. \
         Nothing was changed.",
        env!("CARGO_PKG_VERSION")
    ))
}

/// Runs pending migrations, then distributes the tables over the workers of Citus. Returns those not distributed before.
#[cfg(feature = "_postgres")]
pub(super) fn distribute(conn: &mut Conn) -> Result<Vec<String>, OpenError> {
    up(conn, |_, _| Ok(()))?;
    let mut tables = Vec::new();
    locked(conn, |conn| {
        tables = citus::distribute(conn)?;
        citus::truncate_local_copies(conn)?;
        Ok(())
    })
    .map_err(|error| OpenError(error.to_string()))?;
    Ok(tables)
}

/// Runs pending migrations, then makes row-level security apply to the role that owns the tables, or not: it is a second
/// line of defence whose cost an operator may want to avoid.
#[cfg(feature = "_postgres")]
pub(super) fn force_row_security(conn: &mut Conn, forced: bool) -> Result<(), OpenError> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Err(OpenError(
            "DATABASE_URL names SQLite, which has no row-level security".to_owned(),
        ));
    }
    up(conn, |_, _| Ok(()))?;
    let verb = if forced { "FORCE" } else { "NO FORCE" };
    let statement = format!(
        "DO $$ DECLARE name TEXT; BEGIN
             FOR name IN SELECT c.oid::regclass FROM pg_class c
                 WHERE c.relrowsecurity AND c.relnamespace = current_schema()::regnamespace LOOP
                 EXECUTE 'ALTER TABLE ' || name || ' {verb} ROW LEVEL SECURITY';
             END LOOP;
         END $$"
    );
    locked(conn, |conn| Ok(conn.batch_execute(&statement)?)).map_err(|error| OpenError(error.to_string()))
}

/// Whether any migration has ever run here. Only reads.
#[cfg(feature = "_postgres")]
pub(super) fn has_tables(conn: &mut Conn) -> diesel::QueryResult<bool> {
    use diesel::prelude::*;
    let found = "to_regclass('__diesel_schema_migrations') IS NOT NULL";
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(found)).get_result(conn)
}

/// Whether migrations are pending. Only reads, so it works on a read-only connection.
pub fn pending(conn: &mut Conn) -> Result<bool, MigrateError> {
    use diesel::prelude::*;
    let failed = |error: &dyn std::fmt::Display| MigrateError(error.to_string());
    let run: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(conn)
        .map_err(|e| failed(&e))?;
    let known = versions(conn).map_err(|error| failed(&error))?;
    Ok(known.iter().any(|version| !run.contains(version)))
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

/// The versions of all migrations in this program.
fn versions(conn: &Conn) -> Result<Vec<String>, BoxedError> {
    fn of<DB: diesel::backend::Backend>(
        source: &impl MigrationSource<DB>,
    ) -> Result<Vec<String>, BoxedError> {
        Ok(source
            .migrations()?
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect())
    }
    match conn {
        Conn::Sqlite(_) => of::<diesel::sqlite::Sqlite>(&SQLITE),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => of::<diesel::pg::Pg>(&PostgresMigrations),
    }
}

/// Reverts every migration and runs all of them again; for tests of the migrations themselves.
pub fn down_and_up(conn: &mut Conn) -> Result<(), MigrateError> {
    revert_to(conn, 0)?;
    locked(conn, run_pending).map_err(|error| MigrateError(error.to_string()))
}

/// Reverts the newest migrations until `left` of them are left; for tests of the migrations themselves.
pub fn revert_to(conn: &mut Conn, left: usize) -> Result<(), MigrateError> {
    locked(conn, |conn| {
        for _ in left..applied(conn)?.len() {
            revert_last(conn)?;
        }
        Ok(())
    })
    .map_err(|error| MigrateError(error.to_string()))
}

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Runs `work` under the advisory lock of migrations. `SQLite` needs none: each migration is one transaction, and only
/// one server opens the file.
fn locked(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<(), BoxedError>) -> Result<(), BoxedError> {
    #[cfg(feature = "_postgres")]
    if let Conn::Postgres(c) = conn {
        c.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
        let outcome = work(conn);
        if let Conn::Postgres(c) = conn {
            c.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
        }
        return outcome;
    }
    work(conn)
}
