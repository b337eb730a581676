//! Cached pages: without a commit they are not read again, and after one they are never stale.

use std::time::Duration;

use rusqlite::Connection;

use super::support::{App, PASSWORD, Request, Statement, Visitor, recorder};

const PAGES: [&str; 3] = ["/", "/expenses", "/expenses?period=all&q=coffee"];

/// A connection of another program.
fn past(app: &App) -> Connection {
    let conn = Connection::open(recorder::file_of(app.database_url())).unwrap();
    conn.busy_timeout(Duration::from_secs(10)).unwrap();
    conn
}

#[test]
fn a_page_requested_again_runs_no_statement() {
    let app = App::on_sqlite();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "coffee");
    let file = recorder::file_of(app.database_url());
    recorder::watch(&file);
    for path in PAGES {
        let first = person.page(path);
        recorder::take(&file);
        let second = person.page(path);
        let asked: Vec<_> = recorder::take(&file)
            .into_iter()
            .filter(Statement::is_work)
            .collect();
        assert!(asked.is_empty(), "{path}: {asked:?}");
        assert_eq!(first.names(), second.names());
        assert_eq!(first.total(), second.total());
    }
}

#[test]
fn each_form_is_sent_with_an_id_of_its_own() {
    let app = App::start();
    let person = app.person();
    for path in PAGES {
        let ids: Vec<String> = (0..3)
            .map(|_| {
                person
                    .page(path)
                    .form("Add expense")
                    .value("request_id")
                    .to_owned()
            })
            .collect();
        assert!(ids[0] != ids[1] && ids[1] != ids[2], "{path}: {ids:?}");
        assert!(ids.iter().all(|id| (1..=64).contains(&id.len())), "{ids:?}");
    }
}

#[test]
fn the_same_page_differs_between_people_and_between_page_and_fragment() {
    let app = App::start();
    let (one, other) = (app.person(), app.person());
    one.add("4.50", "Coffee", "2026-11-20", "coffee of one");
    for path in PAGES {
        assert_eq!(one.page(path).names(), ["coffee of one"]);
        assert!(other.page(path).names().is_empty());
        let whole = one.get(path).expect(200).text();
        let fragment = one.send(&Request::new("GET", path).htmx()).expect(200).text();
        assert!(
            whole.starts_with("<!doctype html>") && fragment.starts_with("<title>"),
            "{path}"
        );
        let history = Request::new("GET", path)
            .htmx()
            .header("HX-History-Restore-Request", "true");
        assert!(
            one.send(&history)
                .expect(200)
                .text()
                .starts_with("<!doctype html>"),
            "{path}"
        );
    }
}

#[test]
fn what_another_program_commits_is_seen_at_once() {
    let app = App::on_sqlite();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "coffee");
    let token = person.token();
    for number in 1..=20_i64 {
        for path in PAGES {
            assert_eq!(person.total(path), person.page(path).total());
        }
        past(&app)
            .execute_batch(&format!(
                "BEGIN; UPDATE expenses SET amount = {number}00, description = 'coffee {number}';
                 UPDATE daily_totals SET amount = {number}00; UPDATE monthly_totals SET amount = {number}00; COMMIT"
            ))
            .unwrap();
        for path in PAGES {
            let page = person.page(path);
            assert_eq!(page.total(), format!("{number}.00"), "{path}");
            assert_eq!(page.names(), [format!("coffee {number}")], "{path}");
        }
        let summary = person.api(&token, "/summary");
        assert_eq!(summary["total"], format!("{number}.00"));
    }
}

#[test]
fn a_session_that_another_program_ends_is_over_at_once() {
    let app = App::on_sqlite();
    let person = app.person();
    let token = person.token();
    person.page("/");
    past(&app).execute("DELETE FROM sessions", []).unwrap();
    assert_eq!(person.get("/").status, 303);
    let call = Request::new("GET", "/api/v1/me").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(app.anonymous().send(&call).status, 401);
}

#[test]
fn a_new_day_is_a_new_page_and_a_session_runs_out_without_any_commit() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-22", "coffee");
    let heading = |person: &Visitor| person.page("/expenses").days()[0].heading.clone();
    assert_eq!(heading(&person), "Today");
    // The renewal of the session is the last commit.
    app.set_clock("2026-11-23 00:01");
    person.page("/settings");
    app.wait_for_background();
    assert_eq!(heading(&person), "Yesterday");
    app.set_clock("2027-01-15 12:00");
    assert_eq!(person.get("/expenses").status, 303);
}

#[test]
fn settings_changed_during_a_request_apply_to_the_next_page() {
    let app = App::on_sqlite();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "coffee");
    let other = app.anonymous();
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    other.post("/login", &form).location();
    // The first request of a day renews the session after it has read the settings, here concurrently with their change.
    app.set_clock("2026-11-23 08:00");
    other.page("/settings");
    let person = std::thread::scope(|scope| {
        let db = app.state.db.clone();
        let busy = scope.spawn(move || {
            actix_web::rt::System::new().block_on(db.write_shared(|_| {
                std::thread::sleep(Duration::from_millis(500));
                Ok(())
            }))
        });
        std::thread::sleep(Duration::from_millis(100));
        let drawn = scope.spawn(move || {
            person.page("/");
            person
        });
        std::thread::sleep(Duration::from_millis(100));
        let fields = [("locale", "de-DE"), ("month_start", "21"), ("theme", "dark")];
        other.post("/settings", &fields).location();
        busy.join().unwrap().unwrap();
        drawn.join().unwrap()
    });
    // On the 23rd it is the month from the 21st on, and the coffee of the 20th was in the month before.
    let page = person.page("/");
    assert_eq!(page.attr("html", "data-theme"), "dark");
    assert!(page.names().is_empty(), "{:?}", page.names());
    assert_eq!(
        person.page("/expenses?period=all").row("coffee").amount,
        "4,50\u{a0}$"
    );
}
