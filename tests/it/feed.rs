//! The calendar feed: made and revoked in book settings, read by a calendar library.
//!
//! More than 300 lines, because all stories read feeds by the same library.

use icalendar::parser::{Component, read_calendar, unfold};
use serde_json::{Value, json};

use super::support::books::{household, id, member, token};
use super::support::{Answer, App, Client, Request, Visitor, rows_of};

/// The path of a new feed of the book at `base`.
#[track_caller]
fn make(person: &Visitor, base: &str, form: &[(&str, &str)]) -> String {
    let made = person.post(&format!("{base}/book/feeds"), form).expect(200);
    let page = made.page();
    assert_eq!(page.text("label[for=feed_link]"), "Feed link");
    let link = page.attr("#feed_link[readonly]", "value");
    assert!(link.starts_with("http://"), "{link}");
    link[link.find("/feeds/").expect("a link")..].to_owned()
}

/// The feed, as a calendar without a session gets it.
#[track_caller]
fn read(app: &App, path: &str) -> Answer {
    let answer = app.anonymous().get(path).expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    answer
}

/// Each event as its properties, in the words of the library.
#[track_caller]
fn events(answer: &Answer) -> Vec<Vec<(String, String)>> {
    let text = unfold(&answer.text());
    let calendar = read_calendar(&text).expect("it is a calendar");
    let properties = |event: &Component<'_>| {
        assert_eq!(event.name, "VEVENT");
        let all = event.properties.iter();
        all.map(|one| (one.name.to_string(), one.val.to_string()))
            .collect()
    };
    calendar.components.iter().map(properties).collect()
}

fn value(event: &[(String, String)], name: &str) -> String {
    let found = event.iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("{name}: {event:?}")).1.clone()
}

fn values(answer: &Answer, name: &str) -> Vec<String> {
    events(answer).iter().map(|event| value(event, name)).collect()
}

fn monthly(client: &Client, book: &str, body: &Value) -> String {
    let made = client.post(&format!("{book}/recurring"), body).expect(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// A person with rent on the 31st, and their feed.
fn renter(app: &App, form: &[(&str, &str)]) -> (Visitor, Client, String, String) {
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    let rent = json!({"amount": "900", "category": "Rent", "date": "2026-10-31", "description": "Flat, 2nd floor; left"});
    let rent = monthly(&client, "", &rent);
    let path = make(&person, "", form);
    (person, client, rent, path)
}

#[test]
fn a_calendar_reads_the_bills_of_13_months() {
    let app = App::start();
    let (person, client, rent, path) = renter(&app, &[]);
    let salary =
        json!({"amount": "2400", "category": "Salary", "kind": "income", "date": "2026-12-15", "every": 6});
    monthly(&client, "", &salary);
    let feed = read(&app, &path);
    let days = values(&feed, "DTSTART");
    assert_eq!(days.len(), 16, "{days:?}");
    assert_eq!(days[..4], ["20261130", "20261215", "20261231", "20270131"]);
    assert_eq!(days.last().map(String::as_str), Some("20271215"));
    let first = &events(&feed)[0];
    let book = app.owner(&person).0;
    for (name, expected) in [
        ("UID", format!("{rent}-20261130@{book}")),
        ("SEQUENCE", "1".to_owned()),
        ("DTSTAMP", "20261122T120000Z".to_owned()),
        ("SUMMARY", "Flat, 2nd floor; left".to_owned()),
        ("CATEGORIES", "Rent".to_owned()),
    ] {
        assert_eq!(value(first, name), expected);
    }
    let text = feed.text();
    assert!(text.contains("\r\nDTSTART;VALUE=DATE:20261130\r\n"), "{text}");
    assert!(!text.contains("DTEND") && !text.contains("900"), "{text}");
    assert!(
        text.contains("\r\nSUMMARY:Flat\\, 2nd floor\\; left\r\n"),
        "{text}"
    );
    assert!(text.contains("\r\nSUMMARY:Salary\r\n"), "{text}");
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && text.ends_with("END:VCALENDAR\r\n")
    );
    assert!(text.contains("\r\nX-WR-CALNAME:Personal\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let mut uids = values(&feed, "UID");
    uids.sort();
    uids.dedup();
    assert_eq!(uids.len(), 16);
}

#[test]
fn amounts_are_shown_only_if_that_was_chosen() {
    let app = App::start();
    let (_, _, _, path) = renter(&app, &[("with_amounts", "1")]);
    assert_eq!(
        values(&read(&app, &path), "SUMMARY")[0],
        "Flat, 2nd floor; left · $900.00"
    );
}

#[test]
fn ids_stay_and_a_change_shows() {
    let app = App::start();
    let (_, client, rent, path) = renter(&app, &[("with_amounts", "1")]);
    let before = read(&app, &path);
    app.advance(time::Duration::hours(1));
    client
        .patch(&format!("/recurring/{rent}"), &json!({"amount": "920"}))
        .expect(200);
    let change = json!({"action": "change", "amount": "950"});
    client
        .post(&format!("/recurring/{rent}/2026-12-31"), &change)
        .expect(200);
    client
        .post(
            &format!("/recurring/{rent}/2027-01-31"),
            &json!({"action": "skip"}),
        )
        .expect(200);
    let after = read(&app, &path);
    assert_ne!(after.header("etag"), before.header("etag"));
    let mut uids = values(&before, "UID");
    uids.remove(2);
    assert_eq!(values(&after, "UID"), uids, "but the skipped one");
    assert_eq!(values(&after, "SEQUENCE")[0], "2");
    assert_eq!(values(&after, "DTSTAMP")[0], "20261122T130000Z");
    let titles = values(&after, "SUMMARY");
    assert!(
        titles[0].ends_with("$920.00") && titles[1].ends_with("$950.00"),
        "{titles:?}"
    );
    // What is due is entered, and is no longer to come.
    app.set_clock("2026-12-01 12:00");
    assert_eq!(values(&read(&app, &path), "DTSTART")[0], "20261231");
    assert_eq!(
        client.get("/summary?period=month&on=2026-11-30").json()["count"],
        1
    );
}

#[test]
fn an_unchanged_feed_is_a_304_and_its_address_is_no_referrer() {
    let app = App::start();
    let (_, _, _, path) = renter(&app, &[]);
    let feed = read(&app, &path);
    let tag = feed.header("etag").unwrap().to_owned();
    let asked = |tag: &str| {
        let request = Request::new("GET", &path).header("If-None-Match", tag);
        app.anonymous().send(&request)
    };
    for known in [&tag, &format!("\"x\", W/{tag}"), &"*".to_owned()] {
        let same = asked(known).expect(304);
        assert!(same.body.is_empty());
        assert_eq!(same.header("etag"), Some(tag.as_str()));
        assert_eq!(same.header("cache-control"), Some("private, max-age=3600"));
    }
    asked("\"x\"").expect(200);
    assert_eq!(feed.header("cache-control"), Some("private, max-age=3600"));
    assert_eq!(feed.header("referrer-policy"), Some("no-referrer"));
    assert!(feed.header("set-cookie").is_none());
    let head = app.anonymous().send(&Request::new("HEAD", &path)).expect(200);
    assert!(head.body.is_empty());
}

#[test]
fn long_and_foreign_texts_are_folded_between_characters() {
    let app = App::start();
    let (person, client, _, path) = renter(&app, &[]);
    let long = format!(
        "{}\nПлата за квартиру, \\ 💶 {}",
        "ü".repeat(90),
        "a\u{301}".repeat(120)
    );
    let body =
        json!({"amount": "1", "category": "Ü; Ж, \\", "date": "2026-11-23", "description": long, "times": 1});
    monthly(&client, "", &body);
    let feed = read(&app, &path);
    for line in feed.text().split("\r\n") {
        assert!(line.len() <= 75, "{line}");
    }
    let first = &events(&feed)[0];
    assert_eq!(value(first, "SUMMARY"), long);
    assert_eq!(value(first, "CATEGORIES").replace('\\', ""), "Ü; Ж, ");
    assert_eq!(
        person.page("/book").count("#feed_link"),
        0,
        "the link is shown once"
    );
}

#[test]
fn a_feed_has_an_end_however_much_recurs() {
    let app = App::start();
    let (_, client, _, path) = renter(&app, &[]);
    for _ in 0..13 {
        let daily = json!({"amount": "1", "category": "Coffee", "date": "2026-11-23", "unit": "day"});
        monthly(&client, "", &daily);
    }
    assert_eq!(events(&read(&app, &path)).len(), 5_000);
    let coming = client.get("/upcoming?until=2027-12-22").json();
    let items = coming["items"].as_array().unwrap().len();
    assert!(items <= 5_000 && items > 4_900, "{items}");
    assert!(
        coming["until"].as_str().unwrap() < "2027-12-22",
        "{}",
        coming["until"]
    );
}

#[test]
fn a_revoked_or_unknown_link_is_a_404() {
    let app = App::start();
    let (person, _, _, path) = renter(&app, &[]);
    let other = make(&person, "", &[("with_amounts", "1")]);
    let page = person.page("/book");
    let listed = page.posting();
    let listed: Vec<&str> = listed
        .iter()
        .map(|form| form.action.as_str())
        .filter(|action| action.contains("/feeds/"))
        .collect();
    assert_eq!(listed.len(), 2, "the newest first");
    assert_eq!(person.post(listed[1], &[]).location(), "/book");
    person.post(listed[1], &[]).expect(404);
    let nobody = app.anonymous();
    nobody.get(&path).expect(404);
    nobody.get(&other).expect(200);
    let secret = other.trim_start_matches("/feeds/").trim_end_matches(".ics");
    let (book, _) = secret.split_once('_').unwrap();
    for token in ["x", "1_x", "", &format!("{book}_x"), &format!("{secret}x")] {
        nobody.get(&format!("/feeds/{token}.ics")).expect(404);
    }
    nobody.get(&format!("/feeds/{secret}")).expect(404);
    // Only a hash of it is stored.
    let owner = app.owner(&person);
    let rows = app.read(move |conn| rows_of(conn, owner));
    let (_, secret) = secret.split_once('_').unwrap();
    assert!(rows.values().flatten().all(|row| !row.contains(secret)));
    assert_eq!(rows["feeds"].len(), 1);
}

#[test]
fn a_book_has_at_most_twenty_links() {
    let app = App::start();
    let person = app.person();
    for _ in 0..20 {
        make(&person, "", &[]);
    }
    let refused = person.post("/book/feeds", &[]).expect(422).page();
    assert!(
        refused.text("#new-feed").contains("There are already 20 links"),
        "{}",
        refused.text("#new-feed")
    );
    assert_eq!(refused.count("#feed_link"), 0);
}

#[test]
fn it_ends_with_the_membership_of_its_maker_and_with_the_book() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editors = [(); 3].map(|()| member(&app, &owner, &base, "editor"));
    let feeds: Vec<String> = editors.iter().map(|person| make(person, &base, &[])).collect();
    let own = make(&owner, &base, &[]);
    let works = |path: &str| app.anonymous().get(path).status == 200;
    assert!(feeds.iter().all(|path| works(path)));
    let role = |person: &Visitor| format!("{base}/book/members/{}", id(&app, person));
    owner.post(&role(&editors[0]), &[("role", "none")]).location();
    owner.post(&role(&editors[1]), &[("role", "viewer")]).location();
    editors[2].post(&format!("{base}/book/leave"), &[]).location();
    assert!(feeds.iter().all(|path| !works(path)));
    // An editor again, with another link.
    owner.post(&role(&editors[1]), &[("role", "editor")]).location();
    assert!(!works(&feeds[1]));
    assert!(works(&make(&editors[1], &base, &[])));
    owner
        .post(&format!("{base}/book/close"), &[("name", "Household")])
        .location();
    assert!(!works(&own));
    // And with the account.
    let path = make(&owner, "", &[]);
    let form = [("password", super::support::PASSWORD)];
    owner.post("/settings/delete-account", &form).location();
    assert!(!works(&path));
}

#[test]
fn each_sees_and_revokes_their_own_links_and_an_owner_all() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editor = member(&app, &owner, &base, "editor");
    let viewer = member(&app, &owner, &base, "viewer");
    let stranger = app.stranger();
    let (own, theirs) = (make(&owner, &base, &[]), make(&editor, &base, &[]));
    let links = |person: &Visitor| -> Vec<String> {
        let page = person.page(&format!("{base}/book"));
        let forms = page.posting().into_iter().map(|form| form.action);
        forms.filter(|action| action.ends_with("/revoke")).collect()
    };
    let (all, editors) = (links(&owner), links(&editor));
    assert_eq!((all.len(), editors.len()), (2, 1));
    let of_owner = all.iter().find(|action| !editors.contains(action)).unwrap();
    editor.post(of_owner, &[]).expect(404);
    let page = viewer.page(&format!("{base}/book"));
    assert_eq!(page.count("#feed-title"), 0);
    viewer.post(&format!("{base}/book/feeds"), &[]).expect(403);
    viewer.post(&editors[0], &[]).expect(403);
    stranger.post(&format!("{base}/book/feeds"), &[]).expect(404);
    stranger.post(&editors[0], &[]).expect(404);
    // Elsewhere the id names nothing.
    let elsewhere = editors[0].trim_start_matches(&base).to_owned();
    owner.post(&elsewhere, &[]).expect(404);
    app.anonymous().get(&theirs).expect(200);
    owner.post(&editors[0], &[]).location();
    app.anonymous().get(&theirs).expect(404);
    app.anonymous().get(&own).expect(200);
}
