//! The first and the last day of the calendar work everywhere.

use super::support::{App, Visitor};

const ENDS: [&str; 2] = ["1900-01-01", "9999-12-31"];

fn person_with_calendar(app: &App, week_start: &str, month_start: &str) -> Visitor {
    let person = app.person();
    let settings = person.page("/settings").form_at("form[action$=\"/settings\"]");
    person
        .submit(
            &settings,
            &[("week_start", week_start), ("month_start", month_start)],
        )
        .location();
    person
}

#[test]
fn an_expense_at_either_end_shows_its_date_wherever_it_is_shown() {
    let app = App::start();
    for (week_start, month_start) in [("monday", "1"), ("saturday", "25")] {
        let person = person_with_calendar(&app, week_start, month_start);
        for (end, amount) in ENDS.into_iter().zip(["1.00", "2.00"]) {
            let id = person.add(amount, "End", end, end);
            let edit = person.page(&format!("/expenses/{id}/edit")).form("Edit expense");
            assert_eq!(edit.value("date"), end);
            for period in ["day", "week", "month", "year"] {
                let query = format!("period={period}&on={end}");
                for path in ["/", "/expenses"] {
                    let page = person.page(&format!("{path}?{query}"));
                    assert_eq!(page.total(), amount, "{path}?{query} {month_start}");
                    assert_eq!(page.row(end).date, end);
                }
                let csv = person.get(&format!("/expenses.csv?{query}")).expect(200).text();
                assert!(
                    csv.contains(&format!("\r\n{end},{amount},USD,End,{end},spending,,E{id}\r\n")),
                    "{csv}"
                );
                assert!(
                    bars(&person, &format!("/?{query}"))
                        .iter()
                        .any(|bar| bar == amount)
                );
            }
        }
        for query in [
            "period=all",
            "from=1900-01-01&to=9999-12-31",
            "from=1900-01-01",
            "to=9999-12-31",
        ] {
            for path in ["/", "/expenses"] {
                assert_eq!(person.total(&format!("{path}?{query}")), "3.00", "{query}");
            }
            let bars = bars(&person, &format!("/?{query}"));
            assert!(bars.len() <= 62, "{query}: {}", bars.len());
            assert_eq!(bars.iter().filter(|bar| *bar != "0.00").count(), 2);
        }
    }
}

fn bars(person: &Visitor, path: &str) -> Vec<String> {
    person.page(path).attrs("#trend tr[data-value]", "data-value")
}

#[test]
fn the_navigation_ends_where_the_calendar_does() {
    let app = App::start();
    for (week_start, month_start) in [("monday", "1"), ("sunday", "25")] {
        let person = person_with_calendar(&app, week_start, month_start);
        for period in ["day", "week", "month", "year"] {
            let first = person.page(&format!("/?period={period}&on=1900-01-01"));
            assert!(!first.has_link("Previous"), "{period}");
            let last = person.page(&format!("/?period={period}&on=9999-12-31"));
            assert!(!last.has_link("Next"), "{period} {month_start}");
            // One period inward and back.
            let inward = person.page(&first.link("Next"));
            person.page(&inward.link("Previous"));
            let inward = person.page(&last.link("Previous"));
            person.page(&inward.link("Next"));
        }
        let range = person.page("/?from=1900-01-01&to=1900-01-31");
        assert!(!range.has_link("Previous") && range.has_link("Next"));
        for month in ["1900-01", "9999-12"] {
            person.page(&format!("/budgets?month={month}"));
        }
    }
}

#[test]
fn a_budget_at_either_end_holds() {
    let app = App::start();
    for (month_start, months) in [("1", ["1900-01", "9999-12"]), ("25", ["1900-01", "9999-12"])] {
        let person = person_with_calendar(&app, "monday", month_start);
        for (end, month) in ENDS.into_iter().zip(months) {
            person.add("1", "End", end, "");
            let form = person.page(&format!("/budgets?month={month}")).form("Budgets");
            let answer = person.submit(&form, &[("amount_all", "10")]);
            assert_eq!(person.follow(&answer).budget("Monthly budget"), "10.00");
            let page = person.page(&format!("/?on={end}"));
            assert_eq!(
                page.count("[role=meter][aria-label*=\"Monthly budget\"]"),
                1,
                "{end} {month_start}"
            );
        }
        // Set in the first month, so it applies here.
        assert_eq!(person.page("/").count("[role=meter]"), 1);
    }
}
