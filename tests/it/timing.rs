//! `Server-Timing` on every page, except where the times would reveal a secret.

use super::support::{Answer, App, PASSWORD, Request};

/// The milliseconds of `db` and of `render`.
fn told(answer: &Answer) -> Option<(f64, f64)> {
    let (db, render) = answer.header("server-timing")?.split_once(", ")?;
    let millis = |text: &str, name: &str| text.strip_prefix(name)?.parse::<f64>().ok();
    Some((millis(db, "db;dur=")?, millis(render, "render;dur=")?))
}

#[test]
fn every_page_reports_its_time_in_the_database_and_its_render_time() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "");
    for path in [
        "/",
        "/expenses?period=all&q=coffee",
        "/expenses/trash",
        "/budgets",
        "/categories",
        "/settings",
        &format!("/expenses/{id}/edit"),
    ] {
        let answers = [person.get(path), person.send(&Request::new("GET", path).htmx())];
        for answer in answers {
            let (db, render) = told(&answer.expect(200)).unwrap_or_else(|| panic!("{path}"));
            assert!(db > 0.0 && render > 0.0, "{path}: {db} {render}");
            assert!(db < 10_000.0 && render < 10_000.0, "{path}: {db} {render}");
        }
    }
    for (path, status) in [("/nothing", 404), ("/?on=x", 400)] {
        let answer = person.get(path).expect(status);
        assert!(told(&answer).is_some_and(|(db, _)| db > 0.0), "{path}");
    }
    let refused = person.post("/expenses", &[("amount", "x")]).expect(422);
    assert!(told(&refused).is_some());
}

#[test]
fn a_write_counts_as_time_of_the_database() {
    let app = App::start();
    let person = app.person();
    let form = Request::new("POST", "/expenses").htmx().body(
        "application/x-www-form-urlencoded",
        "amount=4.50&category=Coffee&date=2026-11-20",
    );
    let answer = person.send(&form).expect(200);
    assert!(told(&answer).is_some_and(|(db, render)| db > 0.0 && render > 0.0));
}

#[test]
fn signing_in_and_registering_report_no_times() {
    let app = App::start();
    let (person, nobody) = (app.person(), app.anonymous());
    for path in ["/login", "/register"] {
        assert_eq!(nobody.get(path).expect(200).header("server-timing"), None);
        for email in [person.email.as_str(), "unknown@example.com", "no address"] {
            let form = [("email", email), ("password", "wrong")];
            assert_eq!(nobody.post(path, &form).expect(422).header("server-timing"), None);
        }
    }
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    assert_eq!(nobody.post("/login", &form).header("server-timing"), None);
    let token = r#"{"email":"unknown@example.com","password":"wrong"}"#;
    let asked = Request::new("POST", "/api/v1/auth/token").body("application/json", token);
    assert_eq!(nobody.send(&asked).expect(401).header("server-timing"), None);
}
