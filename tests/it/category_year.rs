//! The card of one category over twelve months, above its list.

use super::support::{App, Page, date};

/// What a column says.
fn labels(page: &Page) -> Vec<String> {
    page.texts(".month-columns title")
}

/// The months as "label height".
fn columns(page: &Page) -> Vec<String> {
    let labels = labels(page);
    let heights = page.attrs(".month-columns rect", "height");
    let both = labels.iter().zip(heights);
    both.map(|(label, height)| format!("{label} {height}")).collect()
}

#[test]
fn a_category_is_shown_over_twelve_months_with_the_change_against_the_year_before() {
    let app = App::start();
    let person = app.person();
    let row = |minor, category, day: &str| (minor, category, date(day), String::new());
    app.enter(
        &person,
        vec![
            // Today is November 22, 2026.
            row(10_000, "Food", "2026-11-22"),
            row(5_000, "Food", "2026-11-23"),
            row(20_000, "Food", "2026-03-01"),
            row(-300, "Food", "2026-02-28"),
            row(1_000, "Food", "2025-12-01"),
            row(40_000, "Food", "2025-11-22"),
            row(80_000, "Food", "2025-11-23"),
            row(20_000, "Food", "2024-12-01"),
            row(70_000, "Food", "2024-11-30"),
            row(99_900, "Rent", "2026-11-02"),
            row(100, "Long ago", "2024-11-02"),
        ],
    );
    let page = person.page("/expenses?category=Food");
    assert_eq!(page.text(".category-year h2"), "Food over 12 months");
    assert_eq!(
        page.text(".category-year .sum-line"),
        "December 2025 – November 2026$357.00"
    );
    assert_eq!(
        page.text(".year-change"),
        "48% less than the same days a year before"
    );
    let shown = columns(&page);
    assert_eq!(shown.len(), 12);
    assert_eq!(shown[0], "December 2025: $10.00 5%");
    assert_eq!(shown[1], "January 2026: $0.00 0%");
    assert_eq!(shown[2], "February 2026: \u{2212}$3.00 0%");
    assert_eq!(shown[3], "March 2026: $200.00 100%");
    assert_eq!(shown[11], "November 2026: $150.00 75%");
    assert_eq!(page.count(".month-columns [aria-current]"), 1);
    let march = page.attrs(".month-columns a", "href").remove(3);
    let march = person.page(&march);
    assert_eq!(march.total(), "200.00");
    // Then the twelve months end there, and all of them are over.
    assert_eq!(
        march.text(".category-year .sum-line"),
        "April 2025 – March 2026$1,407.00"
    );
    assert_eq!(march.text(".year-change"), "56% more than the year before");

    // A year that is over is shown whole, and the name as it is stored.
    let year = person.page("/expenses?period=year&on=2025-06-15&category=food");
    assert_eq!(
        year.text(".category-year .sum-line"),
        "January 2025 – December 2025$1,210.00"
    );
    assert_eq!(year.text(".category-year h2"), "Food over 12 months");

    for path in [
        "/expenses",
        "/expenses?period=all&category=Unknown",
        "/expenses?period=all&category=Food&q=x",
        "/expenses?period=all&category=Long%20ago",
    ] {
        assert_eq!(person.page(path).count(".category-year"), 0, "{path}");
    }
    let old = person.page("/expenses?period=month&on=2024-11-05&category=Long%20ago");
    assert_eq!(old.count(".year-change"), 0, "nothing to compare with");
    assert_eq!(old.count(".category-year li"), 12);
}

#[test]
fn the_months_of_a_category_begin_where_those_of_the_person_begin() {
    let app = App::start();
    let person = app.person();
    let settings = [
        ("currency", "USD"),
        ("timezone", "UTC"),
        ("locale", "en-US"),
        ("week_start", "monday"),
        ("month_start", "15"),
        ("theme", "system"),
    ];
    person.post("/settings", &settings).location();
    for (amount, day) in [
        ("1", "2026-11-14"),
        ("2", "2026-11-15"),
        ("4", "2025-11-15"),
        ("8", "2025-11-14"),
    ] {
        person.add(amount, "Food", day, "");
    }
    let page = person.page("/expenses?category=Food");
    let shown = columns(&page);
    assert_eq!(shown[10], "November 2026: $1.00 50%");
    assert_eq!(shown[11], "December 2026: $2.00 100%");
    assert_eq!(page.texts(".month-columns a .unseen")[11], "2026: $2.00");
    for (label, href) in labels(&page).iter().zip(page.attrs(".month-columns a", "href")) {
        let total = person.page(&href).total();
        assert!(label.ends_with(&format!("${total}")), "{label}: {total}");
    }
}

#[test]
fn the_year_of_an_income_category_is_positive_whatever_the_list_asks_for() {
    let app = App::start();
    let person = app.person();
    let income = [
        ("kind", "income"),
        ("amount", "2500"),
        ("category", "Salary"),
        ("date", "2026-11-01"),
    ];
    person.post("/expenses", &income).location();
    for path in ["/expenses?category=Salary", "/expenses?category=Salary&kind=all"] {
        let page = person.page(path);
        assert_eq!(columns(&page)[11], "November 2026: $2,500.00 100%", "{path}");
    }
}

#[test]
fn the_first_and_the_last_months_of_all_have_their_card() {
    let app = App::start();
    let person = app.person();
    for day in ["1900-01-01", "9999-12-31"] {
        person.add("3", "Food", day, "");
        let page = person.page(&format!("/expenses?period=month&on={day}&category=Food"));
        assert!(
            columns(&page)
                .last()
                .is_some_and(|last| last.ends_with("$3.00 100%")),
            "{day}"
        );
    }
}
