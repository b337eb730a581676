//! The largest amounts and their sums.

use diesel::connection::SimpleConnection as _;
use expense_tracker::db::Conn;
use serde_json::json;

use super::support::{App, Visitor, date};

const LARGEST: &str = "100000000000.00";

#[test]
fn the_largest_amounts_are_stored_summed_shown_and_exported_exactly() {
    let app = App::start();
    let person = app.person();
    person
        .post("/settings", &[("currency", "VND"), ("locale", "vi-VN")])
        .location();
    for _ in 0..3 {
        person.add("1.200.000.000", "Car", "2026-11-20", "A small one");
    }
    person.add("-10.000.000.000.000", "House", "2026-11-21", "");
    person.add("10.000.000.000.000", "House", "2026-11-22", "");
    assert_eq!(person.total("/"), "3600000000");
    assert_eq!(person.total("/expenses?q=small"), "3600000000");
    let file = person.get("/expenses.csv").expect(200).text();
    assert!(
        file.contains("10000000000000,VND") && file.contains("1200000000,VND"),
        "{file}"
    );
    person
        .post(
            "/budgets",
            &[("month", "2026-11"), ("amount_all", "10.000.000.000.000")],
        )
        .location();
    person.page("/");
    let program = app.api(&person);
    assert_eq!(program.get("/summary").expect(200).json()["total"], "3600000000");
}

/// Sets an amount as large as hundreds of thousands of the largest expenses.
fn enlarge(app: &App, person: &Visitor, text: &str) {
    let owner = app.owner(person);
    let set = format!(
        "UPDATE expenses SET amount = 1999999999999999999 WHERE book_id = {} AND description = '{text}'",
        owner.0
    );
    app.write_of(owner, move |conn: &mut Conn| {
        conn.batch_execute(&set)?;
        expense_tracker::ledger::totals::rebuild(conn, owner)
    });
}

#[test]
fn no_sum_of_an_account_overflows() {
    let app = App::start();
    let person = app.person();
    let program = app.api(&person);
    person.add("1.00", "Rent", "2026-11-20", "vast");
    let small = person.add("1.00", "Rent", "2026-11-20", "small");
    let trashed = person.add(LARGEST, "Rent", "2026-11-20", "in the trash");
    person
        .post(&format!("/expenses/{trashed}/delete"), &[])
        .location();
    enlarge(&app, &person, "vast");

    let fields = [
        ("amount", LARGEST),
        ("category", "Rent"),
        ("date", "2026-11-20"),
        ("description", "one more"),
    ];
    let page = person.post("/expenses", &fields).expect(422).page();
    assert!(page.text("main").contains("total too large"));
    person.post(&format!("/expenses/{small}"), &fields).expect(422);
    person
        .post(&format!("/expenses/{trashed}/restore"), &[])
        .expect(422);
    let body = json!({"amount": LARGEST, "category": "Rent", "date": "2026-11-20"});
    program.post("/expenses", &body).problem(422);
    program
        .post("/expenses/batch", &json!({"items": [body.clone(), body]}))
        .problem(422);
    program
        .patch(&format!("/expenses/{small}"), &json!({"amount": LARGEST}))
        .problem(422);

    // Other writes still work, also of negative amounts.
    person.add("2.00", "Rent", "2026-11-20", "small as well");
    person.add("-100000000000.00", "Rent", "2026-11-21", "back");
    for path in [
        "/",
        "/?period=all",
        "/expenses?q=a&period=all",
        "/budgets",
        "/categories",
        "/expenses.csv",
    ] {
        person.get(path).expect(200);
    }
    let owner = app.owner(&person);
    let days = app.read_of(owner, move |conn| {
        let kept = expense_tracker::ledger::totals::kept(conn, owner)?;
        assert_eq!(kept, expense_tracker::ledger::totals::recount(conn, owner)?);
        Ok(kept)
    });
    assert_eq!(days[0].period, date("2026-11-20"));
}
