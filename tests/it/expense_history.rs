//! The history of an expense: every change with who made it, when, and before and after, and putting back what it was.
//!
//! More than 300 lines, because all stories start from the same book of two people and read the same page.

use diesel::prelude::*;
use expense_tracker::db::BookId;
use expense_tracker::db::schema::changes;
use expense_tracker::ops::purge;
use proptest::prelude::*;
use serde_json::json;
use time::Duration;

use super::categories_page::id_of;
use super::support::books::{NEW, household, id, member, new_book};
use super::support::{App, Page, Visitor, recorder};

/// A change as the page shows it.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    id: String,
    /// "Edited by person1".
    heading: String,
    at: String,
    /// "Amount", "$4.50", "$5.25".
    fields: Vec<[String; 3]>,
    /// Where its "Put back" posts; empty for those who may not.
    put_back: String,
}

fn changes_of(page: &Page) -> Vec<Change> {
    let texts = |css: &str| page.texts(css);
    page.attrs(".history [id^=change-]", "id")
        .into_iter()
        .map(|id| {
            let labels = texts(&format!("#{id} dt"));
            let (before, after) = (
                texts(&format!("#{id} dd s")),
                texts(&format!("#{id} dd > span:last-child")),
            );
            let fields = labels.into_iter().zip(before).zip(after);
            Change {
                heading: page.text(&format!("#{id} h2")),
                at: page.text(&format!("#{id} time")),
                fields: fields
                    .map(|((label, before), after)| [label, before, after])
                    .collect(),
                put_back: page
                    .attrs(&format!("#{id} form"), "action")
                    .pop()
                    .unwrap_or_default(),
                id: id.trim_start_matches("change-").to_owned(),
            }
        })
        .collect()
}

fn history(person: &Visitor, expense: &str) -> Vec<Change> {
    changes_of(&person.page(&format!("{expense}/history")))
}

/// The values under "Now": amount, category, date, description, place.
fn now(person: &Visitor, expense: &str) -> Vec<String> {
    person
        .page(&format!("{expense}/history"))
        .texts("section .facts dd")
}

fn fields(change: &Change) -> Vec<[&str; 3]> {
    change
        .fields
        .iter()
        .map(|field| field.each_ref().map(String::as_str))
        .collect()
}

fn edit(person: &Visitor, expense: &str, amount: &str, category: &str, date: &str, description: &str) {
    let form = [
        ("amount", amount),
        ("category", category),
        ("date", date),
        ("description", description),
    ];
    person.post(expense, &form).location();
}

/// The address of an expense of `person`'s own book.
fn added(person: &Visitor) -> String {
    format!(
        "/expenses/{}",
        person.add("4.50", "Coffee", "2026-11-20", "Espresso")
    )
}

fn rows(app: &App, book: BookId) -> i64 {
    app.read_of(book, move |conn| {
        let mine = changes::table.filter(changes::book_id.eq(book.0));
        Ok(mine.count().get_result(conn)?)
    })
}

fn purged(app: &App) {
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { purge::once(&state).await })
        .unwrap();
}

/// A household of two, and the address of its espresso for each of them.
struct Two {
    app: App,
    owner: Visitor,
    editor: Visitor,
    base: String,
    expense: String,
}

fn two() -> Two {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let editor = member(&app, &owner, &base, "editor");
    let link = owner.page(&format!("{base}/expenses")).link("Edit Espresso");
    let expense = link.split("/edit").next().unwrap().to_owned();
    Two {
        app,
        owner,
        editor,
        base,
        expense,
    }
}

#[test]
fn each_change_says_what_who_when_before_and_after() {
    let Two {
        app,
        owner,
        editor,
        base,
        expense,
    } = two();
    assert_eq!(history(&owner, &expense), [], "a new one has none");
    app.advance(Duration::hours(2));
    edit(&editor, &expense, "5.25", "Tea", "2026-11-21", "Green");
    app.advance(Duration::minutes(1));
    owner.post(&format!("{expense}/delete"), &[]).location();
    editor.post(&format!("{expense}/restore"), &[]).location();
    let page = owner.page(&format!("{base}/categories"));
    let form = page.form("Merge Tea");
    let into = page.attrs("li.category", "id");
    let rent = into
        .iter()
        .map(|id| id.trim_start_matches("category-"))
        .find(|id| page.text(&format!("#category-{id}")).contains("Rent"))
        .unwrap();
    owner.submit(&form, &[("into", rent)]).location();

    let page = owner.page(&format!("{expense}/history"));
    let seen = changes_of(&page);
    let headings: Vec<&str> = seen.iter().map(|change| change.heading.as_str()).collect();
    assert_eq!(
        headings,
        [
            "Category merged by person1",
            "Restored by person2",
            "Deleted by person1",
            "Edited by person2"
        ]
    );
    assert_eq!(fields(&seen[0]), [["Category", "Tea", "Rent"]]);
    assert_eq!(fields(&seen[1]), [["In", "Recently deleted", "Expenses"]]);
    assert_eq!(fields(&seen[2]), [["In", "Expenses", "Recently deleted"]]);
    assert_eq!(
        fields(&seen[3]),
        [
            ["Amount", "$4.50", "$5.25"],
            ["Category", "Coffee", "Tea"],
            ["Date", "Nov 20, 2026", "Nov 21, 2026"],
            ["Description", "Espresso", "Green"],
        ]
    );
    assert_eq!(seen[3].at, "Nov 22, 2026, 2:00 PM");
    assert_eq!(page.text("#added p"), "Nov 22, 2026, 12:00 PM");
    assert_eq!(
        now(&owner, &expense),
        ["$5.25", "Rent", "Nov 21, 2026", "Green", "person1", "Expenses"]
    );
    // The other one reads it in their own time zone.
    editor
        .post("/settings", &[("timezone", "Asia/Tokyo"), ("locale", "de-DE")])
        .location();
    assert_eq!(history(&editor, &expense)[3].at, "22.11.2026, 23:00");
    // What saves nothing new is no change, and neither is what fails.
    edit(&owner, &expense, "5.25", "Rent", "2026-11-21", "Green");
    owner.post(&expense, &[("amount", "x")]).expect(422);
    owner.post(&format!("{expense}/restore"), &[]).location();
    assert_eq!(history(&owner, &expense).len(), 4);
}

#[test]
fn calls_of_the_api_and_a_repeated_submit_are_in_it() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let made = client.add("5", "A", "2026-11-01");
    let path = format!("/expenses/{}", made["id"].as_str().unwrap());
    client.patch(&path, &json!({"amount": "6"})).expect(200);
    client.send(&client.request("DELETE", &path)).expect(204);
    client.post(&format!("{path}/restore"), &json!({})).expect(200);
    let headings: Vec<String> = history(&person, &path)
        .into_iter()
        .map(|change| change.heading)
        .collect();
    assert_eq!(
        headings,
        ["Restored by person1", "Deleted by person1", "Edited by person1"]
    );
    let form = [
        ("amount", "9"),
        ("category", "Tea"),
        ("date", "2026-11-20"),
        ("request_id", "one"),
    ];
    person.post("/expenses?view=list", &form).location();
    let edit = person.page("/expenses").link("Edit Tea");
    let tea = edit.split("/edit").next().unwrap().to_owned();
    person.post(&format!("{tea}/delete"), &[]).location();
    person.post("/expenses?view=list", &form).location();
    assert_eq!(history(&person, &tea)[0].heading, "Restored by person1");
}

#[test]
fn each_state_is_put_back_as_a_change_of_its_own() {
    let Two {
        app: _app,
        owner,
        editor,
        base,
        expense,
    } = two();
    let first = now(&owner, &expense);
    edit(&editor, &expense, "5.25", "Tea", "2026-11-21", "Green");
    let second = now(&owner, &expense);
    edit(&editor, &expense, "-1", "Tea", "2026-11-21", "");
    owner.post(&format!("{expense}/delete"), &[]).location();
    let deleted = now(&owner, &expense);
    assert_eq!(deleted[5], "Recently deleted");

    // Out of the trash, and to another state, at once.
    let page = owner.page(&format!("{expense}/history"));
    let forms = page.posting();
    let oldest = forms
        .iter()
        .rfind(|form| form.action.contains("/history/"))
        .unwrap();
    let answer = owner.submit(oldest, &[]);
    assert_eq!(answer.location(), format!("{expense}/history"));
    let page = owner.follow(&answer);
    assert_eq!(page.status(), "Put back Espresso, $4.50");
    let seen = changes_of(&page);
    assert_eq!(seen[0].heading, "Put back by person1");
    assert_eq!(
        fields(&seen[0]),
        [
            ["Amount", "−$1.00", "$4.50"],
            ["Category", "Tea", "Coffee"],
            ["Date", "Nov 21, 2026", "Nov 20, 2026"],
            ["Description", "No description", "Espresso"],
            ["In", "Recently deleted", "Expenses"],
        ]
    );
    assert_eq!(now(&owner, &expense), first);
    assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "704.50");
    // Twice is once.
    owner.submit(oldest, &[]).location();
    assert_eq!(history(&owner, &expense).len(), seen.len());

    // The state in the trash, and the one before it, by htmx.
    let back = |change: &Change| {
        let answer = editor.post_htmx(&change.put_back, &[]).expect(200);
        assert_eq!(
            answer.header("hx-push-url"),
            Some(format!("{expense}/history").as_str())
        );
        answer.fragment().status()
    };
    assert_eq!(back(&seen[0]), "Put back Tea, −$1.00, in Recently deleted");
    assert_eq!(now(&owner, &expense), deleted);
    assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "700.00");
    assert_eq!(back(&seen[2]), "Put back Green, $5.25");
    assert_eq!(now(&owner, &expense), second);
    assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "705.25");
    assert_eq!(
        owner.total(&format!("{base}/expenses?period=all&q=green")),
        "5.25"
    );
}

#[test]
fn a_category_that_was_merged_away_is_created_again_by_its_name() {
    let app = App::start();
    let person = app.person();
    let expense = added(&person);
    let other = format!("/expenses/{}", person.add("1", "Coffee", "2026-11-20", "other"));
    person.post(&format!("{other}/delete"), &[]).location();
    person.add("2", "Drinks", "2026-11-20", "juice");
    let (from, into) = (id_of(&person, "Coffee"), id_of(&person, "Drinks"));
    person
        .post(&format!("/categories/{from}/merge"), &[("into", &into)])
        .location();
    for (expense, total) in [(&expense, "4.50"), (&other, "4.50")] {
        let seen = history(&person, expense);
        assert_eq!(fields(&seen[0]), [["Category", "Coffee", "Drinks"]]);
        person.post(&seen[0].put_back, &[]).location();
        assert_eq!(now(&person, expense)[1], "Coffee");
        assert_eq!(
            person.total("/expenses?period=all&category=Coffee"),
            total,
            "the other one stays in the trash"
        );
    }
    assert_eq!(person.total("/expenses?period=all&category=Drinks"), "2.00");
    // A renamed category is the same one.
    let coffee = id_of(&person, "Coffee");
    person
        .post(&format!("/categories/{coffee}"), &[("name", "Café")])
        .location();
    edit(&person, &expense, "4.50", "Tea", "2026-11-20", "Espresso");
    let seen = history(&person, &expense);
    assert_eq!(fields(&seen[0]), [["Category", "Café", "Tea"]]);
    person.post(&seen[0].put_back, &[]).location();
    assert_eq!(now(&person, &expense)[1], "Café");
}

#[test]
fn a_state_that_does_not_fit_any_more_is_told_and_changes_nothing() {
    let app = App::start();
    let person = app.person();
    let expense = added(&person);
    edit(&person, &expense, "5", "Tea", "2026-11-20", "Espresso");
    let coffee = id_of(&person, "Coffee");
    person
        .post(
            &format!("/categories/{coffee}/merge"),
            &[("into", &id_of(&person, "Tea"))],
        )
        .location();
    let many = (0..1_999).map(|n| (1, format!("c{n}")));
    let rows: Vec<(i64, String)> = many.collect();
    let rows = rows
        .iter()
        .map(|(minor, name)| {
            (
                *minor,
                name.as_str(),
                super::support::date("2026-11-20"),
                String::new(),
            )
        })
        .collect();
    app.enter(&person, rows);
    let seen = history(&person, &expense);
    let before = now(&person, &expense);
    for htmx in [false, true] {
        let page = if htmx {
            person.post_htmx(&seen[0].put_back, &[]).expect(422).fragment()
        } else {
            person.post(&seen[0].put_back, &[]).expect(422).page()
        };
        assert!(page.text("#put-back-error").contains("2,000 categories"));
    }
    assert_eq!(now(&person, &expense), before);
    assert_eq!(history(&person, &expense).len(), seen.len());
}

#[test]
fn what_is_not_there_is_a_404() {
    let Two {
        app,
        owner,
        editor,
        base,
        expense,
    } = two();
    edit(&owner, &expense, "5", "Tea", "2026-11-20", "Espresso");
    let rent = owner.page(&format!("{base}/expenses")).link("Edit November");
    let rent = rent.split("/edit").next().unwrap().to_owned();
    edit(&owner, &rent, "1", "Rent", "2026-11-20", "");
    let of_espresso = history(&owner, &expense).remove(0);
    let stranger = app.stranger();
    let own = added(&stranger);
    edit(&stranger, &own, "1", "A", "2026-11-20", "");
    let foreign = history(&stranger, &own).remove(0);
    let before = now(&owner, &expense);
    for path in [
        format!("{rent}/history/{}/restore", of_espresso.id),
        format!("{expense}/history/{}/restore", foreign.id),
        format!(
            "{expense}/history/{}/restore",
            expense.rsplit('/').next().unwrap()
        ),
        format!("{expense}/history/0/restore"),
        format!("{expense}/history/x/restore"),
        format!("{base}{own}/history/{}/restore", foreign.id),
        format!("{base}/expenses/77/history/{}/restore", of_espresso.id),
    ] {
        owner.post(&path, &[]).expect(404);
    }
    owner.get(&format!("{base}{own}/history")).expect(404);
    owner.get(&format!("{expense}/history?until=x")).expect(400);
    for path in [format!("{expense}/history"), of_espresso.put_back.clone()] {
        stranger
            .get(&path)
            .expect(if path.ends_with("restore") { 405 } else { 404 });
    }
    stranger.post(&of_espresso.put_back, &[]).expect(404);
    let removed = format!("{base}/book/members/{}", id(&app, &editor));
    owner.post(&removed, &[("role", "none")]).location();
    editor.get(&format!("{expense}/history")).expect(404);
    editor.post(&of_espresso.put_back, &[]).expect(404);
    assert_eq!(now(&owner, &expense), before);
}

#[test]
fn a_viewer_reads_it_and_puts_nothing_back() {
    let Two {
        app,
        owner,
        base,
        expense,
        ..
    } = two();
    edit(&owner, &expense, "5", "Tea", "2026-11-20", "Espresso");
    let viewer = member(&app, &owner, &base, "viewer");
    let link = viewer
        .page(&format!("{base}/expenses"))
        .link("History of Espresso");
    let seen = changes_of(&viewer.page(&link));
    assert_eq!(seen[0].heading, "Edited by person1");
    assert_eq!(seen[0].put_back, "");
    let action = &history(&owner, &expense)[0].put_back;
    viewer.post(action, &[]).expect(403);
    viewer.post_htmx(action, &[]).expect(403);
    assert_eq!(history(&owner, &expense).len(), 1);
}

#[test]
fn its_links_lead_there_and_back() {
    let app = App::start();
    let person = app.person();
    let expense = added(&person);
    edit(&person, &expense, "5", "Tea", "2026-11-20", "Espresso");
    let edit_page = person
        .page("/expenses?period=year&on=2026-11-01")
        .link("Edit Espresso");
    let href = person.page(&edit_page).link("History");
    let page = person.page(&href);
    assert_eq!(page.text("h1"), "History");
    assert_eq!(
        page.link("Back to expenses"),
        "/expenses?period=year&on=2026-11-01"
    );
    let answer = person.post(&changes_of(&page)[0].put_back, &[]);
    assert_eq!(answer.location(), href);
    assert_eq!(
        person.follow(&answer).link("Back to expenses"),
        "/expenses?period=year&on=2026-11-01"
    );
    // Signed out, the form leads back to its page.
    person.post(&format!("{expense}/delete"), &[]).location();
    let trash = person.page("/expenses/trash").link("History of Espresso");
    let put_back = history(&person, &expense).remove(0).put_back;
    assert!(person.page(&trash).text("h1").contains("History"));
    person.post("/logout", &[]).location();
    let answer = person.post(&put_back, &[("form_for", "1")]);
    assert_eq!(
        answer.location(),
        format!(
            "/login?next=%2Fexpenses%2F{}%2Fhistory",
            expense.rsplit('/').next().unwrap()
        )
    );
}

#[test]
fn a_long_history_comes_in_pages() {
    let app = App::start();
    let person = app.person();
    let expense = added(&person);
    for minor in 0..=55 {
        edit(
            &person,
            &expense,
            &format!("5.{minor:02}"),
            "Coffee",
            "2026-11-20",
            "Espresso",
        );
    }
    let page = person.page(&format!("{expense}/history"));
    assert_eq!((changes_of(&page).len(), page.count("#added")), (50, 0));
    let older = person.page(&page.link("Older"));
    let seen = changes_of(&older);
    assert_eq!((seen.len(), older.count("#added")), (6, 1));
    assert_eq!(fields(&seen[0]), [["Amount", "$5.04", "$5.05"]]);
    assert_eq!(fields(&seen[5]), [["Amount", "$4.50", "$5.00"]]);
    assert!(!older.has_link("Older"));
    let names: Vec<String> = page.texts(".history button");
    assert!(
        names[0].starts_with("Put back what it was before Nov 22, 2026, 12:00 PM: $5.54, Coffee"),
        "{names:?}"
    );
    let mut distinct = names.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len());
}

#[test]
fn the_names_of_former_members_stay() {
    let Two {
        app,
        owner,
        editor,
        base,
        expense,
    } = two();
    let third = member(&app, &owner, &base, "editor");
    edit(&editor, &expense, "5", "Tea", "2026-11-20", "Espresso");
    edit(&third, &expense, "6", "Tea", "2026-11-20", "Espresso");
    editor.post(&format!("{base}/book/leave"), &[]).location();
    third
        .post(
            "/settings/delete-account",
            &[("password", super::support::PASSWORD)],
        )
        .location();
    purged(&app);
    let headings: Vec<String> = history(&owner, &expense)
        .into_iter()
        .map(|change| change.heading)
        .collect();
    assert_eq!(headings, ["Edited by person3", "Edited by person2"]);
}

#[test]
fn a_save_on_a_newer_version_names_who_has_changed_it() {
    let Two {
        app,
        owner,
        editor,
        expense,
        ..
    } = two();
    let open = |person: &Visitor| person.page(&format!("{expense}/edit")).form("Edit expense");
    let (form, of_editor) = (open(&owner), open(&editor));
    app.set_clock("2026-11-22 14:02");
    edit(&editor, &expense, "5", "Tea", "2026-11-20", "theirs");
    let mine = [("amount", "7"), ("description", "mine")];
    let page = owner.submit(&form, &mine).expect(409).page();
    let words = page.text(".conflict");
    assert!(
        words.contains("person2 changed it at 2:02 PM. Current version:"),
        "{words}"
    );
    assert!(words.contains("$5.00") && words.contains("theirs"), "{words}");
    let again = page.form("Edit expense");
    assert_eq!([again.value("amount"), again.value("description")], ["7", "mine"]);
    // A change in another tab is one's own; a change of another day has its date.
    app.set_clock("2026-11-23 09:00");
    let page = editor.submit(&of_editor, &mine).expect(409).page();
    let words = page.text(".conflict");
    assert!(
        words.contains("You changed it on Nov 22, 2026, at 2:02 PM, perhaps in another tab."),
        "{words}"
    );
    owner.submit(&again, &[]).location();
    assert_eq!(now(&owner, &expense)[0], "$7.00");
    // A change whose record has expired has no name.
    let form = open(&owner);
    edit(&editor, &expense, "8", "Tea", "2026-11-20", "theirs");
    app.advance(Duration::days(731));
    purged(&app);
    let owner = app.known(&owner.email);
    let words = owner.submit(&form, &mine).expect(409).page().text(".conflict");
    assert!(
        words.contains("It was changed meanwhile. Current version:"),
        "{words}"
    );
}

#[test]
fn a_change_is_kept_for_two_years() {
    let app = App::start();
    let person = app.person();
    let (book, expense) = (app.owner(&person), added(&person));
    edit(&person, &expense, "5", "Coffee", "2026-11-20", "Espresso");
    app.advance(Duration::days(1));
    edit(&person, &expense, "6", "Coffee", "2026-11-20", "Espresso");
    app.advance(Duration::days(729) - Duration::seconds(1));
    purged(&app);
    assert_eq!(rows(&app, book), 2);
    app.advance(Duration::seconds(1));
    purged(&app);
    let person = app.known(&person.email);
    let seen = history(&person, &expense);
    assert_eq!(seen.len(), 1);
    assert_eq!(fields(&seen[0]), [["Amount", "$5.00", "$6.00"]]);
    person.post(&seen[0].put_back, &[]).location();
    assert_eq!(now(&person, &expense)[0], "$5.00");
    // With an expense its history goes, however young it is.
    person.post(&format!("{expense}/delete"), &[]).location();
    app.advance(Duration::days(29));
    assert_eq!(history(&person, &expense).len(), 3);
    app.advance(Duration::days(1));
    app.known(&person.email)
        .get(&format!("{expense}/history"))
        .expect(404);
    purged(&app);
    assert_eq!(rows(&app, book), 0);
}

#[test]
fn thousands_of_old_changes_go_in_pieces() {
    let app = App::start();
    let person = app.person();
    let book = app.owner(&person);
    let row = |n: i64| (n + 1, "Coffee", super::support::date("2026-11-20"), String::new());
    app.enter(&person, (0..1_300).map(row).collect());
    person.add("2", "Drinks", "2026-11-20", "juice");
    let (from, into) = (id_of(&person, "Coffee"), id_of(&person, "Drinks"));
    person
        .post(&format!("/categories/{from}/merge"), &[("into", &into)])
        .location();
    assert_eq!(rows(&app, book), 1_300);
    app.advance(Duration::days(730));
    purged(&app);
    assert_eq!(rows(&app, book), 0);
}

#[derive(Debug, Clone)]
enum Deed {
    Edit(i64, usize, bool),
    Delete,
    Restore,
    Merge,
    PutBack(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (-500_i64..500, 0_usize..3, any::<bool>())
            .prop_map(|(minor, category, text)| Deed::Edit(if minor == 0 { 1 } else { minor }, category, text)),
        1 => Just(Deed::Delete),
        1 => Just(Deed::Restore),
        1 => Just(Deed::Merge),
        1 => (0_usize..20).prop_map(Deed::PutBack),
    ]
}

/// Any sequence of changes: each recorded state can be put back exactly, and the totals stay those of the rows.
#[test]
fn every_recorded_state_is_put_back_exactly() {
    let app = App::start();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let run = |deeds: Vec<Deed>| {
        let person = app.person();
        person.add("2", "Coffee", "2026-11-20", "beside it");
        let expense = added(&person);
        // What it was after each change, newest last.
        let mut states = vec![now(&person, &expense)];
        for deed in deeds {
            carry_out(&person, &expense, &deed);
            let state = now(&person, &expense);
            if history(&person, &expense).len() == states.len() {
                states.push(state);
            } else {
                assert_eq!(states.last(), Some(&state), "{deed:?}");
            }
        }
        let recorded = history(&person, &expense);
        assert_eq!(recorded.len(), states.len() - 1);
        for (change, state) in recorded.iter().rev().zip(&states) {
            person.post(&change.put_back, &[]).location();
            assert_eq!(&now(&person, &expense), state);
            let csv = person.get("/expenses.csv").expect(200).body;
            let mut csv = csv::Reader::from_reader(csv.as_slice());
            let column = csv
                .headers()
                .unwrap()
                .iter()
                .position(|name| name == "amount")
                .unwrap();
            let amounts = csv.records().map(|row| row.unwrap()[column].replace('.', ""));
            let sum: i64 = amounts.map(|amount| amount.parse::<i64>().unwrap()).sum();
            let total = person.total("/expenses?period=all").replace('.', "");
            assert_eq!(total.parse::<i64>().unwrap(), sum);
        }
        Ok(())
    };
    runner.run(&prop::collection::vec(deed(), 1..10), run).unwrap();
    let place = super::support::Place::new();
    let mut check = place.command(&["check"]);
    check.env("DATABASE_URL", app.database_url());
    let ended = super::support::end(check, "");
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.out, ended.err);
}

fn carry_out(person: &Visitor, expense: &str, deed: &Deed) {
    match deed {
        Deed::Edit(minor, category, text) => {
            let amount = format!(
                "{}{}.{:02}",
                if *minor < 0 { "-" } else { "" },
                minor.abs() / 100,
                minor.abs() % 100
            );
            let form = [
                ("amount", amount.as_str()),
                ("category", ["Coffee", "Tea", "Juice"][*category]),
                ("date", "2026-11-21"),
                ("description", if *text { "some words" } else { "" }),
            ];
            // In the trash it can't be edited.
            assert!([303, 404].contains(&person.post(expense, &form).status));
        }
        Deed::Delete => drop(person.post(&format!("{expense}/delete"), &[])),
        Deed::Restore => drop(person.post(&format!("{expense}/restore"), &[])),
        Deed::Merge => {
            let page = person.page("/categories");
            let ids = page.attrs("li.category", "id");
            if let [from, .., into] = ids.as_slice() {
                let [from, into] = [from, into].map(|id| id.trim_start_matches("category-"));
                person
                    .post(&format!("/categories/{from}/merge"), &[("into", into)])
                    .location();
            }
        }
        Deed::PutBack(at) => {
            let changes = history(person, expense);
            if let Some(change) = changes.get(at % changes.len().max(1)) {
                person.post(&change.put_back, &[]).location();
            }
        }
    }
}

#[test]
fn a_book_of_ones_own_beside_a_shared_one_has_its_own_history() {
    let app = App::start();
    let person = app.person();
    let base = new_book(&person, "Trip");
    let expense = added(&person);
    edit(&person, &expense, "5", "Tea", "2026-11-20", "Espresso");
    person.get(&format!("{base}{expense}/history")).expect(404);
    assert_eq!(history(&person, &expense).len(), 1);
}

#[test]
fn an_add_records_nothing_and_a_change_is_one_insert() {
    let app = App::on_sqlite();
    let person = app.person();
    let expense = added(&person);
    person.add("2", "Drinks", "2026-11-20", "juice");
    let (from, into) = (id_of(&person, "Coffee"), id_of(&person, "Drinks"));
    app.wait_for_background();
    let file = recorder::file_of(app.database_url());
    recorder::watch(&file);
    let inserts = |path: &str, form: &[(&str, &str)]| {
        recorder::take(&file);
        person.post(path, form).location();
        let seen = recorder::take(&file);
        let of_history = seen.iter().filter(|statement| statement.sql.contains("changes"));
        of_history
            .filter(|statement| statement.sql.contains("expense_id"))
            .count()
    };
    assert_eq!(inserts("/expenses", &NEW), 0);
    assert_eq!(inserts(&expense, &NEW), 1);
    assert_eq!(inserts(&format!("{expense}/delete"), &[]), 1);
    assert_eq!(inserts(&format!("{expense}/restore"), &[]), 1);
    assert_eq!(
        inserts(&format!("/categories/{from}/merge"), &[("into", &into)]),
        1
    );
}

#[test]
fn a_change_of_the_payer_is_told_and_put_back() {
    let Two {
        app,
        owner,
        editor,
        expense,
        ..
    } = two();
    let other = super::support::books::id(&app, &editor);
    let form = owner.page(&format!("{expense}/edit")).form("Edit expense");
    owner.submit(&form, &[("paid_by", &other)]).location();
    let changes = history(&owner, &expense);
    assert_eq!(fields(&changes[0]), [["Paid by", "person1", "person2"]]);
    assert_eq!(now(&owner, &expense)[4], "person2");
    let page = owner.page(&format!("{expense}/history"));
    assert_eq!(page.text("#added h2"), "Added by person1");
    let form = page
        .posting()
        .into_iter()
        .find(|form| form.action.contains("/history/"))
        .unwrap();
    owner.submit(&form, &[]).location();
    assert_eq!(now(&owner, &expense)[4], "person1");
}
