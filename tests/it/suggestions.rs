//! The category that is suggested for a description: in the form, in the review of an import, and by the API.
//!
//! More than 300 lines, because all stories share how a history is entered.

use serde_json::{Value, json};

use super::support::books::{household, member, token};
use super::support::{App, Request, Visitor, date};

/// Adds expenses with this description, a day each, in these categories, oldest first.
fn enter(person: &Visitor, description: &str, categories: &[&str]) {
    for (at, category) in categories.iter().enumerate() {
        person.add("10", category, &format!("2026-11-{:02}", at + 1), description);
    }
}

/// What the API suggests: category and reason.
fn suggested(app: &App, person: &Visitor, description: &str) -> Value {
    let encoded = description.replace(' ', "%20").replace('é', "%C3%A9");
    let path = format!("/suggestions?description={encoded}");
    app.api(person).get(&path).expect(200).json()
}

fn none() -> Value {
    json!({"category": null, "reason": null})
}

#[test]
fn three_of_the_last_five_uses_of_a_description_decide() {
    let app = App::start();
    let person = app.person();
    enter(
        &person,
        "Café Central",
        &["Work", "Work", "Food", "Food", "Food", "Food"],
    );
    enter(&person, "Mixed", &["Work", "Food", "Food", "Work"]);
    enter(&person, "Twice", &["Work", "Work"]);
    enter(&person, "Changed", &["Work", "Work", "Work", "Food"]);
    let found = suggested(&app, &person, "cafe CENTRAL");
    assert_eq!(
        found,
        json!({"category": "Food", "reason": "Food, as the last 4 times"})
    );
    let found = suggested(&app, &person, "Changed");
    assert_eq!(
        found,
        json!({"category": "Work", "reason": "Work, as 3 of the last 4 times"})
    );
    for description in ["Mixed", "Twice", "Unknown", "Caf"] {
        assert_eq!(suggested(&app, &person, description), none(), "{description}");
    }
    // Nor does an empty description suggest anything, however many expenses have none.
    enter(&person, "", &["Food", "Food", "Food"]);
    assert_eq!(suggested(&app, &person, "Empty"), none());
}

#[test]
fn else_the_longest_known_beginning_decides() {
    let app = App::start();
    let person = app.person();
    enter(&person, "REWE Markt 1", &["Food", "Food"]);
    enter(&person, "REWE Markt 2", &["Food"]);
    enter(&person, "REWE Reisen 77", &["Travel", "Travel", "Travel"]);
    for (description, category, reason) in [
        (
            "Rewe markt 55 Bonn",
            "Food",
            "Food, as the last 3 times with “Rewe markt”",
        ),
        (
            "Rewe Reisen 78",
            "Travel",
            "Travel, as the last 3 times with “Rewe Reisen”",
        ),
    ] {
        let found = suggested(&app, &person, description);
        assert_eq!(
            found,
            json!({"category": category, "reason": reason}),
            "{description}"
        );
    }
    // Of six, the last five decide: three of them in one category.
    let found = suggested(&app, &person, "Rewe To Go");
    assert_eq!(found["category"], "Travel");
    // A part of a word is no beginning.
    assert_eq!(suggested(&app, &person, "Rew"), none());
    assert_eq!(suggested(&app, &person, "Rewert"), none());
}

#[test]
fn what_was_deleted_or_belongs_to_another_book_suggests_nothing() {
    let app = App::start();
    let person = app.person();
    enter(&person, "Lunch", &["Food", "Food", "Food"]);
    let stranger = app.stranger();
    assert_eq!(suggested(&app, &stranger, "Lunch"), none());
    let base = household(&person);
    let of_book = app.api_with(&token(&person, &base));
    let path = format!("{}/suggestions?description=Lunch", base.trim_start_matches('/'));
    let answer = of_book.get(&format!("/{path}")).expect(200);
    assert_eq!(answer.json(), none());
    let rows = app.api(&person).get("/expenses").expect(200).json();
    let id = rows["items"][0]["id"].as_str().unwrap().to_owned();
    app.api(&person).delete(&format!("/expenses/{id}")).expect(204);
    assert_eq!(suggested(&app, &person, "Lunch"), none());
    app.api(&person)
        .post(&format!("/expenses/{id}/restore"), &json!({}))
        .expect(200);
    assert_eq!(suggested(&app, &person, "Lunch")["category"], "Food");
}

#[test]
fn a_form_without_a_category_is_asked_with_the_suggestion_and_saved_the_second_time() {
    let app = App::start();
    let person = app.person();
    enter(&person, "Lunch", &["Food", "Food", "Food"]);
    let form = person.page("/").form("Add expense");
    let answer = person.submit(&form, &[("amount", "12"), ("description", "lunch")]);
    let page = answer.expect(422).page();
    let form = page.form("Add expense");
    assert_eq!(form.value("category"), "Food");
    assert_eq!(form.value("amount"), "12");
    assert_eq!(
        form.error("category"),
        Some("Food, as the last 3 times? Save again if that is right, or type another category.")
    );
    let saved = person.submit(&form, &[]);
    assert_eq!(person.follow(&saved).status(), "Added lunch, $12.00");

    // What was typed stays, and a description that says nothing gets the usual message.
    let form = person.page("/").form("Add expense");
    let typed = [("amount", "12"), ("description", "lunch"), ("category", "Work")];
    person.follow(&person.submit(&form, &typed));
    let form = person.page("/").form("Add expense");
    let answer = person.submit(&form, &[("amount", "12"), ("description", "dinner")]);
    let form = answer.expect(422).page().form("Add expense");
    assert_eq!(form.value("category"), "");
    assert_eq!(
        form.error("category"),
        Some("Enter a category, for example Groceries.")
    );
}

#[test]
fn each_form_is_offered_categories_of_its_kind() {
    let app = App::start();
    let person = app.person();
    for day in 1..=3 {
        super::money_in::earn(&person, "100", "Salary", &format!("2026-11-0{day}"), "ACME");
    }
    enter(&person, "Lunch", &["Food", "Food", "Food"]);
    let of_form = |query: &str| {
        let answer = person.get(&format!("/expenses/suggestion?{query}")).expect(200);
        answer.json()["category"].clone()
    };
    assert_eq!(of_form("description=Lunch"), "Food");
    assert_eq!(of_form("description=Lunch&kind=income"), Value::Null);
    assert_eq!(of_form("description=ACME"), Value::Null);
    assert_eq!(of_form("description=ACME&kind=income"), "Salary");
    assert_eq!(suggested(&app, &person, "ACME")["category"], "Salary");
    assert_eq!(of_form(""), Value::Null);
    assert_eq!(of_form(&format!("description={}", "x".repeat(600))), Value::Null);
}

#[test]
fn a_viewer_may_ask_and_the_api_says_what_is_wrong() {
    let app = App::start();
    let person = app.person();
    let base = household(&person);
    let viewer = member(&app, &person, &base, "viewer");
    viewer
        .get(&format!("{base}/expenses/suggestion?description=Lunch"))
        .expect(200);
    let client = app.api(&person);
    for query in [
        "",
        "?description=",
        "?description=a&description=b",
        "?description=a%00b",
    ] {
        client.get(&format!("/suggestions{query}")).problem(400);
    }
    let long = "x".repeat(501);
    client
        .get(&format!("/suggestions?description={long}"))
        .problem(400);
}

#[test]
fn the_review_of_an_import_has_the_suggestions_with_their_reasons() {
    let app = App::start();
    let person = app.person();
    enter(&person, "REWE Markt", &["Food", "Food", "Food"]);
    for day in 1..=3 {
        super::money_in::earn(
            &person,
            "100",
            "Salary",
            &format!("2026-10-0{day}"),
            "ACME payroll",
        );
    }
    let file = "Date,Description,Amount\n\
        2026-11-10,REWE Markt,-5.00\n\
        2026-11-11,REWE Markt Bonn,-6.00\n\
        2026-11-12,Unknown,-7.00\n\
        2026-11-13,ACME PAYROLL,2000.00\n\
        2026-11-14,REWE Markt,1.50\n\
        2026-11-15,ACME payroll,-9.00\n\
        2026-11-16,Gift,3.00\n";
    let client = app.api(&person);
    let request = client
        .request("POST", "/imports?name=bank.csv")
        .body("text/csv", file);
    let import = client.send(&request).expect(201).json();
    let id = import["id"].as_str().unwrap();
    let categories = || {
        let rows = client.get(&format!("/imports/{id}/rows")).expect(200).json();
        let rows = rows["items"].as_array().unwrap();
        let category = |row: &Value| row["category"].as_str().unwrap().to_owned();
        rows.iter().map(category).collect::<Vec<_>>()
    };
    // Money out is never income, unasked; money in may be a refund.
    let default = "Uncategorized";
    assert_eq!(
        categories(),
        ["Food", "Food", default, "Salary", "Food", default, "Income"]
    );
    let page = person.page(&format!("/import/{id}"));
    let reasons = page.texts("td.import-category .quiet-words");
    assert_eq!(
        reasons,
        [
            "as the last 3 times",
            "as the last 3 times with “REWE Markt”",
            "as the last 3 times",
            "as the last 3 times"
        ]
    );
    // What a person chooses has no reason, and the other rows keep theirs.
    let choice = json!({"items": [{"row": 1, "category": "Party"}]});
    client.patch(&format!("/imports/{id}/rows"), &choice).expect(200);
    assert_eq!(categories()[..2], ["Party", "Food"]);
    let page = person.page(&format!("/import/{id}"));
    assert_eq!(page.count("td.import-category .quiet-words"), 3);

    client
        .post(&format!("/imports/{id}/confirm"), &json!({}))
        .expect(200);
    let page = person.page("/?period=month&on=2026-11-20");
    let amount = |id: &str| page.attr(&format!("[data-testid={id}]"), "data-amount");
    // 3 × 10.00 + 5.00 + 6.00 + 7.00 + 9.00 − 1.50, and 2,000.00 + 3.00.
    assert_eq!(page.total(), "55.50");
    assert_eq!(amount("period-income"), "2003.00");
}

#[test]
fn the_file_asks_for_the_same_as_a_single_description() {
    let app = App::start();
    let person = app.person();
    enter(&person, "Shop one two", &["A", "B", "A", "B", "A"]);
    enter(&person, "Shop one", &["B", "B"]);
    enter(&person, "Shop  three", &["C", "C", "C", "D"]);
    enter(&person, "Straße 7", &["E", "E", "E"]);
    let long = format!("{} end", "word ".repeat(20));
    enter(&person, &long, &["F", "F", "F"]);
    let wanted = [
        "shop one two",
        "Shop one",
        "Shop one three",
        "Shop",
        "SHOP  THREE",
        "Shop three",
        "strasse 7",
        "strasse",
        "strasse 8",
        "word word",
        "Shop on",
        "nothing",
        &long,
    ];
    let lines: Vec<String> = wanted
        .iter()
        .map(|text| format!("2026-11-10,{text},-1.00\n"))
        .collect();
    let file = format!("Date,Description,Amount\n{}", lines.concat());
    let client = app.api(&person);
    let request = client
        .request("POST", "/imports?name=a.csv")
        .body("text/csv", file);
    let import = client.send(&request).expect(201).json();
    let id = import["id"].as_str().unwrap();
    let rows = client.get(&format!("/imports/{id}/rows")).expect(200).json();
    for row in rows["items"].as_array().unwrap() {
        // As the reader of the file has cleaned it.
        let description = row["description"].as_str().unwrap();
        let single = suggested(&app, &person, description)["category"].clone();
        let single = if single.is_null() {
            json!("Uncategorized")
        } else {
            single
        };
        assert_eq!(row["category"], single, "{description}");
    }
}

#[test]
fn nothing_of_a_form_makes_the_address_fail() {
    let app = App::start();
    let person = app.person();
    for query in [
        "description=%FF",
        "description=%00",
        "description='%22%25_",
        "kind=x&description=a",
    ] {
        let answer = person.send(&Request::new("GET", &format!("/expenses/suggestion?{query}")));
        assert!(answer.status < 500, "{query}: {}", answer.status);
    }
}

#[test]
fn of_a_beginning_with_very_many_uses_the_latest_decide() {
    let app = App::start();
    let person = app.person();
    let old = (0..510).map(|at| (100, "Old", date("2025-03-01"), format!("Amazon aaa {at}")));
    let new = (0..5).map(|at| (100, "New", date("2026-10-01"), format!("Amazon zzz {at}")));
    app.enter(&person, old.chain(new).collect());
    assert_eq!(suggested(&app, &person, "Amazon foo")["category"], "New");
    // Long descriptions are compared as a whole, and beginnings have more than a few words.
    let prefix = "POS PURCHASE VISA DEBIT CARD 1234 AT TERMINAL 000123 AMSTERDAM NL";
    enter(&person, &format!("{prefix} Albert"), &["Food", "Food", "Food"]);
    let shell = format!("{prefix} Shell");
    for day in 11..=15 {
        person.add("10", "Fuel", &format!("2026-11-{day}"), &shell);
    }
    assert_eq!(
        suggested(&app, &person, &format!("{prefix} Albert"))["category"],
        "Food"
    );
    assert_eq!(
        suggested(&app, &person, &format!("{prefix} Lidl"))["category"],
        "Fuel"
    );
}
