//! A list of ids as a condition.

use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// The condition `category_id IN`, or `NOT IN`, with the ids in the text of the statement: after a restore with very many
/// categories there could be more binds than a statement supports.
pub(super) fn ids(column: &str, ids: &[i64]) -> SqlLiteral<Bool> {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    diesel::dsl::sql(&format!("{column} ({})", ids.join(", ")))
}
