//! A budget applies from its month until it is changed, in the calendar of the book.

use super::support::{App, Visitor};

fn set(person: &Visitor, amount: &str, category: &str, month: &str) {
    let form = [("amount", amount), ("category", category), ("month", month)];
    person.post("/budgets", &form).location();
}

fn held(person: &Visitor, form: &str, month: &str) -> String {
    let page = person.page(&format!("/budgets?month={month}"));
    page.budget(form)
}

fn over_months(person: &Visitor, form: &str, months: [&str; 5]) -> [String; 5] {
    months.map(|month| held(person, form, month))
}

const MONTHS: [&str; 5] = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"];

#[test]
fn it_applies_from_its_month_until_it_changes() {
    let app = App::start();
    let person = app.person();
    set(&person, "100", "", "2026-10");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["", "100.00", "100.00", "100.00", "100.00"]
    );
    set(&person, "200", "", "2026-12");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["", "100.00", "100.00", "200.00", "200.00"]
    );
    set(&person, "150", "", "2026-10");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["", "150.00", "150.00", "200.00", "200.00"]
    );
    set(&person, "50", "", "2026-09");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["50.00", "150.00", "150.00", "200.00", "200.00"]
    );
}

#[test]
fn an_empty_amount_removes_it_from_that_month_on() {
    let app = App::start();
    let person = app.person();
    set(&person, "100", "", "2026-09");
    set(&person, "200", "", "2026-12");
    set(&person, "", "", "2026-11");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["100.00", "100.00", "", "", ""]
    );
    assert_eq!(person.page("/budgets?month=2026-11").count("[role=meter]"), 0);
    set(&person, "0", "", "2027-01");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["100.00", "100.00", "", "", "0.00"]
    );
    set(&person, "  ", "", "2026-09");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["", "", "", "", ""]
    );
}

#[test]
fn overall_and_category_budgets_are_separate() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Coffee", "2026-11-22", "");
    person.add("1", "Rent", "2026-11-22", "");
    set(&person, "100", "", "2026-10");
    set(&person, "10", "Coffee", "2026-11");
    set(&person, "900", "Rent", "2026-09");
    set(&person, "", "Coffee", "2026-12");
    assert_eq!(
        over_months(&person, "Budget for Coffee", MONTHS),
        ["", "", "10.00", "", ""]
    );
    assert_eq!(over_months(&person, "Budget for Rent", MONTHS), ["900.00"; 5]);
    assert_eq!(held(&person, "Monthly budget", "2026-12"), "100.00");
}

#[test]
fn without_a_month_it_is_this_one_and_the_address_is_kept() {
    let app = App::start();
    let person = app.person();
    let answer = person.post("/budgets", &[("amount", "100")]);
    assert_eq!(answer.location(), "/budgets");
    assert_eq!(
        over_months(&person, "Monthly budget", MONTHS),
        ["", "", "100.00", "100.00", "100.00"]
    );
    let answer = person.post("/budgets?month=2027-03", &[("amount", "300")]);
    assert_eq!(answer.location(), "/budgets?month=2027-03");
    assert_eq!(held(&person, "Monthly budget", "2027-03"), "300.00");
    assert_eq!(held(&person, "Monthly budget", "2027-02"), "100.00");
    app.set_clock("2026-12-01 00:00");
    assert_eq!(person.page("/budgets").text(".period-label"), "December 2026");
}

#[test]
fn an_impossible_month_in_the_address_is_a_400() {
    let app = App::start();
    let person = app.person();
    for month in [
        "2026-13",
        "2026-00",
        "26-11",
        "2026-11-01",
        "x",
        "2026-1",
        "1899-12",
        "10000-01",
        "10000-02",
    ] {
        let page = person.get(&format!("/budgets?month={month}")).expect(400).page();
        assert!(page.text(".lead").contains("month"), "{month}");
    }
    for (month, link) in [("1900-01", "Next"), ("9999-12", "Previous")] {
        person.page(&person.page(&format!("/budgets?month={month}")).link(link));
    }
}

#[test]
fn the_shown_budget_is_that_of_the_month_of_the_chosen_day() {
    let app = App::start();
    let person = app.person();
    set(&person, "100", "", "2026-10");
    set(&person, "200", "", "2026-11");
    person.add("40", "Coffee", "2026-10-31", "");
    person.add("50", "Coffee", "2026-11-01", "");
    let percent = |address: &str| person.page(address).attr("[role=meter]", "aria-valuenow");
    for (address, shown) in [
        ("/", "25"),
        ("/?on=2026-10-05", "40"),
        ("/?period=day&on=2026-10-31", "40"),
        ("/?period=week&on=2026-10-31", "40"),
        ("/?period=week&on=2026-11-01", "25"),
        ("/?period=year&on=2026-10-31", "40"),
        ("/?period=all&on=2026-10-31", "40"),
        ("/?from=2026-10-01&to=2026-11-03", "25"),
        ("/?from=2026-10-01&to=2026-10-31", "40"),
        ("/?to=2026-10-31", "40"),
    ] {
        assert_eq!(percent(address), shown, "{address}");
    }
    assert_eq!(person.page("/?on=2026-09-30").count("[role=meter]"), 0);
}

#[test]
fn a_month_from_the_25th_is_named_after_the_month_it_ends_in() {
    let app = App::start();
    let person = app.person();
    person.post("/settings", &[("month_start", "25")]).location();
    // Today is November 22: the month runs from October 25 to November 24.
    assert_eq!(person.page("/budgets").text(".period-label"), "November 2026");
    set(&person, "100", "", "2026-11");
    for (day, amount) in [
        ("2026-10-24", "1"),
        ("2026-10-25", "2"),
        ("2026-11-24", "4"),
        ("2026-11-25", "8"),
    ] {
        person.add(amount, "Coffee", day, "");
    }
    let percent = |address: &str| person.page(address).attr("[role=meter]", "aria-valuenow");
    assert_eq!(percent("/"), "6");
    assert_eq!(person.total("/"), "6.00");
    assert_eq!(percent("/?on=2026-11-25"), "8");
    assert_eq!(
        person
            .page("/budgets?month=2026-12")
            .attr("[role=meter]", "aria-valuenow"),
        "8"
    );
    let spent = person.page("/budgets?month=2026-11");
    let rows = spent.attr(".budget-now a", "href");
    assert_eq!(person.total(&rows), "6.00");
    app.set_clock("2026-11-25 00:00");
    assert_eq!(person.page("/budgets").text(".period-label"), "December 2026");
}
