//! The cards of the dashboard: shares, folded categories, the average, bars that lead to periods, and picked categories.

use super::support::{App, Page, Visitor};

fn set_budget(person: &Visitor, amount: &str, category: &str) {
    let form = [("amount", amount), ("category", category)];
    person.post("/budgets", &form).location();
}

/// Share by name, of the legend with its folded part.
fn shares(page: &Page) -> Vec<(String, String)> {
    let names = page.attrs("#by-category tr[data-value]", "data-label");
    let shares = page.attrs("#by-category tr[data-value]", "data-share");
    names.into_iter().zip(shares).collect()
}

#[test]
fn shares_add_up_to_100_and_small_ones_are_named() {
    let app = App::start();
    let person = app.person();
    for (amount, category) in [("334", "A"), ("333", "B"), ("332", "C"), ("1", "D"), ("-5", "E")] {
        person.add(amount, category, "2026-11-20", "");
    }
    let page = person.page("/");
    let shares = shares(&page);
    let shares: Vec<(&str, &str)> = shares.iter().map(|(name, share)| (&**name, &**share)).collect();
    assert_eq!(
        shares,
        [("A", "34%"), ("B", "33%"), ("C", "33%"), ("D", "<1%"), ("E", "")]
    );
    assert_eq!(page.attr("#by-category", "data-total"), "$995.00");
    assert_eq!(page.attr("#by-category", "data-count"), "5 expenses");
    // A single small slice is not an "Other".
    assert_eq!(page.count("[data-small]"), 0);
    assert_eq!(page.count("#by-category[data-other]"), 0);
}

#[test]
fn small_categories_and_those_after_the_eighth_are_one_slice_and_folded() {
    let app = App::start();
    let person = app.person();
    for n in 1..=12 {
        person.add("100", &format!("Large {n:02}"), "2026-11-20", "");
    }
    for n in 1..=3 {
        person.add("1", &format!("Small {n}"), "2026-11-20", "");
    }
    let page = person.page("/");
    assert_eq!(page.count("#by-category .chart-table > table tbody tr"), 8);
    assert_eq!(page.count("details.others tbody tr"), 7);
    assert_eq!(page.text("details.others .others-name"), "Other (7)");
    assert_eq!(page.attrs("[data-small]", "data-label").len(), 7);
    assert_eq!(page.attr("#by-category", "data-other"), "Other (7)");
    assert_eq!(page.attr("#by-category", "data-other-text"), "$403.00");
    let link = page.attr("details.others summary a", "href");
    assert_eq!(person.total(&link), "403.00");

    let few = app.person();
    for (amount, category) in [("96", "A"), ("2", "B"), ("1", "C"), ("1", "D")] {
        few.add(amount, category, "2026-11-20", "");
    }
    let page = few.page("/");
    assert_eq!(page.attrs("[data-small]", "data-label"), ["C", "D"]);
    assert_eq!(page.attr("#by-category", "data-other"), "Other (2)");
    assert_eq!(page.count("details.others"), 0, "the legend has room for all");
}

#[test]
fn no_two_neighbors_in_the_ring_have_the_same_color() {
    let app = App::start();
    let person = app.person();
    for (amount, category) in [("30", "A"), ("20", "B"), ("10", "C")] {
        person.add(amount, category, "2026-11-20", "");
    }
    let page = person.page("/categories");
    for action in page.attrs("form[aria-label^=Change]", "action") {
        person.post(&action, &[("color", "#0072b2")]).location();
    }
    let colors = person
        .page("/")
        .attrs("#by-category tr[data-value]", "data-color");
    assert_eq!(colors[0], "#0072b2");
    assert!(colors[0] != colors[1] && colors[1] != colors[2], "{colors:?}");
}

#[test]
fn the_bar_of_a_month_leads_to_its_month() {
    let app = App::start();
    let person = app.person();
    person.add("10", "Food", "2026-03-05", "");
    person.add("30", "Food", "2026-04-05", "");
    let page = person.page("/?period=year");
    let bars = page.attrs("#trend td.number a", "href");
    assert_eq!(bars.len(), 2);
    for (bar, total) in bars.iter().zip(["10.00", "30.00"]) {
        let page = person.page(bar);
        assert_eq!(page.total(), total);
        assert_eq!(page.text("#period [aria-current]"), "Month", "{bar}");
    }
    // A part of a month remains a range.
    let bars = person
        .page("/?from=2026-03-05&to=2026-11-22")
        .attrs("#trend td.number a", "href");
    assert_eq!(person.page(&bars[0]).count("#period [aria-current]"), 0);
    // Ten months are over.
    assert_eq!(page.text("#trend .average"), "$4.00 per month on average");
    assert_eq!(page.attr("#trend", "data-average"), "4.00");
}

#[test]
fn the_days_of_a_week_are_named_and_averaged_until_today() {
    let app = App::start();
    let person = app.person();
    person.add("14", "Food", "2026-11-16", "");
    let page = person.page("/?period=week");
    let ticks = page.attrs("#trend tr[data-value]", "data-tick");
    assert_eq!(ticks, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    assert_eq!(page.text("#trend .average"), "$2.00 per day on average");
    assert_eq!(person.page("/?period=day&on=2026-11-16").count(".average"), 0);
}

#[test]
fn a_period_without_expenses_says_so_once() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Food", "2026-11-20", "");
    let page = person.page("/?on=2020-01-01");
    assert_eq!(page.count(".empty"), 1);
    assert_eq!(page.count("figure, .latest"), 0);
    assert!(person.page("/").count("figure") == 2);
}

#[test]
fn only_what_is_not_safe_says_its_status_and_only_what_is_over_is_red() {
    let app = App::start();
    let person = app.person();
    for (spent, category) in [("1", "Fine"), ("8", "Near"), ("10", "Even"), ("15", "Over")] {
        person.add(spent, category, "2026-11-20", "");
        set_budget(&person, "10", category);
    }
    let page = person.page("/");
    assert_eq!(page.count(".limits [role=meter]"), 4);
    assert_eq!(
        page.texts(".limits .standing"),
        ["Used up", "Warning", "Over by $5.00"],
        "in the order of their names"
    );
    assert_eq!(page.count(".limits .meter.is-over"), 1);
    assert_eq!(page.text(".limits .standing.is-over"), "Over by $5.00");
    assert_eq!(page.count(".limits .limit"), 1, "the mark of the budget");
    assert_eq!(
        page.attrs(".limits .budget-line a", "aria-label")[0],
        "Even: $10.00 spent"
    );
}

#[test]
fn a_picked_category_counts_where_none_is_typed() {
    let app = App::start();
    let person = app.person();
    assert_eq!(person.page("/").count(".picks"), 0, "nothing is frequent yet");
    for _ in 0..2 {
        person.add("1", "Tea", "2026-11-20", "");
    }
    person.add("1", "Coffee", "2026-11-20", "");
    person.add("1", "Long ago", "2026-01-20", "");
    for path in ["/", "/expenses"] {
        let page = person.page(path);
        assert_eq!(
            page.attrs("[name=category_pick]", "value"),
            ["Tea", "Coffee"],
            "{path}"
        );
        assert_eq!(
            page.attrs("#add-categories option", "value"),
            ["Tea", "Coffee", "Long ago"],
            "{path}"
        );
    }
    let form = [
        ("amount", "2"),
        ("category", " "),
        ("category_pick", "Coffee"),
        ("date", "2026-11-20"),
    ];
    let page = person.follow(&person.post("/expenses", &form));
    assert_eq!(page.status(), "Added Coffee, $2.00 on November 20");
    let form = [
        ("amount", "3"),
        ("category", "Juice"),
        ("category_pick", "Coffee"),
        ("date", "2026-11-20"),
    ];
    let page = person.follow(&person.post("/expenses", &form));
    assert_eq!(page.status(), "Added Juice, $3.00 on November 20");
    // After a refusal it is in the field.
    let form = [
        ("amount", "x"),
        ("category_pick", "Coffee"),
        ("date", "2026-11-20"),
    ];
    let page = person.post("/expenses", &form).expect(422).page();
    assert_eq!(page.attr("#add-category", "value"), "Coffee");
}

#[test]
fn the_sum_of_a_day_with_one_row_is_hidden() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Food", "2026-11-20", "");
    person.add("1", "Food", "2026-11-21", "");
    person.add("2", "Food", "2026-11-21", "");
    assert_eq!(
        person.page("/expenses").attrs(".is-one-row", "id"),
        ["day-2026-11-20"]
    );
}
