//! Editing an expense.

use super::support::{App, form_text};

const LATTE: [(&str, &str); 4] = [
    ("amount", "5,25"),
    ("category", "Drinks"),
    ("date", "2026-10-31"),
    ("description", "Latte"),
];

#[test]
fn the_form_shows_what_is_kept_and_its_save_leads_back() {
    let app = App::start();
    let person = app.person();
    person.add(
        "1234.50",
        "Coffee",
        "2026-11-20",
        "Espresso\nand a glass of water",
    );
    for view in [
        "/",
        "/?period=year&on=2026-11-18",
        "/expenses?period=all&q=espresso",
    ] {
        let row = person.page(view).rows().remove(0);
        let page = person.page(&row.edit);
        let form = page.form("Edit expense");
        let values = ["amount", "category", "date", "description"].map(|name| form.value(name));
        assert_eq!(
            values,
            [
                "1234.50",
                "Coffee",
                "2026-11-20",
                "Espresso\nand a glass of water"
            ]
        );
        assert_eq!(page.link("Cancel"), view);
        assert_eq!(person.submit(&form, &[]).location(), view);
    }
}

#[test]
fn without_htmx_a_change_answers_303_and_is_shown_everywhere() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let answer = person.post(&format!("/expenses/{id}?view=list&period=all"), &LATTE);
    assert_eq!(answer.location(), "/expenses?period=all");
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Saved Latte, $5.25");
    let row = page.row("Latte");
    assert_eq!((row.id, row.date.as_str()), (id, "2026-10-31"));
    assert_eq!((row.category.as_str(), row.amount.as_str()), ("Drinks", "$5.25"));
    assert_eq!(page.total(), "5.25");
    assert_eq!(person.total("/"), "0.00", "it has left this month");
    assert_eq!(person.total("/?on=2026-10-01"), "5.25");
    assert_eq!(person.total("/expenses?period=all&category=Coffee"), "0.00");
}

#[test]
fn with_htmx_a_change_answers_the_fragment_of_its_view() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let answer = person
        .post_htmx(&format!("/expenses/{id}?period=month&on=2026-10-31"), &LATTE)
        .expect(200);
    assert_eq!(answer.header("hx-push-url"), Some("/?period=month&on=2026-10-31"));
    let fragment = answer.fragment();
    assert_eq!(fragment.status(), "Saved Latte, $5.25");
    assert_eq!(
        (fragment.total().as_str(), fragment.names()),
        ("5.25", vec!["Latte".to_owned()])
    );
}

#[test]
fn what_was_deleted_cannot_be_edited() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    person.get(&format!("/expenses/{id}/edit")).expect(404);
    person.post(&format!("/expenses/{id}"), &LATTE).expect(404);
    person
        .post(&format!("/expenses/{id}"), &[("amount", "x")])
        .expect(404);
    assert_eq!(person.total("/expenses?period=all"), "0.00");
}

#[test]
fn a_wrong_change_keeps_what_was_typed_and_changes_nothing() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let typed = [
        ("amount", "12.505"),
        ("category", " "),
        ("date", "2026-02-30"),
        ("description", "new\nwords"),
    ];
    for htmx in [false, true] {
        let path = format!("/expenses/{id}?view=list&period=all");
        let page = if htmx {
            person.post_htmx(&path, &typed).expect(422).fragment()
        } else {
            person.post(&path, &typed).expect(422).page()
        };
        let form = page.form("Edit expense");
        for (name, value) in typed {
            assert_eq!(form.value(name), value);
        }
        let wrong: Vec<&str> = form.errors.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(wrong, ["amount", "date", "category"]);
        assert_eq!(form.focused.as_deref(), Some("amount"));
        assert_eq!(
            form.action,
            format!(
                "/expenses/{id}?{}",
                form_text(&[("period", "all"), ("view", "list")])
            )
        );
        assert_eq!(page.link("Cancel"), "/expenses?period=all");
    }
    assert_eq!(
        person.page("/expenses?period=all").row("Espresso").amount,
        "$4.50"
    );
}
