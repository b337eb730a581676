//! The app mounted under a path.

use super::support::{App, PASSWORD, Page, Request};

fn mounted() -> App {
    App::with(|given| given.public_url = Some("https://home.example/money".to_owned()))
}

/// Every address on a page, except fragments.
fn addresses(page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["href", "src", "action", "hx-get", "hx-post", "data-href"] {
        found.extend(page.attrs(&format!("[{name}]"), name));
    }
    found.retain(|address| !address.starts_with('#'));
    found
}

#[test]
fn every_address_on_every_page_is_below_the_path() {
    let app = mounted();
    let person = app.person();
    let id = person.add("1", "Coffee", "2026-11-22", "Tea");
    person.add("1", "Rent", "2026-11-22", "");
    person.post("/budgets", &[("amount", "10")]).location();
    person
        .post("/budgets", &[("amount", "10"), ("category", "Coffee")])
        .location();
    let deleted = person.post(&format!("/expenses/{id}/delete?view=list&period=all"), &[]);
    let nobody = app.anonymous();
    let pages = [
        person.follow(&deleted),
        person.page("/"),
        person.page("/expenses?period=all&q=1&category=Rent"),
        person.page("/expenses/trash"),
        person.page("/budgets"),
        person.page("/categories"),
        person.page("/settings"),
        person.get("/nothing").expect(404).page(),
        person.get_htmx("/expenses").expect(200).fragment(),
        person.post("/expenses", &[("amount", "x")]).expect(422).page(),
        nobody.page("/login"),
        nobody.page("/register"),
    ];
    for page in &pages {
        let found = addresses(page);
        assert!(!found.is_empty());
        for address in found {
            assert!(address.starts_with("/money/"), "{address}");
        }
    }
    let home = person.page("/");
    for asset in home.attrs("link[rel=stylesheet], link[rel=icon], link[rel=manifest]", "href") {
        person.get(&asset).expect(200);
    }
}

#[test]
fn redirects_and_cookies_stay_within() {
    let app = mounted();
    let nobody = app.anonymous();
    assert_eq!(
        nobody.get("/expenses").location(),
        "/money/login?next=%2Fmoney%2Fexpenses"
    );
    let htmx = nobody.get_htmx("/").expect(401);
    assert_eq!(htmx.header("hx-redirect"), Some("/money/login?next=%2Fmoney%2F"));

    let person = app.person();
    let answer = person.post("/logout", &[]);
    assert_eq!(answer.location(), "/money/login");
    let form = person.follow(&answer).form("Sign in");
    assert_eq!(form.action, "/money/login");
    let answer = person.submit(&form, &[("email", &person.email), ("password", PASSWORD)]);
    assert_eq!(answer.location(), "/money/");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-session=") && cookie.contains("; Path=/;"),
        "{cookie}"
    );
    assert!(
        cookie.contains("; Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").is_some());

    for (next, location) in [
        ("/money/budgets", "/money/budgets"),
        ("/budgets", "/money/"),
        ("/moneybags", "/money/"),
        ("/money", "/money/"),
        ("/money//evil.example", "/money/"),
    ] {
        let form = [
            ("email", person.email.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        assert_eq!(
            app.anonymous().post("/login", &form).location(),
            location,
            "{next}"
        );
    }
    let settings = person.post("/settings", &[("theme", "dark")]);
    assert_eq!(settings.location(), "/money/settings");
    let budgets = person.post("/budgets", &[("amount", "5")]);
    assert_eq!(budgets.location(), "/money/budgets");
    let add = [
        ("amount", "1"),
        ("category", "Tea"),
        ("date", "2026-11-22"),
        ("description", ""),
    ];
    assert_eq!(
        person.post("/expenses?view=list", &add).location(),
        "/money/expenses"
    );
}

#[test]
fn the_path_without_its_slash_redirects_and_other_paths_are_404() {
    let app = mounted();
    let nobody = app.anonymous();
    let get = |target: &str| nobody.send(&Request::new("GET", target));
    assert_eq!(get("/money").location(), "/money/");
    assert_eq!(
        get("/money?add_amount=4.50").location(),
        "/money/?add_amount=4.50"
    );
    for outside in [
        "/",
        "/login",
        "/expenses",
        "/moneybags",
        "/moneyx/login",
        "/healthz",
        "/assets/app-STUB.css",
    ] {
        let answer = get(outside).expect(404);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{outside}"
        );
        assert!(
            addresses(&answer.page())
                .iter()
                .all(|address| address.starts_with("/money/"))
        );
    }
    get("/money/healthz").expect(200);
    get("/money/login").expect(200);
}

#[test]
fn plain_http_under_a_path_has_plain_cookies() {
    let app = App::with(|given| given.public_url = Some("http://nas.lan:8080/a/b".to_owned()));
    let person = app.person();
    assert!(person.cookie("session").is_some());
    let answer = person.get("/").expect(200);
    assert_eq!(answer.header("strict-transport-security"), None);
    assert!(
        addresses(&answer.page())
            .iter()
            .all(|address| address.starts_with("/a/b/"))
    );
}
