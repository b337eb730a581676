//! Time zones: "today" is that of the person, and a date stays as it was typed.

use super::support::{App, Visitor};

/// UTC-12, -6, 0, +5:30 and +14.
pub const ZONES: [&str; 5] = [
    "Etc/GMT+12",
    "America/Costa_Rica",
    "UTC",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
];

fn person_in(app: &App, zone: &str) -> Visitor {
    app.person_with(&[("timezone", zone)])
}

fn today(person: &Visitor) -> String {
    person.page("/").form("Add expense").value("date").to_owned()
}

/// Every place that shows the date of the one expense "Tea".
pub fn shown_dates(person: &Visitor, date: &str) -> Vec<String> {
    let list = person.page("/expenses?period=all");
    let row = list.row("Tea");
    let edit = person
        .page(&row.edit)
        .form("Edit expense")
        .value("date")
        .to_owned();
    let day = person.page(&format!("/?period=day&on={date}"));
    let csv = person.get("/expenses.csv").text();
    let line = csv.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let bars = person
        .page(&format!("/?from={date}&to={date}"))
        .attrs("#trend td.number a", "href");
    let bar = bars.concat().split("on=").nth(1).unwrap_or_default().to_owned();
    vec![row.date, edit, day.row("Tea").date, line, bar]
}

#[test]
fn a_date_stays_as_it_was_typed_in_every_zone() {
    let app = App::start();
    for zone in ZONES {
        for date in ["2026-11-30", "2026-03-29", "1900-01-01", "9999-12-31"] {
            let person = person_in(&app, zone);
            person.add("4.50", "Drinks", date, "Tea");
            assert_eq!(shown_dates(&person, date), [date; 5], "{zone}");
            for other in ZONES {
                person.post("/settings", &[("timezone", other)]).location();
                assert_eq!(
                    person.page("/expenses?period=all").row("Tea").date,
                    date,
                    "{zone} to {other}"
                );
            }
        }
    }
}

#[test]
fn today_and_the_month_change_at_the_persons_midnight() {
    let app = App::start();
    // The times in UTC of 23:30 and 00:30 at the end of November in the zone.
    for (zone, before, after) in [
        ("Etc/GMT+12", "2026-12-01 11:30", "2026-12-01 12:30"),
        ("America/Costa_Rica", "2026-12-01 05:30", "2026-12-01 06:30"),
        ("UTC", "2026-11-30 23:30", "2026-12-01 00:30"),
        ("Asia/Kolkata", "2026-11-30 18:00", "2026-11-30 19:00"),
        ("Pacific/Kiritimati", "2026-11-30 09:30", "2026-11-30 10:30"),
    ] {
        app.set_clock("2026-11-29 12:00");
        let person = person_in(&app, zone);
        person.add("1", "Rent", "2026-11-30", "last day");
        person.add("2", "Rent", "2026-12-01", "first day");
        person
            .post("/budgets", &[("amount", "10"), ("month", "2026-11")])
            .location();
        for (moment, day, total, percent, label) in [
            (before, "2026-11-30", "1.00", "10", "November 2026"),
            (after, "2026-12-01", "2.00", "20", "December 2026"),
        ] {
            app.set_clock(moment);
            assert_eq!(today(&person), day, "{zone} {moment}");
            assert_eq!(person.total("/"), total, "{zone} {moment}");
            assert_eq!(person.total("/expenses"), total);
            assert_eq!(person.total("/expenses?period=day"), total);
            assert_eq!(person.page("/").attr("[role=meter]", "aria-valuenow"), percent);
            assert_eq!(person.page("/budgets").text(".period-label"), label);
            let heading = person.page("/expenses?period=all").days();
            let heading = heading.iter().find(|group| group.date == day).unwrap();
            assert_eq!(heading.heading, "Today", "{zone} {moment}");
            let file = person.get("/expenses.csv");
            let name = file.header("content-disposition").unwrap();
            assert!(name.contains(&format!("expenses-{day}.csv")), "{zone} {name}");
        }
    }
}

#[test]
fn the_week_and_the_year_change_there_as_well() {
    let app = App::start();
    app.set_clock("2026-12-31 12:00");
    let person = person_in(&app, "Asia/Kolkata");
    person.add("1", "Rent", "2026-12-31", "");
    person.add("2", "Rent", "2027-01-01", "");
    app.set_clock("2026-12-31 18:00");
    assert_eq!(person.total("/?period=year"), "1.00");
    app.set_clock("2026-12-31 19:00");
    assert_eq!(person.total("/?period=year"), "2.00");
    // 2027-01-03 is a Sunday.
    app.set_clock("2027-01-03 18:00");
    assert_eq!(person.total("/?period=week"), "3.00");
    app.set_clock("2027-01-03 19:00");
    assert_eq!(person.total("/?period=week"), "0.00");
}

#[test]
fn another_zone_changes_today_and_nothing_else() {
    let app = App::start();
    app.set_clock("2026-11-30 12:00");
    let person = person_in(&app, "Etc/GMT+12");
    person.add("1", "Rent", "2026-11-30", "");
    let before = person.get("/expenses.csv").text();
    assert_eq!(today(&person), "2026-11-30");
    person
        .post("/settings", &[("timezone", "Pacific/Kiritimati")])
        .location();
    assert_eq!(today(&person), "2026-12-01");
    assert_eq!(person.total("/"), "0.00");
    assert_eq!(person.get("/expenses.csv").text(), before);
}
