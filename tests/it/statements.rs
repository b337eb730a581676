//! Every statement names the owner of the rows it touches, so that it goes to one shard and past no one else's rows.

use std::collections::BTreeSet;

use super::support::{App, faults, tables};

/// The statements that look across all accounts, and why they may. Everything else is bound to one person.
const ACROSS: [(&str, &str); 7] = [
    ("/* a test's own */", "what a test does behind the program's back"),
    (
        "SET app.user_id = '0'; INSERT INTO categories",
        "the history whose query plans a test looks at",
    ),
    (
        "SELECT count(*) FROM expenses WHERE description = 'x'",
        "the plan that the test of query plans has to refuse",
    ),
    (
        "INSERT INTO monthly_totals (user_id, month, category_id, amount, count)\n",
        "the migration that copies what is there already",
    ),
    (
        "INSERT INTO search_rows (user_id, id, spent_on, category_id, amount, folded)\n",
        "the same migration",
    ),
    (
        "SELECT count(*) AS count FROM ",
        "`migrate --citus` counts each table before and after it moves",
    ),
    (
        "/* its WHERE was taken away */",
        "the test of row-level security, which lets nobody look across",
    ),
];

/// The tables whose rows have an owner.
fn owned() -> BTreeSet<String> {
    let all = App::on_sqlite().read(tables);
    let of_people = all.into_iter().filter(|(_, table)| {
        let mut names = table.columns.iter().map(|(name, ..)| name);
        names.any(|name| name == "user_id")
    });
    of_people.map(|(name, _)| name).collect()
}

fn some() -> BTreeSet<String> {
    ["expenses", "categories", "sessions"].map(str::to_owned).into()
}

#[test]
fn a_statement_that_names_the_owner_passes() {
    for statement in [
        r#"SELECT "expenses"."id" FROM "expenses" WHERE (("expenses"."user_id" = $1) AND ("expenses"."id" = $2))"#,
        "SELECT id FROM expenses WHERE user_id = 7 ORDER BY id LIMIT 5",
        "SELECT * FROM sessions INNER JOIN users ON users.id = sessions.user_id WHERE sessions.user_id = $1",
        "SELECT * FROM expenses e JOIN categories c ON c.user_id = e.user_id AND c.id = e.category_id WHERE e.user_id = $1",
        "SELECT id FROM expenses WHERE user_id = $1 AND category_id IN (SELECT id FROM categories WHERE user_id = $1)",
        "INSERT INTO expenses (user_id, id) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING",
        "INSERT INTO expenses (user_id, id) VALUES ($1, $2) ON CONFLICT (user_id, id) DO UPDATE SET id = $3",
        "UPDATE expenses SET amount = amount + 1 WHERE user_id = $1 RETURNING id",
        "DELETE FROM expenses WHERE user_id = $1 AND id = ANY($2)",
        "BEGIN; SET LOCAL app.user_id = '7'; SELECT pg_advisory_xact_lock(7)",
        "SELECT id FROM users WHERE email_key = $1",
        "CREATE TABLE expenses (user_id BIGINT NOT NULL)",
        "-- words; more words\nALTER TABLE expenses FORCE ROW LEVEL SECURITY;\nALTER TABLE expenses ADD x TEXT",
    ] {
        assert_eq!(faults(statement, &some()), Vec::<String>::new(), "{statement}");
    }
}

#[test]
fn a_statement_that_does_not_is_caught() {
    for (statement, fault) in [
        ("SELECT id FROM expenses", "expenses: no user_id"),
        ("SELECT id FROM expenses WHERE id = $1", "expenses: no user_id"),
        (
            "SELECT id FROM expenses WHERE user_id = $1 OR id = $2",
            "expenses: no user_id",
        ),
        (
            "SELECT id FROM expenses WHERE user_id > $1",
            "expenses: no user_id",
        ),
        (
            "SELECT id FROM expenses WHERE NOT (user_id = $1)",
            "expenses: no user_id",
        ),
        (
            "SELECT id FROM expenses WHERE user_id IN ($1, $2)",
            "expenses: no user_id",
        ),
        (
            "SELECT id FROM expenses WHERE user_id = user_id",
            "expenses: no user_id",
        ),
        (
            "SELECT * FROM expenses e JOIN categories c ON c.id = e.category_id WHERE e.user_id = $1",
            "categories: no user_id",
        ),
        (
            "SELECT * FROM users JOIN sessions ON sessions.user_id = users.id WHERE users.id = $1",
            "sessions: no user_id",
        ),
        (
            "SELECT id FROM expenses WHERE user_id = $1 AND category_id IN (SELECT id FROM categories)",
            "categories: no user_id",
        ),
        (
            "SELECT EXISTS (SELECT 1 FROM expenses WHERE user_id = $1)",
            "a sub-select among the columns",
        ),
        (
            "SELECT id FROM users WHERE id IN (SELECT user_id FROM expenses)",
            "expenses: no user_id",
        ),
        (
            "INSERT INTO expenses (id) VALUES ($1)",
            "expenses: a row without user_id",
        ),
        (
            "INSERT INTO expenses (user_id, id) SELECT user_id, id FROM old",
            "expenses: rows that are not given",
        ),
        (
            "INSERT INTO expenses (user_id, id) VALUES ((SELECT 1), $1)",
            "the user_id of a row is no plain value",
        ),
        (
            "INSERT INTO expenses (user_id, id) VALUES ($1, (SELECT 1))",
            "a sub-select in VALUES",
        ),
        ("UPDATE expenses SET amount = 1", "expenses: no user_id"),
        (
            "UPDATE expenses SET user_id = $1 WHERE user_id = $2",
            "it changes user_id",
        ),
        (
            "INSERT INTO expenses (user_id) VALUES ($1) ON CONFLICT (user_id) DO UPDATE SET user_id = 2",
            "it changes user_id",
        ),
        ("DELETE FROM expenses", "expenses: no user_id"),
        (
            "DELETE FROM expenses USING users WHERE users.id = expenses.user_id",
            "expenses: no user_id",
        ),
        (
            "WITH gone AS (DELETE FROM expenses WHERE user_id = $1 RETURNING id) SELECT 1",
            "a WITH that writes",
        ),
        ("COPY expenses TO STDOUT", "it is no SELECT"),
        ("TRUNCATE expenses", "it is no SELECT"),
        ("GARBLED WORDS ON expenses", "it can't be read"),
        ("BEGIN; DELETE FROM expenses; COMMIT", "expenses: no user_id"),
    ] {
        let found = faults(statement, &some());
        assert!(
            found.iter().any(|found| found.contains(fault)),
            "{statement}: {found:?}"
        );
    }
}

/// Runs last, over what the servers and commands of all other tests have sent; `scripts/test` names the file.
#[test]
fn every_statement_of_the_suite_names_its_owner() {
    let Ok(file) = std::env::var("TEST_STATEMENTS") else {
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (owned, mut seen, mut wrong) = (owned(), BTreeSet::new(), Vec::new());
    let mut judged = 0;
    for statement in text.split('\u{1e}').map(str::trim).filter(|one| !one.is_empty()) {
        for table in &owned {
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
    // A log that misses the app's work would say nothing.
    for table in &owned {
        for verb in ["FROM", "INTO"] {
            assert!(
                seen.contains(&format!("{verb} {table}")),
                "no statement {verb} {table}: {seen:?}"
            );
        }
    }
}
