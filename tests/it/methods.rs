//! Methods: HEAD for every GET, and `Allow` in every 405.

use std::time::{Duration, Instant};

use super::support::{Answer, App, Request, Visitor, form_text};

fn head(visitor: &Visitor, target: &str) -> Answer {
    visitor.send(&Request::new("HEAD", target))
}

#[test]
fn head_answers_like_get_without_the_body() {
    let app = App::start();
    let (person, nobody) = (app.person(), app.anonymous());
    let id = person.add("1", "Coffee", "2026-11-22", "Tea");
    let edit = format!("/expenses/{id}/edit");
    let asset = person.page("/").attr("link[rel=stylesheet]", "href");
    let moving = ["server-timing", "date", "x-request-id", "content-length"];
    for (visitor, target) in [
        (&person, "/"),
        (&person, "/expenses?period=all"),
        (&person, &edit),
        (&person, "/expenses/trash"),
        (&person, "/expenses.csv"),
        (&person, "/budgets"),
        (&person, "/categories"),
        (&person, "/settings"),
        (&person, "/nothing"),
        (&person, "/?period=x"),
        (&person, &asset),
        (&nobody, "/"),
        (&nobody, "/login"),
        (&nobody, "/register"),
        (&nobody, "/healthz"),
        (&nobody, "/readyz"),
        (&nobody, "/logout"),
    ] {
        let (got, headed) = (visitor.send(&Request::new("GET", target)), head(visitor, target));
        assert_eq!(headed.status, got.status, "{target}");
        let names = |answer: &Answer| {
            let mut lines = answer.headers.clone();
            lines.retain(|(name, _)| !moving.contains(&name.as_str()));
            lines.sort();
            lines
        };
        assert_eq!(names(&headed), names(&got), "{target}");
        assert_eq!(
            headed.header("content-length").is_some(),
            got.header("content-length").is_some(),
            "{target}"
        );
        assert!(headed.body.is_empty());
        // The connection is still usable.
        visitor.get("/healthz").expect(200);
    }
}

#[test]
fn a_405_lists_the_allowed_methods() {
    let app = App::start();
    let person = app.person();
    for (method, target, allow) in [
        ("PUT", "/", "GET, HEAD"),
        ("DELETE", "/expenses", "GET, HEAD, POST"),
        ("PATCH", "/budgets", "GET, HEAD, POST"),
        ("POST", "/expenses/trash", "GET, HEAD"),
        ("GET", "/expenses/5", "POST"),
        ("GET", "/expenses/5/delete", "POST"),
        ("HEAD", "/logout", "POST"),
        ("GET", "/settings/password", "POST"),
        ("OPTIONS", "/settings", "GET, HEAD, POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("POST", "/assets/app-STUB.css", "GET, HEAD"),
    ] {
        let answer = person.send(&Request::new(method, target)).expect(405);
        assert_eq!(answer.header("allow"), Some(allow), "{method} {target}");
        if method != "HEAD" {
            answer.page();
        }
    }
}

#[test]
fn compressed_answers_list_every_deciding_header_in_vary() {
    let app = App::start();
    let person = app.person();
    let request = Request::new("GET", "/").header("Accept-Encoding", "br");
    let answer = person.send(&request).expect(200);
    assert_eq!(answer.header("content-encoding"), Some("br"));
    let vary: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "vary")
        .flat_map(|(_, value)| value.split(", ").map(str::to_ascii_lowercase))
        .collect();
    for name in ["hx-request", "hx-history-restore-request", "accept-encoding"] {
        assert!(vary.contains(&name.to_owned()), "{name} in {vary:?}");
    }
}

#[test]
fn a_request_for_another_protocol_is_answered_at_once_in_this_one() {
    let app = App::start();
    let form = form_text(&[("email", "nobody@example.com"), ("password", "wrong")]);
    let websocket = |request: Request| {
        request
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
    };
    let began = Instant::now();
    for (request, status) in [
        (websocket(Request::new("GET", "/login")), 200),
        (websocket(Request::new("GET", "/nothing")), 404),
        (
            websocket(Request::new("POST", "/login")).body("application/x-www-form-urlencoded", form),
            422,
        ),
        (Request::new("CONNECT", "example.org:443"), 404),
        (Request::new("CONNECT", "/login"), 405),
    ] {
        let visitor = app.anonymous();
        let answer = visitor.send(&request).expect(status);
        assert_eq!(answer.header("connection"), Some("close"), "{request:?}");
        visitor.get("/healthz").expect(200);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
