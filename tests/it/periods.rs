//! Periods in an address: their days, their neighbours, and invalid values.

use super::support::{App, Visitor};

/// A person with one expense of a distinct amount on each of these dates.
fn with_rows(app: &App) -> Visitor {
    let person = app.person();
    for (nth, date) in [
        "2025-12-31",
        "2026-01-01",
        "2026-10-31",
        "2026-11-01",
        "2026-11-15",
        "2026-11-16",
        "2026-11-21",
        "2026-11-22",
        "2026-11-23",
        "2026-11-30",
        "2026-12-01",
        "2027-01-01",
    ]
    .into_iter()
    .enumerate()
    {
        person.add(&(1 << nth).to_string(), "Any", date, "");
    }
    person
}

fn sum_of(bits: &[u32]) -> String {
    format!("{}.00", bits.iter().map(|bit| 1 << bit).sum::<u32>())
}

#[test]
fn a_period_has_exactly_its_days() {
    let app = App::start();
    let person = with_rows(&app);
    for (query, bits) in [
        ("", vec![3, 4, 5, 6, 7, 8, 9]),
        ("period=month", vec![3, 4, 5, 6, 7, 8, 9]),
        ("period=month&on=2026-11-01", vec![3, 4, 5, 6, 7, 8, 9]),
        ("period=day", vec![7]),
        ("period=day&on=2026-11-16", vec![5]),
        ("period=week", vec![5, 6, 7]),
        ("period=week&on=2026-11-15", vec![4]),
        ("period=year", (1..=10).collect()),
        ("period=year&on=2027-06-01", vec![11]),
        ("period=all", (0..=11).collect()),
        ("period=all&on=2020-01-01", (0..=11).collect()),
        ("from=2026-11-15&to=2026-11-16", vec![4, 5]),
        ("from=2026-11-22&to=2026-11-22", vec![7]),
        ("from=2026-12-01", vec![10, 11]),
        ("to=2026-01-01", vec![0, 1]),
        ("period=&on=&from=&to=", vec![3, 4, 5, 6, 7, 8, 9]),
    ] {
        for path in ["/", "/expenses"] {
            assert_eq!(
                person.total(&format!("{path}?{query}")),
                sum_of(&bits),
                "{path}?{query}"
            );
        }
    }
}

#[test]
fn weeks_and_months_begin_where_the_person_says() {
    let app = App::start();
    let person = with_rows(&app);
    let settings = person.page("/settings").form_at("form[action$=\"/settings\"]");
    person
        .submit(&settings, &[("week_start", "sunday"), ("month_start", "25")])
        .location();
    for (query, bits, label) in [
        ("period=week", vec![7, 8], "Nov 22 – Nov 28, 2026"),
        (
            "period=week&on=2026-11-21",
            vec![4, 5, 6],
            "Nov 15 – Nov 21, 2026",
        ),
        ("", vec![2, 3, 4, 5, 6, 7, 8], "November 2026"),
        ("on=2026-11-24", vec![2, 3, 4, 5, 6, 7, 8], "November 2026"),
        ("on=2026-11-25", vec![9, 10], "December 2026"),
        ("period=year", (0..=10).collect(), "2026"),
        ("period=year&on=2026-12-25", vec![11], "2027"),
    ] {
        let page = person.page(&format!("/expenses?{query}"));
        assert_eq!(
            (page.total(), page.text(".period-label")),
            (sum_of(&bits), label.to_owned()),
            "{query}"
        );
    }
}

#[test]
fn the_navigation_leads_to_the_neighbours_and_keeps_the_filter() {
    let app = App::start();
    let person = app.person();
    let rest = "category=Food&q=x";
    for (query, current, previous, next) in [
        (
            "period=day&on=2026-03-01",
            "Day",
            "period=day&on=2026-02-28",
            "period=day&on=2026-03-02",
        ),
        (
            "period=week&on=2026-11-22",
            "Week",
            "period=week&on=2026-11-15",
            "period=week&on=2026-11-29",
        ),
        (
            "period=month&on=2026-01-31",
            "Month",
            "period=month&on=2025-12-31",
            "period=month&on=2026-02-28",
        ),
        (
            "period=year&on=2024-02-29",
            "Year",
            "period=year&on=2023-02-28",
            "period=year&on=2025-02-28",
        ),
    ] {
        let page = person.page(&format!("/expenses?{query}&{rest}"));
        assert_eq!(page.texts("nav[aria-label=Period] [aria-current]"), [current]);
        assert_eq!(page.link("Previous"), format!("/expenses?{previous}&{rest}"));
        assert_eq!(page.link("Next"), format!("/expenses?{next}&{rest}"));
        let today = page.link("Today");
        assert!(
            today.contains("on=2026-11-22") && today.ends_with(rest),
            "{today}"
        );
        assert_eq!(
            person
                .page(&page.link("Next"))
                .link("Previous")
                .split("on=")
                .count(),
            2
        );
    }
    let page = person.page("/?from=2026-11-10&to=2026-11-19");
    assert_eq!(page.count("nav[aria-label=Period] [aria-current]"), 0);
    assert_eq!(page.link("Previous"), "/?from=2026-10-31&to=2026-11-09");
    assert_eq!(page.link("Next"), "/?from=2026-11-20&to=2026-11-29");
    for name in ["Day", "Week", "Month", "Year", "All", "Previous", "Next", "Today"] {
        page.link(name);
    }
    let all = person.page("/?period=all");
    assert_eq!(all.texts("nav[aria-label=Period] [aria-current]"), ["All"]);
    assert!(!all.has_link("Previous") && !all.has_link("Next"));
}

#[test]
fn an_invalid_value_is_a_400_that_names_its_parameter() {
    let app = App::start();
    let person = app.person();
    for (query, name) in [
        ("period=decade", "period"),
        ("period=Month", "period"),
        ("on=2026-02-30", "on"),
        ("on=1899-12-31", "on"),
        ("on=10000-01-01", "on"),
        ("on=today", "on"),
        ("period=all&on=x", "on"),
        ("from=2026-13-01", "from"),
        ("to=2026-11-31", "to"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("period=month&from=2026-11-01", "period"),
        ("period=all&to=2026-11-01", "period"),
        ("on=2026-11-01&from=2026-11-01", "on"),
        ("q=a%00", "q"),
        ("category=%07", "category"),
        (
            "category=1234567890123456789012345678901234567890123456789012345678901",
            "category",
        ),
    ] {
        for path in ["/", "/expenses", "/expenses.csv"] {
            let path = format!("{path}?{query}");
            let page = person.get(&path).expect(400).page();
            assert!(
                page.text("main .lead").starts_with(&format!("“{name}”")),
                "{path}: {}",
                page.text("main .lead")
            );
            person.get_htmx(&path).expect(400).fragment();
        }
        let form = [("amount", "1"), ("category", "Food"), ("date", "2026-11-20")];
        person
            .post(&format!("/expenses?view=list&{query}"), &form)
            .expect(400);
    }
    assert_eq!(
        person.page("/expenses?period=all").rows(),
        [],
        "and nothing was written"
    );
}
