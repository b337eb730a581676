//! Runs the migrations of PostgreSQL one statement at a time.
//!
//! Citus refuses a message of several statements if one of them changes a distributed table, and a new table must be
//! distributed before a foreign key refers to or from it. Without Citus the same code runs, so it is tested more.

use diesel::PgConnection;
use diesel::connection::{BoxableConnection, SimpleConnection as _};
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result,
};
use diesel::pg::Pg;
use include_dir::{Dir, include_dir};

use super::citus;
use super::sql_script::statements;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations/postgres");

/// All of them, oldest first.
pub(super) struct PostgresMigrations;

impl MigrationSource<Pg> for PostgresMigrations {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<Pg>>>> {
        let mut all = FOLDER.dirs().map(Scripts::read).collect::<Result<Vec<_>>>()?;
        all.sort_by_key(|scripts| scripts.name.0);
        Ok(all.into_iter().map(|scripts| Box::new(scripts) as _).collect())
    }
}

/// One migration.
struct Scripts {
    name: Name,
    up: &'static str,
    down: &'static str,
}

/// `2026-11-22-000004_api`
struct Name(&'static str);

/// The metadata of a migration: it runs in its own transaction, which is the default.
struct InTransaction;

impl Scripts {
    fn read(folder: &'static Dir<'static>) -> Result<Self> {
        let text = |file: &str| {
            let path = folder.path().join(file);
            let found = FOLDER.get_file(&path).and_then(include_dir::File::contents_utf8);
            found.ok_or_else(|| format!("{} is missing", path.display()))
        };
        Ok(Self {
            name: Name(folder.path().to_str().unwrap_or_default()),
            up: text("up.sql")?,
            down: text("down.sql")?,
        })
    }

    fn execute(&self, script: &str, conn: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        let conn = conn
            .downcast_mut::<PgConnection>()
            .ok_or("a migration runs on a connection to PostgreSQL")?;
        let is_distributed = citus::is_distributed(conn)?;
        if is_distributed {
            citus::modify_shards_in_turn(conn)?;
        }
        for statement in statements(script) {
            conn.batch_execute(statement)
                .map_err(|error| format!("Failed to run {} with: {error}", self.name))?;
            if is_distributed {
                citus::distribute_new_tables(conn)?;
            }
        }
        Ok(())
    }
}

impl Migration<Pg> for Scripts {
    fn run(&self, conn: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.execute(self.up, conn)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.execute(self.down, conn)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &InTransaction
    }

    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}

impl MigrationMetadata for InTransaction {}

impl MigrationName for Name {
    /// In the format of diesel: the part before the first `_`, without dashes.
    fn version(&self) -> MigrationVersion<'_> {
        let number = self.0.split('_').next().unwrap_or_default();
        MigrationVersion::from(number.replace('-', ""))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}
