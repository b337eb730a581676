//! Every statement names the owner of its rows, so that it runs on one shard and affects no other account.

use std::collections::BTreeSet;

use super::support::{App, Owned, faults, tables};

/// Statements across all accounts, with the reason.
const ACROSS: [(&str, &str); 11] = [
    ("/* a test's own */", "a test accesses the database directly"),
    (
        "SET app.book_id = '0'; INSERT INTO categories",
        "a test writes a history to check query plans",
    ),
    (
        "SELECT count(*) FROM expenses WHERE description = 'x'",
        "the full scan in the test of query plans",
    ),
    (
        "INSERT INTO monthly_totals (user_id, month, category_id, amount, count)\n",
        "the migration that copies existing rows",
    ),
    (
        "INSERT INTO search_rows (user_id, id, spent_on, category_id, amount, folded)\n",
        "the same migration",
    ),
    (
        "INSERT INTO members (book_id, user_id, role, name, joined_at) SELECT",
        "the migration that makes everybody the owner of their own book",
    ),
    ("UPDATE api_tokens SET user_id = book_id", "the same migration"),
    (
        "UPDATE books SET\n",
        "the migration that names the makers of all books",
    ),
    (
        "DO $$",
        "the same migration, which is not reverted while books are shared",
    ),
    (
        "SELECT count(*) AS count FROM ",
        "`migrate --citus` counts each table before and after it moves",
    ),
    ("/* its WHERE was taken away */", "the test of row-level security"),
];

/// The tables whose rows have an owner.
fn owned() -> Owned {
    let all = App::on_sqlite().read(tables);
    all.into_iter()
        .map(|(name, table)| {
            let owners = table.owners(&name);
            (name, owners)
        })
        .filter(|(_, owners)| !owners.is_empty())
        .collect()
}

fn some() -> Owned {
    [
        ("expenses", vec!["book_id"]),
        ("categories", vec!["book_id"]),
        ("sessions", vec!["user_id"]),
        ("members", vec!["book_id", "user_id"]),
    ]
    .map(|(name, owners)| (name.to_owned(), owners))
    .into()
}

#[test]
fn a_statement_that_names_the_owner_passes() {
    for statement in [
        r#"SELECT "expenses"."id" FROM "expenses" WHERE (("expenses"."book_id" = $1) AND ("expenses"."id" = $2))"#,
        "SELECT id FROM expenses WHERE book_id = 7 ORDER BY id LIMIT 5",
        "SELECT * FROM sessions INNER JOIN users ON users.id = sessions.user_id WHERE sessions.user_id = $1",
        "SELECT * FROM expenses e JOIN categories c ON c.book_id = e.book_id AND c.id = e.category_id WHERE e.book_id = $1",
        "SELECT id FROM expenses WHERE book_id = $1 AND category_id IN (SELECT id FROM categories WHERE book_id = $1)",
        "INSERT INTO expenses (book_id, id) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING",
        "INSERT INTO expenses (book_id, id) VALUES ($1, $2) ON CONFLICT (book_id, id) DO UPDATE SET id = $3",
        "INSERT INTO categories (book_id, id) SELECT book_id, $1 FROM expenses WHERE book_id = $2 AND id = $3",
        "UPDATE expenses SET amount = amount + 1 WHERE book_id = $1 RETURNING id",
        "DELETE FROM expenses WHERE book_id = $1 AND id = ANY($2)",
        "BEGIN; SET LOCAL app.book_id = '7'; SELECT pg_advisory_xact_lock(7)",
        "SELECT id FROM users WHERE email_key = $1",
        "CREATE TABLE expenses (book_id BIGINT NOT NULL)",
        "-- words; more words\nALTER TABLE expenses FORCE ROW LEVEL SECURITY;\nALTER TABLE expenses ADD x TEXT",
    ] {
        assert_eq!(faults(statement, &some()), Vec::<String>::new(), "{statement}");
    }
}

/// Statements and the fault that is found in each.
const FAULTY: [(&str, &str); 28] = [
    ("SELECT id FROM expenses", "expenses: no book_id"),
    ("SELECT id FROM expenses WHERE id = $1", "expenses: no book_id"),
    (
        "SELECT id FROM expenses WHERE book_id = $1 OR id = $2",
        "expenses: no book_id",
    ),
    (
        "SELECT id FROM expenses WHERE book_id > $1",
        "expenses: no book_id",
    ),
    (
        "SELECT id FROM expenses WHERE NOT (book_id = $1)",
        "expenses: no book_id",
    ),
    (
        "SELECT id FROM expenses WHERE book_id IN ($1, $2)",
        "expenses: no book_id",
    ),
    (
        "SELECT id FROM expenses WHERE book_id = book_id",
        "expenses: no book_id",
    ),
    (
        "SELECT * FROM expenses e JOIN categories c ON c.id = e.category_id WHERE e.book_id = $1",
        "categories: no book_id",
    ),
    (
        "SELECT * FROM users JOIN sessions ON sessions.user_id = users.id WHERE users.id = $1",
        "sessions: no user_id",
    ),
    (
        "SELECT id FROM expenses WHERE book_id = $1 AND category_id IN (SELECT id FROM categories)",
        "categories: no book_id",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM expenses WHERE book_id = $1)",
        "a sub-select among the columns",
    ),
    (
        "SELECT id FROM users WHERE id IN (SELECT book_id FROM expenses)",
        "expenses: no book_id",
    ),
    (
        "INSERT INTO expenses (id) VALUES ($1)",
        "expenses: a row without book_id",
    ),
    (
        "INSERT INTO expenses (book_id, id) SELECT book_id, id FROM old",
        "expenses: rows that are not given",
    ),
    (
        "INSERT INTO categories (book_id, id) SELECT book_id, id FROM expenses",
        "expenses: no book_id",
    ),
    (
        "INSERT INTO categories (book_id, id) SELECT id, book_id FROM expenses WHERE book_id = $1",
        "categories: rows that are not given",
    ),
    (
        "INSERT INTO expenses (book_id, id) VALUES ((SELECT 1), $1)",
        "the book_id of a row is no plain value",
    ),
    (
        "INSERT INTO expenses (book_id, id) VALUES ($1, (SELECT 1))",
        "a sub-select in VALUES",
    ),
    ("UPDATE expenses SET amount = 1", "expenses: no book_id"),
    (
        "UPDATE expenses SET book_id = $1 WHERE book_id = $2",
        "it changes book_id",
    ),
    (
        "INSERT INTO expenses (book_id) VALUES ($1) ON CONFLICT (book_id) DO UPDATE SET book_id = 2",
        "it changes book_id",
    ),
    ("DELETE FROM expenses", "expenses: no book_id"),
    (
        "DELETE FROM expenses USING users WHERE users.id = expenses.book_id",
        "expenses: no book_id",
    ),
    (
        "WITH gone AS (DELETE FROM expenses WHERE book_id = $1 RETURNING id) SELECT 1",
        "a WITH that writes",
    ),
    ("COPY expenses TO STDOUT", "it is no SELECT"),
    ("TRUNCATE expenses", "it is no SELECT"),
    ("GARBLED WORDS ON expenses", "it can't be read"),
    ("BEGIN; DELETE FROM expenses; COMMIT", "expenses: no book_id"),
];

#[test]
fn a_statement_that_does_not_is_caught() {
    for (statement, fault) in FAULTY {
        let found = faults(statement, &some());
        assert!(
            found.iter().any(|found| found.contains(fault)),
            "{statement}: {found:?}"
        );
    }
}

/// Runs last, over the statements of all other tests; `scripts/test` sets the file.
#[test]
fn every_statement_of_the_suite_names_its_owner() {
    let Ok(file) = std::env::var("TEST_STATEMENTS") else {
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (owned, mut seen, mut wrong) = (owned(), BTreeSet::new(), Vec::new());
    let mut judged = 0;
    for statement in text.split('\u{1e}').map(str::trim).filter(|one| !one.is_empty()) {
        for table in owned.keys() {
            for verb in ["FROM", "INTO", "UPDATE"] {
                // Diesel quotes the names of tables, and constant statements do not.
                let is_named = statement.contains(&format!("{verb} \"{table}\""))
                    || statement.contains(&format!("{verb} {table} "));
                if is_named {
                    seen.insert(format!("{verb} {table}"));
                }
            }
        }
        judged += 1;
        let across = ACROSS
            .iter()
            .any(|(beginning, _)| statement.starts_with(beginning));
        let found = faults(statement, &owned);
        if !across && !found.is_empty() {
            wrong.push(format!("{}\n    {statement}", found.join("; ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {judged} statements:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // A log without the statements of the app would prove nothing.
    for table in owned.keys() {
        for verb in ["FROM", "INTO"] {
            assert!(
                seen.contains(&format!("{verb} {table}")),
                "no statement {verb} {table}: {seen:?}"
            );
        }
    }
}
