//! A list of ids as a condition.

use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// `category_id IN`, or `NOT IN`, some ids as a condition. They are written into the statement: as values there could be
/// more of them than a statement takes, with a backup that holds very many categories.
pub(super) fn ids(column: &str, ids: &[i64]) -> SqlLiteral<Bool> {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    diesel::dsl::sql(&format!("{column} ({})", ids.join(", ")))
}
