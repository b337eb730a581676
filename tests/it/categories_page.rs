//! Renaming and recoloring categories.

use super::support::{App, Page, Visitor};

/// The id of the category of that name.
pub fn id_of(person: &Visitor, name: &str) -> String {
    let page = person.page("/categories");
    let entries = page.all("li.category");
    let entry = entries
        .into_iter()
        .find(|entry| entry.html().contains(&format!("<h2 dir=\"auto\">{name}</h2>")));
    let id = entry
        .unwrap_or_else(|| panic!("a category {name}"))
        .value()
        .id()
        .unwrap();
    id.strip_prefix("category-").unwrap().to_owned()
}

pub fn names(page: &Page) -> Vec<String> {
    page.texts("li.category h2")
}

fn with_two(app: &App) -> (Visitor, String) {
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("3", "Coffee", "2026-11-21", "");
    person.add("500", "Rent", "2026-11-01", "");
    let id = id_of(&person, "Coffee");
    (person, id)
}

#[test]
fn each_has_its_total_its_count_and_a_link_to_its_rows() {
    let app = App::start();
    let (person, id) = with_two(&app);
    let page = person.page("/categories");
    assert_eq!(names(&page), ["Coffee", "Rent"]);
    let entry = format!("#category-{id}");
    assert_eq!(page.text(&format!("{entry} .row-amount")), "$7.50");
    assert_eq!(
        page.text(&format!("{entry} .category-head .quiet-words")),
        "2 expenses"
    );
    let rows = page.attr(&format!("{entry} .row-amount"), "href");
    assert_eq!(person.total(&rows), "7.50");
}

#[test]
fn a_new_name_and_color_show_wherever_the_category_does() {
    let app = App::start();
    let (person, id) = with_two(&app);
    person
        .post("/budgets", &[("amount", "10"), ("category", "Coffee")])
        .location();
    let form = person.page("/categories").form("Change Coffee");
    let answer = person.submit(&form, &[("name", " Café & Co "), ("color", "#AABBCC")]);
    assert_eq!(answer.location(), "/categories");
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Saved Café & Co");
    assert_eq!(names(&page), ["Café & Co", "Rent"]);
    assert_eq!(
        page.attr(&format!("#category-{id} .swatch circle"), "fill"),
        "#aabbcc"
    );
    assert_eq!(person.page("/expenses").row("Espresso").category, "Café & Co");
    assert!(person.get("/expenses.csv").text().contains(",Café & Co,Espresso"));
    assert_eq!(person.page("/budgets").budget("Budget for Café & Co"), "10.00");
    assert_eq!(
        person
            .page("/")
            .count("[role=meter][aria-label='Budget: Café & Co']"),
        1
    );
    person.add("1", "CAFÉ & CO", "2026-11-22", "again");
    assert_eq!(person.page("/expenses").row("again").category, "Café & Co");
}

#[test]
fn htmx_gets_the_list_with_the_new_name() {
    let app = App::start();
    let (person, id) = with_two(&app);
    let fields = [("name", "Tea"), ("color", "#112233")];
    let fragment = person
        .post_htmx(&format!("/categories/{id}"), &fields)
        .expect(200)
        .fragment();
    assert_eq!(names(&fragment), ["Rent", "Tea"]);
    assert_eq!(fragment.status(), "Saved Tea");
}

#[test]
fn its_own_name_in_another_spelling_is_no_clash() {
    let app = App::start();
    let (person, id) = with_two(&app);
    person
        .post(
            &format!("/categories/{id}"),
            &[("name", "COFFEE"), ("color", "#112233")],
        )
        .location();
    assert_eq!(names(&person.page("/categories")), ["COFFEE", "Rent"]);
}

#[test]
fn a_name_alone_leaves_the_color() {
    let app = App::start();
    let (person, id) = with_two(&app);
    let color = |form: &str| person.page("/categories").form(form).value("color").to_owned();
    let before = color("Change Coffee");
    person
        .post(&format!("/categories/{id}"), &[("name", "Tea")])
        .location();
    assert_eq!(color("Change Tea"), before);
}

#[test]
fn invalid_input_is_a_422_that_keeps_what_was_typed() {
    let app = App::start();
    let (person, id) = with_two(&app);
    let long = "x".repeat(61);
    for (name, color, field) in [
        ("Rent", "#112233", "name"),
        ("RENT", "#112233", "name"),
        ("", "#112233", "name"),
        ("   ", "#112233", "name"),
        ("a\nb", "#112233", "name"),
        (long.as_str(), "#112233", "name"),
        ("Tea", "red", "color"),
        ("Tea", "#12345", "color"),
        ("Tea", "#12345g", "color"),
        ("Tea", "", "color"),
        ("Tea", "#112233;x", "color"),
    ] {
        let fields = [("name", name), ("color", color)];
        for page in [
            person
                .post(&format!("/categories/{id}"), &fields)
                .expect(422)
                .page(),
            person
                .post_htmx(&format!("/categories/{id}"), &fields)
                .expect(422)
                .fragment(),
        ] {
            let form = page.form("Change Coffee");
            assert!(form.error(field).is_some(), "{name:?} {color:?}");
            assert_eq!(form.focused.as_deref(), Some(field), "{name:?} {color:?}");
            if field == "color" {
                assert_eq!((form.value("name"), form.value("color")), (name, color));
            } else {
                assert_eq!(form.value("color"), color);
            }
            assert_eq!(page.count(&format!("#change-{id}[open]")), 1);
        }
    }
    assert_eq!(names(&person.page("/categories")), ["Coffee", "Rent"]);
}

#[test]
fn another_persons_category_does_not_exist() {
    let app = App::start();
    let (person, id) = with_two(&app);
    let stranger = app.stranger();
    let good = [("name", "Mine"), ("color", "#112233")];
    for fields in [&good[..], &[("name", ""), ("color", "x")]] {
        for theirs in [id.as_str(), "1", "0", "-1", "x", "9223372036854775808"] {
            stranger
                .post(&format!("/categories/{theirs}"), fields)
                .expect(404);
            stranger
                .post_htmx(&format!("/categories/{theirs}"), fields)
                .expect(404)
                .fragment();
        }
    }
    let nobody = app.anonymous();
    assert_eq!(
        nobody.post(&format!("/categories/{id}"), &good).location(),
        "/login?next=%2Fcategories"
    );
    nobody.post_htmx(&format!("/categories/{id}"), &good).expect(401);
    assert_eq!(names(&person.page("/categories")), ["Coffee", "Rent"]);
}

#[test]
fn one_that_nothing_uses_can_be_deleted() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4", "Cofee", "2026-11-20", "");
    let category = id_of(&person, "Cofee");
    let path = format!("/categories/{category}/delete");
    let delete = |status: u16| person.post(&path, &[]).expect(status);
    assert_eq!(
        person
            .page("/categories")
            .count("form[aria-label='Delete Cofee']"),
        0
    );
    assert!(delete(422).page().text("main").contains("It has expenses"));
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    assert!(delete(422).page().text("main").contains("Recently deleted"));

    let unused = [("name", "Unused"), ("kind", "spending"), ("color", "#0072b2")];
    person.post("/categories", &unused).location();
    let form = person.page("/categories").form("Delete Unused");
    person
        .post("/budgets", &[("category", "Unused"), ("amount", "5")])
        .location();
    assert!(
        person
            .submit(&form, &[])
            .expect(422)
            .page()
            .text("main")
            .contains("It has a budget")
    );
    person
        .post("/budgets", &[("category", "Unused"), ("amount", "")])
        .location();
    let bill = [("amount", "5"), ("category", "Unused"), ("date", "2027-01-01")];
    person.post("/recurring", &bill).location();
    assert!(
        person
            .submit(&form, &[])
            .expect(422)
            .page()
            .text("main")
            .contains("Recurring entries")
    );
    let other = [("name", "Empty"), ("kind", "spending"), ("color", "#0072b2")];
    person.post("/categories", &other).location();
    let form = person.page("/categories").form("Delete Empty");
    app.stranger().post(&form.action, &[]).expect(404);
    let answer = person.submit(&form, &[]);
    assert_eq!(person.follow(&answer).status(), "Deleted Empty");
    person.submit(&form, &[]).expect(404);
    assert_eq!(names(&person.page("/categories")), ["Cofee", "Unused"]);
}
