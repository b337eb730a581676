//! The size of pages and the memory of exports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::SqliteConnection;
use diesel::connection::{Connection as _, SimpleConnection as _};

use super::support::{App, PASSWORD, Place, Request, Visitor, date, for_each_account, number};

/// The built browser assets.
fn built() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/dist");
    assert!(
        folder.join("manifest.json").is_file(),
        "the browser files are not built: run `make assets`"
    );
    folder
}

/// A person with 500 expenses in twelve categories, and budgets.
fn busy_person(app: &App) -> Visitor {
    let person = app.person();
    let day = |n: i64| date("2026-11-22") - time::Duration::days(n % 22);
    let names: Vec<String> = (0..12).map(|n| format!("Category {n}")).collect();
    let rows = (0..500_usize).map(|n| {
        let number = i64::try_from(n).unwrap();
        (
            100 + number * 7,
            names[n % 12].as_str(),
            day(number),
            format!("What was bought, {n}"),
        )
    });
    app.enter(&person, rows.collect());
    for (category, amount) in [("", "5000"), ("Category 1", "100"), ("Category 2", "90")] {
        person
            .post("/budgets", &[("amount", amount), ("category", category)])
            .location();
    }
    person
}

#[test]
fn the_dashboard_is_small_on_the_first_visit_and_smaller_on_the_next() {
    let app = App::with(|given| given.assets_dir = Some(built().display().to_string()));
    let person = busy_person(&app);
    let compressed = |path: &str| {
        let request = Request::new("GET", path).header("Accept-Encoding", "gzip, deflate, br");
        let answer = person.send(&request).expect(200);
        assert!(
            answer.header("content-encoding").is_some() || answer.body.len() < 2_000,
            "{path} is not compressed"
        );
        answer
    };
    let page = person.get("/").expect(200).text();
    // The files on the page, and the charts, which a script loads.
    let mut files: BTreeSet<String> = page
        .split(['"', '\''])
        .filter(|text| text.starts_with("/assets/"))
        .map(str::to_owned)
        .collect();
    let manifest = std::fs::read_to_string(built().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    files.insert(format!(
        "/assets/{}",
        manifest["charts.js"]["file"].as_str().unwrap()
    ));
    assert!(files.len() >= 4, "{files:?}");
    assert!(
        !page.contains("src=\"http") && !page.contains("href=\"http"),
        "nothing from elsewhere"
    );

    let html = compressed("/").body.len();
    let mut again = html;
    let mut first = html;
    for file in &files {
        let answer = compressed(file);
        first += answer.body.len();
        if !answer
            .header("cache-control")
            .is_some_and(|value| value.contains("immutable"))
        {
            again += answer.body.len();
        }
    }
    assert!(first < 90 * 1024, "{first} bytes on the first visit");
    assert!(files.len() < 8, "{} requests", files.len() + 1);
    assert!(again < 12 * 1024, "{again} bytes on the next visit");
}

/// The memory of a process in kilobytes: `VmRSS` now, `VmHWM` at its peak.
fn memory(process: u32, name: &str) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_memory_of_an_export_does_not_depend_on_its_length() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let visitor = server.anonymous();
    let form = [("email", "a@example.com"), ("password", PASSWORD)];
    visitor.post("/register", &form).location();
    visitor.add("1", "Food", "2026-11-20", "one");
    visitor.get("/expenses.csv").expect(200);
    // 60,000 rows of 450 bytes, written without the server.
    let fill = |owner: &str, numbers: &str, words: &str| {
        format!(
            "INSERT INTO expenses (book_id, id, spent_on, category_id, amount, description, search, version, created_at, updated_at)
             SELECT e.book_id, n, e.spent_on, e.category_id, n, {words}, 'x', 1, e.created_at, e.updated_at
             FROM expenses e, ({numbers}) AS numbers
             WHERE e.book_id = {owner} AND e.amount = 100 AND e.description = 'one'"
        )
    };
    if let Some(path) = place.url().strip_prefix("sqlite://") {
        let numbers =
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 60000) SELECT n FROM r";
        let mut conn = SqliteConnection::establish(path).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
        conn.batch_execute(&fill("e.book_id", numbers, "hex(zeroblob(210))"))
            .unwrap();
        // Waits for the search index, whose memory does not count.
        let waiting = || number(Path::new(path), "SELECT COUNT(*) AS number FROM search_changes");
        let patience = Instant::now();
        while waiting() > 1_000 {
            assert!(patience.elapsed() < Duration::from_mins(1), "{} wait", waiting());
            std::thread::sleep(Duration::from_millis(50));
        }
    } else {
        let numbers = "SELECT n::bigint AS n FROM generate_series(1, 60000) AS n";
        for_each_account(place.url(), &fill("$owner", numbers, "repeat('0', 420)"));
    }
    // The first export opens connections and threads, which remain.
    visitor.get("/expenses.csv").expect(200);
    let process = server.id();
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
    let before = memory(process, "VmRSS");
    let answer = visitor.get("/expenses.csv").expect(200);
    assert!(answer.body.len() > 25_000_000, "{} bytes", answer.body.len());
    let grown = memory(process, "VmHWM") - before;
    assert!(grown < 10 * 1024, "{grown} KiB more");
    server.stop();
}

#[test]
fn unread_exports_and_bodies_with_many_values_take_little_memory() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let people: Vec<_> = (0..4)
        .map(|n| server.person(&format!("p{n}@example.com")))
        .collect();
    let item = serde_json::json!({"amount": "1", "category": "A", "description": "🧾".repeat(500)});
    let body = serde_json::json!({"items": vec![item; 1_000]}).to_string();
    let send = |person: &Visitor, body: String| {
        let request = Request::new("POST", "/api/v1/expenses/batch").body("application/json", body);
        person.send(&request.header("Authorization", &format!("Bearer {}", person.token())))
    };
    for person in &people {
        for _ in 0..5 {
            send(person, body.clone()).expect(201);
        }
        person.get("/expenses.csv").expect(200);
    }
    let before = memory(server.id(), "VmRSS");
    let stalled: Vec<_> = people
        .iter()
        .flat_map(|person| (0..4).map(|_| person.begin_export("")))
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    let grown = memory(server.id(), "VmRSS") - before;
    assert!(
        grown < 24 * 1024,
        "{grown} KiB more for {} exports",
        stalled.len()
    );
    drop(stalled);

    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").unwrap();
    let before = memory(server.id(), "VmRSS");
    let tiny = vec![r#"{"a":1}"#; 500_000].join(",");
    for body in [
        format!("{{\"items\":[{tiny}]}}"),
        format!("{{\"other\":[{tiny}]}}"),
        format!("{{\"items\":[[{tiny}]]}}"),
    ] {
        send(&people[0], body).expect(422);
    }
    let grown = memory(server.id(), "VmHWM") - before;
    assert!(grown < 40 * 1024, "{grown} KiB more for 4 MiB of values");
    server.stop();
}

#[test]
fn cached_pages_stay_small_with_long_addresses() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let person = server.person("a@example.com");
    let ask = |from: usize, to: usize, status: u16| {
        for n in from..to {
            let path = format!(
                "/expenses?{}&x={n}{}",
                if status == 400 { "period=bogus" } else { "" },
                "x".repeat(50_000)
            );
            person.get(&path).expect(status);
        }
    };
    ask(0, 200, 200);
    let before = memory(server.id(), "VmRSS");
    ask(200, 600, 200);
    ask(600, 1_000, 400);
    let grown = memory(server.id(), "VmRSS") - before;
    assert!(grown < 16 * 1024, "{grown} KiB more");
    server.stop();
}
