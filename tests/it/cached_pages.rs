//! Cached pages: without a change they are not read again, and after one they are never stale.
//!
//! More than 300 lines, because the random story needs its people and their books.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;

use super::support::books::{NEW, household, id, member};
use super::support::{App, PASSWORD, Request, Statement, Visitor, cases, recorder};

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

#[test]
fn a_page_survives_what_others_enter_in_their_books() {
    let app = App::on_sqlite();
    let (one, other) = (app.person(), app.person());
    one.add("4.50", "Coffee", "2026-11-20", "coffee");
    let base = household(&one);
    let token = one.token();
    let file = recorder::file_of(app.database_url());
    recorder::watch(&file);
    // The first commit of a connection that another one has made outdates everything.
    other.add("1", "Tea", "2026-11-20", "tea");
    for path in PAGES {
        one.page(path);
    }
    one.api(&token, "/summary");
    recorder::take(&file);
    other.add("2", "Tea", "2026-11-20", "tea");
    one.post(&format!("{base}/expenses"), &NEW).location();
    recorder::take(&file);
    for path in PAGES {
        one.page(path);
    }
    one.api(&token, "/summary");
    let asked: Vec<_> = recorder::take(&file)
        .into_iter()
        .filter(Statement::is_work)
        .collect();
    assert!(asked.is_empty(), "{asked:?}");
    // What one has entered oneself ends the pages of that book, but not the session.
    one.add("5", "Coffee", "2026-11-20", "another");
    recorder::take(&file);
    assert_eq!(one.total("/"), "9.50");
    let asked = recorder::take(&file);
    assert!(
        asked
            .iter()
            .any(|statement| statement.sql.contains("daily_totals"))
    );
    assert!(
        !asked.iter().any(|statement| statement.sql.contains("sessions")),
        "{asked:?}"
    );
}

/// What happens to a household and the books of its two people.
#[derive(Debug, Clone)]
enum Event {
    /// Somebody enters an expense in their own book, or in the household.
    Added {
        by: usize,
        in_household: bool,
        cents: u32,
    },
    NameChanged {
        of: usize,
    },
    BookRenamed,
    RoleChanged {
        to_viewer: bool,
    },
    /// Another program adds a dollar to each expense of somebody's own book.
    EditedByAnotherProgram {
        of: usize,
    },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (0..2_usize, any::<bool>(), 1..10_000_u32)
            .prop_map(|(by, in_household, cents)| Event::Added { by, in_household, cents }),
        1 => (0..2_usize).prop_map(|of| Event::NameChanged { of }),
        1 => Just(Event::BookRenamed),
        1 => any::<bool>().prop_map(|to_viewer| Event::RoleChanged { to_viewer }),
        1 => (0..2_usize).prop_map(|of| Event::EditedByAnotherProgram { of }),
    ];
    prop::collection::vec(event, 4..12)
}

/// The two people, and what their pages must show.
struct Household<'a> {
    app: &'a App,
    people: [Visitor; 2],
    base: String,
    /// In cents: of the own books, then of the household.
    totals: [u64; 3],
    counts: [u64; 2],
    names: [String; 2],
    book_name: String,
    is_viewer: bool,
    changes: u32,
}

impl<'a> Household<'a> {
    fn new(app: &'a App) -> Self {
        let owner = app.person();
        let base = household(&owner);
        let member = member(app, &owner, &base, "editor");
        let mut story = Self {
            app,
            people: [owner, member],
            base,
            totals: [0, 0, 70_450],
            counts: [0, 0],
            names: Default::default(),
            book_name: "Household".to_owned(),
            is_viewer: false,
            changes: 0,
        };
        story.happen(&Event::NameChanged { of: 0 });
        story.happen(&Event::NameChanged { of: 1 });
        story
    }

    fn happen(&mut self, event: &Event) {
        self.changes += 1;
        match *event {
            Event::Added {
                by,
                in_household,
                cents,
            } => self.add(by, in_household, cents),
            Event::NameChanged { of } => {
                self.names[of] = format!("Person {}", self.changes);
                let form = [("name", self.names[of].as_str())];
                self.people[of].post("/settings", &form).location();
            }
            Event::BookRenamed => {
                self.book_name = format!("Home {}", self.changes);
                let form = [("name", self.book_name.as_str())];
                self.people[0]
                    .post(&format!("{}/book", self.base), &form)
                    .location();
            }
            Event::RoleChanged { to_viewer } => {
                self.is_viewer = to_viewer;
                let role = if to_viewer { "viewer" } else { "editor" };
                let member = id(self.app, &self.people[1]);
                let address = format!("{}/book/members/{member}", self.base);
                self.people[0].post(&address, &[("role", role)]).location();
            }
            Event::EditedByAnotherProgram { of } => {
                let book = self.app.owner(&self.people[of]).0;
                past(self.app)
                    .execute_batch(&format!(
                        "BEGIN; UPDATE expenses SET amount = amount + 100 WHERE book_id = {book};
                         UPDATE daily_totals SET amount = amount + 100 * count WHERE book_id = {book};
                         UPDATE monthly_totals SET amount = amount + 100 * count WHERE book_id = {book}; COMMIT"
                    ))
                    .unwrap();
                self.totals[of] += 100 * self.counts[of];
            }
        }
    }

    fn add(&mut self, by: usize, in_household: bool, cents: u32) {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let base = if in_household { self.base.as_str() } else { "" };
        let form = [
            ("amount", amount.as_str()),
            ("category", "Coffee"),
            ("date", "2026-11-20"),
        ];
        let answer = self.people[by].post(&format!("{base}/expenses"), &form);
        if in_household && by == 1 && self.is_viewer {
            answer.expect(403);
            return;
        }
        answer.location();
        let at = if in_household { 2 } else { by };
        self.totals[at] += u64::from(cents);
        self.counts[by] += u64::from(!in_household);
    }

    fn check(&self, after: &Event) {
        for (at, person) in self.people.iter().enumerate() {
            let own = person.total("/");
            assert_eq!(
                own.replace('.', "").parse::<u64>().unwrap(),
                self.totals[at],
                "{after:?}"
            );
            let page = person.get(&format!("{}/", self.base)).expect(200);
            let total = page.page().total();
            assert_eq!(
                total.replace('.', "").parse::<u64>().unwrap(),
                self.totals[2],
                "{after:?}"
            );
            let text = page.text();
            assert!(text.contains(&self.book_name), "{after:?}");
            assert!(text.contains(&self.names[0]), "{after:?}");
            let has_form = text.contains("name=\"amount\"");
            assert_eq!(has_form, at == 0 || !self.is_viewer, "{after:?}");
        }
    }
}

#[test]
fn no_page_is_stale_whoever_changes_what() {
    let app = App::on_sqlite();
    let mut runner = TestRunner::new(Config::with_cases(cases(12)));
    runner
        .run(&events(), |events| {
            let mut story = Household::new(&app);
            for event in &events {
                story.happen(event);
                story.check(event);
            }
            Ok(())
        })
        .unwrap();
}
