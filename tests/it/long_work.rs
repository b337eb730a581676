//! Long searches and writes end, and nobody else waits for them.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use expense_tracker::db::TxScope;
use serde_json::{Value, json};

use super::support::{App, Place, Request, Visitor, date, form_text};

/// A generous limit for the waits of others.
const GENEROUS: Duration = Duration::from_secs(10);

/// A description of the maximum length whose letters fold to four each.
fn hostile_text() -> String {
    "⨌".repeat(500)
}

/// A search that almost matches at each letter of the hostile text.
fn hostile_search() -> String {
    let q = format!("{}b", "⨌".repeat(49));
    format!("/expenses?{}", form_text(&[("period", "all"), ("q", &q)]))
}

/// The same person in another browser.
fn again(app: &App, person: &Visitor) -> Visitor {
    let other = app.anonymous();
    other.set_cookie("session", Some(&person.cookie("session").unwrap()));
    other
}

#[test]
fn hostile_searches_leave_everybody_else_their_pages() {
    let app = App::on_sqlite();
    let (attacker, person) = (app.person(), app.person());
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let row = || (100, "Food", date("2026-11-20"), hostile_text());
    for _ in 0..2 {
        app.enter(&attacker, (0..1_000).map(|_| row()).collect());
    }
    std::thread::scope(|scope| {
        let searches: Vec<_> = (0..4)
            .map(|_| {
                let visitor = again(&app, &attacker);
                scope.spawn(move || visitor.get(&hostile_search()).status)
            })
            .collect();
        let began = Instant::now();
        for _ in 0..5 {
            // A commit, so that no page is cached.
            person.add("1.00", "Coffee", "2026-11-20", "Ristretto");
            person.page("/");
        }
        assert!(began.elapsed() < GENEROUS, "{:?}", began.elapsed());
        for search in searches {
            let status = search.join().unwrap();
            assert!([200, 503].contains(&status), "{status}");
        }
        assert!(began.elapsed() < 3 * GENEROUS, "{:?}", began.elapsed());
    });
}

#[test]
fn a_stop_waits_for_no_search() {
    let place = Place::on_sqlite();
    let server = place.serve(|command| {
        command.env("LOG", "error");
    });
    let person = server.person("a@example.com");
    let item = json!({"amount": "1", "category": "Food", "description": hostile_text()});
    let body = json!({"items": vec![item; 1_000]}).to_string();
    let token = person.token();
    for _ in 0..4 {
        let batch = Request::new("POST", "/api/v1/expenses/batch")
            .header("Authorization", &format!("Bearer {token}"))
            .body("application/json", body.clone());
        person.send(&batch).expect(201);
    }
    let cookie = person.cookie("session").unwrap();
    for _ in 0..8 {
        let visitor = server.anonymous();
        visitor.set_cookie("session", Some(&cookie));
        // It may be answered before the stop or not.
        std::thread::spawn(move || visitor.get(&hostile_search()));
    }
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    let (status, took, _) = server.wait();
    assert!(status.success());
    assert!(took < GENEROUS, "{took:?}");
}

#[test]
fn a_long_text_is_found_by_its_beginning() {
    let app = App::start();
    let person = app.person();
    let phrase = "\u{fdfa}".repeat(500);
    person.add("4.50", "Food", "2026-11-20", &phrase);
    person.add("1.00", "Food", "2026-11-20", &"각".repeat(500));
    for (q, total) in [("\u{fdfa}".repeat(200), "4.50"), ("각".repeat(200), "1.00")] {
        let query = form_text(&[("period", "all"), ("q", &q)]);
        assert_eq!(person.total(&format!("/expenses?{query}")), total);
    }
}

/// Runs `work` during a long write.
fn during_a_long_write(app: &App, work: impl FnOnce()) {
    let (begun, has_begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let db = app.state.db.clone();
    let writing = std::thread::spawn(move || {
        System::new().block_on(db.write_shared_in(TxScope::Own, move |_| {
            begun.send(()).unwrap();
            let _ = ended.recv_timeout(Duration::from_mins(1));
            Ok(())
        }))
    });
    has_begun.recv().unwrap();
    work();
    let _ = end.send(());
    writing.join().unwrap().unwrap();
}

#[test]
fn no_read_waits_for_a_long_write() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let made = person
        .post("/settings/tokens", &[("name", "Phone"), ("access", "read")])
        .expect(200);
    let token = made.page().attr("#new_token", "value");
    let program = app.api_with(&token);
    let (day, next_day) = ("2026-11-23 12:00", "2026-11-24 12:00");
    during_a_long_write(&app, || {
        app.set_clock(day);
        let began = Instant::now();
        for _ in 0..3 {
            assert_eq!(person.total("/?period=all"), "4.50");
            program.get("/me").expect(200);
        }
        assert!(began.elapsed() < GENEROUS, "{:?}", began.elapsed());
        assert!(
            app.state.db.under_way() <= 2,
            "one write each, however many requests"
        );
    });
    app.wait_for_background();
    // A use that could not be recorded is recorded next time.
    app.set_clock(next_day);
    person.page("/");
    program.get("/me").expect(200);
    app.wait_for_background();
    let page = person.page("/settings");
    assert!(page.text("#tokens li").contains("Last used today"));
    assert!(
        page.texts(".sessions .quiet-words")
            .contains(&"Last used today".to_owned())
    );
}

#[test]
fn a_change_that_waits_too_long_behind_another_is_a_503_and_is_not_made() {
    let app = App::on_sqlite();
    let person = app.person();
    let token = person.token();
    let add = Request::new("POST", "/api/v1/expenses")
        .header("Authorization", &format!("Bearer {token}"))
        .body(
            "application/json",
            json!({"amount": "4.50", "category": "Coffee"}).to_string(),
        );
    during_a_long_write(&app, || {
        let began = Instant::now();
        let answer = person.send(&add).expect(503);
        assert!(answer.header("retry-after").is_some());
        assert!(began.elapsed() < 2 * GENEROUS, "{:?}", began.elapsed());
    });
    assert_eq!(person.total("/?period=all"), "0.00");
    let answer: Value = serde_json::from_slice(&person.send(&add).expect(201).body).unwrap();
    assert_eq!(answer["amount"], "4.50");
    assert_eq!(person.total("/?period=all"), "4.50");
}
