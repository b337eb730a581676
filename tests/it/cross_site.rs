//! No other site can change anything through the browser of a person.

use super::support::{App, Request, Visitor};

const TEA: [(&str, &str); 4] = [
    ("amount", "1"),
    ("category", "Drinks"),
    ("date", "2026-11-22"),
    ("description", "Tea"),
];

fn status(person: &Visitor, headers: &[(&str, &str)]) -> u16 {
    let request = headers
        .iter()
        .fold(person.form("/expenses", &TEA), |request, (name, value)| {
            request.header(name, value)
        });
    person.send(&request).status
}

#[test]
fn sec_fetch_site_decides() {
    let app = App::start();
    let person = app.person();
    for (site, expected) in [
        ("same-origin", 303),
        ("none", 303),
        ("same-site", 403),
        ("cross-site", 403),
        ("something-new", 403),
        ("", 403),
    ] {
        assert_eq!(status(&person, &[("Sec-Fetch-Site", site)]), expected, "{site}");
    }
    let here = format!("http://{}", app.host());
    assert_eq!(
        status(&person, &[("Sec-Fetch-Site", "cross-site"), ("Origin", &here)]),
        403
    );
    assert_eq!(
        status(
            &person,
            &[
                ("Sec-Fetch-Site", "same-origin"),
                ("Origin", "http://evil.example")
            ]
        ),
        303
    );
}

#[test]
fn without_sec_fetch_site_the_origin_has_to_be_the_host() {
    let app = App::start();
    let person = app.person();
    let host = app.host();
    for (headers, expected) in [
        (vec![], 303),
        (vec![("Origin", format!("http://{host}"))], 303),
        (vec![("Origin", "http://evil.example".to_owned())], 403),
        (vec![("Origin", "null".to_owned())], 403),
        (vec![("Origin", "http://127.0.0.1:1".to_owned())], 403),
        (
            vec![
                ("Host", "home.lan:8000".to_owned()),
                ("Origin", "http://home.lan:8000".to_owned()),
            ],
            303,
        ),
        (
            vec![
                ("Host", "home.lan:8000".to_owned()),
                ("Origin", "http://home.lan".to_owned()),
            ],
            403,
        ),
    ] {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(status(&person, &headers), expected, "{headers:?}");
    }
}

#[test]
fn with_a_public_url_the_host_header_is_ignored() {
    let app = App::with(|given| given.public_url = Some("https://home.example/money".to_owned()));
    let person = app.person();
    for (headers, expected) in [
        (vec![("Origin", "https://home.example")], 303),
        (
            vec![("Origin", "https://home.example"), ("Host", "10.0.0.5:8000")],
            303,
        ),
        (vec![("Origin", "http://home.example")], 403),
        (
            vec![("Origin", "https://evil.example"), ("Host", "evil.example")],
            403,
        ),
        (
            vec![
                ("Sec-Fetch-Site", "same-origin"),
                ("Origin", "https://odd.example"),
            ],
            303,
        ),
    ] {
        assert_eq!(status(&person, &headers), expected, "{headers:?}");
    }
}

#[test]
fn what_was_refused_changed_nothing_and_every_form_is_guarded() {
    let app = App::start();
    let person = app.person();
    let id = person.add("1", "Drinks", "2026-11-22", "Tea");
    let token = person.cookie("session").unwrap();
    for path in [
        "/login",
        "/logout",
        "/register",
        "/expenses",
        &format!("/expenses/{id}"),
        &format!("/expenses/{id}/delete"),
        &format!("/expenses/{id}/restore"),
        "/budgets",
        "/categories/1",
        "/categories/1/merge",
        "/settings",
        "/settings/password",
        "/settings/sessions/revoke",
        "/settings/delete-account",
        "/nothing",
    ] {
        for htmx in [false, true] {
            let request = person.form(path, &TEA).header("Sec-Fetch-Site", "cross-site");
            let answer = person
                .send(&if htmx { request.htmx() } else { request })
                .expect(403);
            let page = if htmx { answer.fragment() } else { answer.page() };
            assert!(page.text(".lead").contains("another site"), "{path}");
        }
    }
    assert_eq!(person.cookie("session"), Some(token));
    assert_eq!(person.page("/expenses").rows().len(), 1);
}

#[test]
fn reads_are_allowed_from_any_site() {
    let app = App::start();
    let person = app.person();
    for method in ["GET", "HEAD"] {
        let request = Request::new(method, "/")
            .header("Sec-Fetch-Site", "cross-site")
            .header("Origin", "http://evil.example");
        person.send(&request).expect(200);
    }
}

#[test]
fn the_error_names_the_configured_address() {
    let app = App::with(|given| given.public_url = Some("https://home.example/money".to_owned()));
    let nobody = app.anonymous();
    let form = nobody.form("/login", &[("email", "a@example.com"), ("password", "x")]);
    let answer = nobody.send(&form.header("Origin", &format!("http://{}", app.host())));
    let words = answer.expect(403).page().text(".lead");
    assert!(
        words.contains("https://home.example/money") && !words.contains("PUBLIC_URL"),
        "{words}"
    );
}
