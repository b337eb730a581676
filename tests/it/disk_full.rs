//! A full disk: saved data can be read, input is kept, and writes work again when there is space.

use super::support::{App, Place, Request, Visitor, integrity};
use diesel::connection::SimpleConnection as _;

const ESPRESSO: [(&str, &str); 5] = [
    ("amount", "4.50"),
    ("category", "Coffee"),
    ("date", "2026-11-20"),
    ("description", "Espresso <3"),
    ("request_id", "the same one"),
];

/// Limits the database of the writing connection, which is replaced after each failure.
fn allow_pages(app: &App, pages: &str) {
    let pragma = format!("PRAGMA max_page_count = {pages}");
    app.write(move |conn| Ok(conn.batch_execute(&pragma)?));
}

/// Adds expenses until the disk is full; returns how many.
fn fill(person: &Visitor, most: u32) -> u32 {
    fill_with(person, most, &"x".repeat(450))
}

fn fill_with(person: &Visitor, most: u32, description: &str) -> u32 {
    for number in 0..most {
        let form = [
            ("amount", "1"),
            ("category", "Filler"),
            ("date", "2026-01-01"),
            ("description", description),
        ];
        let status = person.post("/expenses", &form).status;
        if status == 503 {
            return number;
        }
        assert_eq!(status, 303);
    }
    panic!("the disk is not full");
}

#[test]
fn a_full_disk_keeps_what_was_typed_and_lets_people_read() {
    let app = App::on_sqlite();
    let person = app.person();
    person.add("2", "Coffee", "2026-11-20", "Before");
    let token = person.token();
    allow_pages(&app, "1");
    let long = fill(&person, 500);
    // Pages that have no room for a long row may have some for a short one.
    allow_pages(&app, "1");
    let kept = long + fill_with(&person, 500, "");

    allow_pages(&app, "1");
    let answer = person
        .post("/expenses?view=list&period=all", &ESPRESSO)
        .expect(503);
    assert_eq!(answer.header("retry-after"), Some("60"));
    let page = answer.page();
    assert!(
        page.text(".lead").contains("disk is full"),
        "{}",
        page.text(".lead")
    );
    let again = page.form("Try again");
    assert_eq!(again.action, "/expenses?view=list&period=all");
    for (name, value) in ESPRESSO {
        assert_eq!(again.value(name), value);
    }
    assert_eq!(
        page.attr("form.kept input[type=text][name=description]", "value"),
        "Espresso <3"
    );
    allow_pages(&app, "1");
    person.post_htmx("/expenses", &ESPRESSO).expect(503).fragment();
    allow_pages(&app, "1");
    let json = Request::new("POST", "/api/v1/expenses")
        .header("Authorization", &format!("Bearer {token}"))
        .body("application/json", r#"{"amount":"1.00","category":"Coffee"}"#);
    let problem = app.anonymous().send(&json).problem(503);
    assert_eq!(problem["title"], "The server's disk is full");

    // Reads still work, also on the next day, when the session would be renewed.
    for now in ["2026-11-22 12:00", "2026-11-23 12:00"] {
        app.set_clock(now);
        person.page("/");
        let rows = person.get("/expenses.csv").expect(200).text().lines().count();
        assert_eq!(rows, usize::try_from(kept).unwrap() + 2);
        assert_eq!(person.total("/expenses?q=Before&period=all"), "2.00");
    }
    // A password is never written into a page.
    let secret = "seven purple gliders humming 7731";
    let refused = (0..60).find_map(|number| {
        allow_pages(&app, "1");
        let email = format!("{}{number}@example.com", "x".repeat(50));
        let answer = app
            .anonymous()
            .post("/register", &[("email", &email), ("password", secret)]);
        (answer.status != 303).then_some(answer)
    });
    let page = refused.expect("the disk is full").expect(503);
    assert!(!page.text().contains(secret));
    assert_eq!(page.page().count("form"), 0);

    allow_pages(&app, "1000000");
    assert_eq!(person.submit(&again, &[]).location(), "/expenses?period=all");
    assert_eq!(person.submit(&again, &[]).location(), "/expenses?period=all");
    assert_eq!(person.total("/expenses?q=Espresso&period=all"), "4.50");
}

#[test]
fn signing_out_works_in_this_browser_though_nothing_can_be_written() {
    let app = App::on_sqlite();
    let person = app.person();
    let token = person.cookie("session").unwrap();
    app.write(|conn| Ok(conn.batch_execute("PRAGMA query_only = ON")?));
    let answer = person.post("/logout", &[]);
    assert_eq!(answer.location(), "/login");
    assert_eq!(person.cookie("session"), None);
    let words = person.follow(&answer).status();
    assert!(words.contains("in this browser"), "{words}");
    // The session still exists.
    person.set_cookie("session", Some(&token));
    person.page("/");
}

#[test]
fn a_limit_on_file_sizes_ends_writes_and_not_the_server() {
    let place = Place::on_sqlite();
    let mut server = place.serve(|_| {});
    let person = server.person("a@example.com");
    person.add("2", "Coffee", "2026-11-20", "Before");
    drop(person);
    server.stop();

    let program = env!("CARGO_BIN_EXE_expense-tracker");
    server = place.serve(|command| {
        let mut limited = std::process::Command::new("bash");
        limited
            .args(["-c", r#"ulimit -f 400; exec "$0" serve"#, program])
            .current_dir(place.path("."))
            .env_clear()
            .envs(
                command
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("LOG", "off")
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        *command = limited;
    });
    let person = server.known("a@example.com");
    let kept = fill(&person, 3_000);
    for _ in 0..20 {
        person.post("/expenses", &ESPRESSO).expect(503).page();
        assert_eq!(person.total("/expenses?q=Before&period=all"), "2.00");
        server.anonymous().get("/healthz").expect(200);
    }
    drop(person);
    server.stop();
    assert_eq!(integrity(&place.path("expenses.db")), "ok");

    server = place.serve(|_| {});
    let person = server.known("a@example.com");
    let filled = format!("{kept}.00");
    assert_eq!(person.total("/expenses?category=Filler&period=all"), filled);
    assert_eq!(person.post("/expenses", &ESPRESSO).location(), "/");
    assert_eq!(person.total("/expenses?q=Espresso&period=all"), "4.50");
    server.stop();
}
