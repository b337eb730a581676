//! Books that several people keep together: making, sharing, roles, leaving and closing.

use expense_tracker::accounts::preferences::Preferences;
use expense_tracker::accounts::registration::{Door, Registration};
use serde_json::json;
use time::Duration;

use super::support::{App, PASSWORD, Page, Request, Visitor};

/// A second book of `person`; its base.
fn new_book(person: &Visitor, name: &str) -> String {
    let made = person.post("/books", &[("name", name), ("currency", "USD")]);
    made.location().trim_end_matches('/').to_owned()
}

/// The path of a new link to the book at `base`.
fn invite(owner: &Visitor, base: &str, role: &str) -> String {
    let made = owner.post(&format!("{base}/book/invitations"), &[("role", role)]);
    let link = made.expect(200).page().attr("#invitation_link", "value");
    link[link.find("/join/").expect("a link")..].to_owned()
}

/// A person who has joined the book at `base`.
fn member(app: &App, owner: &Visitor, base: &str, role: &str) -> Visitor {
    let person = app.person();
    let link = invite(owner, base, role);
    let joined = person.post(&link, &[]);
    assert_eq!(joined.location(), format!("{base}/"));
    person
}

fn id(app: &App, person: &Visitor) -> String {
    app.user(person).0.to_string()
}

fn problem(page: &Page, css: &str) -> String {
    page.text(&format!("{css} .message"))
}

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
fn an_invitation_works_once_and_a_look_at_it_joins_nobody() {
    let app = App::start();
    let (owner, first, second) = (app.person(), app.person(), app.person());
    let base = new_book(&owner, "Household");
    let link = invite(&owner, &base, "editor");
    let settings = owner.page(&format!("{base}/book"));
    assert_eq!(settings.count("#invitation_link"), 0, "shown once");
    assert!(
        settings
            .texts("ul.sessions p")
            .iter()
            .any(|one| one.contains("works once until"))
    );

    let shown = first.get(&link).expect(200);
    assert_eq!(shown.header("referrer-policy"), Some("no-referrer"));
    let page = shown.page();
    assert!(page.text("main").contains("Household"));
    let head = first.send(&Request::new("HEAD", &link));
    assert_eq!(head.status, 200);
    assert_eq!(first.get(&format!("{base}/")).status, 404, "looking joins nobody");

    let joined = first.submit(&page.form("Join"), &[]);
    assert_eq!(joined.location(), format!("{base}/"));
    assert!(first.follow(&joined).status().contains("Household"));
    let over = second.get(&link).expect(404).page();
    assert_eq!(over.text("h1"), "This link no longer works");
    second.post(&link, &[]).expect(404);
    assert_eq!(second.get(&format!("{base}/")).status, 404);
    // Again by the one who has joined: the link is worthless, too.
    first.get(&link).expect(404);
}

#[test]
fn an_old_a_revoked_and_a_made_up_link_are_over() {
    let app = App::start();
    let (owner, guest) = (app.person(), app.person());
    let base = new_book(&owner, "Household");
    let revoked = invite(&owner, &base, "viewer");
    let page = owner.page(&format!("{base}/book"));
    let form = page
        .posting()
        .into_iter()
        .find(|form| form.action.contains("/revoke"))
        .unwrap();
    owner.submit(&form, &[]).location();
    owner.submit(&form, &[]).expect(404);
    let old = invite(&owner, &base, "viewer");
    guest.get(&old).expect(200);
    app.advance(Duration::days(7));
    for link in [&revoked, &old, "/join/1_x", "/join/x", "/join/", "/join/9_9_9"] {
        assert_eq!(guest.get(link).status, 404, "{link}");
        assert_eq!(guest.post(link, &[]).status, 404, "{link}");
    }
    // Of a book that was closed meanwhile.
    let link = invite(&owner, &base, "viewer");
    owner
        .post(&format!("{base}/book/close"), &[("name", "Household")])
        .location();
    guest.get(&link).expect(404);
    guest.post(&link, &[]).expect(404);
}

#[test]
fn of_two_who_join_at_the_same_moment_one_does() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Household");
    for _ in 0..5 {
        let link = invite(&owner, &base, "editor");
        let guests = [app.person(), app.person()];
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let threads = guests
                .each_ref()
                .map(|guest| scope.spawn(|| guest.post(&link, &[]).status));
            threads.map(|thread| thread.join().unwrap()).into()
        });
        let joined = answers.iter().filter(|status| **status == 303).count();
        assert_eq!(joined, 1, "{answers:?}");
    }
}

/// A household of an owner with a few rows; the base of the book.
fn household(owner: &Visitor) -> String {
    let base = new_book(owner, "Household");
    for (amount, category, description) in [("4.50", "Coffee", "Espresso"), ("700", "Rent", "November")] {
        let form = [
            ("amount", amount),
            ("category", category),
            ("date", "2026-11-20"),
            ("description", description),
        ];
        owner.post(&format!("{base}/expenses"), &form).location();
    }
    owner
        .post(&format!("{base}/budgets"), &[("amount", "1000")])
        .location();
    base
}

const NEW: [(&str, &str); 4] = [
    ("amount", "9"),
    ("category", "Tea"),
    ("date", "2026-11-20"),
    ("description", "forged"),
];

#[test]
fn a_viewer_sees_no_forms_and_a_forged_write_is_a_403() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    let expense = owner.page(&format!("{base}/expenses")).link("Edit Espresso");
    let expense = expense.split("/edit").next().unwrap().to_owned();
    for path in [
        "/",
        "/expenses?period=all",
        "/budgets",
        "/categories",
        "/by-category",
        "/expenses/trash",
    ] {
        let page = viewer.page(&format!("{base}{path}"));
        let of_book: Vec<String> = page
            .posting()
            .into_iter()
            .map(|form| form.action)
            .filter(|action| action.starts_with("/b/"))
            .collect();
        assert_eq!(of_book, Vec::<String>::new(), "{path}");
    }
    assert_eq!(
        viewer.page(&format!("{base}/expenses?period=all")).total(),
        "704.50"
    );
    assert!(
        viewer
            .get(&format!("{base}/expenses.csv"))
            .text()
            .contains("Espresso")
    );
    let before = owner.get(&format!("{base}/expenses.csv")).text();
    for (path, form) in [
        (format!("{base}/expenses"), NEW.as_slice()),
        (expense.clone(), &NEW),
        (format!("{expense}/delete"), &[]),
        (format!("{base}/budgets"), &[("amount", "1")]),
        (format!("{base}/book"), &[("name", "Mine")]),
        (format!("{base}/book/invitations"), &[("role", "editor")]),
        (
            format!("{base}/book/members/{}", id(&app, &viewer)),
            &[("role", "owner")],
        ),
        (format!("{base}/book/close"), &[("name", "Household")]),
    ] {
        let answer = viewer.post(&path, form).expect(403);
        assert_eq!(answer.page().text("h1"), "Access denied", "{path}");
        viewer.post_htmx(&path, form).expect(403);
    }
    viewer.get(&format!("{expense}/edit")).expect(403);
    let client = app.api(&viewer);
    let book = base.trim_start_matches("/b/");
    let body = json!({"amount": "1", "category": "Tea"});
    client.post(&format!("/b/{book}/expenses"), &body).problem(403);
    client
        .patch(&format!("/b/{book}/book"), &json!({"name": "Mine"}))
        .problem(403);
    assert_eq!(
        client.get(&format!("/b/{book}/expenses")).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(owner.get(&format!("{base}/expenses.csv")).text(), before);
}

#[test]
fn an_editor_changes_everything_but_the_book_itself() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editor = member(&app, &owner, &base, "editor");
    editor.post(&format!("{base}/expenses"), &NEW).location();
    assert_eq!(
        owner.page(&format!("{base}/expenses?period=all")).total(),
        "713.50"
    );
    editor
        .post(&format!("{base}/budgets"), &[("amount", "2000")])
        .location();
    let settings = editor.page(&format!("{base}/book"));
    let actions: Vec<String> = settings.posting().into_iter().map(|form| form.action).collect();
    assert!(
        actions
            .iter()
            .all(|action| !action.contains("/book/") || action.ends_with("/leave")),
        "{actions:?}"
    );
    for (path, form) in [
        ("/book", [("name", "Mine")]),
        ("/book/invitations", [("role", "viewer")]),
        ("/book/close", [("name", "Household")]),
    ] {
        editor.post(&format!("{base}{path}"), &form).expect(403);
    }
    let own = format!("{base}/book/members/{}", id(&app, &editor));
    editor.post(&own, &[("role", "owner")]).expect(403);
}

#[test]
fn for_a_stranger_and_a_former_member_the_book_does_not_exist() {
    let app = App::start();
    let (owner, stranger) = (app.person(), app.stranger());
    let base = household(&owner);
    let former = member(&app, &owner, &base, "editor");
    let token = token(&former, &base);
    let session = app.api(&former);
    let book = base.trim_start_matches("/b/").to_owned();
    app.api_with(&token)
        .get(&format!("/b/{book}/expenses"))
        .expect(200);
    // A form that is open while its member is removed.
    let open = former.page(&format!("{base}/")).form("Add expense");
    let own = format!("{base}/book/members/{}", id(&app, &former));
    assert_eq!(
        owner.post(&own, &[("role", "none")]).location(),
        format!("{base}/book")
    );
    owner.post(&own, &[("role", "none")]).expect(404);
    former.submit(&open, &NEW).expect(404);
    for person in [&stranger, &former] {
        for path in [
            "/",
            "/expenses",
            "/expenses.csv",
            "/budgets",
            "/categories",
            "/book",
        ] {
            let answer = person.get(&format!("{base}{path}")).expect(404);
            assert!(!answer.text().contains("Household"), "{path}");
        }
        for (path, form) in [
            ("/expenses", NEW.as_slice()),
            ("/book/leave", &[]),
            ("/book", &[("name", "x")]),
        ] {
            person.post(&format!("{base}{path}"), form).expect(404);
        }
    }
    session.get(&format!("/b/{book}/expenses")).problem(404);
    session.get("/expenses").expect(200);
    // The token of a former member is no token any more.
    app.api_with(&token)
        .get(&format!("/b/{book}/expenses"))
        .problem(401);
    assert_eq!(
        owner.page(&format!("{base}/expenses?period=all")).total(),
        "704.50"
    );
    // Back by another invitation, with the name and nothing else of before.
    let link = invite(&owner, &base, "viewer");
    former.post(&link, &[]).location();
    former.get(&format!("{base}/")).expect(200);
    app.api_with(&token)
        .get(&format!("/b/{book}/expenses"))
        .problem(401);
}

/// A token for the book at `base`; an empty one is the own book.
fn token(person: &Visitor, base: &str) -> String {
    let book = base.trim_start_matches("/b/");
    let form = [("name", "Script"), ("access", "write"), ("book", book)];
    let made = person.post("/settings/tokens", &form);
    made.expect(200).page().attr("#new_token", "value")
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
fn a_book_keeps_an_owner() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let (own_id, other_id) = (id(&app, &owner), id(&app, &other));
    let of = |id: &str| format!("{base}/book/members/{id}");
    for role in ["editor", "viewer", "none"] {
        let page = owner.post(&of(&own_id), &[("role", role)]).expect(422).page();
        assert!(
            problem(&page, &format!("#member-{own_id}")).contains("needs an owner"),
            "{role}"
        );
    }
    let page = owner.post(&format!("{base}/book/leave"), &[]).expect(422).page();
    assert!(page.text("#leave-error").contains("needs an owner"));
    for role in ["", "boss", "Owner"] {
        let page = owner.post(&of(&other_id), &[("role", role)]).expect(422).page();
        assert!(
            problem(&page, &format!("#member-{other_id}")).contains("Choose owner"),
            "{role}"
        );
    }
    owner.post(&of("12"), &[("role", "editor")]).expect(404);
    owner.post(&of("x"), &[("role", "editor")]).expect(404);
    // An owner who stays one stays on the page.
    let same = owner.post(&of(&own_id), &[("role", "owner")]);
    assert_eq!(same.location(), format!("{base}/book"));
    // Handed over: the new owner has the settings, the former one leaves.
    owner.post(&of(&other_id), &[("role", "owner")]).location();
    assert_eq!(
        owner.post(&of(&own_id), &[("role", "viewer")]).location(),
        "/books"
    );
    owner.post(&format!("{base}/expenses"), &NEW).expect(403);
    owner.post(&format!("{base}/book/leave"), &[]).location();
    owner.get(&format!("{base}/")).expect(404);
    assert_eq!(
        other.page(&format!("{base}/expenses?period=all")).total(),
        "704.50"
    );
}

#[test]
fn the_own_book_can_be_shared_and_not_be_lost() {
    let app = App::start();
    let owner = app.person();
    owner.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let seen = format!("/b/{}", app.owner(&owner).0);
    let other = app.person();
    let link = invite(&owner, "", "editor");
    assert_eq!(other.post(&link, &[]).location(), format!("{seen}/"));
    other.post(&format!("{seen}/expenses"), &NEW).location();
    assert_eq!(owner.page("/expenses?period=all").total(), "13.50");
    // Its owner finds it at either address.
    assert_eq!(
        owner.page(&format!("{seen}/expenses?period=all")).total(),
        "13.50"
    );
    let own_id = id(&app, &owner);
    owner
        .post(
            &format!("/book/members/{}", id(&app, &other)),
            &[("role", "owner")],
        )
        .location();
    for role in ["viewer", "none"] {
        let page = other
            .post(&format!("{seen}/book/members/{own_id}"), &[("role", role)])
            .expect(422)
            .page();
        assert!(
            problem(&page, &format!("#member-{own_id}")).contains("own book"),
            "{role}"
        );
    }
    owner.post("/book/leave", &[]).expect(422);
    let page = owner
        .post("/book/close", &[("name", "Personal")])
        .expect(422)
        .page();
    assert_eq!(page.status(), "");
    other
        .post(&format!("{seen}/book/close"), &[("name", "Personal")])
        .expect(422);
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

/// An account as the command `user create` makes it, signed in.
fn made_by_the_administrator(app: &App, email: &str) -> Visitor {
    let asked = Registration {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        preferences: Preferences::default(),
        door: Door::Open,
    };
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { asked.create(&state).await })
        .unwrap();
    app.known(email)
}

#[test]
fn an_invitation_is_the_way_to_one_account_on_a_closed_server() {
    let app = App::with(|given| given.registration = Some("closed".to_owned()));
    let owner = made_by_the_administrator(&app, "owner@example.com");
    let base = new_book(&owner, "Household");
    let link = invite(&owner, &base, "editor");
    let other_link = invite(&owner, &base, "editor");
    let guest = app.anonymous();
    let login = guest.get(&link);
    assert!(login.location().starts_with("/login?next=%2Fjoin%2F"));
    let page = guest.follow(&login);
    let register = page.link("Create an account");
    let form = guest.page(&register).form("Create an account");
    let made = guest.submit(&form, &[("email", "guest@example.com"), ("password", PASSWORD)]);
    assert_eq!(made.location(), link);
    let joined = guest.submit(&guest.page(&link).form("Join"), &[]);
    assert_eq!(joined.location(), format!("{base}/"));
    guest.get(&format!("{base}/")).expect(200);

    // An account that was made with a link keeps it: nobody else can use it.
    let second = app.anonymous();
    let next = ("next", other_link.as_str());
    second
        .post(
            "/register",
            &[("email", "b@example.com"), ("password", PASSWORD), next],
        )
        .location();
    let third = app.anonymous();
    third
        .post(
            "/register",
            &[("email", "c@example.com"), ("password", PASSWORD), next],
        )
        .expect(403);
    let another = made_by_the_administrator(&app, "e@example.com");
    another.post(&other_link, &[]).expect(404);
    second.post(&other_link, &[]).location();
    // Without one nobody registers.
    for next in ["", "/", "/join/1_x", link.as_str()] {
        let form = [("email", "d@example.com"), ("password", PASSWORD), ("next", next)];
        app.anonymous().post("/register", &form).expect(403);
    }
}
