//! `/metrics`: its content, and who may read it.

use super::support::{App, Request};

fn figure(text: &str, line: &str) -> f64 {
    text.lines()
        .find_map(|other| other.strip_prefix(line))
        .unwrap_or_else(|| panic!("{line} in {text}"))
        .trim()
        .parse()
        .unwrap()
}

#[test]
fn it_counts_requests_by_route_commits_and_exports() {
    let app = App::start();
    let person = app.person();
    for day in ["2026-11-20", "2026-11-21"] {
        person.add("1", "Coffee", day, "");
    }
    person.get("/expenses/17/edit").expect(404);
    person.get("/expenses/18/edit").expect(404);
    person.get("/expenses.csv").expect(200);
    person.get("/nothing").expect(404);
    let answer = app.anonymous().get("/metrics").expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let text = answer.text();
    let requests = |route: &str, status: &str| {
        let line = format!("http_request_duration_seconds_count{{route=\"{route}\",status=\"{status}\"}}");
        figure(&text, &line)
    };
    assert!((requests("/expenses", "2xx") - 2.0).abs() < f64::EPSILON);
    assert!((requests("/expenses/{id}/edit", "4xx") - 2.0).abs() < f64::EPSILON);
    assert!((requests("/register", "3xx") - 1.0).abs() < f64::EPSILON);
    assert!(figure(&text, "database_commits_total") >= 4.0);
    assert!((figure(&text, "exports_total") - 1.0).abs() < f64::EPSILON);
    assert!(figure(&text, "exports_running") < 2.0);
    assert!(
        !text.contains("17") || !text.contains("/expenses/17"),
        "no address of a person's own"
    );
    assert!(!text.contains(&person.email));
    assert!(text.contains("le=\"0.005\""));
}

#[test]
fn from_other_machines_it_needs_its_token() {
    let app = App::with(|given| given.metrics_token = Some("a token of the tests".to_owned()));
    let far = Request::new("GET", "/metrics").header("X-Forwarded-For", "203.0.113.9");
    let visitor = app.anonymous();
    let refused = visitor.send(&far).expect(401);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    for (shown, status) in [
        ("Bearer a token of the tests", 200),
        ("bearer a token of the tests", 200),
        ("Bearer a token of the test", 401),
        ("Bearer ", 401),
        ("Basic a token of the tests", 401),
    ] {
        visitor
            .send(&far.clone().header("Authorization", shown))
            .expect(status);
    }
    visitor.get("/metrics").expect(200);
    let person = app.person();
    person.send(&far).expect(401);
}

#[test]
fn without_a_token_it_exists_for_this_machine_only() {
    let app = App::start();
    for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"] {
        let far = Request::new("GET", "/metrics").header(name, "203.0.113.9");
        app.anonymous().send(&far).expect(404).page();
        app.anonymous()
            .send(&far.header("Authorization", "Bearer "))
            .expect(404);
    }
    for host in ["example.org", "127.0.0.1.example.org:8000", "192.0.2.1"] {
        // Another site with a name that points to this machine.
        let rebound = Request::new("GET", "/metrics").header("Host", host);
        app.anonymous().send(&rebound).expect(404);
        let ready = app
            .anonymous()
            .send(&Request::new("GET", "/readyz").header("Host", host));
        assert_eq!(ready.expect(200).text(), "ready\n");
    }
    for host in ["localhost:8000", "127.0.0.1", "[::1]:8000"] {
        let request = Request::new("GET", "/metrics").header("Host", host);
        app.anonymous().send(&request).expect(200);
    }
    app.anonymous().get("/metrics").expect(200);
}
