//! The list: days, filters and totals.

use super::support::App;

#[test]
fn expenses_are_grouped_by_day_newest_first_with_each_days_sum() {
    let app = App::start();
    let person = app.person();
    for (amount, date, name) in [
        ("1", "2026-11-20", "first"),
        ("2", "2026-11-22", "second"),
        ("4", "2026-11-20", "third"),
        ("-8", "2026-11-21", "fourth"),
        ("16", "2026-11-01", "fifth"),
    ] {
        person.add(amount, "Any", date, name);
    }
    let page = person.page("/expenses");
    let days = page.days();
    let heads: Vec<[&str; 4]> = days
        .iter()
        .map(|day| [day.date.as_str(), &day.heading, &day.total, &day.href])
        .collect();
    let href = |date: &str| format!("/expenses?period=day&on={date}");
    let hrefs = ["2026-11-22", "2026-11-21", "2026-11-20", "2026-11-01"].map(href);
    assert_eq!(
        heads,
        [
            ["2026-11-22", "Today", "$2.00", &hrefs[0]],
            ["2026-11-21", "Yesterday", "\u{2212}$8.00", &hrefs[1]],
            ["2026-11-20", "Friday, November 20", "$5.00", &hrefs[2]],
            ["2026-11-01", "Sunday, November 1", "$16.00", &hrefs[3]],
        ]
    );
    assert_eq!(page.names(), ["second", "fourth", "third", "first", "fifth"]);
    assert_eq!(page.total(), "15.00");
    for (day, total) in hrefs.iter().zip(["2.00", "-8.00", "5.00", "16.00"]) {
        assert_eq!(person.total(day), total, "the rows behind a day's sum make it up");
    }
}

#[test]
fn every_shown_total_links_to_its_rows() {
    let app = App::start();
    let person = app.person();
    for (amount, category, date) in [
        ("12.34", "Food", "2026-11-02"),
        ("-2.34", "Food", "2026-11-20"),
        ("7", "Rent & Co", "2026-11-20"),
        ("100", "Food", "2026-10-31"),
    ] {
        person.add(amount, category, date, "");
    }
    for view in [
        "/",
        "/?period=year&on=2026-11-22",
        "/?from=2026-10-31&to=2026-11-02",
        "/expenses",
        "/?period=all",
    ] {
        let page = person.page(view);
        let total = page.attr("[data-testid=period-total]", "href");
        assert_eq!(person.total(&total), page.total(), "{view}");
        for table in ["#by-category tr[data-value]", "#trend tr[data-value]"] {
            for row in page.all(table) {
                let link = row
                    .select(&scraper::Selector::parse("td.number a").unwrap())
                    .next();
                let value = row.value().attr("data-value").unwrap();
                match link.and_then(|link| link.value().attr("href")) {
                    Some(href) => assert_eq!(person.total(href), value, "{view} {href}"),
                    None => assert_eq!(value, "0.00", "only a bar of nothing leads nowhere"),
                }
            }
        }
        for day in page.days() {
            let shown = person.page(&day.href);
            assert_eq!(shown.text("[data-testid=period-total]"), day.total, "{view}");
        }
        let change = page.attrs(".change a", "href");
        for href in change {
            person.page(&href);
        }
    }
}

#[test]
fn a_category_narrows_the_list_by_its_name_in_any_case() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Food & Drink", "2026-11-20", "one");
    person.add("2", "Food", "2026-11-20", "two");
    for (query, names, total) in [
        ("category=Food%20%26%20Drink", vec!["one"], "1.00"),
        ("category=FOOD", vec!["two"], "2.00"),
        ("category=food&q=one", vec![], "0.00"),
        ("category=Nothing", vec![], "0.00"),
        ("category=", vec!["two", "one"], "3.00"),
    ] {
        let page = person.page(&format!("/expenses?{query}"));
        assert_eq!(
            (page.names(), page.total().as_str()),
            (names.into_iter().map(str::to_owned).collect(), total),
            "{query}"
        );
    }
    let page = person.page("/expenses?category=Food&q=two&period=year");
    let filter = page.form("Filter");
    assert_eq!(
        (
            filter.value("q"),
            filter.value("category"),
            filter.value("period")
        ),
        ("two", "Food", "year")
    );
    assert_eq!(
        page.texts(".active-filters a").len(),
        3,
        "each part and all of it can be taken away"
    );
    assert_eq!(page.link("Clear all"), "/expenses?period=year&on=2026-11-22");
    let answer = person.submit(&filter, &[("q", ""), ("category", "")]);
    assert_eq!(answer.expect(200).page().total(), "3.00");
}

#[test]
fn a_search_ignores_case_and_accents_and_reads_amounts() {
    let app = App::start();
    let person = app.person();
    for (amount, category, name) in [
        ("12.50", "Food", "Crème brûlée"),
        ("-12.50", "Food", "Refund of 100 %"),
        ("1234.50", "Straße", "under_score"),
        ("3", "CAFÉ", "back\\slash"),
        ("7", "Food", "12.50 in words"),
    ] {
        person.add(amount, category, "2026-11-20", name);
    }
    let found = |q: &str| {
        let page = person.page(&format!("/expenses?q={q}"));
        let mut names = page.names();
        names.sort();
        (names, page.total())
    };
    for (q, names, total) in [
        ("CREME", vec!["Crème brûlée"], "12.50"),
        ("cr%C3%A8me%20BRULEE", vec!["Crème brûlée"], "12.50"),
        ("cre%CC%80me", vec!["Crème brûlée"], "12.50"),
        ("strasse", vec!["under_score"], "1234.50"),
        ("cafe", vec!["back\\slash"], "3.00"),
        ("%25", vec!["Refund of 100 %"], "-12.50"),
        ("_", vec!["under_score"], "1234.50"),
        ("%5C", vec!["back\\slash"], "3.00"),
        (
            "12.50",
            vec!["12.50 in words", "Crème brûlée", "Refund of 100 %"],
            "7.00",
        ),
        ("12,5", vec!["Crème brûlée", "Refund of 100 %"], "0.00"),
        ("-12.5", vec!["Crème brûlée", "Refund of 100 %"], "0.00"),
        ("1,234.50", vec!["under_score"], "1234.50"),
        ("1.234,5", vec!["under_score"], "1234.50"),
        (
            "%20%20food%20",
            vec!["12.50 in words", "Crème brûlée", "Refund of 100 %"],
            "7.00",
        ),
        ("nothing%20like%20it", vec![], "0.00"),
        ("%27%20OR%201%3D1", vec![], "0.00"),
    ] {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        assert_eq!(found(q), (names, total.to_owned()), "{q}");
    }
}

#[test]
fn an_empty_list_says_what_to_do() {
    let app = App::start();
    let person = app.person();
    let page = person.page("/expenses");
    assert!(page.text(".empty").starts_with("No expenses yet."));
    assert_eq!(page.total(), "0.00");
    person.add("1", "Food", "2026-11-20", "");
    assert!(
        person
            .page("/expenses?q=x")
            .text(".empty")
            .starts_with("No matching expenses.")
    );
    assert!(
        person
            .page("/expenses?on=2020-01-01")
            .text(".empty")
            .starts_with("No expenses in this period.")
    );
}

#[test]
fn the_filter_forms_empty_fields_are_left_out_of_the_pushed_address() {
    let app = App::start();
    let person = app.person();
    let answer = person
        .get_htmx("/expenses?period=month&q=tea&category=")
        .expect(200);
    assert_eq!(answer.header("hx-push-url"), Some("/expenses?period=month&q=tea"));
    let answer = person.get_htmx("/expenses?period=month&q=tea").expect(200);
    assert_eq!(answer.header("hx-push-url"), None);
}

#[test]
fn without_a_description_the_category_is_the_name() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "");
    person.add("2", "Coffee", "2026-11-20", "Tea");
    let page = person.page("/expenses");
    assert_eq!(page.names(), ["Tea", "Coffee"]);
    assert_eq!(page.texts(".unnamed a.row-name"), ["Edit Coffee"]);
}

#[test]
fn a_change_keeps_every_filter_of_the_list() {
    let app = App::start();
    let person = app.person();
    person.add("4", "Coffee", "2026-11-20", "Espresso");
    let filter = "period=year&category=Coffee&kind=all&import=5&q=a";
    let action = person
        .page(&format!("/expenses?{filter}"))
        .form("Add expense")
        .action;
    for pair in filter.split('&') {
        assert!(action.contains(pair), "{pair}: {action}");
    }
}
