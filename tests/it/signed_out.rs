//! A form that is sent after the session has ended is shown again after signing in.

use super::support::{Answer, App, Form, PASSWORD, Page, Visitor};

/// Signs in on the page of a redirect and follows the next redirect.
fn sign_in(visitor: &Visitor, email: &str, answer: &Answer) -> Page {
    let address = match answer.header("hx-redirect") {
        Some(address) => {
            assert_eq!(answer.status, 401);
            address.to_owned()
        }
        None => answer.location().to_owned(),
    };
    let form = visitor.page(&address).form("Sign in");
    let wrong = visitor.submit(&form, &[("email", email), ("password", "wrong")]);
    let form = wrong.expect(422).page().form("Sign in");
    let answer = visitor.submit(&form, &[("email", email), ("password", PASSWORD)]);
    visitor.follow(&answer)
}

/// Sends a form of `person` without a session, with and without htmx.
fn without_session(person: &Visitor, form: &Form, typed: &[(&str, &str)]) -> [Answer; 2] {
    person.post("/logout", &[]).location();
    let fields = form.filled(typed);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    [
        person.post(&form.action, &fields),
        person.post_htmx(&form.action, &fields),
    ]
}

#[test]
fn an_edit_is_in_its_form_again() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let form = person
        .page(&format!("/expenses/{id}/edit?view=list&period=year"))
        .form("Edit expense");
    let typed = [
        ("amount", "4,x"),
        ("category", "Café & Co"),
        ("date", ""),
        ("description", "one\ntwo “three”"),
    ];
    for answer in without_session(&person, &form, &typed) {
        let again = sign_in(&person, &person.email, &answer).form("Edit expense");
        assert_eq!(again.action, form.action);
        for (name, value) in typed {
            assert_eq!(again.value(name), value);
        }
        assert_eq!(again.value("version"), form.value("version"));
        // It still has the old version, so a change by somebody else is a conflict.
        let good = [("amount", "5"), ("date", "2026-11-20")];
        if answer.status == 303 {
            let change = [("amount", "9"), ("category", "Tea"), ("date", "2026-11-20")];
            person.post(&format!("/expenses/{id}"), &change).location();
            person.submit(&again, &good).expect(409);
            person.post("/logout", &[]).location();
        }
    }
    assert_eq!(person.page("/expenses?period=all").row("Tea").amount, "$9.00");
}

#[test]
fn other_forms_are_offered_again() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let form = person.page("/settings").form_at("#preferences");
    for answer in without_session(&person, &form, &[("timezone", "Europe/Lisbon")]) {
        let page = sign_in(&person, &person.email, &answer);
        assert_eq!(page.text("h1"), "Not saved yet");
        assert_eq!(
            page.attr("input[type=text][name=timezone]", "value"),
            "Europe/Lisbon"
        );
        let kept = page.form("Try again");
        assert_eq!(kept.action, form.action);
        assert_eq!(kept.fields.len(), form.fields.len());
        if answer.status == 303 {
            person.post("/logout", &[]).location();
        } else {
            person.submit(&kept, &[]).location();
        }
    }
    let held = person.page("/settings").form_at("#preferences");
    assert_eq!(held.value("timezone"), "Europe/Lisbon");
    // Another person who signs in has to confirm the form.
    let form = person.page("/categories").form("Change Coffee");
    let [answer, _] = without_session(&person, &form, &[("name", "Kaffee")]);
    let stranger = app.person();
    let page = sign_in(&person, &stranger.email, &answer);
    assert!(page.text("form.kept button").contains(&stranger.email));
    person.submit(&page.form("Try again"), &[]).expect(404);
}

#[test]
fn passwords_large_forms_and_untyped_forms_are_not_kept() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let me = app.owner(&person).0.to_string();
    person.post("/logout", &[]).location();
    // Text that is hard to compress.
    let mut random = fastrand::Rng::with_seed(1);
    let long: String = (0..20_000).map(|_| random.alphanumeric()).collect();
    for (path, field, next) in [
        (
            "/settings/password",
            ("current_password", PASSWORD),
            "%2Fsettings",
        ),
        ("/settings/delete-account", ("password", PASSWORD), "%2Fsettings"),
        ("/settings/tokens", ("name", long.as_str()), "%2Fsettings"),
        ("/categories/5/merge", ("into", ""), "%2Fcategories"),
        (&format!("/expenses/{id}/delete"), ("x", ""), "%2Fexpenses"),
    ] {
        let answer = person.post(path, &[field, ("form_for", &me)]);
        assert_eq!(answer.location(), format!("/login?next={next}"), "{path}");
    }
}

#[test]
fn a_link_from_another_site_shows_no_form() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let me = app.owner(&person).0.to_string();
    stranger.post("/logout", &[]).location();
    let form = [("name", "Mine"), ("access", "write"), ("form_for", me.as_str())];
    let answer = stranger.post("/settings/tokens", &form);
    let login = answer.location().to_owned();
    let form = stranger.page(&login).form("Sign in");
    let next = form.value("next");
    assert!(next.starts_with("/unsent?form="), "{next}");
    assert_eq!(person.get(next).location(), "/");
    assert_eq!(person.get("/unsent").location(), "/");
    assert_eq!(
        app.anonymous().get("/unsent?form=x").location(),
        "/login?next=%2Funsent%3Fform%3Dx"
    );
}
