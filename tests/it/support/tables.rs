//! The tables of a database from its own catalog, in the same form for both databases.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use expense_tracker::db::{BookId, Conn, Owner, UserId, set_owner};
use expense_tracker::error::AppError;

/// One table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Name, kind of type and "null" or "not null", in their order.
    pub columns: Vec<(String, String, String)>,
    /// The columns of the primary key.
    pub key: Vec<String>,
    /// Kind (`unique`, `index`, with ` partial`) and columns of each index, sorted.
    pub indices: Vec<(String, String)>,
    /// Columns and the table they refer to.
    pub references: Vec<(String, String)>,
}

impl Table {
    /// The columns that name whose a row is; empty for tables without owners. A row of `members` belongs to a book and to a
    /// person, every other one to one of them.
    pub fn owners(&self, name: &str) -> Vec<&'static str> {
        let has = |wanted: &str| self.columns.iter().any(|(column, ..)| column == wanted);
        match (has("book_id"), has("user_id")) {
            (true, true) if name == "members" => vec!["book_id", "user_id"],
            (true, _) => vec!["book_id"],
            (false, true) => vec!["user_id"],
            (false, false) => Vec::new(),
        }
    }
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    not_null: i64,
    /// Its position in the primary key, from 1; 0 if the index has it.
    #[diesel(sql_type = BigInt)]
    key: i64,
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    tab: String,
    /// `p` primary, `u` unique, `i` plain.
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    partial: i64,
    #[diesel(sql_type = Text)]
    columns: String,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Text)]
    target: String,
}

const SQLITE: [&str; 3] = [
    r#"SELECT m.name AS tab, c.name AS name, CASE c.type WHEN 'BLOB' THEN 'BYTEA' ELSE c.type END AS kind, c."notnull" AS not_null, c.pk AS key
       FROM sqlite_master m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"#,
    r#"SELECT m.name AS tab,
              CASE WHEN i.origin = 'pk' THEN 'p' WHEN i."unique" THEN 'u' ELSE 'i' END AS kind, i.partial AS partial,
              (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS columns
       FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'"#,
    r#"SELECT m.name AS tab, f."table" AS target, group_concat(f."from", ',') AS columns
       FROM sqlite_master m JOIN (SELECT 1) JOIN pragma_foreign_key_list(m.name) f
       WHERE m.type = 'table' GROUP BY m.name, f.id"#,
];

const POSTGRES: [&str; 3] = [
    "SELECT table_name::text AS tab, column_name::text AS name, data_type::text AS kind,
            CASE is_nullable WHEN 'NO' THEN 1::bigint ELSE 0::bigint END AS not_null,
            0::bigint AS key
     FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
    "SELECT t.relname::text AS tab,
            CASE WHEN x.indisprimary THEN 'p' WHEN x.indisunique THEN 'u' ELSE 'i' END AS kind,
            CASE WHEN x.indpred IS NULL THEN 0::bigint ELSE 1::bigint END AS partial,
            string_agg(a.attname, ',' ORDER BY k.n)::text AS columns
     FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
     CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY k(att, n)
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att
     WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
     GROUP BY t.relname, x.indexrelid, x.indisprimary, x.indisunique, x.indpred",
    "SELECT t.relname::text AS tab, r.relname::text AS target, string_agg(a.attname, ',' ORDER BY k.n)::text AS columns
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
     CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(att, n)
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att
     WHERE c.contype = 'f' AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
     GROUP BY t.relname, r.relname, c.oid",
];

/// Every table of the app that both databases have, by name, without the tables of migrations.
pub fn tables(conn: &mut Conn) -> Result<BTreeMap<String, Table>, AppError> {
    let [columns, indices, references] = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for column in sql_query(columns).load::<Column>(conn)? {
        let kind = column.kind.to_uppercase().replace(" WITHOUT TIME ZONE", "");
        let null = if column.not_null == 1 { "not null" } else { "null" };
        let table = tables.entry(column.tab).or_default();
        if column.key == 1 {
            // SQLite has no index for a key of one INTEGER. Longer keys have one, which is read below.
            table.key = vec![column.name.clone()];
        }
        table.columns.push((column.name, kind, null.to_owned()));
    }
    for index in sql_query(indices).load::<Index>(conn)? {
        let table = tables.entry(index.tab).or_default();
        let partial = if index.partial == 1 { " partial" } else { "" };
        match index.kind.as_str() {
            "p" => table.key = index.columns.split(',').map(str::to_owned).collect(),
            "u" => table.indices.push((format!("unique{partial}"), index.columns)),
            _ => table.indices.push((format!("index{partial}"), index.columns)),
        }
    }
    for reference in sql_query(references).load::<Reference>(conn)? {
        let table = tables.entry(reference.tab).or_default();
        table.references.push((reference.columns, reference.target));
    }
    // The tables of the search differ.
    tables.retain(|name, _| !name.starts_with("__") && !name.starts_with("search_"));
    for table in tables.values_mut() {
        table.indices.sort();
        table.references.sort();
    }
    Ok(tables)
}

#[derive(QueryableByName)]
struct Cells {
    #[diesel(sql_type = Text)]
    cells: String,
}

/// Every row that belongs to a person and their own book, as text, by table.
pub fn rows_of(conn: &mut Conn, owner: BookId) -> Result<BTreeMap<String, Vec<String>>, AppError> {
    let mut rows = BTreeMap::new();
    set_owner(conn, Owner::both(UserId(owner.0), owner))?;
    for (name, table) in tables(conn)? {
        let key = match name.as_str() {
            "users" | "books" => "id",
            _ => match table.owners(&name).first() {
                Some(owner) => owner,
                None => continue,
            },
        };
        let cells: Vec<String> = table
            .columns
            .iter()
            .map(|(column, ..)| format!("COALESCE(CAST({column} AS TEXT), 'NULL')"))
            .collect();
        let query = format!(
            "SELECT {} AS cells FROM {name} WHERE {key} = {} ORDER BY 1",
            cells.join(" || '|' || "),
            owner.0
        );
        let found: Vec<Cells> = sql_query(query).load(conn)?;
        rows.insert(name, found.into_iter().map(|row| row.cells).collect());
    }
    Ok(rows)
}
