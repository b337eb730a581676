//! Invalid fields get a message, and the other input is kept.

use super::support::{App, Visitor};

/// Field, input, and the beginning of the message.
const WRONG: [(&str, &str, &str); 24] = [
    ("amount", "", "Enter an amount, for example 12.50"),
    ("amount", "   ", "Enter an amount, for example 12.50"),
    ("amount", "abc", "Enter an amount, for example 12.50"),
    ("amount", "1.2.3", "Enter an amount"),
    ("amount", "12.50\u{0}", "Enter an amount"),
    ("amount", "0", "Enter an amount other than 0"),
    ("amount", "0,00", "Enter an amount other than 0"),
    (
        "amount",
        "12.505",
        "12.505 has more decimals than USD, which has 2",
    ),
    (
        "amount",
        "100000000000.01",
        "Enter an amount between −$100,000,000,000.00 and $100,000,000,000.00",
    ),
    (
        "amount",
        "-1000000000000",
        "Enter an amount between −$100,000,000,000.00 and $100,000,000,000.00",
    ),
    ("amount", "€5", "Your amounts are in USD"),
    ("category", "", "Enter a category, for example Groceries."),
    ("category", " \t ", "Enter a category, for example Groceries."),
    ("category", "a\u{0}b", "Remove the control characters"),
    ("category", "two\nlines", "Remove the control characters"),
    (
        "category",
        "This name is one character longer than the sixty it may have.",
        "Use 60 characters or fewer (now 61).",
    ),
    ("date", "", "Choose a date."),
    ("date", "2026-02-30", "Enter a valid date"),
    ("date", "22.11.2026", "Enter a valid date"),
    ("date", "1899-12-31", "Enter a valid date"),
    ("date", "10000-01-01", "Enter a valid date"),
    ("date", "2026-1-1", "Enter a valid date"),
    ("description", "a\u{0}b", "Remove the control characters"),
    ("description", "bell \u{7}", "Remove the control characters"),
];

const RIGHT: [(&str, &str); 4] = [
    ("amount", "4.50"),
    ("category", "Café"),
    ("date", "2026-11-20"),
    ("description", "“Espresso”\tdoppio"),
];

fn typed<'a>(field: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    RIGHT
        .into_iter()
        .map(|(name, right)| (name, if name == field { value } else { right }))
        .collect()
}

fn assert_said(person: &Visitor, path: &str, name: &str, htmx: bool) {
    for (field, value, message) in WRONG {
        let typed = typed(field, value);
        let page = if htmx {
            person.post_htmx(path, &typed).expect(422).fragment()
        } else {
            person.post(path, &typed).expect(422).page()
        };
        let form = page.form(name);
        assert_eq!(form.errors.len(), 1, "{field} {value:?}: {:?}", form.errors);
        let said = form.error(field).unwrap_or_default();
        assert!(said.starts_with(message), "{field} {value:?}: {said}");
        assert_eq!(form.focused.as_deref(), Some(field), "{value:?}");
        for (name, value) in typed {
            // HTML can't contain NUL, so the parser shows the replacement character.
            assert_eq!(
                form.value(name),
                value.replace('\u{0}', "\u{fffd}"),
                "{name} of {field} {value:?}"
            );
        }
    }
}

#[test]
fn each_wrong_field_of_a_new_expense_has_its_message_and_the_rest_is_kept() {
    let app = App::start();
    let person = app.person();
    for path in ["/expenses", "/expenses?view=list&period=year&on=2026-01-01"] {
        assert_said(&person, path, "Add expense", false);
    }
    assert_said(&person, "/expenses?view=list", "Add expense", true);
    assert_eq!(person.page("/expenses?period=all").rows(), []);
    assert_eq!(
        person.page("/categories").count(".category"),
        0,
        "no category was made"
    );
}

#[test]
fn each_wrong_field_of_an_edit_has_its_message_and_the_rest_is_kept() {
    let app = App::start();
    let person = app.person();
    let id = person.add("1", "Tea", "2026-11-20", "Green");
    let path = format!("/expenses/{id}?view=list");
    assert_said(&person, &path, "Edit expense", false);
    assert_said(&person, &path, "Edit expense", true);
    let row = person.page("/expenses").row("Green");
    assert_eq!((row.category.as_str(), row.amount.as_str()), ("Tea", "$1.00"));
}

#[test]
fn all_errors_are_shown_together_and_the_first_field_has_the_focus() {
    let app = App::start();
    let person = app.person();
    let long = "x".repeat(501);
    let typed = [
        ("amount", "much"),
        ("category", ""),
        ("date", "soon"),
        ("description", long.as_str()),
    ];
    let form = person
        .post("/expenses", &typed)
        .expect(422)
        .page()
        .form("Add expense");
    let wrong: Vec<&str> = form.errors.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(wrong, ["amount", "category", "date", "description"]);
    assert_eq!(form.focused.as_deref(), Some("amount"));
    assert_eq!(
        form.error("description"),
        Some("Use 500 characters or fewer (now 501).")
    );
    let nothing = person
        .post("/expenses", &[])
        .expect(422)
        .page()
        .form("Add expense");
    assert_eq!(nothing.errors.len(), 3, "only the description may be empty");
}

#[test]
fn an_ambiguous_amount_shows_both_readings() {
    let app = App::start();
    let person = app.person_with(&[("locale", "fr-FR")]);
    let settings = person.page("/settings").form_at("form[action$=\"/settings\"]");
    person.submit(&settings, &[("currency", "KWD")]).location();
    let form = person
        .post("/expenses", &typed("amount", "1.234"))
        .expect(422)
        .page()
        .form("Add expense");
    let said = form.error("amount").unwrap();
    assert!(
        said.starts_with("This could mean 1,234") && said.contains("1\u{202f}234,000"),
        "{said}"
    );
}

#[test]
fn a_wrong_form_shows_the_view_it_was_typed_on() {
    let app = App::start();
    let person = app.person();
    person.add("3", "Tea", "2026-10-20", "Green");
    let page = person
        .post(
            "/expenses?view=list&period=month&on=2026-10-01&q=green",
            &typed("amount", "x"),
        )
        .expect(422)
        .page();
    assert_eq!(
        (page.total().as_str(), page.names()),
        ("3.00", vec!["Green".to_owned()])
    );
    assert_eq!(page.text("h1"), "Expenses");
    assert_eq!(page.count("#add-fold[open]"), 1, "the form stands open");
    let answer = person.submit(&page.form("Add expense"), &[("amount", "1")]);
    assert_eq!(answer.location(), "/expenses?period=month&on=2026-10-01&q=green");
}
