//! Isolation of accounts: every route with every kind of id of another person, in every position.
//!
//! More than 300 lines, because the list of routes and the ids for them belong together.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::support::{Answer, App, PASSWORD, Request, Route, Visitor, date, fill, form_text, rows_of};
use expense_tracker::db::BookId;
use expense_tracker::web::fields::encode;

/// The credential that a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// None: the route shows no data of accounts.
    Open,
    Session,
    Token,
}
use Door::{Open, Session, Token};

/// Every route with its credential. A test fails if a route is missing here.
const ROUTES: [(&str, &str, Door); 107] = [
    ("/", "GET", Session),
    ("/api/openapi.json", "GET", Open),
    ("/api/v1/auth/register", "POST", Open),
    ("/api/v1/auth/token", "POST", Open),
    ("/api/v1/book", "GET", Token),
    ("/api/v1/book", "PATCH", Token),
    ("/api/v1/budgets", "GET", Token),
    ("/api/v1/budgets", "PUT", Token),
    ("/api/v1/categories", "GET", Token),
    ("/api/v1/expenses", "GET", Token),
    ("/api/v1/expenses", "POST", Token),
    ("/api/v1/expenses.csv", "GET", Token),
    ("/api/v1/expenses/batch", "POST", Token),
    ("/api/v1/expenses/{id}", "DELETE", Token),
    ("/api/v1/expenses/{id}", "GET", Token),
    ("/api/v1/expenses/{id}", "PATCH", Token),
    ("/api/v1/expenses/{id}/restore", "POST", Token),
    ("/api/v1/imports", "POST", Token),
    ("/api/v1/imports/{id}", "DELETE", Token),
    ("/api/v1/imports/{id}", "GET", Token),
    ("/api/v1/imports/{id}", "PATCH", Token),
    ("/api/v1/imports/{id}/confirm", "POST", Token),
    ("/api/v1/imports/{id}/rows", "GET", Token),
    ("/api/v1/imports/{id}/rows", "PATCH", Token),
    ("/api/v1/imports/{id}/undo", "POST", Token),
    ("/api/v1/me", "GET", Token),
    ("/api/v1/recurring", "GET", Token),
    ("/api/v1/recurring", "POST", Token),
    ("/api/v1/recurring/{id}", "DELETE", Token),
    ("/api/v1/recurring/{id}", "GET", Token),
    ("/api/v1/recurring/{id}", "PATCH", Token),
    ("/api/v1/recurring/{id}/{date}", "POST", Token),
    ("/api/v1/suggestions", "GET", Token),
    ("/api/v1/summary", "GET", Token),
    ("/api/v1/upcoming", "GET", Token),
    ("/assets/{file}", "GET", Open),
    ("/book", "GET", Session),
    ("/book", "POST", Session),
    ("/book/close", "POST", Session),
    ("/book/feeds", "POST", Session),
    ("/book/feeds/{id}/revoke", "POST", Session),
    ("/book/invitations", "POST", Session),
    ("/book/invitations/{id}/revoke", "POST", Session),
    ("/book/leave", "POST", Session),
    ("/book/members/{id}", "POST", Session),
    ("/books", "GET", Session),
    ("/books", "POST", Session),
    ("/budgets", "GET", Session),
    ("/budgets", "POST", Session),
    ("/by-category", "GET", Session),
    ("/categories", "GET", Session),
    ("/categories", "POST", Session),
    ("/categories/{id}", "POST", Session),
    ("/categories/{id}/delete", "POST", Session),
    ("/categories/{id}/merge", "POST", Session),
    ("/docs", "GET", Open),
    ("/docs/{file:.*}", "GET", Open),
    ("/expenses", "GET", Session),
    ("/expenses", "POST", Session),
    ("/expenses.csv", "GET", Session),
    ("/expenses/suggestion", "GET", Session),
    ("/expenses/trash", "GET", Session),
    ("/expenses/{id}", "POST", Session),
    ("/expenses/{id}/delete", "POST", Session),
    ("/expenses/{id}/edit", "GET", Session),
    ("/expenses/{id}/history", "GET", Session),
    ("/expenses/{id}/history/{change}/restore", "POST", Session),
    ("/expenses/{id}/restore", "POST", Session),
    // Its token is the credential; another one is a 404.
    ("/feeds/{token}.ics", "GET", Open),
    ("/healthz", "GET", Open),
    ("/import", "GET", Session),
    ("/import", "POST", Session),
    ("/import/{id}", "GET", Session),
    ("/import/{id}/confirm", "POST", Session),
    ("/import/{id}/delete", "POST", Session),
    ("/import/{id}/read", "POST", Session),
    ("/import/{id}/rejected.csv", "GET", Session),
    ("/import/{id}/rows", "POST", Session),
    ("/import/{id}/undo", "POST", Session),
    ("/join/{token}", "GET", Session),
    ("/join/{token}", "POST", Session),
    ("/login", "GET", Open),
    ("/login", "POST", Open),
    ("/logout", "POST", Open),
    ("/metrics", "GET", Open),
    ("/readyz", "GET", Open),
    ("/recurring", "GET", Session),
    ("/recurring", "POST", Session),
    ("/recurring/dismiss", "POST", Session),
    ("/recurring/new", "GET", Session),
    ("/recurring/{id}", "GET", Session),
    ("/recurring/{id}", "POST", Session),
    ("/recurring/{id}/end", "POST", Session),
    ("/recurring/{id}/pause", "POST", Session),
    ("/recurring/{id}/resume", "POST", Session),
    ("/recurring/{id}/{date}", "GET", Session),
    ("/recurring/{id}/{date}", "POST", Session),
    ("/register", "GET", Open),
    ("/register", "POST", Open),
    ("/settings", "GET", Session),
    ("/settings", "POST", Session),
    ("/settings/delete-account", "POST", Session),
    ("/settings/password", "POST", Session),
    ("/settings/sessions/revoke", "POST", Session),
    ("/settings/tokens", "POST", Session),
    ("/settings/tokens/revoke", "POST", Session),
    ("/unsent", "GET", Session),
];

/// Routes with a credential that belong to no book. The others exist below `/b/{book}` as well.
const OF_NO_BOOK: [&str; 7] = [
    "/api/v1/auth",
    "/api/v1/me",
    "/books",
    "/join/",
    "/logout",
    "/settings",
    "/unsent",
];

/// Every route with its credential, including those below `/b/{book}`, in the order of the router's list.
fn known_routes() -> Vec<(Route, Door)> {
    let mut routes = Vec::new();
    for (pattern, method, door) in ROUTES {
        let route = |pattern: String| Route {
            pattern,
            method: method.to_owned(),
        };
        routes.push((route(pattern.to_owned()), door));
        if door != Open && !OF_NO_BOOK.iter().any(|other| pattern.starts_with(other)) {
            let in_book = match pattern.strip_prefix("/api/v1") {
                Some(rest) => format!("/api/v1/b/{{book}}{rest}"),
                None => format!("/b/{{book}}{pattern}"),
            };
            routes.push((route(in_book), door));
        }
    }
    routes.sort_by(|one, other| one.0.cmp(&other.0));
    routes
}

/// Fields of forms and bodies that name a row, with valid values.
const NAMING: [(&str, &str); 13] = [
    ("id", ""),
    ("book_id", ""),
    ("user_id", ""),
    ("category", "Tea"),
    ("category_id", ""),
    ("into", "1"),
    ("session", "1"),
    ("token", "1"),
    ("request_id", "one of mine"),
    ("name", "Tea"),
    ("cursor", ""),
    ("before", ""),
    ("after", ""),
];

/// The other fields, so that requests pass the first checks.
const OTHERS: [(&str, &str); 14] = [
    ("amount", "1"),
    ("date", "2026-11-20"),
    ("description", ""),
    ("month", "2026-11"),
    ("color", "#0072b2"),
    ("access", "read"),
    ("currency", "USD"),
    ("timezone", "UTC"),
    ("locale", "en-US"),
    ("week_start", "monday"),
    ("month_start", "1"),
    ("theme", "system"),
    ("email", "nobody@example.com"),
    ("password", "no password of anybody"),
];

/// A person with rows of every kind.
struct Owner {
    id: BookId,
    person: Visitor,
    /// Ids that another person could know, by kind.
    ids: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

fn owner(app: &App) -> Owner {
    let person = app.person();
    let rows = (0..60).map(|n| {
        (
            773_177,
            "Wine of the owner",
            date("2026-11-01"),
            format!("secret sip {n}"),
        )
    });
    app.enter(&person, rows.collect());
    let kept = person.add("7731.77", "Wine of the owner", "2026-11-20", "secret sip");
    let trashed = person.add("7731.77", "Books of the owner", "2026-11-20", "secret page");
    person
        .post(&format!("/expenses/{trashed}/delete"), &[])
        .location();
    let once = [
        ("amount", "7731.77"),
        ("category", "Wine of the owner"),
        ("date", "2026-11-20"),
        ("description", "secret sip"),
        ("request_id", "request of the owner"),
    ];
    person.post("/expenses", &once).location();
    person
        .post(
            "/budgets",
            &[("amount", "7731.77"), ("category", "Wine of the owner")],
        )
        .location();
    let bill = [
        ("amount", "7731.77"),
        ("category", "Wine of the owner"),
        ("date", "2026-12-24"),
        ("description", "secret bill"),
    ];
    person.post("/recurring", &bill).location();
    person
        .post(
            "/settings/tokens",
            &[("name", "Phone of the owner"), ("access", "write")],
        )
        .expect(200);
    found(app, person, kept, trashed)
}

/// The ids of an owner's rows, and texts that only the owner may see.
fn found(app: &App, person: Visitor, kept: String, trashed: String) -> Owner {
    let client = app.api(&person);
    let page = client.get("/expenses?limit=5").expect(200).json();
    let list = person.page("/expenses?period=all");
    let older = list.attrs("a[href*=after]", "href").remove(0);
    let (_, after) = older.split_once("after=").unwrap();
    let after = after.split('&').next().unwrap().to_owned();
    let settings = person.page("/settings");
    let number = |id: String, prefix: &str| id.strip_prefix(prefix).unwrap().to_owned();
    let history = person.page(&format!("/expenses/{trashed}/history"));
    let change = history.attrs("[id^=change-]", "id").remove(0);
    let id = app.owner(&person);
    let ids = vec![
        ("expense", kept),
        ("expense in the trash", trashed),
        ("change", number(change, "change-")),
        (
            "category",
            number(
                person.page("/categories").attrs("li.category", "id").remove(0),
                "category-",
            ),
        ),
        (
            "budget",
            app.read(move |conn| rows_of(conn, id))["budgets"][0]
                .split('|')
                .nth(1)
                .unwrap()
                .to_owned(),
        ),
        (
            "session",
            number(settings.attrs("[id^=session-]", "id").remove(0), "session-"),
        ),
        (
            "token",
            number(settings.attrs("[id^=token-]", "id").remove(0), "token-"),
        ),
        (
            "schedule",
            number(
                person
                    .page("/recurring")
                    .attr("section[aria-labelledby=schedules-title] .what a", "href"),
                "/recurring/",
            ),
        ),
        ("user", id.0.to_string()),
        ("cursor", after),
        (
            "cursor of the API",
            page["next_cursor"].as_str().unwrap().to_owned(),
        ),
        ("name of a category", "Wine of the owner".to_owned()),
        ("request", "request of the owner".to_owned()),
    ];
    // Without the wine: a stranger who sends its name creates a category of that name.
    let mut secrets: Vec<String> = [
        "secret sip",
        "secret page",
        "secret bill",
        "7731.77",
        "7,731.77",
        "Books of the owner",
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.extend([person.email.clone(), "Phone of the owner".to_owned()]);
    Owner {
        id,
        person,
        ids,
        secrets,
    }
}

/// Another person, with rows of their own that pass the checks.
struct Stranger {
    person: Visitor,
    token: String,
    expense: String,
    category: String,
    book: String,
}

fn stranger(app: &App) -> Stranger {
    let person = app.stranger();
    let expense = person.add("1", "Tea", "2026-11-20", "mine");
    let category = person.page("/categories").attrs("li.category", "id").remove(0);
    Stranger {
        token: person.token(),
        book: app.owner(&person).0.to_string(),
        expense,
        category: category.replacen("category-", "", 1),
        person,
    }
}

/// The address of a route with the stranger's own ids.
fn own_path(route: &Route, stranger: &Stranger) -> String {
    let pattern = route.pattern.replace("{book}", &stranger.book);
    let own = if pattern.contains("/categories") {
        &stranger.category
    } else {
        &stranger.expense
    };
    fill(&pattern, own)
}

/// The request of a browser, of htmx and of a program.
fn faces(route: &Route, path: &str, fields: &[(&str, &str)], token: &str) -> Vec<Request> {
    let request = Request::new(&route.method, path);
    if route.pattern.starts_with("/api/") {
        let request = request.header("Authorization", &format!("Bearer {token}"));
        if matches!(route.method.as_str(), "GET" | "DELETE") {
            return vec![request];
        }
        return bodies(route, fields)
            .into_iter()
            .map(|body| request.clone().body("application/json", body.to_string()))
            .collect();
    }
    let request = if route.method == "POST" {
        request.body("application/x-www-form-urlencoded", form_text(fields))
    } else {
        request
    };
    vec![request.clone(), request.htmx()]
}

/// The JSON bodies of a call: the documented one, and one with every field that names a row.
fn bodies(route: &Route, fields: &[(&str, &str)]) -> Vec<Value> {
    let known: &[&str] = match (route.method.as_str(), route.pattern.rsplit('/').next().unwrap()) {
        ("PUT", _) => &["amount", "category", "month"],
        ("POST", "restore") => &[],
        ("POST", "register" | "token") => &["email", "password"],
        _ => &["amount", "category", "date", "description"],
    };
    let object = |wanted: &dyn Fn(&str) -> bool| -> Value {
        fields
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let bodies = [object(&|name| known.contains(&name)), object(&|_| true)];
    if route.pattern.ends_with("/batch") {
        return bodies.map(|body| json!({"items": [body]})).to_vec();
    }
    bodies.to_vec()
}

/// The answer has no secret of the owner except what the request contains.
#[track_caller]
fn assert_reveals_nothing(owner: &Owner, request: &Request, answer: &Answer) {
    let body = String::from_utf8_lossy(&answer.body);
    let sent = format!("{} {}", request.target, String::from_utf8_lossy(&request.body));
    for secret in &owner.secrets {
        let said = sent.contains(secret) || sent.contains(&encode(secret));
        assert!(
            said || !body.contains(secret.as_str()),
            "{request:?} tells “{secret}”: {body:.3000}"
        );
    }
    assert!(answer.status < 500, "{request:?}: {body:.3000}");
}

fn everything(app: &App, owner: &Owner) -> BTreeMap<String, Vec<String>> {
    let id = owner.id;
    app.read(move |conn| rows_of(conn, id))
}

#[test]
fn every_route_is_known() {
    let app = App::start();
    let known: Vec<Route> = known_routes().into_iter().map(|(route, _)| route).collect();
    assert_eq!(app.routes(), known, "the router left, the list here right");
}

#[test]
fn every_route_refuses_requests_without_its_credential() {
    let app = App::start();
    let owner = owner(&app);
    let nobody = app.anonymous();
    let before = everything(&app, &owner);
    for (route, door) in known_routes() {
        for (_, id) in &owner.ids {
            let path = fill(&route.pattern, &encode(id));
            for request in faces(&route, &path, &OTHERS, "no.token.atall") {
                let answer = nobody.send(&request);
                assert_reveals_nothing(&owner, &request, &answer);
                let htmx = request.headers.iter().any(|(name, _)| name == "HX-Request");
                match door {
                    Open => {}
                    Session if htmx => assert_eq!(answer.status, 401, "{request:?}"),
                    Session => assert!(answer.location().starts_with("/login"), "{request:?}"),
                    Token => assert_eq!(answer.status, 401, "{request:?}"),
                }
            }
        }
    }
    assert_eq!(everything(&app, &owner), before);
}

#[test]
fn a_foreign_id_in_a_path_is_a_404_everywhere() {
    let app = App::start();
    let (owner, stranger) = (owner(&app), stranger(&app));
    let before = everything(&app, &owner);
    let fields: Vec<(&str, &str)> = OTHERS
        .into_iter()
        .chain(NAMING)
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let mut tried = 0;
    for route in app
        .routes()
        .iter()
        .filter(|route| ["{id}", "{book}"].iter().any(|id| route.pattern.contains(id)))
    {
        for (kind, id) in &owner.ids {
            let path = fill(&route.pattern, &encode(id));
            for request in faces(route, &path, &fields, &stranger.token) {
                let answer = stranger.person.send(&request);
                assert_eq!(answer.status, 404, "{kind}: {request:?}");
                assert_reveals_nothing(&owner, &request, &answer);
                tried += 1;
            }
        }
        assert_eq!(everything(&app, &owner), before, "{route:?}");
    }
    assert!(tried > 150, "{tried}");
}

fn is_meant_for(field: &str, kind: &str) -> bool {
    match field {
        "category" | "name" => kind == "name of a category",
        "category_id" | "into" => kind == "category",
        "before" | "after" => kind == "cursor",
        "cursor" => kind == "cursor of the API",
        "id" => kind.starts_with("expense"),
        "book_id" | "user_id" => kind == "user",
        "request_id" => kind == "request",
        other => kind == other,
    }
}

#[test]
fn a_foreign_id_in_a_query_a_form_or_a_body_has_no_effect() {
    let app = App::start();
    let owner = owner(&app);
    let mut me = stranger(&app);
    let before = everything(&app, &owner);
    let mut tried = 0;
    for (place, route) in app.routes().into_iter().enumerate() {
        for (number, (kind, id)) in owner.ids.iter().enumerate() {
            for (at, (field, _)) in NAMING.into_iter().enumerate() {
                // Each kind in each of its fields. Of the other pairs each route gets another twelfth.
                if !is_meant_for(field, kind) && (place + number + at) % 12 > 0 {
                    continue;
                }
                if me.person.get("/settings").status != 200 {
                    // An earlier request has signed the stranger out.
                    me = stranger(&app);
                }
                let path = own_path(&route, &me);
                let target = format!("{path}?{}", form_text(&[(field, id)]));
                let mut requests = faces(&route, &target, &[], &me.token);
                if route.method != "GET" {
                    let fields: Vec<(&str, &str)> = NAMING
                        .into_iter()
                        .map(|(name, own)| (name, if name == field { id.as_str() } else { own }))
                        .chain(OTHERS)
                        .filter(|(_, value)| !value.is_empty())
                        .collect();
                    requests.extend(faces(&route, &path, &fields, &me.token));
                }
                for request in requests {
                    let answer = me.person.send(&request);
                    assert_reveals_nothing(&owner, &request, &answer);
                    tried += 1;
                }
            }
        }
        assert_eq!(everything(&app, &owner), before, "{route:?}");
        app.advance(time::Duration::minutes(20));
    }
    assert!(tried > 2_500, "{tried}");
    owner.person.page("/expenses?period=all");
}

#[test]
fn a_foreign_target_a_foreign_session_and_a_foreign_token_do_not_exist() {
    let app = App::start();
    let (owner, me) = (owner(&app), stranger(&app));
    let before = everything(&app, &owner);
    let id = |kind: &str| {
        owner
            .ids
            .iter()
            .find(|(other, _)| *other == kind)
            .unwrap()
            .1
            .as_str()
    };
    for (path, field, value) in [
        (
            format!("/categories/{}/merge", me.category),
            "into",
            id("category"),
        ),
        ("/settings/sessions/revoke".to_owned(), "session", id("session")),
        ("/settings/tokens/revoke".to_owned(), "token", id("token")),
    ] {
        let none = "1234567890123456789";
        for htmx in [false, true] {
            let send = |value: &str| {
                let request = me.person.form(&path, &[(field, value)]);
                me.person.send(&if htmx { request.htmx() } else { request })
            };
            let (theirs, nothing) = (send(value), send(none));
            assert_eq!(theirs.status, nothing.status, "{path}");
            assert_eq!(theirs.text().replace(value, none), nothing.text(), "{path}");
        }
    }
    let budget = [("amount", "5"), ("category", "Wine of the owner")];
    me.person.post("/budgets", &budget).expect(422);
    let client = app.api_with(&me.token);
    client
        .put(
            "/budgets",
            &json!({"amount": "5", "category": "Wine of the owner"}),
        )
        .problem(422);
    assert_eq!(everything(&app, &owner), before);
}

#[test]
fn keys_and_tags_of_another_person_have_no_effect() {
    let app = App::start();
    let (owner, me) = (owner(&app), stranger(&app));
    let theirs = app.api(&owner.person);
    let body = json!({"amount": "7731.77", "category": "Wine of the owner", "date": "2026-11-20", "description": "secret sip"});
    let keyed = |client: &super::support::Client| {
        client
            .json("POST", "/expenses", &body)
            .header("Idempotency-Key", "the-same-key")
    };
    let first = theirs.send(&keyed(&theirs)).expect(201);
    let before = everything(&app, &owner);
    let mine = app.api_with(&me.token);
    let second = mine.send(&keyed(&mine)).expect(201);
    assert_ne!(first.json()["id"], second.json()["id"]);
    // A token with the owner's id and the secret of another person is invalid.
    let shown = me
        .person
        .post("/settings/tokens", &[("name", "Mine"), ("access", "write")])
        .expect(200)
        .text();
    let token = shown[shown.find("etp_").unwrap()..]
        .split(['<', '"', ' '])
        .next()
        .unwrap()
        .to_owned();
    app.api_with(&token).get("/me").expect(200);
    let theirs = owner
        .person
        .post("/settings/tokens", &[("name", "Theirs"), ("access", "write")])
        .expect(200)
        .text();
    let theirs = theirs[theirs.find("etp_").unwrap()..]
        .split(['<', '"', ' '])
        .next()
        .unwrap()
        .to_owned();
    let (name, secret) = (
        theirs.rsplitn(2, '_').last().unwrap(),
        token.splitn(3, '_').last().unwrap(),
    );
    let whose = theirs.split('_').nth(1).unwrap();
    assert!(name.starts_with("etp_"));
    app.api_with(&format!("etp_{whose}_{secret}"))
        .get("/me")
        .problem(401);
    let mut after = everything(&app, &owner);
    after
        .get_mut("api_tokens")
        .unwrap()
        .retain(|row| !row.contains("Theirs"));
    assert_eq!(after, before);
    let sign_in = [("email", owner.person.email.as_str()), ("password", PASSWORD)];
    assert_eq!(app.anonymous().post("/login", &sign_in).location(), "/");
}
