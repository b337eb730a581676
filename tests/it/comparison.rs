//! The dashboard's comparison with the period before.

use super::support::{App, Visitor, date};

fn compared(person: &Visitor, path: &str) -> (String, String) {
    let page = person.page(path);
    (page.text(".change a"), page.attr(".change a", "href"))
}

#[test]
fn a_period_that_is_not_over_is_compared_with_as_many_days_of_the_one_before() {
    let app = App::start();
    let person = app.person();
    let row = |minor, day: &str| (minor, "Food", date(day), String::new());
    app.enter(
        &person,
        vec![
            row(10_000, "2026-10-22"),
            row(100_000, "2026-10-23"),
            row(20_000, "2026-09-30"),
            row(5_000, "2026-11-10"),
            // Today is the 22nd.
            row(50_000, "2026-11-23"),
        ],
    );
    let (words, href) = compared(&person, "/");
    assert_eq!(words, "50% less than Oct 1 – Oct 22, 2026");
    assert_eq!(person.total(&href), "100.00");
    assert_eq!(
        person.page("/?period=day").count(".change"),
        0,
        "nothing on the day before"
    );
    // A finished period is compared with the whole previous one.
    let (words, href) = compared(&person, "/?period=month&on=2026-10-05");
    assert_eq!(words, "450% more than September 2026");
    assert_eq!(person.total(&href), "200.00");
    // On its last day a period is complete. A future period has no comparison.
    app.set_clock("2026-11-30 12:00");
    let (words, href) = compared(&person, "/");
    assert_eq!(words, "50% less than October 2026");
    assert_eq!(person.total(&href), "1100.00");
    assert_eq!(person.page("/?on=2026-12-05").count(".change"), 0);
}

#[test]
fn a_longer_month_is_compared_with_all_of_a_shorter_one() {
    let app = App::start();
    let person = app.person();
    let row = |minor, day: &str| (minor, "Food", date(day), String::new());
    app.enter(
        &person,
        vec![row(10_000, "2026-02-28"), row(20_000, "2026-03-30")],
    );
    app.set_clock("2026-03-30 12:00");
    assert_eq!(compared(&person, "/").0, "100% more than Feb 1 – Feb 28, 2026");
}
