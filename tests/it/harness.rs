//! The test support: each test has its own app, database and clock.

use super::support::App;

#[test]
fn each_test_has_its_own_app() {
    let (one, other) = (App::start(), App::start());
    let person = one.person();
    person.add("4.50", "Coffee", "2026-11-22", "Espresso");
    assert_eq!(person.total("/"), "4.50");
    assert_eq!(other.person().total("/"), "0.00");
    one.set_clock("2026-12-01 00:00");
    assert_eq!(person.total("/"), "0.00");
}

#[test]
fn a_stranger_has_another_account_and_an_anonymous_visitor_none() {
    let app = App::start();
    let (person, stranger, nobody) = (app.person(), app.stranger(), app.anonymous());
    person.add("4.50", "Coffee", "2026-11-22", "");
    assert_eq!(person.page("/").row("Coffee").amount, "$4.50");
    assert_eq!(stranger.page("/expenses").rows(), []);
    assert_eq!(nobody.get("/").location(), "/login?next=%2F");
    assert_ne!(app.owner(&person), app.owner(&stranger));
}
