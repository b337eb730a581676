//! Very many categories: their limit, and the size of pages.
//!
//! More than 300 lines, because each page and call with categories has a test.

use std::collections::BTreeSet;

use expense_tracker::budgets::model as budgets;
use expense_tracker::db::Conn;
use expense_tracker::ledger::category::Categories;
use expense_tracker::money::Money;
use expense_tracker::period::Month;
use serde_json::{Value, json};

use super::categories_page::{id_of, names};
use super::support::{App, Visitor, date};

/// A person with `count` categories, "Category 0000" and so on, each with an expense of a different amount.
fn with_categories(app: &App, count: i64) -> Visitor {
    let person = app.person();
    let names: Vec<String> = (0..count).map(|n| format!("Category {n:04}")).collect();
    let rows = (0..count).zip(&names).map(|(n, name)| {
        let day = date("2026-11-01") + time::Duration::days(n % 20);
        (100 + n, name.as_str(), day, format!("n{n}"))
    });
    app.enter(&person, rows.collect());
    person
}

#[test]
fn the_2001st_category_is_refused_in_every_form_and_call() {
    let app = App::start();
    let person = with_categories(&app, 2_000);
    let client = app.api(&person);
    let new = |category: &'static str| {
        [
            ("amount", "1"),
            ("category", category),
            ("date", "2026-11-22"),
            ("description", "typed"),
        ]
    };
    for path in ["/expenses", "/expenses?view=list"] {
        for page in [
            person.post(path, &new("One more")).expect(422).page(),
            person.post_htmx(path, &new("One more")).expect(422).fragment(),
        ] {
            let form = page.form("Add expense");
            assert!(form.error("category").unwrap().contains("2,000"));
            assert_eq!(
                (form.value("category"), form.value("description")),
                ("One more", "typed")
            );
            assert_eq!(form.focused.as_deref(), Some("category"));
        }
    }
    let id = person.add("7", "category 0001", "2026-11-22", "a known name");
    let page = person
        .post(&format!("/expenses/{id}"), &new("One more"))
        .expect(422)
        .page();
    assert!(page.form("Edit expense").error("category").is_some());
    let item = |category: &str| json!({"amount": "1", "category": category});
    assert_eq!(client.post("/expenses", &item("One more")).fields(), ["category"]);
    let patched = client.patch(&format!("/expenses/{id}"), &json!({"category": "One more"}));
    assert_eq!(patched.fields(), ["category"]);
    let batch = json!({"items": [item("Category 0000"), item("One more")]});
    let batch = client.post("/expenses/batch", &batch);
    assert_eq!(batch.fields(), ["items[1].category"]);
    assert_eq!(client.get("/summary?period=all").json()["count"], 2_001);
    // A rename adds no category, and a merge removes one.
    let of = |number: usize| id_of(&person, &format!("Category {number:04}"));
    let (first, second) = (of(0), of(1));
    person
        .post(&format!("/categories/{first}"), &[("name", "Renamed")])
        .location();
    person
        .post(&format!("/categories/{first}/merge"), &[("into", &second)])
        .location();
    client.post("/expenses", &item("One more")).expect(201);
    assert_eq!(client.post("/expenses", &item("And one")).fields(), ["category"]);
    assert_eq!(
        client.get("/categories").json()["items"]
            .as_array()
            .unwrap()
            .len(),
        2_000
    );
}

#[test]
fn no_page_grows_by_more_than_the_names_of_the_categories() {
    let app = App::start();
    let person = with_categories(&app, 2_000);
    let client = app.api(&person);
    let owner = app.owner(&person);
    let month = Month::from_number(202_611).unwrap();
    app.write_of(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        for (n, category) in (1..).zip(categories.iter()).take(100) {
            budgets::set(
                conn,
                owner,
                Some(category.id),
                month,
                Some(Money::from_minor(200)),
                n,
            )?;
        }
        Ok(())
    });
    for path in [
        "/",
        "/?period=all",
        "/expenses",
        "/budgets",
        "/categories",
        "/by-category",
        "/expenses/trash",
    ] {
        for (kind, bytes) in [
            ("page", person.get(path).expect(200).body.len()),
            ("fragment", person.get_htmx(path).expect(200).body.len()),
        ] {
            assert!(bytes < 400_000, "{path} as a {kind}: {bytes} bytes");
        }
    }
    assert_eq!(person.page("/").count("[role=meter][aria-label^='Budget:']"), 30);
    assert_eq!(person.page("/").text(".limits > p > a"), "70 more budgets");
    let summary = client.get("/summary").json();
    assert_eq!(summary["by_category"].as_array().unwrap().len(), 2_000);
    assert_eq!(
        client.get("/budgets").json()["items"].as_array().unwrap().len(),
        100
    );
}

/// Amounts as numbers of cents.
fn cents(plain: &str) -> i64 {
    plain.replace('.', "").parse().unwrap()
}

#[test]
fn the_dashboard_shows_the_largest_categories_and_links_to_the_others() {
    let app = App::start();
    let person = with_categories(&app, 2_000);
    let page = person.page("/");
    let labels = page.attrs(".doughnut tbody tr", "data-label");
    assert_eq!(labels.len(), 16);
    assert_eq!(
        (labels[0].as_str(), labels[15].as_str()),
        ("Category 1999", "Other (1,985)")
    );
    let sum: i64 = page
        .attrs(".doughnut tbody tr", "data-value")
        .iter()
        .map(|value| cents(value))
        .sum();
    assert_eq!(sum, cents(&page.total()));
    // Each total links to its rows.
    let values = page.attrs(".doughnut tbody tr", "data-value");
    let hrefs = page.attrs(".doughnut th a", "href");
    for (href, value) in hrefs.iter().zip(&values) {
        assert_eq!(person.total(href), *value, "{href}");
    }
    let mut seen = BTreeSet::new();
    let others = person.page(&hrefs[15]);
    assert_eq!(
        others.text(".sum-line > span"),
        "Categories 16 to 2,000 by amount"
    );
    let mut sum = 0;
    for href in others.attrs("nav.pages a", "href") {
        let page = person.page(&href);
        assert_eq!(page.total(), others.total());
        let values = page.attrs(".doughnut tbody tr", "data-value");
        assert!(values.len() <= 50);
        sum += values.iter().map(|value| cents(value)).sum::<i64>();
        seen.extend(page.attrs(".doughnut tbody tr", "data-label"));
    }
    assert_eq!((sum, seen.len()), (cents(&others.total()), 1_985));
    let link = others.attr(".lead a", "href");
    assert_eq!(person.total(&link), page.total());
}

#[test]
fn a_few_categories_are_shown_individually() {
    let app = App::start();
    for (count, rows) in [(15, 15), (16, 16), (17, 16)] {
        let person = with_categories(&app, count);
        let labels = person.page("/").attrs(".doughnut tbody tr", "data-label");
        assert_eq!(labels.len(), rows, "{count}");
        assert_eq!(labels.last().unwrap() == "Other (2)", count == 17);
    }
}

#[test]
fn an_invalid_rank_or_page_is_a_400_and_one_beyond_the_end_the_last() {
    let app = App::start();
    let person = with_categories(&app, 60);
    for path in [
        "/by-category?rank=0",
        "/by-category?rank=x",
        "/by-category?page=-1",
    ] {
        person.get(path).expect(400);
    }
    for path in ["/categories?page=0", "/budgets?page=x"] {
        person.get(path).expect(400);
    }
    assert_eq!(person.page("/by-category?rank=99999").total(), "0.00");
    assert_eq!(names(&person.page("/categories?page=9")).len(), 10);
}

#[test]
fn the_categories_come_page_by_page_and_a_change_stays_where_it_was_made() {
    let app = App::start();
    let person = with_categories(&app, 120);
    let pages = person.page("/categories").attrs("nav.pages a", "href");
    assert_eq!(pages, ["/categories", "/categories?page=2", "/categories?page=3"]);
    let all: Vec<String> = pages.iter().flat_map(|path| names(&person.page(path))).collect();
    let expected: Vec<String> = (0..120).map(|n| format!("Category {n:04}")).collect();
    assert_eq!(all, expected);
    // A refused form is shown on its page, whatever page it was sent from.
    let second = person.page("/categories?page=2");
    assert_eq!(
        second.count("option"),
        120 + 14,
        "one list of names, one of colors"
    );
    let form = second.form("Change Category 0060");
    let (plain, _) = form.action.split_once('?').unwrap();
    for path in [plain, form.action.as_str()] {
        let page = person.post(path, &[("name", "")]).expect(422).page();
        assert!(page.form("Change Category 0060").error("name").is_some());
    }
    let merge = second.form("Merge Category 0061");
    let page = person.submit(&merge, &[("into", "Nonsense")]).expect(422).page();
    let refused = page.form("Merge Category 0061");
    assert!(refused.error("into").unwrap().contains("Nonsense"));
    assert_eq!(
        (refused.value("into"), refused.focused.as_deref()),
        ("Nonsense", Some("into"))
    );
    let answer = person.submit(&merge, &[("into", "category 0002")]);
    assert_eq!(answer.location(), "/categories?page=2");
    assert_eq!(
        person.follow(&answer).status(),
        "Merged Category 0061 into Category 0002: 1 expense moved"
    );
    // A renamed category is shown at its new position.
    let answer = person.submit(&form, &[("name", "Zoo")]);
    assert_eq!(answer.location(), "/categories?page=3");
    assert_eq!(names(&person.follow(&answer)).last().unwrap(), "Zoo");
    let fragment = person
        .post_htmx(&form.action, &[("name", "A first one")])
        .expect(200)
        .fragment();
    assert_eq!(names(&fragment)[0], "A first one");
}

#[test]
fn the_budgets_come_page_by_page_and_a_save_stays_where_it_was_made() {
    let app = App::start();
    let person = with_categories(&app, 60);
    let second = person.page("/budgets?page=2");
    assert_eq!(second.count(".budget-items .budget-field"), 10);
    let form = second.form("Budgets");
    let field = second.budget_name("Budget for Category 0059");
    let page = person.submit(&form, &[(field.as_str(), "x")]).expect(422).page();
    assert!(page.form("Budgets").error(&field).is_some());
    let answer = person.submit(&form, &[(field.as_str(), "12")]);
    assert_eq!(answer.location(), "/budgets?month=2026-11&page=2");
    assert_eq!(person.follow(&answer).budget("Budget for Category 0059"), "12.00");
}

#[test]
fn categories_have_one_order_everywhere() {
    let app = App::start();
    let person = app.person();
    let sorted = [
        "apple", "Banana", "Ça va", "Éclair", "eclairs", "Œuf", "žluť", "Zoo",
    ];
    for name in [
        "Zoo", "žluť", "eclairs", "Éclair", "apple", "Œuf", "Ça va", "Banana",
    ] {
        person.add("1", name, "2026-11-20", "");
        person
            .post("/budgets", &[("category", name), ("amount", "5")])
            .location();
    }
    assert_eq!(names(&person.page("/categories")), sorted);
    let page = person.page("/");
    assert_eq!(page.texts(".limits .budget-name"), sorted);
    assert_eq!(
        page.attrs(".doughnut tbody tr", "data-label"),
        sorted,
        "equal amounts"
    );
    let client = app.api(&person);
    let of = |list: &Value, name: &str| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items
            .filter_map(|item| item[name].as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(of(&client.get("/categories").json()["items"], "name"), sorted);
    assert_eq!(of(&client.get("/budgets").json()["items"], "category"), sorted);
    assert_eq!(
        of(&client.get("/summary").json()["by_category"], "category"),
        sorted
    );
}

#[test]
fn more_categories_than_a_statement_has_binds_stay_usable() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Food 1", "2026-11-20", "one");
    person.add("1", "Rent", "2026-11-20", "1 flat");
    let owner = app.owner(&person);
    // A restored backup can have as many.
    let numbers = if app.is_postgres() {
        "SELECT n::bigint AS n FROM generate_series(1, 70000) AS n"
    } else {
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 33000) SELECT n FROM r"
    };
    let sql = format!(
        "/* a test's own */ INSERT INTO categories (book_id, id, name, name_key, color, created_at)
         SELECT {0}, n, 'c1 ' || n, 'c1 ' || n, '#0072b2', '2026-01-01 00:00:00' FROM ({numbers}) AS numbers",
        owner.0
    );
    app.write_of(owner, move |conn: &mut Conn| {
        use diesel::connection::SimpleConnection as _;
        Ok(conn.batch_execute(&sql)?)
    });
    assert_eq!(person.total("/expenses?q=1"), "2.00");
    assert_eq!(person.page("/expenses?q=1").rows().len(), 2);
    assert_eq!(
        person.get("/expenses.csv?q=1").expect(200).text().lines().count(),
        3
    );
    let client = app.api(&person);
    let found = client.get("/expenses?q=1").expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        client
            .post("/expenses", &json!({"amount": "1", "category": "New"}))
            .fields(),
        ["category"]
    );
}

#[test]
fn a_search_that_names_many_categories_finds_each_row_once_and_in_order() {
    let app = App::start();
    let person = with_categories(&app, 130);
    app.enter(
        &person,
        (0..30)
            .map(|n| (500 + n, "Rent", date("2026-11-05"), format!("category of {n}")))
            .collect(),
    );
    for query in ["q=category", "q=category&from=2026-11-03&to=2026-11-09", "q=5.00"] {
        let client = app.api(&person);
        let all = client.get(&format!("/expenses?limit=500&{query}")).json();
        let all: Vec<&Value> = all["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["id"])
            .collect();
        let mut paged = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client.get(&format!("/expenses?limit=7&{query}{cursor}")).json();
            paged.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["id"].clone()),
            );
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged.iter().collect::<Vec<_>>(), all, "{query}");
        let expected = if query.starts_with("q=category&") {
            49 + 30
        } else {
            160
        };
        if query.starts_with("q=category") {
            assert_eq!(all.len(), expected, "{query}");
        }
    }
}
