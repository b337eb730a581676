//! Access to an SQLite file without the program.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

fn open(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().unwrap()).expect("the file opens")
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The result of `integrity_check` and `foreign_key_check`: `ok`.
pub fn integrity(path: &Path) -> String {
    let mut conn = open(path);
    let said: Vec<Words> = sql_query("SELECT integrity_check AS words FROM pragma_integrity_check")
        .load(&mut conn)
        .expect("the file can be checked");
    let lost = number(path, "SELECT COUNT(*) AS number FROM pragma_foreign_key_check");
    assert_eq!(lost, 0, "every row points at one that is there");
    said.into_iter()
        .map(|one| one.words)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Runs statements on a file, which is created if it is missing.
pub fn execute(path: &Path, statements: &str) {
    open(path).batch_execute(statements).expect("the statements run");
}

/// The number that `query` selects as `number`.
pub fn number(path: &Path, query: &str) -> i64 {
    sql_query(query)
        .get_result::<Number>(&mut open(path))
        .expect("a number")
        .number
}

/// The first page of a table, counted from 1, and the size of a page.
pub fn root_page(path: &Path, table: &str) -> (usize, usize) {
    let root = number(
        path,
        &format!("SELECT CAST(rootpage AS BIGINT) AS number FROM sqlite_master WHERE name = '{table}'"),
    );
    let size = number(
        path,
        "SELECT CAST(page_size AS BIGINT) AS number FROM pragma_page_size",
    );
    execute(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    (usize::try_from(root).unwrap(), usize::try_from(size).unwrap())
}
