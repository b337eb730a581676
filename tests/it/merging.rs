//! Merging one category into another.

use super::categories_page::{id_of, names};
use super::support::{App, Visitor};

/// Coffee with three expenses, one more in the trash, and Drinks with one.
fn with_rows(app: &App) -> (Visitor, String, String, String) {
    let person = app.person();
    for (day, text) in [
        ("2026-10-31", "old"),
        ("2026-11-20", "one"),
        ("2026-11-20", "two"),
    ] {
        person.add("4.50", "Coffee", day, text);
    }
    person.add("2", "Drinks", "2026-11-20", "juice");
    let gone = person.add("9", "Coffee", "2026-11-21", "gone");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    let (from, into) = (id_of(&person, "Coffee"), id_of(&person, "Drinks"));
    (person, from, into, gone)
}

#[test]
fn every_expense_moves_and_the_page_says_how_many() {
    let app = App::start();
    let (person, from, into, gone) = with_rows(&app);
    let before = person.total("/expenses?period=all");
    let form = person.page("/categories").form("Merge Coffee");
    assert_eq!(form.action, format!("/categories/{from}/merge"));
    let answer = person.submit(&form, &[("into", &into)]);
    assert_eq!(answer.location(), "/categories");
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Merged Coffee into Drinks: 3 expenses moved");
    assert_eq!(names(&page), ["Drinks"]);
    assert_eq!(page.text(".category-head .row-amount"), "$15.50");
    assert_eq!(person.total("/expenses?period=all"), before);
    assert_eq!(person.total("/expenses?period=all&category=Drinks"), "15.50");
    assert_eq!(person.total("/expenses?period=day&on=2026-11-20"), "11.00");
    let rows = person.page("/expenses?period=all").rows();
    assert!(rows.iter().all(|row| row.category == "Drinks"));
    // An expense from the trash is restored into the new category.
    person.post(&format!("/expenses/{gone}/restore"), &[]).location();
    assert_eq!(person.page("/expenses").row("gone").category, "Drinks");
    assert_eq!(person.total("/expenses?period=all&category=Drinks"), "24.50");
}

#[test]
fn htmx_gets_the_list_without_it() {
    let app = App::start();
    let (person, from, into, _) = with_rows(&app);
    let path = format!("/categories/{from}/merge");
    let fragment = person.post_htmx(&path, &[("into", &into)]).expect(200).fragment();
    assert_eq!(fragment.status(), "Merged Coffee into Drinks: 3 expenses moved");
    assert_eq!(names(&fragment), ["Drinks"]);
    person.post_htmx(&path, &[("into", &into)]).expect(404);
}

#[test]
fn its_budget_goes_and_the_others_stay() {
    let app = App::start();
    let (person, from, into, _) = with_rows(&app);
    for (category, amount) in [("Coffee", "10"), ("Drinks", "22"), ("", "100")] {
        person
            .post("/budgets", &[("category", category), ("amount", amount)])
            .location();
    }
    person
        .post(&format!("/categories/{from}/merge"), &[("into", &into)])
        .location();
    let page = person.page("/budgets");
    assert_eq!(page.budget("Budget for Drinks"), "22.00");
    assert_eq!(page.budget("Monthly budget"), "100.00");
    assert_eq!(page.count("[role=meter][aria-label^='Budget:']"), 1);
    assert_eq!(
        page.attr("[role=meter][aria-label='Budget: Drinks']", "aria-valuenow"),
        "50"
    );
    // The name is free for a new category, which has no budget.
    person.add("1", "Coffee", "2026-11-22", "");
    assert_eq!(person.page("/budgets").budget("Budget for Coffee"), "");
}

#[test]
fn the_target_takes_over_a_budget_where_it_has_none() {
    let app = App::start();
    let (person, from, into, _) = with_rows(&app);
    person
        .post(
            "/budgets",
            &[("category", "Coffee"), ("amount", "70"), ("month", "2026-09")],
        )
        .location();
    person
        .post(
            "/budgets",
            &[("category", "Drinks"), ("amount", "22"), ("month", "2026-11")],
        )
        .location();
    let hint = person
        .page("/categories")
        .text(&format!("#category-{from} .hint"));
    assert!(hint.contains("takes over this one's where it has none"), "{hint}");
    let path = format!("/categories/{from}/merge");
    let fragment = person.post_htmx(&path, &[("into", &into)]).expect(200).fragment();
    assert_eq!(
        fragment.status(),
        "Merged Coffee into Drinks: 3 expenses moved, its budget as well for the months without one"
    );
    for (month, amount) in [
        ("2026-08", ""),
        ("2026-09", "70.00"),
        ("2026-10", "70.00"),
        ("2026-11", "22.00"),
        ("2026-12", "22.00"),
    ] {
        let page = person.page(&format!("/budgets?month={month}"));
        assert_eq!(page.budget("Budget for Drinks"), amount, "{month}");
    }
}

#[test]
fn a_budget_set_while_its_category_is_merged_away_is_never_a_5xx() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Drinks", "2026-11-20", "");
    let into = id_of(&person, "Drinks");
    for _ in 0..10 {
        person.add("1", "Coffee", "2026-11-20", "");
        let from = id_of(&person, "Coffee");
        let other = app.anonymous();
        other.set_cookie("session", person.cookie("session").as_deref());
        std::thread::scope(|scope| {
            let setting = scope.spawn(|| {
                other
                    .post("/budgets", &[("category", "Coffee"), ("amount", "5")])
                    .status
            });
            let path = format!("/categories/{from}/merge");
            person.post(&path, &[("into", &into)]).location();
            assert!(matches!(setting.join().unwrap(), 303 | 422));
        });
    }
}

#[test]
fn the_notice_counts_one_expense_and_none() {
    let app = App::start();
    let (person, _, into, _) = with_rows(&app);
    person.add("1", "Tea", "2026-11-22", "");
    let gone = person.add("1", "Milk", "2026-11-22", "");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    for (name, words) in [("Tea", "1 expense moved"), ("Milk", "0 expenses moved")] {
        let path = format!("/categories/{}/merge", id_of(&person, name));
        let fragment = person.post_htmx(&path, &[("into", &into)]).expect(200).fragment();
        assert_eq!(fragment.status(), format!("Merged {name} into Drinks: {words}"));
    }
}

#[test]
fn it_needs_another_category_as_target() {
    let app = App::start();
    let (person, from, _, _) = with_rows(&app);
    for into in ["", from.as_str()] {
        let page = person
            .post(&format!("/categories/{from}/merge"), &[("into", into)])
            .expect(422)
            .page();
        let form = page.form("Merge Coffee");
        assert!(
            form.error("into")
                .is_some_and(|words| words.starts_with("Choose")),
            "{into:?}"
        );
    }
    assert_eq!(names(&person.page("/categories")), ["Coffee", "Drinks"]);
}

#[test]
fn neither_category_may_belong_to_another_person() {
    let app = App::start();
    let (person, from, into, _) = with_rows(&app);
    let stranger = app.stranger();
    stranger.add("1", "Mine", "2026-11-22", "");
    let mine = id_of(&stranger, "Mine");
    let before = (
        person.get("/expenses.csv").text(),
        stranger.get("/expenses.csv").text(),
    );
    for (one, other) in [
        (from.as_str(), into.as_str()),
        (from.as_str(), mine.as_str()),
        (mine.as_str(), into.as_str()),
        (mine.as_str(), "1"),
        ("x", mine.as_str()),
        (from.as_str(), from.as_str()),
        (from.as_str(), ""),
    ] {
        let path = format!("/categories/{one}/merge");
        stranger.post(&path, &[("into", other)]).expect(404);
        stranger.post_htmx(&path, &[("into", other)]).expect(404);
    }
    stranger
        .post(&format!("/categories/{mine}/merge"), &[("into", "Drinks")])
        .expect(422);
    let nobody = app
        .anonymous()
        .post(&format!("/categories/{from}/merge"), &[("into", &into)]);
    assert_eq!(nobody.location(), "/login?next=%2Fcategories");
    assert_eq!(
        (
            person.get("/expenses.csv").text(),
            stranger.get("/expenses.csv").text()
        ),
        before
    );
}
