//! Compressed answers: as fast as plain ones, with the same bytes, and smaller.

use std::io::Read as _;
use std::time::{Duration, Instant};

use super::support::{Answer, App, Request, Visitor};

/// A client delays its acknowledgement by at least 40 ms. A slower answer has waited for one.
const NO_WAIT: Duration = Duration::from_millis(30);

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    let body = answer.body.as_slice();
    match answer.header("content-encoding") {
        Some("br") => brotli::Decompressor::new(body, 4096).read_to_end(&mut plain),
        Some("gzip") => flate2::read::GzDecoder::new(body).read_to_end(&mut plain),
        None => return body.to_vec(),
        Some(other) => panic!("{other}"),
    }
    .unwrap();
    plain
}

/// The fastest of several answers over one connection.
fn quickest(send: impl Fn() -> Answer) -> Duration {
    let times = (0..9).map(|_| {
        let began = Instant::now();
        send().expect(200);
        began.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn no_answer_waits_for_an_acknowledgement() {
    let app = App::start();
    let person = app.person();
    for day in 1..=28 {
        person.add("4.50", "Coffee", &format!("2026-11-{day:02}"), "A cup of coffee");
    }
    let api = app.api(&person);
    let plain = quickest(|| person.get("/"));
    for coding in ["identity", "gzip", "gzip, deflate, br"] {
        for target in ["/", "/expenses", "/expenses.csv"] {
            let request = Request::new("GET", target).header("Accept-Encoding", coding);
            let took = quickest(|| person.send(&request));
            assert!(
                took < plain + NO_WAIT,
                "{target} {coding}: {took:?}, plain {plain:?}"
            );
        }
        let request = api.request("GET", "/expenses").header("Accept-Encoding", coding);
        let took = quickest(|| api.send(&request));
        assert!(took < plain + NO_WAIT, "API, {coding}: {took:?}, plain {plain:?}");
    }
}

fn ask(visitor: &Visitor, method: &str, target: &str, coding: &str) -> Answer {
    visitor.send(&Request::new(method, target).header("Accept-Encoding", coding))
}

#[test]
fn compressed_and_plain_are_the_same() {
    let app = App::start();
    let person = app.person();
    for day in 1..=28 {
        person.add("4.50", "Coffee", &format!("2026-11-{day:02}"), "A cup of coffee");
    }
    for target in ["/expenses", "/expenses.csv", "/budgets", "/settings", "/nothing"] {
        let plain = ask(&person, "GET", target, "identity");
        assert_eq!(plain.header("content-encoding"), None);
        for (offer, coding) in [
            ("br", "br"),
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1, br;q=0.5", "gzip"),
            ("br;q=0, *;q=0.1, gzip", "gzip"),
            ("identity;q=0, gzip", "gzip"),
        ] {
            let answer = ask(&person, "GET", target, offer).expect(plain.status);
            assert_eq!(
                answer.header("content-encoding"),
                Some(coding),
                "{target} {offer}"
            );
            assert!(answer.body.len() < plain.body.len(), "{target} {offer}");
            // The form "Add expense" has a new id each time.
            if target != "/expenses" {
                assert_eq!(decoded(&answer), plain.body, "{target} {offer}");
            }
            let text = String::from_utf8(decoded(&answer)).unwrap();
            assert_eq!(text.len(), plain.text().len(), "{target} {offer}");
            let head = ask(&person, "HEAD", target, offer).expect(plain.status);
            assert_eq!(head.header("content-encoding"), Some(coding), "{target} {offer}");
            assert!(head.body.is_empty());
        }
        for offer in ["deflate", "zstd", "nonsense", "", "*;q=0"] {
            let answer = ask(&person, "GET", target, offer).expect(plain.status);
            assert_eq!(answer.header("content-encoding"), None, "{target} {offer}");
        }
    }
}

#[test]
fn pages_say_how_long_they_are_and_short_answers_stay_plain() {
    let app = App::start();
    let person = app.person();
    for coding in ["gzip", "br"] {
        let page = ask(&person, "GET", "/", coding).expect(200);
        assert_eq!(page.header("content-encoding"), Some(coding));
        let length: usize = page.header("content-length").unwrap().parse().unwrap();
        assert_eq!(length, page.body.len());
        assert!(length * 3 < decoded(&page).len(), "{length}");
        for short in ["/healthz", "/api/v1/nothing"] {
            let answer = ask(&person, "GET", short, coding);
            assert!(answer.body.len() < 1024, "{short}");
            assert_eq!(answer.header("content-encoding"), None, "{short}");
        }
    }
}
