//! Security headers on every kind of answer.

use super::support::{Answer, App, Request, Visitor};

const ALWAYS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn assert_safe(answer: &Answer, what: &str) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), Some(value), "{name} of {what}");
    }
    let policy = answer
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{what}"));
    for part in [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} of {what}");
    }
    assert!(!policy.contains("unsafe"), "{what}");
    assert!(
        answer
            .header("permissions-policy")
            .is_some_and(|policy| policy.contains("camera=()")),
        "{what}"
    );
    for (name, _) in &answer.headers {
        assert!(
            !name.starts_with("access-control-") && name != "server",
            "{name} of {what}"
        );
    }
}

fn answers(app: &App, person: &Visitor) -> Vec<(&'static str, Answer)> {
    let nobody = app.anonymous();
    let asset = person.page("/").attr("link[rel=stylesheet]", "href");
    let add = [
        ("amount", "1"),
        ("category", "Coffee"),
        ("date", "2026-11-22"),
        ("description", ""),
    ];
    let cross = person
        .form("/expenses", &add)
        .header("Sec-Fetch-Site", "cross-site");
    vec![
        ("a page", person.get("/").expect(200)),
        ("the sign-in page", nobody.get("/login").expect(200)),
        ("a fragment", person.get_htmx("/expenses").expect(200)),
        ("a redirect", person.post("/expenses", &add).expect(303)),
        ("a way to the sign-in", nobody.get("/").expect(303)),
        ("the same to htmx", nobody.get_htmx("/").expect(401)),
        ("a bad address", person.get("/?period=x").expect(400)),
        ("a refusal", person.send(&cross).expect(403)),
        ("nothing", person.get("/nothing").expect(404)),
        ("nothing for a program", person.get("/api/v1/nothing").expect(404)),
        (
            "a wrong method",
            person.send(&Request::new("PUT", "/")).expect(405),
        ),
        (
            "a refused form",
            person.post("/expenses", &[("amount", "x")]).expect(422),
        ),
        ("an asset", person.get(&asset).expect(200)),
        ("a missing asset", person.get("/assets/none.css").expect(404)),
        ("the export", person.get("/expenses.csv").expect(200)),
        ("health", nobody.get("/healthz").expect(200)),
        ("readiness", nobody.get("/readyz").expect(200)),
        ("figures", nobody.get("/metrics").expect(200)),
    ]
}

#[test]
fn every_kind_of_answer_has_them() {
    let app = App::start();
    let person = app.person();
    for (what, answer) in answers(&app, &person) {
        assert_safe(&answer, what);
        let kept = answer.header("cache-control").unwrap();
        if what == "an asset" {
            assert_eq!(kept, "public, max-age=31536000, immutable");
        } else {
            assert_eq!(kept, "no-store", "{what}");
        }
        assert_eq!(answer.header("strict-transport-security"), None, "{what}");
        let id = answer
            .header("x-request-id")
            .unwrap_or_else(|| panic!("an id on {what}"));
        assert_eq!(id.len(), 36, "{what}");
    }
}

#[test]
fn over_https_hsts_is_sent() {
    let app = App::with(|given| given.public_url = Some("https://home.example".to_owned()));
    let person = app.person();
    for (what, answer) in answers(&app, &person) {
        assert_safe(&answer, what);
        let strict = answer.header("strict-transport-security").unwrap_or_default();
        assert!(strict.contains("max-age=31536000"), "{what}");
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            assert!(
                cookie.contains("Secure") && cookie.contains("HttpOnly"),
                "{cookie}"
            );
        }
    }
    assert!(person.cookie("__Host-session").is_some() && person.cookie("session").is_none());
}

#[test]
fn a_malformed_request_is_no_5xx() {
    let app = App::start();
    let visitor = app.anonymous();
    for head in [
        "NONSENSE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\u{1} HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
    ] {
        let answer = visitor.raw(head.as_bytes(), b"", false);
        assert!((400..500).contains(&answer.status), "{head:?} {}", answer.status);
    }
}
