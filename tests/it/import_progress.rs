//! A step of an import that takes longer than a second: its page says how far it is, then what came of it.

use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;

use super::import_pages::choose;
use super::imports::path;
use super::support::{App, Page, Visitor, recorder};

const TWO: &str = "Date,Description,Amount\n2026-10-01,Milk,-2.50\n2026-10-02,Bus,-3.00\n";

/// Holds the lock that every write of the app waits for.
fn locked(app: &App) -> Connection {
    let conn = Connection::open(recorder::file_of(app.database_url())).unwrap();
    conn.execute_batch("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE")
        .unwrap();
    conn
}

/// The page once nothing is running any more.
fn finished(person: &Visitor, address: &str) -> Page {
    for _ in 0..200 {
        let page = person.page(address);
        if page.count("progress") == 0 {
            return page;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not end");
}

#[test]
fn a_long_confirmation_and_a_long_undo_show_how_far_they_are() {
    let app = App::on_sqlite();
    let person = app.person();
    let address = choose(&person, "two.csv", TWO.as_bytes()).location().to_owned();
    for (step, words) in [
        ("confirm", "Imported 2 expenses"),
        ("undo", "Moved 2 expenses to the trash"),
    ] {
        let held = locked(&app);
        let sent = person.post(&format!("{address}/{step}"), &[]);
        assert_eq!(sent.location(), address);
        // Pressed again, it is the same step.
        assert_eq!(person.post(&format!("{address}/{step}"), &[]).location(), address);
        let page = person.follow(&sent);
        assert_eq!(page.attr("progress", "max"), "2");
        assert!(page.text("main").contains("0 of 2 rows"), "{}", page.text("main"));
        assert_eq!(page.count("meta[http-equiv=refresh]"), 1);
        assert_eq!(page.count("main form"), 0);
        drop(held);
        let page = finished(&person, &address);
        assert!(page.status().contains(words), "{}", page.status());
        assert_eq!(page.count("meta[http-equiv=refresh]"), 0);
        assert!(
            !person.page(&address).text("main").contains(words),
            "it is said once"
        );
    }
    assert_eq!(person.page("/expenses?period=all").rows().len(), 0);
}

#[test]
fn what_a_long_step_refuses_is_said_when_it_has_ended() {
    let app = App::on_sqlite();
    let person = app.person();
    let client = app.api(&person);
    let address = choose(&person, "two.csv", TWO.as_bytes()).location().to_owned();
    let import = json!({"id": address.rsplit('/').next()});
    client
        .patch(&path(&import, "/rows"), &json!({"verdict": "new", "take": false}))
        .expect(200);
    let held = locked(&app);
    assert_eq!(
        person.post(&format!("{address}/confirm"), &[]).location(),
        address
    );
    drop(held);
    for _ in 0..200 {
        let answer = person.get(&address);
        if answer.status == 422 {
            assert!(
                answer
                    .page()
                    .text("#import-problem")
                    .contains("No rows are ticked")
            );
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not end");
}
