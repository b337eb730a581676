//! The one-line form: a line fills the form "Add expense" and saves nothing.

use super::support::{App, Page, Visitor};

fn form(page: &Page) -> [String; 4] {
    let form = page.form("Add expense");
    ["amount", "category", "date", "description"].map(|name| form.value(name).to_owned())
}

fn filled(person: &Visitor, line: &str) -> [String; 4] {
    let encoded = line
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    form(&person.page(&format!("/?line={encoded}")))
}

#[test]
fn a_line_fills_the_form_and_saves_nothing() {
    let app = App::start();
    let person = app.person();
    for day in ["2026-11-03", "2026-11-04", "2026-11-05"] {
        person.add("9", "Food", day, "Lunch");
    }
    let page = person.page("/?period=year&line=12,50%20lunch%20yesterday");
    assert_eq!(form(&page), ["12,50", "Food", "2026-11-21", "lunch"]);
    assert_eq!(page.text("#add-reason"), "Food, as the last 3 times");
    assert_eq!(page.count("#add-expense button[autofocus]"), 1);
    assert_eq!(page.total(), "27.00");
    let saved = person.submit(&page.form("Add expense"), &[]);
    assert_eq!(saved.location(), "/?period=year");
    assert_eq!(person.follow(&saved).total(), "39.50");

    // The form "Quick add" leads there, with the period.
    let quick = person.page("/?period=year").form("One line");
    assert_eq!(quick.value("period"), "year");
    assert_eq!(quick.value("line"), "");
    let page = person.page("/?line=bread");
    assert_eq!(form(&page), ["", "", "2026-11-22", "bread"]);
    assert_eq!(page.count("#add-amount[autofocus]"), 1);
    assert_eq!(page.form("One line").value("line"), "bread");
    // Without a line nothing has the focus, and an empty one is none.
    for path in ["/", "/?line="] {
        assert_eq!(person.page(path).count("#add-expense [autofocus]"), 0, "{path}");
    }
}

#[test]
fn what_the_address_says_wins() {
    let app = App::start();
    let person = app.person();
    let page = person.page("/?line=12%20bread%20today&add_amount=3&add_category=Food");
    assert_eq!(form(&page), ["3", "Food", "2026-11-22", "bread"]);
}

#[test]
fn amounts_and_dates_are_read_as_the_person_writes_them() {
    let app = App::start();
    let german = app.person_with(&[("locale", "de-DE"), ("currency", "EUR")]);
    for (line, wanted) in [
        ("1.234,50 Sofa 24.12.", ["1.234,50", "", "2025-12-24", "Sofa"]),
        ("3 Brote 4,20 €", ["4,20 €", "", "2026-11-22", "3 Brote"]),
        ("Kino 21/11 12", ["12", "", "2026-11-21", "Kino"]),
        ("Kino 24.12.2026 12", ["12", "", "2026-12-24", "Kino"]),
        (
            "12,5 Brot  mit Käse friday",
            ["12,5", "", "2026-11-20", "Brot mit Käse"],
        ),
    ] {
        assert_eq!(filled(&german, line), wanted.map(str::to_owned), "{line}");
    }
    let american = app.stranger();
    for (line, wanted) in [
        ("11/21 movie 12", ["12", "", "2026-11-21", "movie"]),
        ("$5 tip sunday", ["$5", "", "2026-11-15", "tip"]),
        ("-4.50 refund 2026-02-28", ["-4.50", "", "2026-02-28", "refund"]),
        ("5 € ticket", ["5 €", "", "2026-11-22", "ticket"]),
    ] {
        assert_eq!(filled(&american, line), wanted.map(str::to_owned), "{line}");
    }
    // Another currency is refused by the form, never taken for the book's.
    let page = american.page("/?line=5%20%E2%82%AC%20ticket");
    let answer = american.submit(&page.form("Add expense"), &[("category", "Travel")]);
    assert!(
        answer
            .expect(422)
            .page()
            .form("Add expense")
            .error("amount")
            .is_some()
    );
}

#[test]
fn any_line_is_a_page() {
    let app = App::start();
    let person = app.person();
    for line in [
        "%FF",
        "%00",
        "%0A%0D",
        "12%0A13",
        "-",
        "0",
        "99999999999999999999",
        "%C2%A0",
        "31.02.",
        "29/2",
    ] {
        let answer = person.get(&format!("/?line={line}"));
        assert!(answer.status < 500, "{line}: {}", answer.status);
    }
    assert_eq!(
        person
            .page(&format!("/?line={}", "x".repeat(3_000)))
            .count("#add-expense"),
        1
    );
}
