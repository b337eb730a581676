//! Who paid: the select "Paid by", the names on rows, "By person", the list's filter, the CSV and the API.
//!
//! More than 300 lines, because all stories share the household and how its table "By person" is read.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::support::books::{household, id, invite, member, new_book, token};
use super::support::{App, Page, Visitor, cases};

/// The name that others see.
fn name(person: &Visitor) -> String {
    person.email.split('@').next().unwrap().to_owned()
}

fn add(person: &Visitor, base: &str, amount: &str, payer: &str, description: &str) {
    let mut form = vec![
        ("amount", amount),
        ("category", "Food"),
        ("date", "2026-11-20"),
        ("description", description),
    ];
    if !payer.is_empty() {
        form.push(("paid_by", payer));
    }
    person.post(&format!("{base}/expenses"), &form).location();
}

/// Name, count and plain amount of each row of the table "By person".
fn by_person(page: &Page) -> Vec<(String, String, String)> {
    let names = page.texts(".by-person tbody th");
    let counts = page.texts(".by-person tbody td.share");
    let amounts = page.attrs(".by-person tbody a", "data-amount");
    names
        .into_iter()
        .zip(counts)
        .zip(amounts)
        .map(|((name, count), amount)| (name, count, amount))
        .collect()
}

#[test]
fn nothing_says_who_paid_while_a_book_has_one_person() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "espresso");
    let base = household(&person);
    for base in ["", base.as_str()] {
        for path in ["/", "/expenses?period=all"] {
            let page = person.page(&format!("{base}{path}"));
            for css in ["[name=paid_by]", "[name=person]", ".row-payer", ".by-person"] {
                assert_eq!(page.count(css), 0, "{base}{path} {css}");
            }
        }
        let csv = person.get(&format!("{base}/expenses.csv")).expect(200).text();
        assert!(
            csv.lines().skip(1).all(|row| row.contains(",spending,,E")),
            "{csv}"
        );
    }
}

#[test]
fn an_expense_is_paid_by_the_person_typing_unless_another_is_chosen() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let (maker_id, other_id) = (id(&app, &owner), id(&app, &other));
    let dashboard = other.page(&format!("{base}/"));
    let form = dashboard.form("Add expense");
    assert_eq!(form.value("paid_by"), other_id, "the default");
    assert_eq!(
        dashboard.texts("#add-paid_by option"),
        [name(&owner), name(&other)]
    );
    add(&other, &base, "5", "", "mine");
    add(&other, &base, "7", &maker_id, "for the owner");
    let list = owner.page(&format!("{base}/expenses?period=all"));
    let payers = |page: &Page| -> Vec<(String, String)> {
        let rows = page.rows();
        let names = page.texts(".row-payer [dir]");
        rows.iter().map(|row| row.name.clone()).zip(names).collect()
    };
    assert_eq!(
        payers(&list),
        [
            ("for the owner".to_owned(), name(&owner)),
            ("mine".to_owned(), name(&other)),
            ("November".to_owned(), name(&owner)),
            ("Espresso".to_owned(), name(&owner)),
        ]
    );
    // The edit form has the payer and changes it.
    let edit = owner.page(&list.row("mine").edit).form("Edit expense");
    assert_eq!(edit.value("paid_by"), other_id);
    owner.submit(&edit, &[("paid_by", &maker_id)]).location();
    let list = owner.page(&format!("{base}/expenses?period=all"));
    assert!(payers(&list).contains(&("mine".to_owned(), name(&owner))));
    // A form without the field, as a script sends it, leaves the payer.
    let fields = [("amount", "8"), ("category", "Food"), ("date", "2026-11-20")];
    let of_other = list.row("for the owner");
    let path = of_other.edit.split("/edit").next().unwrap().to_owned();
    other.post(&path, &fields).location();
    let list = owner.page(&format!("{base}/expenses?period=all"));
    assert_eq!(payers(&list)[0].1, name(&owner));
    // Deleted, it still says who paid.
    let row = list.rows()[0].clone();
    owner.post(&row.delete, &[]).location();
    let trash = owner.page(&format!("{base}/expenses/trash"));
    assert!(trash.text(".trash .row").contains(&name(&owner)));
}

#[test]
fn a_payer_who_is_not_in_the_book_is_refused_and_nothing_is_written() {
    let app = App::start();
    let (owner, stranger) = (app.person(), app.person());
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    for wrong in [
        id(&app, &stranger).as_str(),
        "0",
        "-1",
        "x",
        "99999999999999999999",
    ] {
        let form = [
            ("amount", "5"),
            ("category", "Food"),
            ("date", "2026-11-20"),
            ("paid_by", wrong),
        ];
        let page = other.post(&format!("{base}/expenses"), &form).expect(422).page();
        let form = page.form("Add expense");
        assert_eq!(
            form.error("paid_by"),
            Some("Choose a member of this book."),
            "{wrong}"
        );
        assert_eq!(form.value("amount"), "5");
    }
    assert_eq!(
        owner.page(&format!("{base}/expenses?period=all")).total(),
        "704.50"
    );
    // In a book of one person as well.
    let form = [
        ("amount", "5"),
        ("category", "Food"),
        ("date", "2026-11-20"),
        ("paid_by", "7"),
    ];
    owner.post("/expenses", &form).expect(422);
}

#[test]
fn a_payer_who_leaves_while_the_form_is_open_is_named_at_the_field() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let other_id = id(&app, &other);
    let form = owner.page(&format!("{base}/")).form("Add expense");
    other.post(&format!("{base}/book/leave"), &[]).location();
    let typed = [
        ("amount", "5"),
        ("category", "Food"),
        ("paid_by", other_id.as_str()),
    ];
    let page = owner.submit(&form, &typed).expect(422).page();
    let again = page.form("Add expense");
    assert_eq!(again.error("paid_by"), Some("Choose a member of this book."));
    assert_eq!(again.focused.as_deref(), Some("paid_by"));
    assert_eq!(
        page.texts("#add-paid_by option"),
        [name(&owner), name(&other)],
        "who was chosen, and who can be"
    );
    owner.submit(&again, &[("paid_by", &id(&app, &owner))]).location();
}

#[test]
fn an_address_prefills_a_member_and_nobody_else() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let (owner_id, other_id) = (id(&app, &owner), id(&app, &other));
    for (given, expected) in [
        (other_id.as_str(), &other_id),
        ("999", &owner_id),
        ("x", &owner_id),
    ] {
        let page = owner.page(&format!("{base}/?add_paid_by={given}"));
        assert_eq!(page.form("Add expense").value("paid_by"), expected, "{given}");
    }
}

#[test]
fn equal_names_are_numbered_and_invisible_ones_refused() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    for person in [&owner, &other] {
        person.post("/settings", &[("name", "Ana")]).location();
    }
    let page = owner.page(&format!("{base}/"));
    assert_eq!(page.texts("#add-paid_by option"), ["Ana", "Ana (2)"]);
    for wrong in ["\u{200b}", "\u{2060}\u{200b}", "a\u{202e}b", "\u{2066}x"] {
        let page = other.post("/settings", &[("name", wrong)]).expect(422).page();
        assert!(page.form_at("#preferences").error("name").is_some(), "{wrong:?}");
        let page = owner
            .post(&format!("{base}/book"), &[("name", wrong)])
            .expect(422)
            .page();
        assert!(page.form("Book").error("name").is_some(), "{wrong:?}");
    }
    let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    other.post("/settings", &[("name", family)]).location();
}

#[test]
fn the_same_key_of_two_members_makes_two_expenses() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let path = format!("/b/{}/expenses", base.trim_start_matches("/b/"));
    let mut ids = Vec::new();
    for person in [&owner, &other, &owner, &other] {
        let client = app.api_with(&token(person, &base));
        let body = json!({"amount": "500", "category": "Rent", "date": "2026-11-01"});
        let request = client
            .json("POST", &path, &body)
            .header("Idempotency-Key", "rent-2026-12");
        ids.push(client.send(&request).expect(201).json()["id"].clone());
        let form = [
            ("amount", "7"),
            ("category", "Tea"),
            ("date", "2026-11-01"),
            ("request_id", "one"),
        ];
        person.post(&format!("{base}/expenses"), &form).location();
    }
    assert!(
        ids[0] != ids[1] && ids[0] == ids[2] && ids[1] == ids[3],
        "{ids:?}"
    );
    let list = owner.page(&format!("{base}/expenses?period=all"));
    assert_eq!(list.total(), "1718.50");
}

#[test]
fn the_sums_by_person_are_the_total_and_lead_to_their_rows() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    add(&other, &base, "20", "", "market");
    add(&other, &base, "-3.50", "", "money back");
    let dashboard = owner.page(&format!("{base}/?period=month&on=2026-11-20"));
    assert_eq!(dashboard.text(".by-person h2"), "By person");
    assert_eq!(
        by_person(&dashboard),
        [
            (name(&owner), "2 expenses".to_owned(), "704.50".to_owned()),
            (name(&other), "2 expenses".to_owned(), "16.50".to_owned()),
        ]
    );
    assert_eq!(dashboard.total(), "721.00");
    let links = dashboard.attrs(".by-person tbody a", "href");
    let list = owner.page(&links[1]);
    assert_eq!(list.total(), "16.50");
    assert_eq!(list.names(), ["money back", "market"]);
    assert_eq!(owner.page(&links[0]).total(), "704.50");
}

#[test]
fn the_filter_person_goes_with_search_category_pages_and_export() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let (maker_id, other_id) = (id(&app, &owner), id(&app, &other));
    for number in 0..60 {
        add(&other, &base, "1", "", &format!("roll {number}"));
        if number % 2 == 0 {
            add(&owner, &base, "2", "", &format!("roll of mine {number}"));
        }
    }
    for (query, total, count) in [
        (format!("person={other_id}"), "60.00", 60),
        (format!("person={maker_id}&category=Food"), "60.00", 30),
        (format!("person={other_id}&q=roll+1"), "11.00", 11),
        (format!("person={maker_id}&q=roll"), "60.00", 30),
        (format!("person={other_id}&q=espresso"), "0.00", 0),
        (format!("person={maker_id}&q=4.50"), "4.50", 1),
        (format!("person={maker_id}&q=food"), "60.00", 30),
        ("person=7".to_owned(), "0.00", 0),
    ] {
        let address = format!("{base}/expenses?period=all&{query}");
        let mut page = owner.page(&address);
        assert_eq!(page.total(), total, "{query}");
        let mut rows = page.rows().len();
        while let Some(older) = page.has_link("Older").then(|| page.link("Older")) {
            page = owner.page(&older);
            rows += page.rows().len();
            assert_eq!(page.total(), total, "{query}");
        }
        assert_eq!(rows, count, "{query}");
        let export = owner.page(&address).link("Export CSV");
        let csv = owner.get(&export).expect(200).text();
        assert_eq!(csv.lines().count(), count + 1, "{query}");
    }
    // A change made from the filtered list comes back to it.
    let list = other.page(&format!("{base}/expenses?period=all&person={other_id}&q=roll+59"));
    assert_eq!(list.texts("#filter-person option[selected]"), [name(&other)]);
    let row = list.row("roll 59");
    let back = other.post(&row.delete, &[]).location().to_owned();
    assert!(
        back.contains(&format!("person={other_id}")) && back.contains("q=roll"),
        "{back}"
    );
    owner.get(&format!("{base}/expenses?person=robin")).expect(400);
}

#[test]
fn a_name_is_shown_to_the_others_and_stays_on_the_rows_of_those_who_left() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let other_id = id(&app, &other);
    add(&other, &base, "20", "", "market");
    other
        .post("/settings", &[("name", " Sam \u{202f}Green ")])
        .location();
    assert_eq!(
        other.page("/settings").form_at("#preferences").value("name"),
        "Sam \u{202f}Green"
    );
    let list = |person: &Visitor| person.page(&format!("{base}/expenses?period=all"));
    assert_eq!(list(&owner).texts(".row-payer [dir]")[0], "Sam \u{202f}Green");
    let long = "x".repeat(61);
    for wrong in [long.as_str(), "a\u{7}b", "two\nlines"] {
        let page = other.post("/settings", &[("name", wrong)]).expect(422).page();
        assert!(page.form_at("#preferences").error("name").is_some(), "{wrong:?}");
        assert_eq!(list(&owner).texts(".row-payer [dir]")[0], "Sam \u{202f}Green");
    }
    // Removed: the rows, "By person" and the filter keep the name; the add form no longer offers it.
    let of_other = format!("{base}/book/members/{other_id}");
    owner.post(&of_other, &[("role", "none")]).location();
    let page = list(&owner);
    assert_eq!(page.texts(".row-payer [dir]")[0], "Sam \u{202f}Green");
    assert_eq!(page.count("#add-paid_by"), 0, "one person is left");
    let edit = owner.page(&page.row("market").edit);
    assert_eq!(edit.count("[name=paid_by]"), 0);
    owner
        .submit(&edit.form("Edit expense"), &[("amount", "21")])
        .location();
    assert_eq!(list(&owner).texts(".row-payer [dir]")[0], "Sam \u{202f}Green");
    let third = member(&app, &owner, &base, "editor");
    let page = third.page(&format!("{base}/"));
    assert_eq!(page.texts("#add-paid_by option"), [name(&owner), name(&third)]);
    let edit = third.page(&list(&third).row("market").edit);
    assert_eq!(edit.form("Edit expense").value("paid_by"), other_id);
    third
        .submit(&edit.form("Edit expense"), &[("amount", "22")])
        .location();
    let form = [
        ("amount", "1"),
        ("category", "Food"),
        ("date", "2026-11-20"),
        ("paid_by", other_id.as_str()),
    ];
    third.post(&format!("{base}/expenses"), &form).expect(422);
    assert_eq!(
        by_person(&third.page(&format!("{base}/?period=all")))[1],
        (
            "Sam \u{202f}Green".to_owned(),
            "1 expense".to_owned(),
            "22.00".to_owned()
        )
    );
}

#[test]
fn a_viewer_sees_the_names_and_no_select() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    let page = viewer.page(&format!("{base}/"));
    assert_eq!(page.count("[name=paid_by]"), 0);
    assert_eq!(page.texts(".row-payer [dir]"), [name(&owner), name(&owner)]);
    assert_eq!(by_person(&page).len(), 1);
}

#[test]
fn csv_and_api_name_the_payer() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    other.post("/settings", &[("name", "=Sam")]).location();
    add(&other, &base, "20", "", "market");
    let csv = owner.get(&format!("{base}/expenses.csv")).expect(200).text();
    assert!(csv.contains(",20.00,USD,Food,market,spending,'=Sam,E"), "{csv}");
    assert!(
        csv.contains(&format!(",Espresso,spending,{},E", name(&owner))),
        "{csv}"
    );

    let client = app.api_with(&token(&other, &base));
    let book = base.trim_start_matches("/b/");
    let path = format!("/b/{book}/expenses");
    let (maker_id, other_id) = (id(&app, &owner), id(&app, &other));
    let made = client
        .post(
            &path,
            &json!({"amount": "3", "category": "Tea", "paid_by": maker_id}),
        )
        .expect(201)
        .json();
    assert_eq!(made["paid_by"], json!({"id": maker_id, "name": name(&owner)}));
    assert_eq!(made["created_by"], json!({"id": other_id, "name": "=Sam"}));
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let changed = client
        .patch(&one, &json!({"paid_by": other_id}))
        .expect(200)
        .json();
    assert_eq!(changed["paid_by"]["name"], "=Sam");
    let kept = client
        .patch(&one, &json!({"amount": "4", "paid_by": null}))
        .expect(200)
        .json();
    assert_eq!(kept["paid_by"]["name"], "=Sam");
    for wrong in [json!("7"), json!("x"), json!(7)] {
        let refused = client.patch(&one, &json!({"paid_by": wrong})).problem(422);
        assert_eq!(refused["errors"][0]["field"], "paid_by");
    }
    let batch = json!({"items": [{"amount": "1", "category": "Tea"}, {"amount": "1", "category": "Tea", "paid_by": "7"}]});
    let refused = client.post(&format!("{path}/batch"), &batch).problem(422);
    assert_eq!(refused["errors"][0]["field"], "items[1].paid_by");
    let mine = client
        .get(&format!("{path}?person={other_id}"))
        .expect(200)
        .json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
}

#[test]
fn after_any_history_the_sums_by_person_are_exact() {
    let app = App::start();
    let mut runner = TestRunner::new(Config {
        cases: cases(12),
        failure_persistence: None,
        max_shrink_iters: 20,
        ..Config::default()
    });
    let amount = prop_oneof![3 => 1..100_000_i64, 1 => -10_000..0_i64];
    let step = (0..6_usize, 0..20_usize, 0..2_usize, amount, 0..2_usize);
    let steps = prop::collection::vec(step, 5..20);
    let outcome = runner.run(&steps, |steps| {
        let owner = app.person();
        let base = new_book(&owner, "Household");
        add(&owner, &base, "10", "", "before anybody joined");
        let other = app.person();
        other.post(&invite(&owner, &base, "editor"), &[]).location();
        let ids = [id(&app, &owner), id(&app, &other)];
        for (kind, nth, payer, amount, category) in steps {
            let rows = owner.page(&format!("{base}/expenses?period=all")).rows();
            let typed = format!(
                "{}{}.{:02}",
                if amount < 0 { "-" } else { "" },
                amount.abs() / 100,
                amount.abs() % 100
            );
            let form = [
                ("amount", typed.as_str()),
                ("category", ["Food", "Rent"][category]),
                ("date", ["2026-11-20", "2025-01-01"][nth % 2]),
                ("paid_by", ids[payer].as_str()),
            ];
            let row = rows.get(nth % rows.len().max(1));
            match (kind, row) {
                (0 | 1, _) | (_, None) => {
                    other.post(&format!("{base}/expenses"), &form).location();
                }
                (2 | 3, Some(row)) => {
                    let path = row.edit.split("/edit").next().unwrap();
                    other.post(path, &form).location();
                }
                (4, Some(row)) => {
                    other.post(&row.delete, &[]).location();
                    if nth % 2 == 0 {
                        let path = row.delete.split("/delete").next().unwrap();
                        owner.post(&format!("{path}/restore"), &[]).location();
                    }
                }
                (_, Some(_)) => merge(&owner, &base),
            }
        }
        let dashboard = owner.page(&format!("{base}/?period=all"));
        let sums = by_person(&dashboard);
        for (payer, id) in ids.iter().enumerate() {
            let list = owner.page(&format!("{base}/expenses?period=all&person={id}"));
            let person = [&owner, &other][payer];
            let shown = sums.iter().find(|(shown, ..)| *shown == name(person));
            assert_eq!(list.total(), shown.map_or("0.00", |(_, _, amount)| amount));
        }
        let minor = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
        let all: i64 = sums.iter().map(|(_, _, amount)| minor(amount)).sum();
        assert_eq!(all, minor(&dashboard.total()));
        let book = expense_tracker::db::BookId(base.trim_start_matches("/b/").parse().unwrap());
        app.read_of(book, move |conn| {
            use expense_tracker::ledger::totals;
            assert_eq!(
                totals::kept_payers(conn, book)?,
                totals::recount_payers(conn, book)?
            );
            Ok(())
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Merges Rent into Food, if there are both.
fn merge(person: &Visitor, base: &str) {
    let page = person.page(&format!("{base}/categories"));
    let id_of = |name: &str| {
        let form = page
            .posting()
            .into_iter()
            .find(|form| form.fields.contains(&("name".to_owned(), name.to_owned())))?;
        Some(form.action.rsplit('/').next()?.to_owned())
    };
    if let (Some(from), Some(into)) = (id_of("Rent"), id_of("Food")) {
        person
            .post(&format!("{base}/categories/{from}/merge"), &[("into", &into)])
            .location();
    }
}
