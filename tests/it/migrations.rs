//! The twin migrations: both databases have the same tables, and every migration can be reverted.

use std::collections::BTreeSet;
use std::path::Path;

use expense_tracker::db;
use expense_tracker::error::AppError;

use super::support::{App, postgres_url, tables};

/// Tables without an owner column in front. All others are sharded by their owner.
const SHARED: [&str; 4] = ["users", "books", "sign_in_failures", "id_nodes"];

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(folder);
        let entries = std::fs::read_dir(path).unwrap();
        entries
            .map(|entry| {
                let path = entry.unwrap().path();
                for file in ["up.sql", "down.sql"] {
                    assert!(path.join(file).is_file(), "{}", path.display());
                }
                path.file_name().unwrap().to_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Citus accepts a foreign key to a distributed table only from a table that is distributed.
#[test]
fn a_foreign_key_to_a_table_with_an_owner_is_added_after_its_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut tables = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        // Earlier migrations run before any table is distributed.
        if folder.file_name().unwrap().to_str().unwrap() < "2026-11-22-000006" {
            continue;
        }
        for file in ["up.sql", "down.sql"] {
            let script = std::fs::read_to_string(folder.join(file)).unwrap();
            for made in script.split("CREATE TABLE").skip(1) {
                tables += 1;
                let made = made.split(';').next().unwrap();
                for target in made.split("REFERENCES ").skip(1) {
                    let target = target.split([' ', '(']).next().unwrap();
                    assert!(
                        ["users", "books", "members"].contains(&target),
                        "{}: put the foreign key to {target} into an ALTER TABLE after its table",
                        folder.join(file).display()
                    );
                }
            }
        }
    }
    assert!(tables >= 2, "{tables}");
}

#[test]
fn both_databases_have_the_same_tables() {
    // Only the run on PostgreSQL can compare both.
    let Some(url) = postgres_url() else { return };
    let (sqlite, postgres) = (App::on_sqlite(), App::on_postgres(&url));
    let (one, other) = (sqlite.read(tables), postgres.read(tables));
    let names = |tables: &std::collections::BTreeMap<String, _>| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    for (name, table) in &one {
        assert_eq!(table, &other[name], "{name}: SQLite left, PostgreSQL right");
    }
    assert!(one.len() >= 8);
}

#[test]
fn every_table_is_found_by_its_owner() {
    let app = App::start();
    for (name, table) in app.read(tables) {
        assert!(!table.key.is_empty(), "{name} has a primary key");
        if !SHARED.contains(&name.as_str()) {
            let owner = *table.owners(&name).first().unwrap_or(&"book_id");
            assert_eq!(table.key[0], owner, "{name}");
            // A plain index can cover all accounts, for rows that are removed by age.
            for (kind, columns) in table
                .indices
                .iter()
                .filter(|(kind, _)| kind.starts_with("unique"))
            {
                assert!(
                    columns.starts_with(&format!("{owner},")),
                    "{name}: {kind} {columns}"
                );
            }
            for (columns, target) in &table.references {
                assert!(columns.starts_with(owner), "{name} → {target}");
            }
        }
    }
}

#[test]
fn every_migration_can_be_reverted_and_run_again() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.post("/budgets", &[("amount", "10")]).location();
    let before = app.read(tables);
    db::down_and_up(&mut app.connection()).unwrap();
    assert_eq!(app.read(tables), before);
    assert!(app.read(|conn| {
        db::pending(conn)
            .map_err(AppError::internal)
            .map(|pending| !pending)
    }));
    assert_eq!(person.get("/").location(), "/login?next=%2F", "every row is gone");
    let again = app.person();
    again.add("4.50", "Coffee", "2026-11-20", "Espresso");
    assert_eq!(again.total("/"), "4.50");
}
