//! Periods in an address: their days, their neighbours, and invalid values.
//!
//! More than 300 lines, because it has tables of periods and of filters.

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
            !today.contains("on=") && today.ends_with(rest),
            "{today}: it is today whenever it is pressed"
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
        ("period=month&from=2026-11-01", "period"),
        ("period=all&to=2026-11-01", "period"),
        ("on=2026-11-01&from=2026-11-01", "on"),
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

#[test]
fn dates_that_cannot_be_are_the_page_again_with_what_was_entered() {
    let app = App::start();
    let person = with_rows(&app);
    for (query, [from, to], field, begins) in [
        (
            "from=2026-12-01&to=2026-11-01",
            ["2026-12-01", "2026-11-01"],
            "to",
            "The end date",
        ),
        (
            "from=2026-13-01&to=2026-12-01",
            ["2026-13-01", "2026-12-01"],
            "from",
            "Enter a date",
        ),
        ("from=&to=31.11.2026", ["", "31.11.2026"], "to", "Enter a date"),
        (
            "from=275760-09-13&to=",
            ["275760-09-13", ""],
            "from",
            "Enter a date",
        ),
        (
            "period=month&on=2026-11-22&was_from=2026-11-01&was_to=2026-11-30&from=2026-12-05&to=2026-11-30",
            ["2026-12-05", "2026-11-30"],
            "to",
            "The end date",
        ),
    ] {
        for (path, name) in [("/", "From and to"), ("/expenses", "Filter")] {
            let path = format!("{path}?{query}");
            for page in [
                person.get(&path).expect(422).page(),
                person.get_htmx(&path).expect(422).fragment(),
            ] {
                let form = page.form(name);
                assert_eq!([form.value("from"), form.value("to")], [from, to], "{path}");
                assert!(
                    form.error(field).is_some_and(|words| words.starts_with(begins)),
                    "{path}"
                );
                assert_eq!(form.focused.as_deref(), Some(field));
                assert!(page.one("details.range").value().attr("open").is_some());
                assert_eq!(page.total(), sum_of(&[3, 4, 5, 6, 7, 8, 9]), "the month instead");
                let add = page.form("Add expense").action;
                assert!(!add.contains("from=") && !add.contains("to="), "{add}");
            }
            let page = person.get(&path).expect(422).page();
            let shown = page.attr("#range-from", "type");
            let can_show = from.is_empty() || from.len() == 10 && from != "2026-13-01";
            assert_eq!(shown, if can_show { "date" } else { "text" }, "{from}");
        }
        let row = [("amount", "1"), ("category", "Food"), ("date", "2026-11-20")];
        if !query.starts_with("period") {
            person.get(&format!("/expenses.csv?{query}")).expect(400);
            person.post(&format!("/expenses?{query}"), &row).expect(400);
        }
    }
    let long = "x".repeat(201);
    let page = person.get(&format!("/expenses?q={long}")).expect(422).page();
    assert_eq!(page.form("Filter").value("q"), long);
    assert!(page.form("Filter").error("q").is_some());
}

#[test]
fn the_filter_keeps_its_period_while_its_dates_are_not_changed() {
    let app = App::start();
    let person = with_rows(&app);
    let page = person.page("/expenses?period=week&on=2026-11-18");
    let form = page.form("Filter");
    assert_eq!(
        [form.value("from"), form.value("to")],
        ["2026-11-16", "2026-11-22"]
    );
    let shown = |changes: &[(&str, &str)]| {
        let answer = person.submit(&form, changes).expect(200);
        let page = answer.page();
        (page.total(), page.link("Previous"))
    };
    assert_eq!(
        shown(&[("category", "Any")]),
        (
            sum_of(&[5, 6, 7]),
            "/expenses?period=week&on=2026-11-11&category=Any".to_owned()
        )
    );
    assert_eq!(
        shown(&[("category", "Any"), ("from", "2026-11-22")]),
        (
            sum_of(&[7]),
            "/expenses?from=2026-11-21&to=2026-11-21&category=Any".to_owned()
        )
    );
    let page = person
        .submit(&form, &[("from", ""), ("to", "")])
        .expect(200)
        .page();
    assert_eq!(page.total(), sum_of(&(0..=11).collect::<Vec<_>>()));
    let dashboard = person.page("/?period=week&on=2026-11-18").form("From and to");
    let page = person
        .submit(&dashboard, &[("to", "2026-11-30")])
        .expect(200)
        .page();
    assert_eq!(page.total(), sum_of(&[5, 6, 7, 8, 9]));
    let target = format!(
        "{}?was_from=2026-11-01&was_to=2026-11-30&period=month&from=2026-11-01&to=2026-11-02&q=&category=Any",
        form.action
    );
    let answer = person.get_htmx(&target).expect(200);
    assert_eq!(
        answer.header("hx-push-url"),
        Some("/expenses?from=2026-11-01&to=2026-11-02&category=Any")
    );
}

#[test]
fn a_quarter_is_followed_by_a_quarter_and_chosen_from_the_period_bar() {
    let app = App::start();
    let person = with_rows(&app);
    for path in ["/", "/expenses"] {
        let page = person.page(path);
        for (name, query) in [
            ("This quarter", "from=2026-10-01&to=2026-12-31"),
            ("Last quarter", "from=2026-07-01&to=2026-09-30"),
            ("Last 3 months", "from=2026-09-01&to=2026-11-30"),
            ("Last 12 months", "from=2025-12-01&to=2026-11-30"),
            ("Year to date", "from=2026-01-01&to=2026-11-22"),
        ] {
            assert_eq!(page.link(name), format!("{path}?{query}"));
        }
        assert_eq!(page.text("nav[aria-label=Period] summary"), "Custom");
        let quarter = person.page(&page.link("Last quarter"));
        assert_eq!(
            quarter.texts("nav[aria-label=Period] [aria-current]"),
            ["Last quarter"]
        );
        assert_eq!(
            quarter.link("Previous"),
            format!("{path}?from=2026-04-01&to=2026-06-30")
        );
        assert_eq!(
            quarter.link("Next"),
            format!("{path}?from=2026-10-01&to=2026-12-31")
        );
    }
}

#[test]
fn every_part_of_the_filter_can_be_removed_by_itself() {
    let app = App::start();
    let person = with_rows(&app);
    let page = person.page("/expenses?from=2026-11-01&to=2026-11-16&category=Any&q=16");
    let parts = page.texts(".active-filters a");
    assert_eq!(
        parts,
        [
            "Dates: Nov 1 – Nov 16, 2026, remove",
            "Category: Any, remove",
            "Search: 16, remove",
            "Clear all"
        ]
    );
    let without = page.attrs(".active-filters a", "href");
    assert_eq!(
        without,
        [
            "/expenses?period=month&category=Any&q=16",
            "/expenses?from=2026-11-01&to=2026-11-16&q=16",
            "/expenses?from=2026-11-01&to=2026-11-16&category=Any",
            "/expenses?period=month",
        ]
    );
    let empty = person.page("/expenses?from=2020-01-01&to=2020-01-02");
    assert!(empty.text(".empty").starts_with("No expenses in this period."));
}
