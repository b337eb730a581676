//! PostgreSQL sharded by Citus: every table with an owner column is distributed over the workers by that column.
//!
//! `users`, `books` and `members` become reference tables, with a copy on each worker, so that foreign keys to them work
//! everywhere. Tables without an owner (failed sign-ins, node numbers) stay on the coordinator.

use std::collections::BTreeSet;

use diesel::PgConnection;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{BigInt, Text};

use super::connection::Conn;

/// Why the tables could not be distributed.
#[derive(Debug)]
pub struct CitusError(String);

impl std::fmt::Display for CitusError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the tables could not be distributed: {}", self.0)
    }
}

impl std::error::Error for CitusError {}

impl From<DieselError> for CitusError {
    fn from(error: DieselError) -> Self {
        Self(error.to_string())
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Owned {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    owner: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Tables with a copy on each worker, in the order of their foreign keys. They are never distributed, even if they have an
/// owner column.
const REFERENCE_TABLES: [&str; 3] = ["users", "books", "members"];
/// The owner column is `user_id`, or `book_id` where a table has one.
const OWNED: &str = "SELECT c.relname::text AS name, min(a.attname::text) AS owner FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('book_id', 'user_id') AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname ORDER BY c.relname";
const TABLES: &str = "SELECT c.relname::text AS name FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace";
const FORCED: &str = "SELECT c.relname::text AS name FROM pg_class c
    WHERE c.relforcerowsecurity AND c.relnamespace = current_schema()::regnamespace";
const FOREIGN_KEYS: &str =
    "SELECT t.relname::text AS tab, r.relname::text AS target, c.conname::text AS name,
           pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
    WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY t.relname, c.conname";
/// Hash-distributed tables have the method `h`; reference tables `n` with the replication `t`.
const DISTRIBUTED: &str =
    "SELECT c.relname::text AS name FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
    WHERE p.partmethod = 'h' AND c.relnamespace = current_schema()::regnamespace";
const REFERENCE: &str =
    "SELECT c.relname::text AS name FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
    WHERE p.partmethod = 'n' AND p.repmodel = 't' AND c.relnamespace = current_schema()::regnamespace";

/// Whether the database has the extension.
pub(super) fn is_installed(conn: &mut PgConnection) -> Result<bool, DieselError> {
    let found: Count =
        diesel::sql_query("SELECT count(*) AS count FROM pg_extension WHERE extname = 'citus'")
            .get_result(conn)?;
    Ok(found.count > 0)
}

/// Whether the tables were distributed before.
pub(super) fn is_distributed(conn: &mut PgConnection) -> Result<bool, DieselError> {
    Ok(is_installed(conn)? && names(conn, REFERENCE)?.contains("users"))
}

/// Distributes every table with an owner that is not distributed yet, in one transaction. Existing rows move along; the
/// number of rows of each table is compared before and after.
pub(super) fn distribute(conn: &mut Conn) -> Result<Vec<String>, CitusError> {
    let conn = postgres(conn)?;
    if !is_installed(conn)? {
        return Err(CitusError(
            "this database does not have the extension “citus”; as its superuser, run CREATE EXTENSION citus"
                .to_owned(),
        ));
    }
    conn.transaction(distribute_new_tables)
}

/// Frees the space of the rows that were moved to the workers; for tables distributed earlier it has no effect.
pub(super) fn truncate_local_copies(conn: &mut Conn) -> Result<(), CitusError> {
    let conn = postgres(conn)?;
    let mut tables: Vec<String> = names(conn, DISTRIBUTED)?.into_iter().collect();
    // Reference tables come last and in reverse, because the other tables have foreign keys to them, and later ones to
    // earlier ones.
    let copied = names(conn, REFERENCE)?;
    tables.extend(REFERENCE_TABLES.iter().rev().map(|table| (*table).to_owned()));
    tables.retain(|table| !REFERENCE_TABLES.contains(&table.as_str()) || copied.contains(table));
    for table in tables {
        call(
            conn,
            &format!("truncate_local_data_after_distributing_table('{table}')"),
        )?;
    }
    Ok(())
}

fn postgres(conn: &mut Conn) -> Result<&mut PgConnection, CitusError> {
    match conn {
        Conn::Postgres(conn) => Ok(conn),
        Conn::Sqlite(_) => Err(CitusError(
            "DATABASE_URL names SQLite; Citus is PostgreSQL".to_owned(),
        )),
    }
}

/// Makes Citus change the shards one after the other for the rest of the transaction. With foreign keys to a reference
/// table it refuses parallel changes of several tables in one transaction.
pub(super) fn modify_shards_in_turn(conn: &mut PgConnection) -> Result<(), DieselError> {
    conn.batch_execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
}

/// Distributes what is not distributed yet, in the caller's transaction. Returns the names of these tables.
pub(super) fn distribute_new_tables(conn: &mut PgConnection) -> Result<Vec<String>, CitusError> {
    let (distributed, reference) = (names(conn, DISTRIBUTED)?, names(conn, REFERENCE)?);
    let (tables, mut owned) = (names(conn, TABLES)?, owned(conn)?);
    owned.retain(|table| !distributed.contains(&table.name));
    let is_new = |table: &&str| tables.contains(*table) && !reference.contains(*table);
    let copied: Vec<&str> = REFERENCE_TABLES.into_iter().filter(is_new).collect();
    let moving: Vec<&str> = owned
        .iter()
        .map(|table| table.name.as_str())
        .chain(copied.iter().copied())
        .collect();
    if moving.is_empty() {
        return Ok(Vec::new());
    }
    modify_shards_in_turn(conn)?;
    // Citus refuses to distribute a table that takes part in a foreign key with a local table, so the keys are dropped here
    // and added again below.
    let keys: Vec<ForeignKey> = diesel::sql_query(FOREIGN_KEYS)
        .load::<ForeignKey>(conn)?
        .into_iter()
        .filter(|key| {
            [&key.tab, &key.target]
                .iter()
                .any(|table| moving.contains(&table.as_str()))
        })
        .collect();
    for ForeignKey { tab, name, .. } in &keys {
        conn.batch_execute(&format!("ALTER TABLE {tab} DROP CONSTRAINT {name}"))?;
    }
    // Citus moves the rows with COPY, which PostgreSQL refuses on tables with forced row-level security.
    let mut forced = names(conn, FORCED)?;
    forced.retain(|table| moving.contains(&table.as_str()));
    for table in &forced {
        conn.batch_execute(&format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))?;
    }
    move_rows(conn, &copied, &owned, distributed.first().map(String::as_str))?;
    for ForeignKey {
        tab,
        name,
        definition,
        ..
    } in &keys
    {
        conn.batch_execute(&format!("ALTER TABLE {tab} ADD CONSTRAINT {name} {definition}"))?;
    }
    for table in &forced {
        conn.batch_execute(&format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))?;
    }
    Ok(owned.into_iter().map(|table| table.name).collect())
}

/// Makes reference tables of `copied` and distributes `owned`. They are colocated with `anchor`, or else with the first of
/// them, so that the rows of one owner are on one worker.
fn move_rows(
    conn: &mut PgConnection,
    copied: &[&str],
    owned: &[Owned],
    anchor: Option<&str>,
) -> Result<(), CitusError> {
    let moving: Vec<&str> = owned
        .iter()
        .map(|table| table.name.as_str())
        .chain(copied.iter().copied())
        .collect();
    let before = counts(conn, &moving)?;
    for table in copied {
        call(conn, &format!("create_reference_table('{table}')"))?;
    }
    let mut anchor = anchor;
    for Owned { name, owner } in owned {
        let with = anchor.unwrap_or("none");
        call(
            conn,
            &format!("create_distributed_table('{name}', '{owner}', colocate_with => '{with}')"),
        )?;
        anchor = anchor.or(Some(name));
    }
    let after = counts(conn, &moving)?;
    if before != after {
        return Err(CitusError(format!(
            "the tables {moving:?} had {before:?} rows before and {after:?} after; nothing was changed"
        )));
    }
    Ok(())
}

fn owned(conn: &mut PgConnection) -> Result<Vec<Owned>, DieselError> {
    let mut owned: Vec<Owned> = diesel::sql_query(OWNED).load(conn)?;
    owned.retain(|table| !REFERENCE_TABLES.contains(&table.name.as_str()));
    Ok(owned)
}

fn names(conn: &mut PgConnection, query: &str) -> Result<BTreeSet<String>, DieselError> {
    let rows: Vec<Name> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The number of rows of each table, of all owners: row-level security is not forced at this point.
fn counts(conn: &mut PgConnection, tables: &[&str]) -> Result<Vec<i64>, DieselError> {
    let count = |table: &&str| {
        diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"))
            .get_result::<Count>(conn)
            .map(|row| row.count)
    };
    tables.iter().map(count).collect()
}

/// Calls a function of the extension and ignores its result.
fn call(conn: &mut PgConnection, function: &str) -> Result<(), DieselError> {
    conn.batch_execute(&format!("SELECT {function}"))
}
