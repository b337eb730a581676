//! Books: making one, its settings, its tokens and its end.
//!
//! More than 300 lines, because all stories share a household.

use serde_json::json;

use expense_tracker::books::member::{self as member_rows, Member};
use expense_tracker::books::role::Role;
use expense_tracker::db::Conn;

use super::support::books::{book, during, household, id, invite, member, new_book, token};
use super::support::{App, PASSWORD, Visitor};

#[test]
fn a_new_book_has_its_own_rows_and_addresses() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "mine alone");
    let base = new_book(&person, "Household");
    assert_eq!(person.page(&format!("{base}/expenses?period=all")).rows(), []);
    let form = [
        ("amount", "7"),
        ("category", "Rent"),
        ("date", "2026-11-20"),
        ("description", "flat"),
    ];
    let added = person.post(&format!("{base}/expenses"), &form);
    assert_eq!(added.location(), format!("{base}/"));
    assert_eq!(
        person.page(&format!("{base}/expenses?period=all")).total(),
        "7.00"
    );
    assert_eq!(person.page("/expenses?period=all").total(), "4.50");
    // Every link and form of its pages stays in it.
    let list = person.page(&format!("{base}/expenses?period=all"));
    assert!(list.link("Edit flat").starts_with(&format!("{base}/expenses/")));
    assert!(
        list.link("Export CSV")
            .starts_with(&format!("{base}/expenses.csv"))
    );
    let row = list.link("Edit flat");
    assert_eq!(
        person.get(&row.replace(&base, "")).status,
        404,
        "not in the own book"
    );
    // The switcher names both as soon as there are two.
    assert_eq!(list.texts(".books li a"), ["Personal", "Household", "All books"]);
    assert_eq!(app.person().page("/").count(".books"), 0);
    let books = person.page("/books");
    assert_eq!(books.texts("ul.sessions a[dir]"), ["Personal", "Household"]);
}

#[test]
fn wrong_settings_of_a_book_are_told_and_change_nothing() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let long = "x".repeat(61);
    for (name, value) in [
        ("name", ""),
        ("name", "  "),
        ("name", long.as_str()),
        ("name", "a\u{7}b"),
        ("currency", "XXQ"),
        ("currency", "JPY"),
        ("month_start", "0"),
        ("month_start", "29"),
        ("month_start", "first"),
    ] {
        let page = owner
            .post(&format!("{base}/book"), &[(name, value)])
            .expect(422)
            .page();
        let form = page.form("Book");
        assert!(form.error(name).is_some(), "{name} {value}");
        assert_eq!(page.text(".book-name"), "Household");
    }
    for (name, currency, field) in [
        ("", "USD", "name"),
        (long.as_str(), "USD", "name"),
        ("A", "NO", "currency"),
    ] {
        let page = owner
            .post("/books", &[("name", name), ("currency", currency)])
            .expect(422)
            .page();
        assert!(page.form_at("#new-book").error(field).is_some());
    }
    let page = owner
        .post(&format!("{base}/book/invitations"), &[("role", "owner")])
        .expect(422)
        .page();
    assert!(page.text("#invite .message").contains("editor or viewer"));
    let page = owner
        .post(&format!("{base}/book/close"), &[("name", "household")])
        .expect(422)
        .page();
    assert!(page.text("#close-book .message").contains("Household"));
    let form = [("name", "Home"), ("currency", "EUR"), ("month_start", "25")];
    owner.post(&format!("{base}/book"), &form).location();
    let client = app.api(&owner);
    let book = base.trim_start_matches("/b/");
    let shown = client.get(&format!("/b/{book}/book")).json();
    assert_eq!(
        (&shown["name"], &shown["currency"], &shown["month_start"]),
        (&json!("Home"), &json!("EUR"), &json!(25))
    );
    assert_eq!(
        client.get("/me").json()["currency"],
        "USD",
        "the own book is as it was"
    );
}

#[test]
fn a_person_is_in_at_most_fifty_books() {
    let app = App::start();
    let (person, owner) = (app.person(), app.person());
    for number in 1..50 {
        new_book(&person, &format!("Book {number}"));
    }
    let page = person
        .post("/books", &[("name", "One more"), ("currency", "USD")])
        .expect(422)
        .page();
    assert!(page.form_at("#new-book").error("name").unwrap().contains("50"));
    let base = new_book(&owner, "Household");
    let link = invite(&owner, &base, "viewer");
    let page = person.post(&link, &[]).expect(422).page();
    assert!(page.text("#join-problem").contains("50"));
    person.get(&format!("{base}/")).expect(404);
    app.person().post(&link, &[]).location();
}

#[test]
fn a_book_has_at_most_fifty_members() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Club");
    let members: Vec<Visitor> = (1..50).map(|_| member(&app, &owner, &base, "viewer")).collect();
    let (late, link) = (app.person(), invite(&owner, &base, "viewer"));
    let page = late.post(&link, &[]).expect(422).page();
    assert!(page.text("#join-problem").contains("50 members"));
    late.get(&format!("{base}/")).expect(404);
    members[0].post(&format!("{base}/book/leave"), &[]).location();
    assert_eq!(late.post(&link, &[]).location(), format!("{base}/"));
}

#[test]
fn closing_ends_a_book_for_everybody_and_its_rows_go() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let closed = owner.post(&format!("{base}/book/close"), &[("name", "Household")]);
    assert_eq!(closed.location(), "/books");
    for person in [&owner, &other] {
        person.get(&format!("{base}/")).expect(404);
        assert_eq!(person.page("/books").texts("ul.sessions a[dir]"), ["Personal"]);
    }
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { expense_tracker::ops::purge::once(&state).await })
        .unwrap();
    let book = expense_tracker::db::BookId(base.trim_start_matches("/b/").parse().unwrap());
    let left = app.read_of(book, move |conn| super::support::rows_of(conn, book));
    assert!(left.values().all(Vec::is_empty), "{left:?}");
}

#[test]
fn an_account_that_ends_takes_nothing_of_the_others_with_it() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let alone = new_book(&owner, "Alone");
    let settings = owner.page("/settings");
    assert!(settings.text("#delete-account").contains("Password"));
    let words = settings.text(".danger-zone");
    assert!(
        words.contains("last owner of Household") && words.contains("Alone"),
        "{words}"
    );
    let page = owner
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .expect(422)
        .page();
    assert!(
        page.form_at("#delete-account")
            .error("password")
            .unwrap()
            .contains("Household")
    );
    owner.get(&format!("{base}/")).expect(200);

    let of_other = format!("{base}/book/members/{}", id(&app, &other));
    owner.post(&of_other, &[("role", "owner")]).location();
    assert!(
        owner
            .page("/settings")
            .text(".danger-zone")
            .contains("stay for their other members: Household")
    );
    owner
        .post("/settings/delete-account", &[("password", PASSWORD)])
        .location();
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { expense_tracker::ops::purge::once(&state).await })
        .unwrap();
    assert_eq!(
        other.page(&format!("{base}/expenses?period=all")).total(),
        "704.50"
    );
    let book = expense_tracker::db::BookId(alone.trim_start_matches("/b/").parse().unwrap());
    let left = app.read_of(book, move |conn| super::support::rows_of(conn, book));
    assert!(left.values().all(Vec::is_empty), "{left:?}");
}

#[test]
fn a_token_is_for_one_book() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let book = base.trim_start_matches("/b/").to_owned();
    let own = app.owner(&owner).0;
    let client = app.api_with(&token(&owner, ""));
    client.get("/expenses").expect(200);
    client.get(&format!("/b/{own}/expenses")).expect(200);
    client.get(&format!("/b/{book}/expenses")).problem(404);
    client.get("/b/12/expenses").problem(404);
    client.get("/b/x/expenses").problem(404);
}

#[test]
fn the_limit_of_books_holds_for_books_of_the_same_moment() {
    let app = App::start();
    let (person, owner) = (app.person(), app.person());
    for number in 1..49 {
        new_book(&person, &format!("Book {number}"));
    }
    let [first, second] = ["First", "Second"].map(|name| new_book(&owner, name));
    let link = invite(&owner, &second, "viewer");
    let (of_first, user, now) = (book(&first), app.user(&person), app.clock.now());
    let joins = move |conn: &mut Conn| {
        let member = Member::new(of_first, user, Role::Viewer, String::new(), now);
        member_rows::join(conn, &member)
    };
    let answer = during(&app, (user, of_first), joins, || person.post(&link, &[]));
    assert!(answer.expect(422).page().text("#join-problem").contains("50"));
}

#[test]
fn a_change_of_one_setting_leaves_the_others_as_they_are_now() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    owner
        .post(
            &format!("{base}/book/members/{}", id(&app, &other)),
            &[("role", "owner")],
        )
        .location();
    let (path, of_book) = (format!("{base}/book"), book(&base));
    let settings = || {
        let form = owner.page(&path).form("Book");
        ["name", "currency", "month_start"].map(|name| form.value(name).to_owned())
    };
    // A form that was rendered before somebody else's change.
    let old = owner.page(&path).form("Book");
    other
        .post(
            &path,
            &[("name", "Home"), ("currency", "EUR"), ("month_start", "25")],
        )
        .location();
    owner.submit(&old, &[("name", "Household")]).location();
    assert_eq!(settings(), ["Home", "EUR", "25"]);
    owner.submit(&old, &[("month_start", "3")]).location();
    assert_eq!(settings(), ["Home", "EUR", "3"]);
    // After an error as well.
    let page = owner.submit(&old, &[("month_start", "0")]).expect(422).page();
    let again = page.form("Book");
    assert_eq!((again.value("name"), again.value("month_start")), ("Home", "0"));
    owner.submit(&again, &[("month_start", "4")]).location();
    assert_eq!(settings(), ["Home", "EUR", "4"]);
    // One member of PATCH, and one field of a form, while another is changed.
    let renamed =
        |conn: &mut Conn, name: &str, of_book| expense_tracker::books::book::set_name(conn, of_book, name);
    let client = app.api_with(&token(&owner, &base));
    let call = format!("{base}/book");
    let work = move |conn: &mut Conn| renamed(conn, "Castle", of_book);
    during(&app, of_book, work, || {
        client.patch(&call, &json!({"month_start": 5}))
    })
    .expect(200);
    assert_eq!(settings(), ["Castle", "EUR", "5"]);
    let work = move |conn: &mut Conn| renamed(conn, "Cottage", of_book);
    let answer = during(&app, of_book, work, || owner.post(&path, &[("month_start", "6")]));
    assert_eq!(answer.location(), path);
    assert_eq!(settings(), ["Cottage", "EUR", "6"]);
}

#[test]
fn a_new_theme_does_not_relabel_the_own_book() {
    let app = App::start();
    let owner = app.person();
    owner.add("4.50", "Coffee", "2026-11-20", "");
    let own = app.owner(&owner).0;
    let base = format!("/b/{own}");
    let link = invite(&owner, &base, "editor");
    let other = app.person();
    other.post(&link, &[]).location();
    let of_other = format!("{base}/book/members/{}", id(&app, &other));
    owner.post(&of_other, &[("role", "owner")]).location();
    let old = owner.page("/settings").form_at("#preferences");
    let form = [("currency", "EUR"), ("month_start", "25")];
    other.post(&format!("{base}/book"), &form).location();
    owner.submit(&old, &[("theme", "dark")]).location();
    let form = owner.page("/settings").form_at("#preferences");
    assert_eq!(
        ["currency", "month_start", "theme"].map(|name| form.value(name)),
        ["EUR", "25", "dark"]
    );
    // Two tabs of the same person.
    owner.submit(&old, &[("name", "Ann")]).location();
    assert_eq!(
        owner.page("/settings").form_at("#preferences").value("theme"),
        "dark"
    );
}

#[test]
fn an_old_form_does_not_undo_a_rename_of_a_category() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let path = format!("{base}/categories");
    let old = owner.page(&path).form("Change Coffee");
    let form = other.page(&path).form("Change Coffee");
    other
        .submit(&form, &[("name", "Drinks"), ("color", "#0072b2")])
        .location();
    owner.submit(&old, &[]).location();
    let shown = owner.page(&path).form("Change Drinks");
    assert_eq!(shown.value("color"), "#0072b2");
    owner.submit(&old, &[("color", "#e69f00")]).location();
    let shown = owner.page(&path).form("Change Drinks");
    assert_eq!(shown.value("color"), "#e69f00");
    assert_eq!(
        owner.post(&old.action, &[("name", "Tea")]).status,
        303,
        "a script's form"
    );
    owner.page(&path).form("Change Tea");
}

#[test]
fn a_book_is_closed_by_its_name_as_a_page_shows_it() {
    let app = App::start();
    let owner = app.person();
    for (name, typed) in [
        ("Our  home", "Our home"),
        ("Cafe\u{301}", "Café"),
        ("Café", " Cafe\u{301} "),
    ] {
        let base = new_book(&owner, name);
        let closed = owner.post(&format!("{base}/book/close"), &[("name", typed)]);
        assert_eq!(closed.location(), "/books", "{name:?}");
    }
    let base = new_book(&owner, "Home");
    owner
        .post(&format!("{base}/book/close"), &[("name", "home")])
        .expect(422);
}

#[test]
fn the_words_of_the_settings_tell_what_ends_with_the_account() {
    let app = App::start();
    let owner = app.person();
    let words = || owner.page("/settings").text(".danger-zone");
    assert!(words().contains("deletes your account and all its expenses"));
    let own = format!("/b/{}", app.owner(&owner).0);
    let other = member(&app, &owner, &own, "editor");
    assert!(!words().contains("all its expenses") && words().contains("last owner of Personal"));
    let of_other = format!("{own}/book/members/{}", id(&app, &other));
    owner.post(&of_other, &[("role", "owner")]).location();
    assert!(
        !words().contains("all its expenses") && words().contains("stay for their other members: Personal")
    );
    new_book(&owner, "Alone");
    assert!(
        words().contains("the books that nobody else is in: Alone"),
        "{}",
        words()
    );
}

#[test]
fn a_title_names_the_book_of_somebody_who_has_several() {
    let app = App::start();
    let person = app.person();
    assert_eq!(
        person.page("/expenses").text("title"),
        "Expenses, November 2026 · Expense Tracker Pro"
    );
    let base = new_book(&person, "Household");
    let title = person.page(&format!("{base}/expenses")).text("title");
    assert_eq!(title, "Expenses, November 2026 · Household · Expense Tracker Pro");
    let title = person.page(&format!("{base}/book")).text("title");
    assert_eq!(title, "Book settings, Household · Expense Tracker Pro");
    assert_eq!(
        person.page("/settings").text("title"),
        "Settings · Expense Tracker Pro"
    );
}
