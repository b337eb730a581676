//! Two instances on one database see each other's changes immediately.

use serde_json::json;

use super::recurring::tick;
use super::support::{Answer, App, PASSWORD, Visitor, postgres_url};

/// The same browser at another instance.
fn at(app: &App, person: &Visitor) -> Visitor {
    let mut same = app.anonymous();
    same.email.clone_from(&person.email);
    same.set_cookie("session", person.cookie("session").as_deref());
    same
}

/// Two instances; only PostgreSQL is shared by several.
fn two() -> Option<(App, App)> {
    let one = App::on_postgres(&postgres_url()?);
    let other = one.beside();
    Some((one, other))
}

fn sign_in(app: &App, email: &str, password: &str) -> Answer {
    app.anonymous()
        .post("/login", &[("email", email), ("password", password)])
}

#[test]
fn a_session_begun_at_one_counts_at_the_other_and_ends_at_both() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    let there = at(&other, &person);
    there.page("/settings");
    there.post("/logout", &[]).location();
    assert_eq!(person.get("/").location(), "/login?next=%2F");
}

#[test]
fn a_new_password_at_one_ends_sessions_and_tokens_at_the_other() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    let laptop = other.anonymous();
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    laptop.post("/login", &form).location();
    laptop.page("/");
    let token = other.api(&at(&other, &person));
    token.get("/me").expect(200);
    let new = "a horse of another color entirely";
    person
        .post(
            "/settings/password",
            &[("current_password", PASSWORD), ("new_password", new)],
        )
        .location();
    assert_eq!(laptop.get("/").location(), "/login?next=%2F");
    token.get("/me").problem(401);
    sign_in(&other, &person.email, PASSWORD).expect(422);
    assert_eq!(sign_in(&other, &person.email, new).location(), "/");
}

#[test]
fn failed_sign_ins_count_together() {
    let Some((one, other)) = two() else { return };
    let email = one.person().email;
    for app in [&one, &other] {
        for _ in 0..5 {
            sign_in(app, &email, "not the password").expect(422);
        }
    }
    for app in [&one, &other] {
        sign_in(app, &email, PASSWORD).expect(429);
    }
}

#[test]
fn a_request_sent_again_to_the_other_is_carried_out_once() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    let (here, there) = (one.api(&person), other.api(&at(&other, &person)));
    let body = json!({"amount": "2.50", "category": "Tea"});
    let first = here.send(
        &here
            .json("POST", "/expenses", &body)
            .header("Idempotency-Key", "k"),
    );
    let again = there.send(
        &there
            .json("POST", "/expenses", &body)
            .header("Idempotency-Key", "k"),
    );
    assert_eq!((first.expect(201).body, 201), (again.body.clone(), again.status));
    let form = [
        ("amount", "1"),
        ("category", "Tea"),
        ("date", "2026-11-20"),
        ("request_id", "r"),
    ];
    person.post("/expenses", &form).location();
    at(&other, &person).post("/expenses", &form).location();
    assert_eq!(person.total("/expenses?period=all"), "3.50");
}

#[test]
fn what_is_deleted_at_one_is_undone_at_the_other() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    let there = at(&other, &person);
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    assert_eq!(there.total("/expenses?period=all"), "0.00");
    there.post(&format!("/expenses/{id}/restore"), &[]).location();
    assert_eq!(person.total("/expenses?period=all"), "4.50");
}

#[test]
fn writes_side_by_side_at_both_keep_the_totals_right() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let visitor = at(if number % 2 == 0 { &one } else { &other }, &person);
            scope.spawn(move || {
                for _ in 0..10 {
                    // One day and one new category for all, so that they write the same rows.
                    visitor.add("0.01", "Same", "2026-11-20", "");
                }
            });
        }
    });
    assert_eq!(person.total("/expenses?period=all"), "0.80");
    let owner = one.owner(&person);
    let (kept, counted) = one.read_of(owner, move |conn| {
        use expense_tracker::ledger::totals;
        Ok((totals::kept(conn, owner)?, totals::recount(conn, owner)?))
    });
    assert_eq!(kept, counted);
}

#[test]
fn both_enter_what_recurs_and_each_date_once() {
    let Some((one, other)) = two() else { return };
    let person = one.person();
    let there = at(&other, &person);
    let daily = [
        ("amount", "1"),
        ("category", "Coffee"),
        ("date", "2026-11-23"),
        ("unit", "day"),
    ];
    person.post("/recurring", &daily).location();
    let ask = [
        ("amount", "5"),
        ("category", "Rent"),
        ("date", "2026-12-01"),
        ("mode", "ask"),
    ];
    person.post("/recurring", &ask).location();
    let page = person.page("/recurring");
    let rent = page
        .attrs("section[aria-labelledby=schedules-title] .what a", "href")
        .remove(1);
    for app in [&one, &other] {
        app.set_clock("2026-12-20 12:00");
    }
    let enter = |visitor: &Visitor| {
        visitor.get("/").expect(200);
        let path = format!("{rent}/2026-12-01");
        assert!([303, 200].contains(&visitor.post(&path, &[("action", "post")]).status));
        visitor.get("/recurring").expect(200);
    };
    std::thread::scope(|scope| {
        for visitor in [&person, &there] {
            scope.spawn(move || enter(visitor));
        }
        for app in [&one, &other] {
            scope.spawn(move || tick(app));
        }
    });
    for app in [&one, &other] {
        tick(app);
    }
    let rows = there.page("/expenses?period=all&q=coffee").total();
    assert_eq!(rows, "28.00", "one for each day from November 23 to December 20");
    assert_eq!(person.total("/expenses?period=all&q=rent"), "5.00");
}
