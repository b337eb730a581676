//! Migrations: twin folders with the same names, one for each database, built into the binary.

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

#[cfg(feature = "_postgres")]
use super::citus;
use super::connection::{Conn, on_backend};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "_postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any two 64-bit numbers will do, as long as every instance asks for the same lock.
#[cfg(feature = "_postgres")]
const LOCK: i64 = 0x4578_7065_6e73_6573;

/// Why a migration did not go through.
#[derive(Debug)]
pub struct MigrateError(String);

impl std::fmt::Display for MigrateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database could not be migrated: {}", self.0)
    }
}

impl std::error::Error for MigrateError {}

fn source(conn: &Conn) -> EmbeddedMigrations {
    match conn {
        Conn::Sqlite(_) => SQLITE,
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => POSTGRES,
    }
}

/// Runs what has not run yet; several instances may start at once.
pub(super) fn up(conn: &mut Conn) -> Result<(), MigrateError> {
    locked(conn, |conn| {
        let source = source(conn);
        on_backend!(conn, |c| c.run_pending_migrations(source).map(|_| ()))?;
        // A table that a migration has just made on a distributed database joins the others.
        #[cfg(feature = "_postgres")]
        if citus::is_distributed(conn)? {
            citus::distribute(conn)?;
        }
        Ok(())
    })
}

/// Runs what has not run yet, then spreads the tables over the workers of Citus; those that were not spread before.
#[cfg(feature = "_postgres")]
pub(super) fn distribute(conn: &mut Conn) -> Result<citus::Spread, MigrateError> {
    up(conn)?;
    let mut spread = citus::Spread::new();
    locked(conn, |conn| {
        spread = citus::distribute(conn)?;
        citus::forget_local_rows(conn)?;
        Ok(())
    })?;
    Ok(spread)
}

/// Whether migrations wait to be run. Only reads, so that a read-only connection can ask.
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

/// The versions of all migrations that this program knows.
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
        Conn::Postgres(_) => of::<diesel::pg::Pg>(&POSTGRES),
    }
}

/// Takes every migration back and runs all of them again; for tests of the migrations themselves.
pub fn down_and_up(conn: &mut Conn) -> Result<(), MigrateError> {
    locked(conn, |conn| {
        let (old, new) = (source(conn), source(conn));
        on_backend!(conn, |c| {
            c.revert_all_migrations(old)?;
            c.run_pending_migrations(new).map(|_| ())
        })
    })
}

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

fn locked(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<(), BoxedError>,
) -> Result<(), MigrateError> {
    let run = |conn: &mut Conn| -> Result<(), BoxedError> {
        #[cfg(feature = "_postgres")]
        if let Conn::Postgres(c) = conn {
            use diesel::connection::SimpleConnection as _;
            c.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
            let outcome = work(conn);
            if let Conn::Postgres(c) = conn {
                c.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
            }
            return outcome;
        }
        work(conn)
    };
    run(conn).map_err(|error| MigrateError(error.to_string()))
}
