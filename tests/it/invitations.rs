//! Invitations: links by which people join a book, each once.
//!
//! More than 300 lines, because each story is one life of a link.

use diesel::prelude::*;
use expense_tracker::accounts::preferences::Preferences;
use expense_tracker::accounts::registration::{Door, Registration};
use expense_tracker::books::member::{self as member_rows, Member};
use expense_tracker::books::role::Role;
use expense_tracker::db::schema::{members, users};
use expense_tracker::db::{Conn, UserId};
use expense_tracker::error::AppError;
use time::Duration;

use super::support::books::{book, during, id, invite, member, new_book};
use super::support::{App, PASSWORD, Request, Visitor};

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
    // Pressing Join once more, for example after Back, leads to the book.
    let again = first.post(&link, &[]);
    assert_eq!(again.location(), format!("{base}/"));
    assert_eq!(
        first.follow(&again).status(),
        "You are already a member of “Household”"
    );
    assert_eq!(owner.page(&format!("{base}/book")).count(".members > li"), 2);
    owner
        .post(
            &format!("{base}/book/members/{}", id(&app, &first)),
            &[("role", "none")],
        )
        .location();
    first.post(&link, &[]).expect(404);
}

#[test]
fn the_page_of_an_invitation_names_its_origin_to_this_server_only() {
    let app = App::start();
    let (owner, guest) = (app.person(), app.person());
    let link = invite(&owner, &new_book(&owner, "Household"), "editor");
    let page = guest.page(&link);
    assert_eq!(page.attr("meta[name=referrer]", "content"), "same-origin");
    assert_eq!(guest.page("/").count("meta[name=referrer]"), 0);
}

/// How the owner ends the rights of another one, or they do: the address of the member and the base of the book.
type End = fn(&Visitor, &Visitor, &str, &str);

#[test]
fn the_invitations_of_somebody_end_with_their_rights() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Household");
    let path = |person: &Visitor| format!("{base}/book/members/{}", id(&app, person));
    let ends: [(&str, End); 5] = [
        ("removed", |owner, _, path, _| {
            owner.post(path, &[("role", "none")]).location();
        }),
        ("demoted", |owner, _, path, _| {
            owner.post(path, &[("role", "editor")]).location();
        }),
        ("stepped down", |_, other, path, _| {
            other.post(path, &[("role", "viewer")]).location();
        }),
        ("left", |_, other, _, base| {
            other.post(&format!("{base}/book/leave"), &[]).location();
        }),
        ("closed the account", |_, other, _, _| {
            other
                .post("/settings/delete-account", &[("password", PASSWORD)])
                .location();
        }),
    ];
    for (how, end) in ends {
        let other = member(&app, &owner, &base, "editor");
        owner.post(&path(&other), &[("role", "owner")]).location();
        let link = invite(&other, &base, "editor");
        let guest = app.person();
        guest.get(&link).expect(200);
        let of_other = path(&other);
        end(&owner, &other, &of_other, &base);
        guest.get(&link).expect(404);
        assert_eq!(guest.post(&link, &[]).status, 404, "{how}");
        let page = owner.page(&format!("{base}/book"));
        assert_eq!(page.count("form[action$=revoke]"), 0, "{how}");
    }
}

#[test]
fn an_invitation_of_a_former_owner_in_a_backup_is_worthless() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Household");
    let other = member(&app, &owner, &base, "editor");
    let of_other = format!("{base}/book/members/{}", id(&app, &other));
    owner.post(&of_other, &[("role", "owner")]).location();
    let link = invite(&other, &base, "editor");
    let (book, user) = (book(&base), app.user(&other));
    app.write_of(book, move |conn| {
        member_rows::set_role(conn, book, user, Role::Viewer)
    });
    other.get(&link).expect(404);
    app.person().post(&link, &[]).expect(404);
    assert_eq!(
        owner.page(&format!("{base}/book")).count("form[action$=revoke]"),
        0
    );
}

#[test]
fn open_invitations_tell_who_made_them_and_have_different_names() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Household");
    let other = member(&app, &owner, &base, "editor");
    let of_other = format!("{base}/book/members/{}", id(&app, &other));
    owner.post(&of_other, &[("role", "owner")]).location();
    for person in [&owner, &owner, &other] {
        invite(person, &base, "viewer");
    }
    let page = owner.page(&format!("{base}/book"));
    let names = page.attrs("form[action$=revoke] button", "aria-label");
    let different: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!((names.len(), different.len()), (3, 3), "{names:?}");
    assert!(
        names[0].contains("created by person2 on Nov 22, 2026"),
        "{names:?}"
    );
    assert!(names[1].contains("created by you on Nov 22, 2026"), "{names:?}");
}

/// Closes the account of `user` like "Delete account", without leaving the books.
fn close_account(conn: &mut Conn, user: UserId, now: time::PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(users::table.find(user.0))
        .set((
            users::closed_at.eq(Some(now)),
            users::email.eq(""),
            users::email_key.eq(format!("closed:{}", user.0)),
        ))
        .execute(conn)?;
    Ok(())
}

#[test]
fn an_account_that_is_being_closed_joins_nothing_and_makes_no_book() {
    let app = App::start();
    let owner = app.person();
    let base = new_book(&owner, "Household");
    let members = || owner.page(&format!("{base}/book")).count(".members > li");
    for makes_book in [false, true] {
        let guest = app.person();
        let link = invite(&owner, &base, "editor");
        let (user, now) = (app.user(&guest), app.clock.now());
        let answer = during(
            &app,
            user,
            move |conn| close_account(conn, user, now),
            || {
                if makes_book {
                    guest.post("/books", &[("name", "Lost"), ("currency", "USD")])
                } else {
                    guest.post(&link, &[])
                }
            },
        );
        assert!(answer.location().starts_with("/login"), "{}", answer.location());
        assert_eq!(members(), 1);
        let books = app.read_of(user, move |conn| member_rows::books_of(conn, user));
        assert_eq!(books, [user.own_book()]);
    }
}

#[test]
fn a_book_that_is_joined_while_an_account_closes_is_left_with_it() {
    let app = App::start();
    let (owner, guest) = (app.person(), app.person());
    let base = new_book(&owner, "Household");
    let (book, user, now) = (book(&base), app.user(&guest), app.clock.now());
    let joins = move |conn: &mut Conn| {
        let member = Member::new(book, user, Role::Editor, String::new(), now);
        member_rows::join(conn, &member)
    };
    let close = || guest.post("/settings/delete-account", &[("password", PASSWORD)]);
    during(&app, (user, book), joins, close).location();
    let page = owner.page(&format!("{base}/book"));
    assert_eq!(
        page.count(".members > li"),
        1,
        "{:?}",
        page.texts(".members > li")
    );
    let name = app.read_of(book, move |conn| {
        Ok(members::table
            .find((book.0, user.0))
            .select(members::name)
            .first::<String>(conn)?)
    });
    assert_eq!(name, "person2", "rows of theirs still have a name");
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
