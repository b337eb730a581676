//! Deleting an account.

use super::support::{App, PASSWORD, Visitor};
use diesel::prelude::*;
use expense_tracker::db::schema::{
    books, budgets, categories, daily_totals, expenses, members, sessions, users,
};
use expense_tracker::db::{BookId, Owner, UserId};
use expense_tracker::ops::purge;

fn delete(person: &Visitor, password: &str) -> super::support::Answer {
    person.post("/settings/delete-account", &[("password", password)])
}

/// Rows of a person and their own book: users, books, members, sessions, categories, expenses, daily totals, budgets.
fn rows(app: &App, own: BookId) -> [i64; 8] {
    app.read_of(Owner::both(UserId(own.0), own), move |conn| {
        let id = own.0;
        Ok([
            users::table.filter(users::id.eq(id)).count().get_result(conn)?,
            books::table.filter(books::id.eq(id)).count().get_result(conn)?,
            members::table
                .filter(members::book_id.eq(id))
                .count()
                .get_result(conn)?,
            sessions::table
                .filter(sessions::user_id.eq(id))
                .count()
                .get_result(conn)?,
            categories::table
                .filter(categories::book_id.eq(id))
                .count()
                .get_result(conn)?,
            expenses::table
                .filter(expenses::book_id.eq(id))
                .count()
                .get_result(conn)?,
            daily_totals::table
                .filter(daily_totals::book_id.eq(id))
                .count()
                .get_result(conn)?,
            budgets::table
                .filter(budgets::book_id.eq(id))
                .count()
                .get_result(conn)?,
        ])
    })
}

fn purge(app: &App) {
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
}

fn fill(person: &Visitor) {
    for (day, category) in [
        ("2026-11-20", "Coffee"),
        ("2026-11-21", "Rent"),
        ("2026-10-01", "Coffee"),
    ] {
        person.add("4.50", category, day, "");
    }
    let gone = person.add("1", "Coffee", "2026-11-22", "in the trash");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    person.post("/budgets", &[("amount", "100")]).location();
    person
        .post("/budgets", &[("amount", "10"), ("category", "Coffee")])
        .location();
}

#[test]
fn the_right_password_ends_it_and_every_row_goes() {
    let app = App::start();
    let (person, other) = (app.person(), app.person());
    fill(&person);
    fill(&other);
    let laptop = app.anonymous();
    laptop
        .post("/login", &[("email", &person.email), ("password", PASSWORD)])
        .location();
    let (owner, kept) = (app.owner(&person), app.owner(&other));
    let before = (rows(&app, kept), other.get("/expenses.csv").text());

    let token = person.cookie("session").unwrap();
    let answer = delete(&person, PASSWORD);
    assert_eq!(answer.location(), "/login");
    assert_eq!(person.cookie("session"), None);
    assert!(person.follow(&answer).status().contains("deleted"));
    person.set_cookie("session", Some(&token));
    assert_eq!(person.get("/").location(), "/login?next=%2F");
    assert_eq!(laptop.get("/").location(), "/login?next=%2F");
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    app.anonymous().post("/login", &form).expect(422);

    purge(&app);
    assert_eq!(rows(&app, owner), [0; 8]);
    assert_eq!((rows(&app, kept), other.get("/expenses.csv").text()), before);
}

#[test]
fn its_rows_are_removed_in_batches() {
    use expense_tracker::app::SLICES;
    use expense_tracker::ops::purge::remove_piece;
    let app = App::start();
    let person = app.person();
    fill(&person);
    let owner = app.owner(&person);
    delete(&person, PASSWORD).location();
    let mut pieces = 0;
    while !app.write_of(owner, move |conn| remove_piece(conn, SLICES, owner)) {
        pieces += 1;
        assert_eq!(rows(&app, owner)[1], 1, "the book itself goes last");
    }
    assert!(pieces >= 2, "{pieces}");
    assert_eq!(rows(&app, owner)[1..], [0; 7]);
    purge(&app);
    assert_eq!(rows(&app, owner), [0; 8]);
}

#[test]
fn the_address_is_free_again_at_once_and_the_new_account_is_empty() {
    let app = App::start();
    let person = app.person();
    fill(&person);
    delete(&person, PASSWORD).location();
    let anew = app.anonymous();
    anew.post("/register", &[("email", &person.email), ("password", PASSWORD)])
        .location();
    assert_eq!(anew.page("/expenses?period=all").rows(), []);
    purge(&app);
    anew.page("/");
}

#[test]
fn a_wrong_password_leaves_everything() {
    let app = App::start();
    let person = app.person();
    fill(&person);
    let owner = app.owner(&person);
    let before = rows(&app, owner);
    for (password, words) in [
        ("not it", "Incorrect password."),
        ("", "Enter your current password."),
    ] {
        let page = delete(&person, password).expect(422).page();
        let form = page.form_at("#delete-account");
        assert_eq!(form.error("password"), Some(words));
        assert_eq!(form.focused.as_deref(), Some("password"));
        let htmx = person.post_htmx("/settings/delete-account", &[("password", password)]);
        assert_eq!(
            htmx.expect(422)
                .fragment()
                .form_at("#delete-account")
                .error("password"),
            Some(words)
        );
    }
    purge(&app);
    assert_eq!(rows(&app, owner), before);
}

#[test]
fn htmx_is_sent_to_the_sign_in_page_and_nobody_deletes_without_a_session() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    assert_eq!(
        delete(&app.anonymous(), PASSWORD).location(),
        "/login?next=%2Fsettings"
    );
    let answer = stranger
        .post_htmx("/settings/delete-account", &[("password", PASSWORD)])
        .expect(200);
    assert_eq!(answer.header("hx-redirect"), Some("/login"));
    person.page("/");
}
