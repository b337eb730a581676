//! People and programs that keep on asking until they are answered, as good clients do.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::visitor::Visitor;
use super::wire::{Answer, Request};

/// How often each status was answered.
#[derive(Default)]
pub struct Statuses(Mutex<BTreeMap<u16, usize>>);

impl Statuses {
    /// Notes one answer.
    pub fn note(&self, status: u16) {
        *self.0.lock().unwrap().entry(status).or_default() += 1;
    }

    /// All of them.
    pub fn all(&self) -> BTreeMap<u16, usize> {
        self.0.lock().unwrap().clone()
    }

    /// Sends the same request until it is answered with `good`; only a 503 may come instead.
    #[track_caller]
    pub fn until(&self, good: u16, visitor: &Visitor, request: &Request) -> Answer {
        let began = Instant::now();
        loop {
            let answer = visitor.send(request);
            self.note(answer.status);
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
