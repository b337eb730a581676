//! The token in the session cookie: its claims, its lifetime, and invalid ones.

use super::support::{App, Visitor};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use expense_tracker::crypto::signer::{Claims, Signer};
use serde_json::{Value, json};
use time::Duration;

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn is_in_with(visitor: &Visitor, token: &str) -> bool {
    visitor.set_cookie("session", Some(token));
    visitor.get("/").status == 200
}

const DAY: i64 = 86_400;

#[test]
fn it_names_the_person_the_session_and_thirty_days() {
    let app = App::start();
    let person = app.person();
    let token = person.cookie("session").unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["alg"], "HS256");
    let said = claims(&token);
    let mut names: Vec<&String> = said.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["exp", "iat", "sid", "sub"]);
    let now = app.now().unix_timestamp();
    assert_eq!(
        (said["iat"].as_i64(), said["exp"].as_i64()),
        (Some(now), Some(now + 30 * DAY))
    );
    assert_eq!(said["sub"].as_str().unwrap(), app.owner(&person).0.to_string());
}

#[test]
fn it_is_renewed_with_use_once_a_day() {
    let app = App::start();
    let person = app.person();
    let first = person.cookie("session").unwrap();
    app.advance(Duration::hours(11));
    assert_eq!(person.get("/").expect(200).header("set-cookie"), None);
    app.advance(Duration::hours(13));
    let answer = person.get("/").expect(200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=2592000"));
    app.wait_for_background();
    let second = person.cookie("session").unwrap();
    assert_eq!(claims(&second)["sid"], claims(&first)["sid"]);
    assert_eq!(
        claims(&second)["exp"].as_i64().unwrap() - claims(&first)["exp"].as_i64().unwrap(),
        DAY
    );
    for _ in 0..3 {
        app.advance(Duration::hours(1));
        assert_eq!(person.get("/expenses").expect(200).header("set-cookie"), None);
    }
}

#[test]
fn with_use_it_lasts_for_months_and_without_for_thirty_days() {
    let app = App::start();
    let (busy, idle) = (app.person(), app.person());
    for _ in 0..4 {
        app.advance(Duration::days(29));
        busy.page("/");
    }
    assert_eq!(idle.get("/").location(), "/login?next=%2F");
    app.advance(Duration::days(30) - Duration::seconds(1));
    busy.page("/");
    app.advance(Duration::days(30));
    assert_eq!(busy.get("/").location(), "/login?next=%2F");
}

#[test]
fn a_token_ends_with_its_term_and_with_its_session() {
    let app = App::start();
    let person = app.person();
    let first = person.cookie("session").unwrap();
    app.advance(Duration::days(20));
    person.page("/");
    let second = person.cookie("session").unwrap();
    app.advance(Duration::days(10));
    assert!(!is_in_with(&person, &first), "thirty days after it was made");
    assert!(is_in_with(&person, &second));
    person.post("/logout", &[]).location();
    assert!(!is_in_with(&person, &second), "its session has ended");
}

#[test]
fn a_forged_or_changed_token_is_refused() {
    let app = App::start();
    let person = app.person();
    let token = person.cookie("session").unwrap();
    let said = claims(&token);
    let id = |name: &str| said[name].as_str().unwrap().parse::<i64>().unwrap();
    let same = Claims {
        user_id: id("sub"),
        session_id: id("sid"),
        issued_at: said["iat"].as_i64().unwrap(),
        expires_at: said["exp"].as_i64().unwrap(),
    };
    let visitor = app.anonymous();
    assert!(
        is_in_with(&visitor, &app.state.site.signer.sign(&same)),
        "the same claims, signed here"
    );

    let other = Signer::new(b"some other secret of at least 32 bytes");
    assert!(!is_in_with(&visitor, &other.sign(&same)), "another secret");

    let mut parts: Vec<&str> = token.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(json!({"typ": "JWT", "alg": "none"}).to_string());
    assert!(
        !is_in_with(&visitor, &format!("{none}.{}.", parts[1])),
        "alg none"
    );
    assert!(
        !is_in_with(&visitor, &format!("{none}.{}.{}", parts[1], parts[2])),
        "alg none, signed"
    );

    let richer = URL_SAFE_NO_PAD.encode(said.to_string().replace("\"exp\":", "\"exp\":9"));
    parts[1] = &richer;
    assert!(
        !is_in_with(&visitor, &parts.join(".")),
        "other claims under the old signature"
    );
}

#[test]
fn a_session_of_another_person_is_refused() {
    let app = App::start();
    let (one, other) = (app.person(), app.person());
    let said = [one.cookie("session").unwrap(), other.cookie("session").unwrap()].map(|token| claims(&token));
    let number = |said: &Value, name: &str| said[name].as_str().unwrap().parse::<i64>().unwrap();
    let now = app.now().unix_timestamp();
    let mut mixed = Claims {
        user_id: number(&said[0], "sub"),
        session_id: number(&said[1], "sid"),
        issued_at: now,
        expires_at: now + DAY,
    };
    let visitor = app.anonymous();
    assert!(!is_in_with(&visitor, &app.state.site.signer.sign(&mixed)));
    mixed.session_id = number(&said[0], "sid");
    assert!(is_in_with(&visitor, &app.state.site.signer.sign(&mixed)));
    mixed.expires_at = now;
    assert!(
        !is_in_with(&visitor, &app.state.site.signer.sign(&mixed)),
        "it has run out"
    );
}
