//! The kinds of categories on the pages "Categories" and "Budgets".

use super::categories_page::{id_of, names};
use super::money_in::{earn, month};
use super::support::App;

#[test]
fn a_new_category_gets_a_name_a_kind_and_a_color() {
    let app = App::start();
    let person = month(&app);
    let form = person.page("/categories").form("New category");
    let typed = [("name", " Side jobs "), ("kind", "income"), ("color", "#AABBCC")];
    let answer = person.submit(&form, &typed);
    assert_eq!(answer.location(), "/categories");
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Added the category Side jobs");
    assert_eq!(names(&page), ["Coffee", "Rent", "Salary", "Side jobs"]);
    let entry = format!("#category-{}", id_of(&person, "Side jobs"));
    assert_eq!(page.attr(&format!("{entry} .swatch circle"), "fill"), "#aabbcc");
    assert_eq!(
        page.text(&format!("{entry} .category-head .quiet-words")),
        "0 expenses · Income"
    );
    // A row of it is income.
    let form = [
        ("amount", "50"),
        ("category", "side jobs"),
        ("date", "2026-11-20"),
    ];
    person.post("/expenses", &form).location();
    assert_eq!(
        person
            .page("/")
            .attr("[data-testid=period-income]", "data-amount"),
        "2450.00"
    );
}

#[test]
fn a_new_category_can_be_made_with_htmx_and_before_there_is_income() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/categories").form("New category");
    assert!(!form.fields.iter().any(|(name, _)| name == "kind"));
    person.submit(&form, &[("name", "Tea")]).location();
    let fragment = person.post_htmx("/categories", &[("name", "Tips"), ("kind", "income")]);
    let fragment = fragment.expect(200).fragment();
    assert_eq!(fragment.status(), "Added the category Tips");
    assert_eq!(names(&fragment), ["Tea", "Tips"]);
    assert_eq!(
        person
            .page("/")
            .attr("[data-testid=period-income]", "data-amount"),
        "0.00"
    );
}

#[test]
fn a_refused_new_category_keeps_what_was_typed() {
    let app = App::start();
    let person = month(&app);
    let form = person.page("/categories").form("New category");
    for (typed, field) in [
        ([("name", ""), ("kind", "income"), ("color", "#aabbcc")], "name"),
        (
            [("name", "SALARY"), ("kind", "spending"), ("color", "#aabbcc")],
            "name",
        ),
        ([("name", "Tips"), ("kind", "loan"), ("color", "#aabbcc")], "kind"),
        ([("name", "Tips"), ("kind", "income"), ("color", "red")], "color"),
    ] {
        let refused = person.submit(&form, &typed).expect(422).page();
        let again = refused.form("New category");
        assert!(again.error(field).is_some(), "{typed:?}");
        assert_eq!(
            (again.value("name"), again.value("color")),
            (typed[0].1, typed[2].1)
        );
    }
    assert_eq!(names(&person.page("/categories")), ["Coffee", "Rent", "Salary"]);
}

#[test]
fn the_link_of_a_category_of_income_shows_its_rows() {
    let app = App::start();
    let person = month(&app);
    let page = person.page("/categories");
    for (name, total) in [("Coffee", "4.50"), ("Salary", "2400.00")] {
        let entry = format!("#category-{}", id_of(&person, name));
        let href = page.attr(&format!("{entry} .row-amount"), "href");
        assert_eq!(person.total(&href), total);
    }
}

#[test]
fn changing_the_kind_moves_the_whole_history() {
    let app = App::start();
    let person = month(&app);
    person.add("12", "Coffee", "2020-02-29", "long ago");
    let change = |name: &str, kind: &str| {
        let form = person.page("/categories").form(&format!("Change {name}"));
        person.submit(&form, &[("kind", kind)]).location();
    };
    let sums = |query: &str| {
        let page = person.page(&format!("/?{query}"));
        (page.total(), page.attr("[data-testid=period-net]", "data-amount"))
    };
    let sum = |spent: &str, net: &str| (spent.to_owned(), net.to_owned());
    assert_eq!(sums("period=all"), sum("916.50", "1483.50"));
    change("Coffee", "income");
    assert_eq!(sums("period=all"), sum("900.00", "1516.50"));
    assert_eq!(sums("period=year&on=2020-01-01"), sum("0.00", "12.00"));
    change("Coffee", "spending");
    change("Salary", "spending");
    assert_eq!(person.page("/?period=all").total(), "3316.50");
    assert_eq!(person.page("/").count("[data-testid=period-income]"), 0);
}

#[test]
fn categories_of_different_kinds_are_not_merged() {
    let app = App::start();
    let person = month(&app);
    earn(&person, "1", "Bonus", "2026-11-16", "");
    let page = person.page("/categories");
    let merge = |name: &str| page.form(&format!("Merge {name}"));
    for (from, into) in [("Coffee", "Salary"), ("Salary", "Rent")] {
        let refused = person.submit(&merge(from), &[("into", into)]).expect(422).page();
        let again = refused.form(&format!("Merge {from}"));
        assert!(again.error("into").unwrap().contains("the same kind"), "{from}");
        assert_eq!(again.value("into"), into);
    }
    assert_eq!(names(&person.page("/categories")).len(), 4);
    assert_eq!(page.attrs("#income-names option", "value"), ["Bonus", "Salary"]);
    let answer = person.submit(&merge("Bonus"), &[("into", "Salary")]);
    assert_eq!(
        person.follow(&answer).status(),
        "Merged Bonus into Salary: 1 expense moved"
    );
    assert_eq!(
        person
            .page("/")
            .attr("[data-testid=period-income]", "data-amount"),
        "2401.00"
    );
}

#[test]
fn budgets_are_about_spending() {
    let app = App::start();
    let person = month(&app);
    let page = person.page("/budgets");
    assert_eq!(page.texts("h3.budget-title"), ["Coffee", "Rent"]);
    let refused = person.post("/budgets", &[("amount", "10"), ("category", "Salary")]);
    assert!(
        refused
            .expect(422)
            .page()
            .text("#main")
            .contains("only spending has budgets")
    );
    let client = app.api(&person);
    let sent = serde_json::json!({"category": "salary", "amount": "10"});
    assert_eq!(client.put("/budgets", &sent).fields(), ["category"]);

    // A category with a budget does not become income; without it does.
    person
        .post("/budgets", &[("amount", "10"), ("category", "Coffee")])
        .location();
    let form = person.page("/categories").form("Change Coffee");
    let refused = person.submit(&form, &[("kind", "income")]).expect(422).page();
    assert!(refused.form("Change Coffee").error("kind").is_some());
    person
        .post("/budgets", &[("amount", ""), ("category", "Coffee")])
        .location();
    person.submit(&form, &[("kind", "income")]).location();
    assert_eq!(person.page("/").count("[aria-label='Budget: Coffee']"), 0);
    let earlier = client.get("/budgets?month=2026-10").json();
    assert_eq!(earlier["items"].as_array().unwrap().len(), 0);
}
