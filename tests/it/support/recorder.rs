//! Records the statements that the app sends to its SQLite file, with their values, for tests of query plans.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use rusqlite::types::Value;

/// By database file, for watched files only.
static SEEN: Mutex<Option<HashMap<String, Vec<Statement>>>> = Mutex::new(None);

/// A statement and its values.
#[derive(Debug, Clone)]
pub struct Statement {
    /// With placeholders.
    pub sql: String,
    /// In the order of their numbers.
    pub values: Vec<Value>,
}

/// Watches one connection, whose file is known when it opens.
#[derive(Default)]
struct Recorder(Option<String>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.0 = Some(url.to_owned()),
            InstrumentationEvent::StartQuery { query, .. } => {
                refuse_hidden_change(&query.to_string());
                let mut seen = SEEN.lock().unwrap();
                let Some(list) = seen
                    .as_mut()
                    .zip(self.0.as_ref())
                    .and_then(|(seen, url)| seen.get_mut(url))
                else {
                    return;
                };
                list.push(Statement::read(&query.to_string()));
            }
            _ => {}
        }
    }
}

/// Panics when a write that says that it changes only entries of a book changes a table of accounts. Cached sessions would
/// outlive that change.
fn refuse_hidden_change(sql: &str) {
    const TABLES: [&str; 5] = ["users", "books", "members", "sessions", "api_tokens"];
    if !expense_tracker::db::changes_only_entries() {
        return;
    }
    let mut words = sql
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty());
    let table = match words.next() {
        Some("UPDATE") => words.next(),
        Some("INSERT" | "DELETE" | "REPLACE") => words
            .find(|word| matches!(*word, "INTO" | "FROM"))
            .and_then(|_| words.next()),
        _ => None,
    };
    let is_account = table.is_some_and(|table| TABLES.contains(&table));
    assert!(!is_account, "a write of entries changes accounts: {sql}");
}

/// Watches every connection that is opened later. Called before the first one.
pub fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_default_instrumentation(|| Some(Box::<Recorder>::default())).unwrap();
    });
}

/// Starts to record the statements for `file`.
pub fn watch(file: &Path) {
    let mut seen = SEEN.lock().unwrap();
    seen.get_or_insert_default()
        .insert(file.display().to_string(), Vec::new());
}

/// The statements since the last call.
pub fn take(file: &Path) -> Vec<Statement> {
    let mut seen = SEEN.lock().unwrap();
    let list = seen
        .as_mut()
        .and_then(|seen| seen.get_mut(&file.display().to_string()));
    std::mem::take(list.expect("the file is watched"))
}

impl Statement {
    /// Parses the debug output of diesel: the statement, then `-- binds: [1, "two", 2026-11-22]`.
    fn read(text: &str) -> Self {
        let (sql, binds) = text.rsplit_once(" -- binds: ").unwrap_or((text, "[]"));
        let inner = binds
            .trim()
            .strip_prefix('[')
            .and_then(|binds| binds.strip_suffix(']'));
        Self {
            sql: sql.trim().to_owned(),
            values: split(inner.unwrap_or_default())
                .iter()
                .map(|bind| value(bind))
                .collect(),
        }
    }

    /// Whether it reads or writes rows.
    pub fn is_work(&self) -> bool {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
            .iter()
            .any(|verb| self.sql.starts_with(verb))
    }
}

/// Splits at each comma outside of a text.
fn split(binds: &str) -> Vec<String> {
    let (mut parts, mut part, mut in_text, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in binds.chars() {
        if c == ',' && !in_text {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
        part.push(c);
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn value(bind: &str) -> Value {
    let bind = bind.trim();
    if let Some(inner) = bind.strip_prefix("Some(").and_then(|bind| bind.strip_suffix(')')) {
        return value(inner);
    }
    if bind == "None" {
        return Value::Null;
    }
    if let Ok(number) = bind.parse() {
        return Value::Integer(number);
    }
    let text = bind.strip_prefix('"').and_then(|bind| bind.strip_suffix('"'));
    Value::Text(text.unwrap_or(bind).replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// The file that a `sqlite://` address names.
pub fn file_of(url: &str) -> PathBuf {
    PathBuf::from(url.strip_prefix("sqlite://").expect("a SQLite database"))
}
