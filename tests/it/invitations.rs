//! Invitations: links by which people join a book, each once.

use expense_tracker::accounts::preferences::Preferences;
use expense_tracker::accounts::registration::{Door, Registration};
use time::Duration;

use super::support::books::{invite, new_book};
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
