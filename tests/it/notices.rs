//! The notice of the last change is in a signed cookie, so that nobody else can set it.

use super::support::App;
use super::support::books::household;

const FORM: [(&str, &str); 3] = [("amount", "4.50"), ("category", "Coffee"), ("date", "2026-11-20")];

#[test]
fn a_notice_is_shown_once_and_only_to_its_session() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    person.post("/expenses", &FORM).location();
    let cookie = person.cookie("flash").unwrap();
    stranger.set_cookie("flash", Some(&cookie));
    assert_eq!(stranger.page("/").status(), "");
    assert_eq!(stranger.cookie("flash"), None);
    assert_eq!(person.page("/").status(), "Added Coffee, $4.50 on November 20");
    assert_eq!(person.page("/").status(), "");
}

#[test]
fn a_forged_notice_is_not_shown() {
    let app = App::start();
    let person = app.person();
    person.post("/expenses", &FORM).location();
    let cookie = person.cookie("flash").unwrap();
    let (text, seal) = cookie.split_once('.').unwrap();
    // {"words":"Call this number","undo":null}
    let other = "eyJ3b3JkcyI6IkNhbGwgdGhpcyBudW1iZXIiLCJ1bmRvIjpudWxsfQ";
    for value in [other, &format!("{other}."), &format!("{other}.{seal}"), text] {
        person.set_cookie("flash", Some(value));
        assert_eq!(person.page("/").status(), "", "{value}");
    }
}

#[test]
fn on_https_only_this_host_can_set_notices() {
    let app = App::with(|given| given.public_url = Some("https://home.example".to_owned()));
    let person = app.person();
    person.post("/expenses", &FORM).location();
    assert!(person.cookie("__Host-flash").is_some() && person.cookie("flash").is_none());
    assert_eq!(person.page("/").status(), "Added Coffee, $4.50 on November 20");
}

#[test]
fn the_undo_of_a_notice_that_another_book_shows_is_for_its_own_book() {
    let app = App::start();
    let person = app.person();
    let base = household(&person);
    let delete = person.page(&format!("{base}/")).row("Espresso").edit;
    let path = delete.split("/edit").next().unwrap();
    person.post(&format!("{path}/delete"), &[]).location();
    let page = person.page("/");
    assert_eq!(page.status(), "Deleted Espresso, $4.50");
    let undone = person.submit(&page.undo(), &[]);
    assert_eq!(undone.location(), format!("{base}/"));
    assert_eq!(person.total(&format!("{base}/expenses?period=all")), "704.50");
}
