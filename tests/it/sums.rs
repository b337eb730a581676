//! After any history all pages, calls and exports show the same sums, exact to the minor unit.
//!
//! More than 300 lines, because it is one property with its model of the expenses.

use expense_tracker::ledger::totals;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{App, Page, Visitor, cases};

const CATEGORIES: [&str; 4] = ["Food", "Rent & Co", "Café", "food "];
/// At the edges of days, weeks, months (from the 1st, the 25th, the 28th), years and the calendar.
const DATES: [&str; 14] = [
    "1900-01-01",
    "2025-12-24",
    "2025-12-25",
    "2025-12-31",
    "2026-01-01",
    "2026-10-25",
    "2026-10-31",
    "2026-11-01",
    "2026-11-22",
    "2026-11-24",
    "2026-11-28",
    "2026-11-30",
    "2026-12-01",
    "9999-12-31",
];
const QUERIES: [&str; 14] = [
    "period=all",
    "",
    "period=day",
    "period=week",
    "period=week&on=2026-11-01",
    "period=month&on=2026-10-31",
    "period=month&on=2026-12-01",
    "period=year",
    "period=year&on=2025-12-31",
    "period=month&on=9999-12-31",
    "period=year&on=1900-01-01",
    "from=2025-12-31&to=2026-10-31",
    "from=2026-11-24",
    "to=2026-11-01",
];

#[derive(Debug, Clone)]
enum Step {
    Add {
        amount: i64,
        category: usize,
        date: usize,
    },
    Edit {
        nth: usize,
        amount: i64,
        category: usize,
        date: usize,
    },
    Delete {
        nth: usize,
    },
    Restore {
        nth: usize,
    },
}

fn steps() -> impl Strategy<Value = Step> {
    let limit = 10_000_000_000_000_i64;
    let amount = prop_oneof![
        4 => 1..10_000_i64,
        2 => -10_000..0_i64,
        1 => Just(limit),
        1 => Just(-limit),
    ];
    let row = || (amount.clone(), 0..CATEGORIES.len(), 0..DATES.len());
    prop_oneof![
        5 => row().prop_map(|(amount, category, date)| Step::Add { amount, category, date }),
        2 => (0..40_usize, row())
            .prop_map(|(nth, (amount, category, date))| Step::Edit { nth, amount, category, date }),
        2 => (0..40_usize).prop_map(|nth| Step::Delete { nth }),
        1 => (0..40_usize).prop_map(|nth| Step::Restore { nth }),
    ]
}

/// The expected state of an expense.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    amount: i64,
    category: usize,
    date: usize,
    deleted: bool,
}

fn plain(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// Minor units of `-1234.50` and of `−$1,234.50`.
fn minor(text: &str) -> i64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let sign = if text.starts_with(['-', '\u{2212}']) {
        -1
    } else {
        1
    };
    sign * digits.parse::<i64>().unwrap()
}

fn go(person: &Visitor, known: &mut Vec<Known>, step: &Step) {
    let count = known.len();
    match *step {
        Step::Add {
            amount,
            category,
            date,
        } => {
            let id = person.add(&plain(amount), CATEGORIES[category], DATES[date], "");
            known.push(Known {
                id,
                amount,
                category,
                date,
                deleted: false,
            });
        }
        Step::Edit {
            nth,
            amount,
            category,
            date,
        } if count > 0 => {
            let it = &mut known[nth % count];
            let (typed, path) = (plain(amount), format!("/expenses/{}", it.id));
            let form = [
                ("amount", typed.as_str()),
                ("category", CATEGORIES[category]),
                ("date", DATES[date]),
            ];
            let status = person.post(&path, &form).status;
            assert_eq!(status, if it.deleted { 404 } else { 303 });
            if !it.deleted {
                (it.amount, it.category, it.date) = (amount, category, date);
            }
        }
        Step::Delete { nth } if count > 0 => {
            let it = &mut known[nth % count];
            person
                .post(&format!("/expenses/{}/delete", it.id), &[])
                .location();
            it.deleted = true;
        }
        Step::Restore { nth } if count > 0 => {
            let it = &mut known[nth % count];
            person
                .post(&format!("/expenses/{}/restore", it.id), &[])
                .location();
            it.deleted = false;
        }
        _ => {}
    }
}

fn sum_of(page: &Page, css: &str) -> i64 {
    page.attrs(css, "data-value")
        .iter()
        .map(|value| minor(value))
        .sum()
}

/// Checks that every sum of a query is the same, and returns it.
fn assert_sums_agree(person: &Visitor, token: &str, query: &str) -> i64 {
    let list = person.page(&format!("/expenses?{query}"));
    let board = person.page(&format!("/?{query}"));
    let csv = person.get(&format!(
        "/expenses.csv?{}",
        if query.is_empty() { "period=month" } else { query }
    ));
    let summary = person.api(token, &format!("/summary?{query}"));
    let in_summary = |list: &str| -> i64 {
        let items = summary[list].as_array().unwrap();
        items
            .iter()
            .map(|item| minor(item["total"].as_str().unwrap()))
            .sum()
    };
    let total = minor(&list.total());
    let rows = list.rows();
    let sums = [
        ("the dashboard's total", minor(&board.total())),
        ("the list's rows", rows.iter().map(|row| minor(&row.amount)).sum()),
        (
            "the list's days",
            list.days().iter().map(|day| minor(&day.total)).sum(),
        ),
        ("the slices", sum_of(&board, "#by-category tr[data-value]")),
        ("the bars", sum_of(&board, "#trend tr[data-value]")),
        ("the API's total", minor(summary["total"].as_str().unwrap())),
        ("the API's categories", in_summary("by_category")),
        ("the API's days", in_summary("by_day")),
        (
            "the CSV",
            csv.text()
                .lines()
                .skip(1)
                .map(|line| minor(line.split(',').nth(1).unwrap()))
                .sum(),
        ),
    ];
    for (name, sum) in sums {
        assert_eq!(sum, total, "{name}, {query}");
    }
    assert_eq!(csv.text().lines().count() - 1, rows.len(), "{query}");
    assert_eq!(summary["count"], rows.len(), "{query}");
    assert!(board.count("#trend tr[data-value]") <= 62, "{query}");
    total
}

/// Checks the sum of each category and of each day.
fn assert_parts(person: &Visitor, known: &[Known]) {
    for (nth, category) in CATEGORIES.iter().enumerate().take(3) {
        let mine = known
            .iter()
            .filter(|it| it.category % 3 == nth)
            .map(|it| it.amount)
            .sum::<i64>();
        let name = super::support::form_text(&[("period", "all"), ("category", category)]);
        assert_eq!(
            minor(&person.total(&format!("/expenses?{name}"))),
            mine,
            "{category}"
        );
    }
    for (nth, date) in DATES.iter().enumerate() {
        let mine = known
            .iter()
            .filter(|it| it.date == nth)
            .map(|it| it.amount)
            .sum::<i64>();
        assert_eq!(
            minor(&person.total(&format!("/expenses?period=day&on={date}"))),
            mine,
            "{date}"
        );
    }
}

#[test]
fn after_any_history_all_sums_agree() {
    let app = App::start();
    let history = prop::collection::vec(steps(), 1..30);
    let calendar = (
        prop::sample::select(vec!["1", "25", "28"]),
        prop::sample::select(vec!["monday", "sunday", "saturday"]),
    );
    let mut runner = TestRunner::new(Config {
        cases: cases(8),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    });
    let outcome = runner.run(&(history, calendar), |(history, (month_start, week_start))| {
        let person = app.person();
        let settings = person.page("/settings").form_at("form[action$=\"/settings\"]");
        let calendar = [("month_start", month_start), ("week_start", week_start)];
        person.submit(&settings, &calendar).location();
        person
            .post("/budgets?month=1900-01", &[("amount", "1"), ("month", "1900-01")])
            .location();
        let token = person.token();
        let mut known = Vec::new();
        for step in &history {
            go(&person, &mut known, step);
        }
        known.retain(|it| !it.deleted);
        let all: i64 = known.iter().map(|it| it.amount).sum();
        for query in QUERIES {
            let total = assert_sums_agree(&person, &token, query);
            if query == "period=all" {
                assert_eq!(total, all, "what was entered");
            }
            if query.is_empty() || query.starts_with("period=month") {
                let spent = person
                    .page(&format!("/?{query}"))
                    .text("section.budget .budget-line a");
                assert_eq!(minor(&spent), total, "what the budget counts, {query}");
            }
        }
        assert_parts(&person, &known);
        let owner = app.owner(&person);
        let (kept, counted) = app.read_of(owner, move |conn| {
            Ok((totals::kept(conn, owner)?, totals::recount(conn, owner)?))
        });
        assert_eq!(kept, counted, "the daily totals");
        let months = app.read_of(owner, move |conn| totals::kept_months(conn, owner));
        assert_eq!(months, totals::recount_months(&counted), "the monthly totals");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
