//! Malformed requests get an error page of the app with the right 4xx, never a 5xx.

use super::support::{Answer, App, Request, Visitor, words};

const FORM: &str = "application/x-www-form-urlencoded";
const MIB: usize = 1 << 20;

/// The answer is an error page of the app with this status and a link to continue.
#[track_caller]
fn assert_our_page(answer: &Answer, status: u16) {
    let text = answer.clone().expect(status).text();
    let page = if text.starts_with("<title>") {
        answer.fragment()
    } else {
        answer.page()
    };
    assert_eq!(page.count("h1"), 1);
    let ways: Vec<String> = page.all("main .actions a[href]").into_iter().map(words).collect();
    assert!(!ways.is_empty(), "{text}");
}

/// As a browser and as htmx.
#[track_caller]
fn assert_refused(visitor: &Visitor, request: &Request, status: u16) {
    assert_our_page(&visitor.send(request), status);
    assert_our_page(&visitor.send(&request.clone().htmx()), status);
}

#[test]
fn a_body_over_one_mebibyte_gets_413_even_when_it_is_very_long() {
    let app = App::start();
    let person = app.person();
    for size in [MIB + 1, 3 * MIB, 16 * MIB] {
        let mut body = b"description=".to_vec();
        body.resize(size, b'x');
        assert_refused(&person, &Request::new("POST", "/expenses").body(FORM, body), 413);
    }
    let mut body = b"description=".to_vec();
    body.resize(MIB, b'x');
    person
        .send(&Request::new("POST", "/expenses").body(FORM, body))
        .expect(422);
    assert_our_page(
        &app.anonymous()
            .send(&Request::new("POST", "/login").body(FORM, vec![b'x'; 2 * MIB])),
        413,
    );
}

#[test]
fn a_body_that_is_far_too_long_is_not_read_to_its_end() {
    let app = App::start();
    let body = vec![b'x'; 40 * MIB];
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\n\r\n",
        app.host(),
        body.len()
    );
    // The answer can be lost when the server closes the connection.
    let mut wire = std::net::TcpStream::connect(app.host()).unwrap();
    let sent = std::io::Write::write_all(&mut wire, head.as_bytes())
        .and_then(|()| std::io::Write::write_all(&mut wire, &body));
    let mut answer = Vec::new();
    let read = std::io::Read::read_to_end(&mut wire, &mut answer);
    assert!(sent.is_err() || read.is_err() || answer.starts_with(b"HTTP/1.1 413"));
    assert_eq!(app.anonymous().get("/login").status, 200);
}

#[test]
fn a_form_that_cannot_be_decoded_gets_400() {
    let app = App::start();
    let person = app.person();
    for body in [
        &b"amount=%"[..],
        b"amount=4.50&category=%zz",
        b"amount=%4",
        b"amount=%FF",
        b"amount=%C3%28",
        b"amount=\xff\xfe",
        b"%ff=1",
        b"amount=%ED%A0%80",
    ] {
        for path in [
            "/expenses",
            "/expenses/5",
            "/budgets",
            "/categories/5",
            "/settings",
        ] {
            assert_refused(&person, &Request::new("POST", path).body(FORM, body), 400);
        }
        for path in ["/login", "/register"] {
            assert_refused(
                &app.anonymous(),
                &Request::new("POST", path).body(FORM, body),
                400,
            );
        }
    }
}

#[test]
fn an_address_that_cannot_be_decoded_gets_400() {
    let app = App::start();
    let person = app.person();
    for query in ["q=%", "q=%zz", "q=%FF", "period=%C3%28", "%FF"] {
        for path in ["/", "/expenses", "/expenses.csv", "/expenses/5/edit", "/budgets"] {
            assert_refused(&person, &Request::new("GET", &format!("{path}?{query}")), 400);
        }
        assert_refused(
            &app.anonymous(),
            &Request::new("GET", &format!("/login?{query}")),
            400,
        );
    }
    for query in ["view=nonsense", "view=List"] {
        let request = Request::new("POST", &format!("/expenses?{query}")).body(FORM, "amount=1&category=x");
        assert_refused(&person, &request, 400);
    }
    for path in [
        "/expenses?category=%07",
        "/expenses.csv?q=a%00b",
        "/expenses.csv?q=a%0Ab",
    ] {
        assert_refused(&person, &Request::new("GET", path), 400);
    }
}

#[test]
fn another_content_type_gets_415() {
    let app = App::start();
    let person = app.person();
    for kind in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "nonsense",
        "",
    ] {
        for path in ["/expenses", "/expenses/5", "/budgets", "/settings"] {
            assert_refused(&person, &Request::new("POST", path).body(kind, "amount=1"), 415);
        }
    }
    let upper =
        Request::new("POST", "/expenses").body("Application/X-WWW-Form-Urlencoded; charset=UTF-8", "a=1");
    person.send(&upper).expect(422);
}

#[test]
fn an_unknown_address_is_a_404_for_everybody() {
    let app = App::start();
    for visitor in [app.person(), app.anonymous()] {
        for path in [
            "/nothing",
            "/expenses/",
            "/expenses/5/nothing",
            "/expense",
            "/%00",
            "/%FF",
            "/..%2f..%2fetc%2fpasswd",
            "/assets/",
            "/assets/nothing.css",
            "/index.php?a=%3Cscript%3E",
            "/a/b/c/d",
        ] {
            assert_refused(&visitor, &Request::new("GET", path), 404);
        }
    }
}

#[test]
fn an_invalid_id_is_a_404() {
    let app = App::start();
    let person = app.person();
    for id in [
        "abc",
        "0",
        "-1",
        "+1",
        "01",
        "1e3",
        "1.5",
        "%20",
        "1%00",
        "%FF",
        "%C3%28",
        "%D9%A3",
        "99999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "1%2F2",
    ] {
        assert_refused(
            &person,
            &Request::new("GET", &format!("/expenses/{id}/edit")),
            404,
        );
        for path in [
            format!("/expenses/{id}"),
            format!("/expenses/{id}/delete"),
            format!("/expenses/{id}/restore"),
            format!("/categories/{id}"),
            format!("/categories/{id}/merge"),
        ] {
            assert_refused(
                &person,
                &Request::new("POST", &path).body(FORM, "name=x&color=%23123456&into=5"),
                404,
            );
        }
    }
}

#[test]
fn a_method_that_an_address_does_not_have_gets_405() {
    let app = App::start();
    let person = app.person();
    for (method, path) in [
        ("GET", "/logout"),
        ("GET", "/expenses/5"),
        ("GET", "/expenses/5/delete"),
        ("GET", "/expenses/5/restore"),
        ("GET", "/settings/delete-account"),
        ("POST", "/"),
        ("POST", "/expenses.csv"),
        ("POST", "/expenses/5/edit"),
        ("PUT", "/expenses/5"),
        ("DELETE", "/expenses/5"),
        ("PATCH", "/settings"),
        ("OPTIONS", "/expenses"),
        ("NONSENSE", "/"),
    ] {
        assert_refused(&person, &Request::new(method, path), 405);
        assert!(
            person.send(&Request::new(method, path)).header("allow").is_some(),
            "{method} {path}"
        );
    }
    assert_eq!(person.get("/").status, 200, "still signed in");
}

#[test]
fn an_invalid_session_counts_as_none() {
    let app = App::start();
    let person = app.person();
    let good = person.cookie("session").unwrap();
    let visitor = app.anonymous();
    for cookie in [
        "",
        "x",
        "a.b.c",
        "ÿ",
        "\"",
        &good[1..],
        &format!("{good}x"),
        &"x".repeat(4000),
    ] {
        visitor.set_cookie("session", Some(cookie));
        assert_eq!(visitor.get("/").location(), "/login?next=%2F", "{cookie}");
        visitor.page("/login");
    }
    let flashed = app.person();
    for cookie in ["x", "e30", "bnVsbA", "%", "eyJ3b3JkcyI6MX0"] {
        flashed.set_cookie("flash", Some(cookie));
        assert_eq!(flashed.page("/").status(), "", "{cookie}");
    }
}

#[test]
fn a_link_that_is_wrong_is_called_a_link_and_anything_else_a_request() {
    let app = App::start();
    let person = app.person();
    let link = person.get("/?period=fortnight").expect(400).page();
    assert_eq!(link.text("h1"), "This link isn't valid");
    let opened = person.get("/settings/password").expect(405).page();
    assert_eq!(opened.text("h1"), "This action isn't available here");
    let sent = Request::new("POST", "/expenses?view=nonsense").body(FORM, "amount=1&category=x");
    assert_eq!(
        person.send(&sent).expect(400).page().text("h1"),
        "Invalid request"
    );
}
