//! Clients that repeat requests until they succeed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::visitor::Visitor;
use super::wire::{Answer, Request};

/// How often each status was answered, and the longest wait for an answer.
#[derive(Default)]
pub struct Statuses(Mutex<BTreeMap<u16, usize>>, Mutex<Duration>);

impl Statuses {
    /// Counts one answer.
    pub fn note(&self, status: u16) {
        *self.0.lock().unwrap().entry(status).or_default() += 1;
    }

    /// All of them.
    pub fn all(&self) -> BTreeMap<u16, usize> {
        self.0.lock().unwrap().clone()
    }

    /// The longest wait for one answer.
    pub fn longest(&self) -> Duration {
        *self.1.lock().unwrap()
    }

    /// Sends the same request until its status is `good`. Any other status than 503 is a failure.
    #[track_caller]
    pub fn until(&self, good: u16, visitor: &Visitor, request: &Request) -> Answer {
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            let answer = visitor.send(request);
            self.note(answer.status);
            {
                let mut longest = self.1.lock().unwrap();
                *longest = asked.elapsed().max(*longest);
            }
            if answer.status == good {
                return answer;
            }
            assert_eq!(
                answer.status,
                503,
                "{} {}: {}",
                request.method,
                request.target,
                answer.text()
            );
            assert!(
                answer.header("retry-after").is_some(),
                "a 503 says when to come back"
            );
            assert!(
                began.elapsed() < Duration::from_secs(40),
                "no answer: {}",
                answer.text()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Adds expenses with the form until `stop` is set; returns the descriptions of the acknowledged ones.
pub fn add_by_form(visitor: &Visitor, name: &str, statuses: &Statuses, stop: &AtomicBool) -> Vec<String> {
    let mut written = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let description = format!("{name}-{}", written.len());
        let fields = [
            ("amount", "0.01"),
            ("category", "Load"),
            ("date", "2026-11-20"),
            ("description", &description),
            ("request_id", &description),
        ];
        let answer = statuses.until(303, visitor, &visitor.form("/expenses", &fields));
        assert!(!answer.location().contains("/login"), "still signed in");
        written.push(description);
    }
    written
}

/// Like [`add_by_form`], with the API.
pub fn add_by_api(
    visitor: &Visitor,
    token: &str,
    name: &str,
    statuses: &Statuses,
    stop: &AtomicBool,
) -> Vec<String> {
    let mut written = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let description = format!("{name}-{}", written.len());
        let body = serde_json::json!({
            "amount": "0.01", "category": "Load", "date": "2026-11-20", "description": &description,
        });
        let request = Request::new("POST", "/api/v1/expenses")
            .header("Authorization", &format!("Bearer {token}"))
            .header("Idempotency-Key", &description)
            .body("application/json", body.to_string());
        statuses.until(201, visitor, &request);
        written.push(description);
    }
    written
}

/// Reads pages until `stop` is set.
pub fn read_pages(visitor: &Visitor, statuses: &Statuses, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        for path in ["/", "/expenses?period=all", "/budgets"] {
            statuses.until(200, visitor, &Request::new("GET", path));
        }
    }
}
