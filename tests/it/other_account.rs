//! A tab of one person after another person has signed in to the same browser.

use super::support::books::household;
use super::support::{App, Form, PASSWORD, Visitor};

/// Puts the session of the second person into the browser of the first.
fn takes_over(one: &Visitor, two: &Visitor) {
    one.set_cookie("session", two.cookie("session").as_deref());
}

const ESPRESSO: [(&str, &str); 3] = [
    ("amount", "4.50"),
    ("category", "Coffee"),
    ("description", "Espresso"),
];

#[test]
fn what_was_typed_in_the_tab_of_one_is_not_saved_for_another() {
    let app = App::start();
    let (one, two) = (app.person(), app.person());
    let form = one.page("/").form("Add expense");
    takes_over(&one, &two);
    let page = one.submit(&form, &ESPRESSO).expect(409).page();
    assert!(page.text(".lead").contains(&two.email), "{}", page.text(".lead"));
    assert_eq!(page.text(".account .email"), two.email);
    let fields: Vec<(String, String)> = form.filled(&ESPRESSO);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let fragment = one.post_htmx(&form.action, &fields).expect(409).fragment();
    assert!(fragment.text(".lead").contains(&two.email));
    // A form with another content type names the account in its address.
    let id = form.value("form_for");
    one.post(&format!("/expenses?form_for={id}"), &ESPRESSO)
        .expect(409);
    assert_eq!(two.page("/expenses?period=all").rows().len(), 0);

    // The input is kept and can be sent as the current person.
    let kept = page.form("Try again");
    for (name, value) in ESPRESSO {
        assert_eq!(kept.value(name), value);
    }
    one.submit(&kept, &[]).location();
    assert_eq!(two.page("/expenses?period=all").names(), ["Espresso"]);
    // Forms of the current account work, and so do forms without the field.
    let own = one.page("/").form("Add expense");
    one.submit(&own, &ESPRESSO).location();
    one.post(
        "/expenses",
        &[("amount", "1"), ("category", "Tea"), ("date", "2026-11-20")],
    )
    .location();
    assert_eq!(two.page("/expenses?period=all").rows().len(), 3);
}

#[test]
fn no_form_of_any_page_changes_another_account() {
    let app = App::start();
    let (one, two) = (app.person(), app.person());
    for visitor in [&one, &two] {
        let id = visitor.add("4.50", "Coffee", "2026-11-20", "Espresso");
        visitor.post(&format!("/expenses/{id}/delete"), &[]).location();
        visitor.add("5", "Tea", "2026-11-21", "Green");
        visitor
            .post("/settings/tokens", &[("name", "Phone"), ("access", "read")])
            .expect(200);
    }
    let edit = one.page("/expenses").row("Green").edit;
    let pages = [
        "/",
        "/expenses",
        &edit,
        "/expenses/trash",
        "/budgets",
        "/categories",
        "/settings",
    ];
    let forms: Vec<Form> = pages.iter().flat_map(|path| one.page(path).posting()).collect();
    assert!(forms.len() > 20, "{}", forms.len());
    takes_over(&one, &two);
    for form in &forms {
        let fields: Vec<(&str, String)> = form
            .fields
            .iter()
            .map(|(name, value)| {
                let is_secret = name.contains("password");
                (
                    name.as_str(),
                    if is_secret {
                        PASSWORD.to_owned()
                    } else {
                        value.clone()
                    },
                )
            })
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = one.post(&form.action, &fields).expect(409);
        assert!(!answer.text().contains(PASSWORD), "{}", form.action);
    }
    assert_eq!(two.page("/expenses?period=all").names(), ["Green"]);
    assert_eq!(two.page("/settings").count(".sessions li[id^=token]"), 1);
    one.page("/");
}

#[test]
fn a_form_of_a_book_that_the_person_signed_in_now_is_not_in_keeps_what_was_typed() {
    let app = App::start();
    let (one, two) = (app.person(), app.person());
    let base = household(&one);
    let form = one.page(&format!("{base}/")).form("Add expense");
    takes_over(&one, &two);
    let answer = one.submit(&form, &ESPRESSO).expect(409);
    assert!(
        !answer.text().contains("Household"),
        "it says nothing of the book"
    );
    let page = answer.page();
    let kept = page.form("Try again");
    for (name, value) in ESPRESSO {
        assert_eq!(kept.value(name), value);
    }
    // A book that does not exist gets the same answer, and a form of their own for it a 404.
    let unknown = form.action.replace(&base, "/b/12");
    let id = form.value("form_for");
    let of_one = [("form_for", id), ("amount", "4.50")];
    assert_eq!(one.post(&unknown, &of_one).status, 409);
    let of_two = [("form_for", kept.value("form_for")), ("amount", "4.50")];
    assert_eq!(one.post(&unknown, &of_two).status, 404);
    assert_eq!(one.post(&form.action, &of_two).status, 404);
    // It can be sent into the own book.
    one.submit(&kept, &[]).location();
    assert_eq!(two.page("/expenses?period=all").names(), ["Espresso"]);
}
