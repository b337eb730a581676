//! Budgets and their spending.
//!
//! More than 300 lines, because everything about the page and its bars is here.

use super::categories_page::id_of;
use super::support::{App, Page, Visitor};

fn set(person: &Visitor, amount: &str, category: &str) {
    let form = [("amount", amount), ("category", category)];
    person.post("/budgets", &form).location();
}

const OVERALL: &str = "[role=meter][aria-label='Monthly budget']";

/// The overall bar: status, percent, maximum, and the status in words.
fn bar(page: &Page) -> (String, String, String, String) {
    let attr = |name: &str| page.attr(OVERALL, name);
    let words = page.text(".budget .standing");
    assert_eq!(page.attr(".budget .standing", "data-status"), attr("data-status"));
    (
        attr("data-status"),
        attr("aria-valuenow"),
        attr("aria-valuemax"),
        words,
    )
}

fn stands(page: &Page, status: &str, now: &str, max: &str, words: &str) {
    let expected = (
        status.to_owned(),
        now.to_owned(),
        max.to_owned(),
        words.to_owned(),
    );
    assert_eq!(bar(page), expected);
}

#[test]
fn the_status_changes_at_exactly_80_and_100_percent() {
    let app = App::start();
    for (spent, status, now, max, words) in [
        ("0.01", "safe", "0", "100", "Safe"),
        ("79.99", "safe", "79", "100", "Safe"),
        ("80.00", "warning", "80", "100", "Warning"),
        ("99.99", "warning", "99", "100", "Warning"),
        ("100.00", "critical", "100", "100", "Used up"),
        ("100.01", "critical", "100", "100", "Over by $0.01"),
        ("250.00", "critical", "250", "250", "Over by $150.00"),
        ("-5.00", "safe", "0", "100", "Safe"),
    ] {
        let person = app.person();
        set(&person, "100", "");
        person.add(spent, "Coffee", "2026-11-22", "");
        stands(&person.page("/"), status, now, max, words);
    }
}

#[test]
fn it_follows_every_change() {
    let app = App::start();
    let person = app.person();
    set(&person, "100", "");
    stands(&person.page("/"), "safe", "0", "100", "Safe");
    let id = person.add("100", "Rent", "2026-11-01", "");
    stands(&person.page("/"), "critical", "100", "100", "Used up");
    person.add("-20.01", "Rent", "2026-11-30", "refund");
    stands(&person.page("/"), "safe", "79", "100", "Safe");
    let undo = person.post(&format!("/expenses/{id}/delete"), &[]);
    let page = person.follow(&undo);
    stands(&page, "safe", "0", "100", "Safe");
    let form = page.undo();
    person.submit(&form, &[]).location();
    let edit = [
        ("amount", "100.01"),
        ("category", "Rent"),
        ("date", "2026-11-01"),
        ("description", ""),
    ];
    let fragment = person
        .post_htmx(&format!("/expenses/{id}"), &edit)
        .expect(200)
        .fragment();
    assert_eq!(fragment.attr(OVERALL, "data-status"), "warning");
    let moved = [
        ("amount", "100.01"),
        ("category", "Rent"),
        ("date", "2026-10-31"),
        ("description", ""),
    ];
    person.post(&format!("/expenses/{id}"), &moved).location();
    stands(&person.page("/"), "safe", "0", "100", "Safe");
}

#[test]
fn no_budget_and_a_budget_of_zero_have_their_own_texts() {
    let app = App::start();
    let person = app.person();
    assert_eq!(person.page("/").count("[role=meter]"), 0);
    assert!(
        person
            .page("/")
            .text(".budget-none")
            .contains("No budget for this month")
    );
    set(&person, "0", "");
    let page = person.page("/");
    assert_eq!(page.attr(".budget .standing", "data-status"), "safe");
    assert_eq!(page.text(".budget .standing"), "No-spend month");
    person.add("0.01", "Coffee", "2026-11-22", "");
    let page = person.page("/");
    assert_eq!(page.attr(".budget .standing", "data-status"), "critical");
    assert_eq!(page.text(".budget .standing"), "Over by $0.01");
}

#[test]
fn a_category_has_a_bar_of_its_own() {
    let app = App::start();
    let person = app.person();
    person.add("8", "Coffee", "2026-11-02", "");
    person.add("500", "Rent", "2026-11-01", "");
    set(&person, "10", "coffee");
    let page = person.page("/");
    let meter = "[role=meter][aria-label='Budget: Coffee']";
    assert_eq!(page.attr(meter, "data-status"), "warning");
    assert_eq!(page.attr(meter, "aria-valuenow"), "80");
    assert_eq!(page.count("[role=meter]"), 1);
    set(&person, "1000", "");
    assert_eq!(person.page("/").attr(OVERALL, "aria-valuenow"), "50");
    let budgets = person.page("/budgets");
    assert_eq!(budgets.budget("Budget for Coffee"), "10.00");
    assert_eq!(budgets.budget("Budget for Rent"), "");
    assert_eq!(budgets.budget("Monthly budget"), "1,000.00");
    assert_eq!(
        budgets.texts("form[aria-label=Budgets] .actions button"),
        ["Save budgets"]
    );
}

#[test]
fn one_form_saves_what_was_changed_in_it_or_nothing() {
    let app = App::start();
    let person = app.person();
    for category in ["Coffee", "Rent", "Food"] {
        person.add("1", category, "2026-11-22", "");
    }
    let page = person.page("/budgets");
    let form = page.form("Budgets");
    let field = |name: &str| format!("amount_{}", id_of(&person, name));
    let (coffee, rent, food) = (field("Coffee"), field("Rent"), field("Food"));
    let fields = [
        ("amount_all", "1000"),
        (coffee.as_str(), "60"),
        (rent.as_str(), "0"),
    ];
    let answer = person.submit(&form, &fields);
    assert_eq!(
        person.follow(&answer).status(),
        "3 budgets saved from November 2026 on"
    );
    // From an old tab: only what was changed in it is written.
    person.submit(&form, &[(food.as_str(), "300")]).location();
    let shown = || {
        let page = person.page("/budgets");
        [
            "Monthly budget",
            "Budget for Coffee",
            "Budget for Rent",
            "Budget for Food",
        ]
        .map(|name| page.budget(name))
    };
    assert_eq!(shown(), ["1,000.00", "60.00", "0.00", "300.00"]);
    let form = person.page("/budgets").form("Budgets");
    let fields = [
        ("amount_all", "2000"),
        (coffee.as_str(), "x"),
        (rent.as_str(), "-1"),
    ];
    let wrong = person.submit(&form, &fields).expect(422).page();
    let again = wrong.form("Budgets");
    assert!(
        again.error(&coffee).is_some() && again.error(&rent).is_some() && again.error("amount_all").is_none()
    );
    assert_eq!(
        (again.value("amount_all"), again.value(&coffee)),
        ("2000", "x"),
        "what was typed stays"
    );
    assert_eq!(
        again.focused.as_deref(),
        Some(coffee.as_str()),
        "the first in the order of the page"
    );
    assert_eq!(
        shown(),
        ["1,000.00", "60.00", "0.00", "300.00"],
        "nothing was saved"
    );
    let answer = person.submit(&form, &[(coffee.as_str(), "")]);
    assert_eq!(
        person.follow(&answer).status(),
        "Budget for Coffee removed from November 2026 on"
    );
    let answer = person.submit(&person.page("/budgets").form("Budgets"), &[]);
    assert_eq!(person.follow(&answer).status(), "No budget was changed");
    // A script that sends all of them writes only what differs.
    let all = [("amount_all", "1000"), (food.as_str(), "310")];
    let answer = person.post("/budgets", &all);
    assert_eq!(
        person.follow(&answer).status(),
        "Budget for Food: $310.00 from November 2026 on"
    );
    person.post("/budgets", &[("amount_17", "5")]).expect(422);
    person.post("/budgets", &[("amount_x", "5")]).expect(422);
}

#[test]
fn the_rest_per_day_is_shown_for_the_current_month() {
    let app = App::start();
    let person = app.person();
    set(&person, "100", "");
    person.add("10", "Coffee", "2026-11-21", "");
    // Nine days are left, today included.
    let words = person.page("/").attr(OVERALL, "aria-valuetext");
    assert!(words.contains("$90.00 left, $10.00 a day"), "{words}");
    let october = person.page("/?on=2026-10-10");
    assert_eq!(october.count(OVERALL), 0, "the budget began this month");
    let december = person.page("/?on=2026-12-10").attr(OVERALL, "aria-valuetext");
    assert!(
        december.contains("$100.00 left") && !december.contains("a day"),
        "{december}"
    );
}

#[test]
fn an_invalid_budget_is_a_422_with_the_text_as_typed() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Coffee", "2026-11-22", "");
    set(&person, "50", "");
    for (amount, category, month, form) in [
        ("-1", "", "2026-11", "Monthly budget"),
        ("abc", "", "2026-11", "Monthly budget"),
        ("1.005", "", "2026-11", "Monthly budget"),
        ("1000000000000", "", "2026-11", "Monthly budget"),
        ("-0.01", "Coffee", "2026-11", "Budget for Coffee"),
        ("5", "Nonsense", "2026-11", "Monthly budget"),
        ("5", "", "2026-13", "Monthly budget"),
        ("5", "", "November", "Monthly budget"),
    ] {
        let fields = [("amount", amount), ("category", category), ("month", month)];
        let page = person.post("/budgets", &fields).expect(422).page();
        let field = match form {
            "Monthly budget" => "amount_all".to_owned(),
            _ => format!("amount_{}", id_of(&person, "Coffee")),
        };
        let refused = page.form("Budgets");
        assert!(
            refused.error(&field).is_some_and(|words| words.ends_with('.')),
            "{amount} {category} {month}"
        );
        assert_eq!(refused.value(&field), amount);
        assert_eq!(refused.focused.as_deref(), Some(field.as_str()));
        let fragment = person.post_htmx("/budgets", &fields).expect(422).fragment();
        assert_eq!(fragment.budget(form), amount);
    }
    assert_eq!(person.page("/budgets").budget("Monthly budget"), "50.00");
}

#[test]
fn htmx_gets_the_budgets_with_the_new_bar() {
    let app = App::start();
    let person = app.person();
    let fragment = person
        .post_htmx("/budgets", &[("amount", "50")])
        .expect(200)
        .fragment();
    assert_eq!(fragment.status(), "Monthly budget: $50.00 from November 2026 on");
    assert_eq!(fragment.count(OVERALL), 1);
    let removed = person
        .post_htmx("/budgets", &[("amount", "")])
        .expect(200)
        .fragment();
    assert_eq!(removed.status(), "Monthly budget removed from November 2026 on");
    assert_eq!(removed.count(OVERALL), 0);
}

#[test]
fn budgets_belong_to_one_person_and_need_a_session() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    person.add("1", "Coffee", "2026-11-22", "");
    set(&person, "50", "Coffee");
    let theirs = [("amount", "1"), ("category", "Coffee")];
    stranger.post("/budgets", &theirs).expect(422);
    assert_eq!(stranger.page("/budgets").count(".budget-items .budget-field"), 0);
    assert_eq!(
        app.anonymous().post("/budgets", &theirs).location(),
        "/login?next=%2Fbudgets"
    );
    assert_eq!(person.page("/budgets").budget("Budget for Coffee"), "50.00");
}

#[test]
fn what_was_spent_before_fills_the_fields_and_saves_nothing() {
    let app = App::start();
    let person = app.person();
    person.add("1200", "Rent", "2026-10-01", "");
    person.add("90", "Food", "2026-10-02", "");
    person.add("30", "Food", "2026-09-02", "");
    person.add("7", "Food", "2026-11-02", "");
    person.add("-5", "Gifts", "2026-10-02", "more back than spent");
    let (food, rent) = (id_of(&person, "Food"), id_of(&person, "Rent"));
    let page = person.page("/budgets");
    assert_eq!(
        page.texts(".fills button"),
        [
            "Monthly budget: Last month $1,285.00",
            "Monthly budget: 3-month average $438.33",
            "Budget for Food: Last month $90.00",
            "Budget for Food: 3-month average $40.00",
            "Budget for Rent: Last month $1,200.00",
            "Budget for Rent: 3-month average $400.00",
        ]
    );
    let form = page.form("Budgets");
    let send = |changes: &[(&str, &str)], value: &str| {
        let mut fields = form.filled(changes);
        fields.push(("preview".to_owned(), value.to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let whole = person.post(&form.action, &fields).expect(200).page();
        let fragment = person.post_htmx(&form.action, &fields).expect(200).fragment();
        let values = |page: &Page| {
            ["Monthly budget", "Budget for Food", "Budget for Rent"].map(|label| page.budget(label))
        };
        assert_eq!(values(&whole), values(&fragment));
        assert_eq!(whole.status(), "");
        (values(&whole), whole.form("Budgets"))
    };
    let typed = format!("amount_{food}");
    let (values, filled) = send(&[(&typed, "55")], &format!("{rent}:last"));
    assert_eq!(values, ["", "55", "1,200.00"], "what was typed stays");
    assert_eq!(filled.focused, Some(format!("amount_{rent}")));
    let (values, _) = send(&[], "overall:average");
    assert_eq!(values, ["438.33", "", ""]);
    let (values, filled) = send(&[(&typed, "55")], "copy");
    assert_eq!(values, ["1,285.00", "55", "1,200.00"], "only what is empty");
    assert_eq!(person.page("/budgets").budget("Budget for Rent"), "");

    person.submit(&filled, &[]).location();
    let page = person.page("/budgets");
    assert_eq!(page.budget("Budget for Rent"), "1,200.00");
    assert_eq!(page.budget("Monthly budget"), "1,285.00");
    let again = person.submit(&page.form("Budgets"), &[]);
    assert_eq!(person.follow(&again).status(), "No budget was changed");
    // The first button is the one that Enter presses.
    let buttons = page.texts("#budgets button");
    assert_eq!(buttons[0], "Save budgets");
    assert_eq!(
        page.texts(".budget-items .standing"),
        Vec::<String>::new(),
        "what is safe needs no word"
    );
}
