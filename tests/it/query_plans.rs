//! The query plans of frequent routes: no full scans, and the same cost after 45 years as after 3.
//!
//! More than 300 lines, because both databases are measured with the same history and the same routes.

use std::path::{Path, PathBuf};

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, sql_query};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, StatementStatus, params_from_iter};
use tempfile::TempDir;

use super::support::{App, Request, Statement, Visitor, citus_url, postgres_url, recorder};

/// Rows per year, in twelve categories of spending and one of income, which has few. Every thousandth has the text "zebra", every tenth "walrus".
const A_YEAR: i64 = 2_000;

/// Frequent requests. `{id}` is an expense, `{word}` a unique text.
const HOT: [(&str, &str); 26] = [
    ("GET", "/"),
    ("GET", "/?period=year"),
    ("GET", "/expenses"),
    ("GET", "/expenses?period=all"),
    ("GET", "older"),
    ("GET", "/expenses?period=all&kind=all"),
    ("GET", "/expenses?period=month&kind=income&q=walrus"),
    ("GET", "/expenses?period=all&category=Category%203"),
    ("GET", "/expenses?period=month&q=walrus"),
    ("GET", "/expenses?period=all&q=zebra"),
    ("GET", "/expenses?period=all&q=77.77"),
    ("GET", "/expenses/trash"),
    ("GET", "/expenses/{id}/edit"),
    ("GET", "/expenses/{id}/history"),
    ("GET", "/budgets"),
    ("GET", "/api/v1/expenses?limit=500"),
    ("GET", "/api/v1/summary"),
    ("GET", "/api/v1/suggestions?description=word%2077"),
    ("GET", "/api/v1/suggestions?description=word"),
    ("GET", "/api/v1/upcoming?until=2027-12-22"),
    ("POST", "/expenses"),
    ("POST", "/api/v1/expenses"),
    ("POST", "/api/v1/recurring"),
    ("POST", "/expenses/{id}"),
    ("POST", "/expenses/{id}/delete"),
    ("POST", "/expenses/{id}/restore"),
];

/// Requests whose cost grows with the history, but that use an index.
const BROAD: [&str; 7] = [
    "/?period=all",
    "/expenses?period=all&q=walrus",
    "/expenses?period=all&q=al",
    "/expenses.csv?category=Category%204",
    "/categories",
    // The amounts of all postings are compared.
    "/api/v1/recurring",
    // Rare rows: the days of one page may be those of many years.
    "/expenses?period=all&kind=income",
];

/// A history up to the day of the tests, written without the app.
fn history(owner: i64, years: i64) -> String {
    format!(
        "INSERT INTO categories (book_id, id, name, name_key, color, created_at, kind)
             SELECT {owner}, n, 'Category ' || n, 'category ' || n, '#777777', '2020-01-01 00:00:00',
                    CASE n WHEN 13 THEN 'income' ELSE 'spending' END FROM numbers(1, 13);
         INSERT INTO expenses (book_id, id, spent_on, category_id, amount, description, search, version, created_at, updated_at)
             SELECT {owner}, n, day(n * 365 / {A_YEAR}), CASE n % 400 WHEN 7 THEN 13 ELSE 1 + n % 12 END, 100 + n % 7000, words(n), words(n),
                    1, '2020-01-01 00:00:00', '2020-01-01 00:00:00'
             FROM numbers(1, {years} * {A_YEAR});
         INSERT INTO daily_totals (book_id, spent_on, category_id, amount, count)
             SELECT book_id, spent_on, category_id, CAST(SUM(amount) AS BIGINT), COUNT(*) FROM expenses
             WHERE book_id = {owner} GROUP BY book_id, spent_on, category_id;
         INSERT INTO monthly_totals (book_id, month, category_id, amount, count)
             SELECT book_id, month(spent_on) AS month, category_id, CAST(SUM(amount) AS BIGINT), COUNT(*) FROM expenses
             WHERE book_id = {owner} GROUP BY book_id, month, category_id;
         INSERT INTO schedules (book_id, id, category_id, amount, description, first_on, unit, every, mode, next_on, version, created_at, updated_at)
             SELECT {owner}, n, 1, 100, 'bill', '1980-01-01', 'month', 1, 'post', '2026-12-01', 1, '2020-01-01 00:00:00', '2020-01-01 00:00:00'
             FROM numbers(1, 20);
         INSERT INTO occurrences (book_id, schedule_id, due_on, state, expense_id, amount, decided_at)
             SELECT {owner}, 1 + n % 20, day(n * 365 / {A_YEAR}), 'posted', n, 100 + n % 3, '2020-01-01 00:00:00'
             FROM numbers(1, {years} * {A_YEAR});"
    )
}

/// `history` in the SQL of one database: a series of numbers, a day before the last one, the number of a month.
fn spelled(history: &str, numbers: &str, day: &str, month: &str) -> String {
    let words =
        "'word ' || n || CASE WHEN n % 1000 = 0 THEN ' zebra' WHEN n % 10 = 0 THEN ' walrus' ELSE '' END";
    let mut text = history
        .replace("words(n)", words)
        .replace("day(n * 365 / 2000)", day)
        .replace("month(spent_on)", month);
    while let Some(at) = text.find("numbers(") {
        let end = at + text[at..].find(')').unwrap();
        let (first, last) = text[at + 8..end].split_once(',').unwrap();
        let rows = numbers.replace("FIRST", first).replace("LAST", last.trim());
        text.replace_range(at..=end, &rows);
    }
    text
}

fn in_sqlite(history: &str) -> String {
    let numbers = "(WITH RECURSIVE r(n) AS (SELECT FIRST UNION ALL SELECT n + 1 FROM r WHERE n < LAST) SELECT n FROM r)";
    spelled(
        history,
        numbers,
        "date('2026-11-22', '-' || (n * 365 / 2000) || ' days')",
        "CAST(strftime('%Y%m', spent_on) AS INTEGER)",
    )
}

/// A person with a long history, and the database file.
struct Life {
    app: App,
    person: Visitor,
    token: String,
    file: PathBuf,
}

impl Life {
    fn of(years: i64) -> Self {
        let app = App::on_sqlite();
        let person = app.person();
        let token = person.token();
        let file = recorder::file_of(app.database_url());
        let conn = Connection::open(&file).unwrap();
        conn.execute_batch(&format!(
            "BEGIN; {} COMMIT;",
            in_sqlite(&history(app.owner(&person).0, years))
        ))
        .unwrap();
        app.write(|conn| {
            while expense_tracker::ledger::search::index_pending(conn, 10_000)? > 0 {}
            Ok(())
        });
        // The first request of a day and of a connection runs additional statements.
        person.page("/");
        app.wait_for_background();
        recorder::watch(&file);
        Self {
            app,
            person,
            token,
            file,
        }
    }

    /// The statements of one request.
    fn ask(&self, method: &str, target: &str) -> Vec<Statement> {
        // A commit, so that nothing is cached.
        self.app.write(expense_tracker::db::next_node);
        recorder::take(&self.file);
        visit(&self.person, &self.token, method, target);
        let seen = recorder::take(&self.file);
        let work: Vec<Statement> = seen.into_iter().filter(Statement::is_work).collect();
        assert!(!work.is_empty(), "{method} {target} asks nothing");
        work
    }
}

/// Sends one request, which has to succeed.
fn visit(person: &Visitor, token: &str, method: &str, target: &str) {
    let path = match target {
        "older" => person.page("/expenses?period=all").attr("a[rel=next]", "href"),
        other => other.replace("{id}", "700"),
    };
    let form = "amount=4.50&category=Category+2&date=2026-11-20&description=coffee";
    let json = r#"{"amount":"4.50","category":"Category 2","date":"2026-11-20","description":"coffee"}"#;
    let mut request = Request::new(method, &path);
    if path.starts_with("/api/") {
        request = request.header("Authorization", &format!("Bearer {token}"));
        if method == "POST" {
            request = request.body("application/json", json);
        }
    } else if method == "POST" {
        request = request.htmx().body("application/x-www-form-urlencoded", form);
    }
    let answer = person.send(&request);
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {}",
        answer.status
    );
}

/// A separate connection, with the function of the search.
fn open(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.create_scalar_function("holds", 2, FunctionFlags::SQLITE_DETERMINISTIC, |values| {
        Ok(values.get::<String>(0)?.contains(&values.get::<String>(1)?))
    })
    .unwrap();
    conn
}

fn plan(conn: &Connection, statement: &Statement) -> Vec<String> {
    let mut explained = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql))
        .unwrap();
    let rows = explained.query_map(params_from_iter(&statement.values), |row| row.get("detail"));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Whether a line of a plan is a full scan of a table of the app.
fn is_full_scan(line: &str) -> bool {
    let tables = [
        "expenses",
        "categories",
        "changes",
        "daily_totals",
        "payer_totals",
        "schedules",
        "occurrences",
        "budgets",
        "sessions",
        "users",
        "api_tokens",
        "search_",
    ];
    line.strip_prefix("SCAN ").is_some_and(|rest| {
        tables.iter().any(|table| rest.starts_with(table)) && !rest.contains("VIRTUAL TABLE")
    })
}

#[test]
fn no_hot_route_reads_a_whole_table_of_sqlite() {
    let life = Life::of(1);
    let conn = open(&life.file);
    let broad = BROAD.iter().map(|target| ("GET", *target));
    for (method, target) in HOT.into_iter().chain(broad) {
        for statement in life.ask(method, target) {
            let plan = plan(&conn, &statement);
            assert!(
                !plan.iter().any(|line| is_full_scan(line)),
                "{method} {target}\n{}\n{plan:#?}",
                statement.sql
            );
        }
    }
    let lines = [
        "SCAN expenses",
        "SCAN daily_totals USING INDEX x",
        "SCAN search_rows",
    ];
    assert!(
        lines.iter().all(|line| is_full_scan(line)),
        "the test would see one"
    );
}

/// Steps of SQLite's virtual machine for these statements, on a copy of the database as it was before them.
fn steps(copy: &Connection, statements: &[Statement]) -> i64 {
    let mut steps = 0;
    for statement in statements {
        let mut prepared = copy
            .prepare(&statement.sql)
            .unwrap_or_else(|error| panic!("{error}: {statement:?}"));
        let mut rows = prepared.query(params_from_iter(&statement.values)).unwrap();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        steps += i64::from(prepared.get_status(StatementStatus::VmStep));
    }
    steps
}

/// Steps of each hot route after so many years.
fn cost(years: i64) -> Vec<(String, i64)> {
    let life = Life::of(years);
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy.db");
    let source = Connection::open(&life.file).unwrap();
    source
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let copy = open(&copy);
    let mut costs = Vec::new();
    for (method, target) in HOT {
        let statements = life.ask(method, target);
        costs.push((format!("{method} {target}"), steps(&copy, &statements)));
    }
    drop(life.app);
    costs
}

#[test]
fn a_page_costs_the_same_after_45_years_as_after_3() {
    for ((route, young), (_, old)) in cost(3).into_iter().zip(cost(45)) {
        assert!(young > 20, "{route}: {young} steps");
        // The sum of everything is added up from months, and a search finds more rows.
        let most = if route.contains("period=all") || route.ends_with("older") {
            15
        } else {
            1
        };
        assert!(
            old * 10 <= young * most * 12,
            "{route}: {young} steps after 3 years, {old} after 45"
        );
        println!("{route}: {young} {old}");
    }
}

#[derive(QueryableByName)]
struct Scans {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    scans: i64,
}

/// The number of full scans of each table.
fn counted(admin: &mut PgConnection) -> Vec<Scans> {
    sql_query(
        "SELECT relname::text AS name, seq_scan AS scans FROM pg_stat_user_tables
         WHERE schemaname = current_schema() AND relname IN ('expenses', 'daily_totals', 'search_rows', 'occurrences') ORDER BY 1",
    )
    .load(admin)
    .unwrap()
}

#[test]
fn no_hot_route_reads_a_whole_table_of_postgresql() {
    // PostgreSQL counts the scans of the executed plans.
    let Some(url) = postgres_url() else { return };
    if citus_url().is_some() {
        // The counts of a distributed table are on the workers.
        return;
    }
    let app = App::on_postgres(&url);
    let person = app.person();
    let token = person.token();
    let owner = app.owner(&person).0;
    let fill = spelled(
        &history(owner, 10),
        "(SELECT n::bigint AS n FROM generate_series(FIRST, LAST) AS n) AS numbers",
        "(DATE '2026-11-22' - (n * 365 / 2000)::int)",
        "to_char(spent_on, 'YYYYMM')::int",
    );
    let mut admin = PgConnection::establish(app.database_url()).unwrap();
    admin
        .batch_execute(&format!(
            "SET app.book_id = '{owner}'; {fill}
             INSERT INTO search_rows SELECT book_id, id, spent_on, category_id, amount, search FROM expenses;
             ANALYZE expenses; ANALYZE daily_totals; ANALYZE search_rows; ANALYZE schedules; ANALYZE occurrences"
        ))
        .unwrap();
    // A session reports its counts at its end at the latest.
    drop(admin);
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    let mut admin = PgConnection::establish(app.database_url()).unwrap();
    let before = counted(&mut admin);
    drop(admin);
    for (method, target) in HOT {
        visit(&person, &token, method, target);
    }
    let database = app.stop_and_keep();
    std::thread::sleep(std::time::Duration::from_millis(600));
    let mut admin = PgConnection::establish(&database.url).unwrap();
    let after = counted(&mut admin);
    assert_eq!(after.len(), 4);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(
            after.scans - before.scans,
            0,
            "{} was read as a whole",
            after.name
        );
    }
    // A full scan is counted.
    admin
        .batch_execute(&format!(
            "SET app.book_id = '{owner}'; SET enable_indexscan = off; SET enable_indexonlyscan = off;
             SET enable_bitmapscan = off; SELECT count(*) FROM expenses WHERE book_id = {owner} AND description = 'x'"
        ))
        .unwrap();
    drop(admin);
    std::thread::sleep(std::time::Duration::from_millis(600));
    let mut admin = PgConnection::establish(&database.url).unwrap();
    let seen = counted(&mut admin);
    assert!(seen[1].scans > after[1].scans, "{}", seen[1].name);
}
