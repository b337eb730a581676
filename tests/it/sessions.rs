//! The sessions of an account.

use super::support::{App, PASSWORD, Page, Request, Visitor};

/// Signs in on another device.
fn again(app: &App, person: &Visitor, agent: &str) -> Visitor {
    let visitor = app.anonymous();
    let form = visitor.form("/login", &[("email", &person.email), ("password", PASSWORD)]);
    visitor.send(&form.header("User-Agent", agent)).location();
    visitor
}

fn is_in(visitor: &Visitor) -> bool {
    visitor.get("/").status == 200
}

fn devices(page: &Page) -> Vec<String> {
    page.texts(".sessions li > p > span:first-child")
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

#[test]
fn the_list_names_each_device_and_its_last_day_with_this_one_first() {
    let app = App::start();
    let person = app.person();
    let laptop = again(&app, &person, FIREFOX);
    again(&app, &person, "curl/8.14.1");
    let page = laptop.page("/settings");
    let mut found = devices(&page);
    assert_eq!(found.remove(0), "Firefox on Linux");
    found.sort();
    assert_eq!(found, ["Unknown device", "curl"]);
    assert_eq!(page.texts(".sessions .tag"), ["This device"]);
    let buttons = page.texts("[aria-labelledby=sessions-title] button");
    assert_eq!(buttons, ["Sign out", "Sign out", "Sign out everywhere"]);
    app.set_clock("2026-11-23 12:00");
    assert!(is_in(&laptop));
    app.wait_for_background();
    let words = laptop.page("/settings").texts(".sessions .quiet-words");
    assert_eq!(
        words,
        ["Last used today", "Last used yesterday", "Last used yesterday"]
    );
}

#[test]
fn one_session_is_ended_at_once_and_the_others_stay() {
    let app = App::start();
    let person = app.person();
    let (laptop, phone) = (again(&app, &person, FIREFOX), again(&app, &person, "curl/8"));
    let page = person.page("/settings");
    let entry = page
        .all(".sessions li")
        .into_iter()
        .find(|entry| entry.html().contains("Firefox on Linux"))
        .unwrap();
    let id = entry
        .value()
        .id()
        .unwrap()
        .strip_prefix("session-")
        .unwrap()
        .to_owned();
    let answer = person.post("/settings/sessions/revoke", &[("session", &id)]);
    assert_eq!(answer.location(), "/settings");
    assert_eq!(person.follow(&answer).status(), "Device signed out");
    assert!(!is_in(&laptop) && is_in(&phone) && is_in(&person));
    person
        .post("/settings/sessions/revoke", &[("session", &id)])
        .expect(404);
}

#[test]
fn htmx_gets_the_settings_without_the_ended_session() {
    let app = App::start();
    let person = app.person();
    let laptop = again(&app, &person, FIREFOX);
    let id = laptop.page("/settings").all(".sessions li")[0]
        .value()
        .id()
        .unwrap()
        .replace("session-", "");
    let fragment = person
        .post_htmx("/settings/sessions/revoke", &[("session", &id)])
        .expect(200)
        .fragment();
    assert_eq!(devices(&fragment), ["Unknown device"]);
    assert_eq!(fragment.status(), "Device signed out");
    let everywhere = person.post_htmx("/settings/sessions/revoke", &[]).expect(200);
    assert_eq!(everywhere.header("hx-redirect"), Some("/login"));
}

#[test]
fn a_strangers_session_does_not_exist() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let theirs = person.page("/settings").all(".sessions li")[0]
        .value()
        .id()
        .unwrap()
        .replace("session-", "");
    for id in [theirs.as_str(), "1", "-1", "x", "9223372036854775808"] {
        stranger
            .post("/settings/sessions/revoke", &[("session", id)])
            .expect(404);
        stranger
            .post_htmx("/settings/sessions/revoke", &[("session", id)])
            .expect(404);
    }
    assert!(is_in(&person) && is_in(&stranger));
    let nobody = app.anonymous();
    let answer = nobody.post("/settings/sessions/revoke", &[("session", &theirs)]);
    assert_eq!(answer.location(), "/login?next=%2Fsettings");
    assert!(is_in(&person));
}

#[test]
fn ending_this_session_signs_out() {
    let app = App::start();
    let person = app.person();
    let id = person.page("/settings").all(".sessions li")[0]
        .value()
        .id()
        .unwrap()
        .replace("session-", "");
    let answer = person.post("/settings/sessions/revoke", &[("session", &id)]);
    assert_eq!(answer.location(), "/login");
    assert!(!is_in(&person));
}

#[test]
fn signing_out_everywhere_ends_them_all() {
    let app = App::start();
    let (person, other) = (app.person(), app.person());
    let laptop = again(&app, &person, FIREFOX);
    let token = person.cookie("session").unwrap();
    let answer = person.post("/settings/sessions/revoke", &[]);
    assert_eq!(answer.location(), "/login");
    assert_eq!(person.follow(&answer).status(), "Signed out on all devices");
    person.set_cookie("session", Some(&token));
    assert!(!is_in(&person) && !is_in(&laptop) && is_in(&other));
}

#[test]
fn an_expired_session_comes_back_to_its_page_after_signing_in() {
    let app = App::start();
    let person = app.person();
    app.set_clock("2026-12-23 12:00");
    let answer = person.get("/expenses?period=year&q=tea");
    assert_eq!(
        answer.location(),
        "/login?next=%2Fexpenses%3Fperiod%3Dyear%26q%3Dtea"
    );
    let form = person.follow(&answer).form("Sign in");
    let answer = person.submit(&form, &[("email", &person.email), ("password", PASSWORD)]);
    assert_eq!(answer.location(), "/expenses?period=year&q=tea");
}

#[test]
fn an_invalid_cookie_is_no_session() {
    let app = App::start();
    for value in ["", "x", "a.b.c", "%00", "é", &"a.".repeat(3000)] {
        let request = Request::new("GET", "/").header("Cookie", &format!("session={value}"));
        assert_eq!(
            app.anonymous().send(&request).location(),
            "/login?next=%2F",
            "{value:.20}"
        );
    }
}

#[test]
fn api_tokens_are_sessions_too() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let made = person.post("/settings/tokens", &[("name", "Phone"), ("access", "write")]);
    let token = app.api_with(&made.expect(200).page().attr("#new_token", "value"));
    client.get("/me").expect(200);
    token.get("/me").expect(200);
    person.post("/settings/sessions/revoke", &[]).location();
    client.get("/me").problem(401);
    token.get("/me").problem(401);
}

#[test]
fn cookies_of_other_apps_on_the_host_sign_nobody_out() {
    let app = App::start();
    let person = app.person();
    let token = person.cookie("session").unwrap();
    for lines in [
        format!("Cookie: a=\u{1}; session={token}\r\n"),
        format!("Cookie: session=; session=x; session={token}\r\n"),
        format!("Cookie: session=a.b.c;session={token}\r\n"),
        format!("Cookie: session=x\r\nCookie: session={token}\r\n"),
    ] {
        let head = format!("GET / HTTP/1.1\r\nHost: {}\r\n{lines}\r\n", app.host());
        // Not UTF-8.
        let head: Vec<u8> = head
            .bytes()
            .map(|byte| if byte == 1 { 0xff } else { byte })
            .collect();
        assert_eq!(app.anonymous().raw(&head, b"", false).status, 200, "{lines}");
    }
}

#[test]
fn signing_in_again_in_the_same_browser_ends_the_previous_session() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let first = person.cookie("session").unwrap();
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    person.post("/login", &form).location();
    assert_eq!(person.page("/settings").count(".sessions li[id^=session]"), 1);
    let theirs = stranger.cookie("session").unwrap();
    stranger.post("/login", &form).location();
    assert_eq!(person.page("/settings").count(".sessions li[id^=session]"), 2);
    for ended in [first, theirs] {
        let tab = app.anonymous();
        tab.set_cookie("session", Some(&ended));
        assert!(!is_in(&tab));
    }
}

#[test]
fn an_account_has_at_most_a_hundred_sessions_of_each_kind() {
    use expense_tracker::accounts::sessions::{self, Session};
    let app = App::start();
    let person = app.person();
    let owner = app.user(&person);
    let (now, ids) = (app.clock.now(), app.state.ids.clone());
    let later = app.write_of(owner, move |conn| {
        for number in 0..150 {
            let session = Session {
                user_id: owner.0,
                id: ids.next(),
                kind: "api".to_owned(),
                device: number.to_string(),
                created_at: now,
                last_used_on: now.date(),
                expires_at: now + time::Duration::days(1),
            };
            sessions::start(conn, &session)?;
        }
        sessions::list(conn, owner, now)
    });
    assert_eq!(later.len(), 101);
    let devices: Vec<&str> = later.iter().map(|session| session.device.as_str()).collect();
    assert!(devices.contains(&"149") && devices.contains(&"50") && !devices.contains(&"49"));
    assert!(is_in(&person));
}
