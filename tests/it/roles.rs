//! Roles in a book: what owners, editors, viewers and everybody else may do.
//!
//! More than 300 lines, because all roles are tried on the same routes.

use std::io::Read as _;

use serde_json::json;

use super::support::books::{NEW, household, id, invite, member, token};
use super::support::{App, Page, date};

fn problem(page: &Page, css: &str) -> String {
    page.text(&format!("{css} .message"))
}

#[test]
fn a_viewer_sees_everything_but_no_forms() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
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
}

#[test]
fn a_forged_write_of_a_viewer_is_a_403() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    let expense = owner.page(&format!("{base}/expenses")).link("Edit Espresso");
    let expense = expense.split("/edit").next().unwrap().to_owned();
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
        actions.iter().all(|action| !action.contains("/book/")
            || ["/leave", "/feeds"].iter().any(|end| action.ends_with(end))),
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
fn an_export_breaks_off_when_its_reader_is_removed() {
    let app = App::start();
    let owner = app.person();
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".repeat(500));
    app.enter(&owner, (0..24_000).map(row).collect());
    let seen = format!("/b/{}", app.owner(&owner).0);
    let other = app.person();
    other.post(&invite(&owner, "", "viewer"), &[]).location();
    let mut stream = other.begin_export_of(&seen, "");
    let role = format!("/book/members/{}", id(&app, &other));
    owner.post(&role, &[("role", "none")]).location();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8(answer).unwrap();
    assert!(text.lines().count() < 20_000);
    assert!(!text.ends_with("\r\n0\r\n\r\n"), "its end is marked");
}

#[test]
fn the_tokens_of_a_viewer_leave_the_owner_their_own() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    for _ in 0..50 {
        token(&viewer, &base);
    }
    let form = [
        ("name", "Script"),
        ("access", "read"),
        ("book", base.trim_start_matches("/b/")),
    ];
    viewer.post("/settings/tokens", &form).expect(422);
    token(&owner, &base);
}

#[test]
fn a_token_for_a_shared_book_shows_its_account_and_that_book() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let client = app.api_with(&token(&owner, &base));
    let me = client.get("/me").expect(200).json();
    assert_eq!(me["email"], json!(owner.email));
    let books = me["books"].as_array().unwrap();
    assert_eq!(books.len(), 1);
    assert_eq!(books[0]["name"], "Household");
    client.get("/expenses").problem(404);
    let document = app.anonymous().get("/api/openapi.json").json();
    let list = &document["paths"]["/api/v1/expenses"]["get"]["responses"];
    assert!(list["404"].is_object());
    assert!(
        document["info"]["description"]
            .as_str()
            .unwrap()
            .contains("/b/{book}")
    );
    let me = &document["paths"]["/api/v1/me"]["get"]["responses"];
    assert!(me["404"].is_null());
}

#[test]
fn people_have_one_name_on_rows_among_the_members_and_in_the_api() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let others = ["viewer", "editor", "editor"].map(|role| member(&app, &owner, &base, role));
    for (person, name) in [&owner, &others[0], &others[1], &others[2]]
        .into_iter()
        .zip(["Sam", "Sam (2)", "Sam", "Sam"])
    {
        person.post("/settings", &[("name", name)]).location();
    }
    let names = ["Sam", "Sam (2)", "Sam (3)", "Sam (4)"];
    let options = || {
        owner
            .page(&format!("{base}/"))
            .texts("select[name=paid_by] option")
    };
    assert_eq!(options(), names);
    let members = || {
        owner
            .page(&format!("{base}/book"))
            .texts(".members li p > span:first-child")
    };
    assert_eq!(members(), names);
    let client = app.api_with(&token(&owner, &base));
    let listed = || {
        let book = client.get(&format!("{base}/book")).json();
        let members = book["members"].as_array().unwrap().clone();
        members
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(), names);
    // Old rows still name a former member, so the others keep their numbers.
    others[1].post(&format!("{base}/book/leave"), &[]).location();
    let names = ["Sam", "Sam (2)", "Sam (4)"];
    assert_eq!(
        (options(), members(), listed()),
        (
            names.map(str::to_owned).to_vec(),
            names.map(str::to_owned).to_vec(),
            names.map(str::to_owned).to_vec()
        )
    );
}
