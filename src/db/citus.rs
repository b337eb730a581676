//! PostgreSQL sharded by Citus: every table that has an owner is spread over the workers by `user_id`.
//!
//! `users` becomes a reference table, a copy on each worker, so that foreign keys to it hold everywhere. What belongs to
//! nobody (failed sign-ins, numbers of processes) stays on the coordinator.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{BigInt, Text};

use super::connection::Conn;

/// Tables that this run has spread, by name; empty when all were before.
pub type Spread = Vec<String>;

/// Why the tables could not be spread.
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

const OWNED: &str = "SELECT c.relname::text AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname";
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

/// Whether the database has the extension; never on `SQLite`.
pub fn is_installed(conn: &mut Conn) -> Result<bool, DieselError> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok(false);
    }
    let found: Count =
        diesel::sql_query("SELECT count(*) AS count FROM pg_extension WHERE extname = 'citus'")
            .get_result(conn)?;
    Ok(found.count > 0)
}

/// Whether the tables have been spread before.
pub(super) fn is_distributed(conn: &mut Conn) -> Result<bool, DieselError> {
    Ok(is_installed(conn)? && names(conn, REFERENCE)?.contains("users"))
}

/// Spreads every table that has an owner and is not spread yet: all in one transaction, or none.
///
/// Rows that are there move along; the number of rows of each table is compared before and after.
pub(super) fn distribute(conn: &mut Conn) -> Result<Spread, CitusError> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Err(CitusError(
            "DATABASE_URL names SQLite; Citus is PostgreSQL".to_owned(),
        ));
    }
    if !is_installed(conn)? {
        return Err(CitusError(
            "this database does not have the extension “citus”; as its superuser, run CREATE EXTENSION citus"
                .to_owned(),
        ));
    }
    conn.transaction(spread)
}

/// Frees the space of the rows that have moved; what was spread before has none left.
pub(super) fn forget_local_rows(conn: &mut Conn) -> Result<(), CitusError> {
    let mut tables: Vec<String> = names(conn, DISTRIBUTED)?.into_iter().collect();
    // Last, since the others point at it.
    tables.push("users".to_owned());
    for table in tables {
        call(
            conn,
            &format!("truncate_local_data_after_distributing_table('{table}')"),
        )?;
    }
    Ok(())
}

fn spread(conn: &mut Conn) -> Result<Spread, CitusError> {
    conn.batch_execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")?;
    let (spread_before, forced) = (names(conn, DISTRIBUTED)?, names(conn, FORCED)?);
    let is_reference = names(conn, REFERENCE)?.contains("users");
    let todo: Vec<String> = names(conn, OWNED)?.difference(&spread_before).cloned().collect();
    if todo.is_empty() {
        return Ok(todo);
    }
    // A table that others point at can't change its kind.
    let keys: Vec<ForeignKey> = diesel::sql_query(FOREIGN_KEYS)
        .load::<ForeignKey>(conn)?
        .into_iter()
        .filter(|key| todo.contains(&key.tab) || todo.contains(&key.target))
        .collect();
    for ForeignKey { tab, name, .. } in &keys {
        conn.batch_execute(&format!("ALTER TABLE {tab} DROP CONSTRAINT {name}"))?;
    }
    // Rows are copied by a COPY on each worker, which PostgreSQL refuses where row-level security holds.
    let forced: Vec<&String> = todo.iter().filter(|table| forced.contains(*table)).collect();
    for table in &forced {
        conn.batch_execute(&format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))?;
    }
    let counted: Vec<&str> = todo.iter().map(String::as_str).chain(["users"]).collect();
    let before = counts(conn, &counted)?;
    if !is_reference {
        call(conn, "create_reference_table('users')")?;
    }
    let mut anchor = spread_before.first().cloned();
    for table in &todo {
        let with = anchor.as_deref().unwrap_or("none");
        call(
            conn,
            &format!("create_distributed_table('{table}', 'user_id', colocate_with => '{with}')"),
        )?;
        anchor.get_or_insert_with(|| table.clone());
    }
    let after = counts(conn, &counted)?;
    if before != after {
        return Err(CitusError(format!(
            "the tables {counted:?} had {before:?} rows before and {after:?} after; nothing was changed"
        )));
    }
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
    Ok(todo)
}

fn names(conn: &mut Conn, query: &str) -> Result<BTreeSet<String>, DieselError> {
    let rows: Vec<Name> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// How many rows each table has. (Looks across all accounts, while no policy is in force.)
fn counts(conn: &mut Conn, tables: &[&str]) -> Result<Vec<i64>, DieselError> {
    let count = |table: &&str| {
        diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"))
            .get_result::<Count>(conn)
            .map(|row| row.count)
    };
    tables.iter().map(count).collect()
}

/// Runs a function of the extension; most return nothing.
fn call(conn: &mut Conn, function: &str) -> Result<(), DieselError> {
    conn.batch_execute(&format!("SELECT {function}"))
}
