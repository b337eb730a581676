//! One very active account at all limits, and ten ordinary people.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::support::{App, Request, Visitor, date, form_text};

/// The limit for the median of ordinary pages in a debug build. A release build takes a tenth of it.
const USUAL: Duration = Duration::from_secs(1);
/// The limit for every ordinary page.
const LONGEST: Duration = Duration::from_secs(5);

/// The same account in another browser.
fn another_browser(app: &App, visitor: &Visitor) -> Visitor {
    let other = app.anonymous();
    other.set_cookie("session", Some(&visitor.cookie("session").unwrap()));
    other
}

/// 2,000 categories, descriptions that grow when they are folded for the search, and budgets.
fn fill(app: &App, hostile: &Visitor) {
    let day = date("2026-11-20");
    let names: Vec<String> = (0..2_000).map(|n| format!("Category {n:04}")).collect();
    let rows = names
        .iter()
        .map(|name| (100, name.as_str(), day, "⨌".repeat(500)));
    app.enter(hostile, rows.collect());
    for name in &names[..20] {
        let budget = [("category", name.as_str()), ("amount", "1"), ("month", "2026-11")];
        hostile.post("/budgets", &budget).location();
    }
}

/// Repeats a request until the ordinary people are done.
fn ask(visitor: &Visitor, request: &Request, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        let status = visitor.send(request).status;
        assert!(status < 500 || status == 503, "{request:?}: {status}");
    }
}

#[test]
fn a_hostile_account_blocks_nobody() {
    let app = App::start();
    let hostile = app.person();
    fill(&app, &hostile);
    let people: Vec<Visitor> = (0..10).map(|_| app.person()).collect();
    for person in &people {
        person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    }
    let client = app.api(&hostile);
    let search = form_text(&[("period", "all"), ("q", &"⨌".repeat(199))]);
    let batch = format!("{{\"items\":[{}{{}}]}}", "{\"a\":1},".repeat(400_000));
    let attacks = [
        Request::new("GET", &format!("/expenses?{search}")),
        Request::new("GET", &format!("/expenses.csv?{search}")),
        Request::new("GET", "/categories"),
        Request::new("GET", "/?period=all"),
        client
            .request("POST", "/expenses/batch")
            .header("Idempotency-Key", "again")
            .body("application/json", batch),
    ];
    let _stalled: Vec<TcpStream> = (0..4).map(|_| hostile.begin_export("")).collect();
    let is_over = AtomicBool::new(false);
    let mut times = Vec::new();
    thread::scope(|scope| {
        for request in &attacks {
            let visitor = another_browser(&app, &hostile);
            let is_over = &is_over;
            scope.spawn(move || ask(&visitor, request, is_over));
        }
        for round in 0..3 {
            for person in &people {
                let began = Instant::now();
                if round == 1 {
                    person.add("1.00", "Coffee", "2026-11-21", "Ristretto");
                } else {
                    person.page("/");
                }
                times.push(began.elapsed());
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    times.sort_unstable();
    let (middle, longest) = (times[times.len() / 2], times[times.len() - 1]);
    assert!(middle < USUAL && longest < LONGEST, "{times:?}");
}
