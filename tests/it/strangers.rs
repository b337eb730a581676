//! The expenses of other people are a 404, and without a session nothing can be seen or changed.

use super::support::{App, PASSWORD, Visitor, form_text};

const LATTE: [(&str, &str); 4] = [
    ("amount", "5.25"),
    ("category", "Drinks"),
    ("date", "2026-10-31"),
    ("description", "Latte"),
];

fn changes(id: &str) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    vec![
        (format!("/expenses/{id}"), LATTE.to_vec()),
        (format!("/expenses/{id}"), vec![("amount", "not one")]),
        (format!("/expenses/{id}/delete"), vec![]),
        (format!("/expenses/{id}/restore"), vec![]),
    ]
}

#[test]
fn a_stranger_gets_the_404_of_what_does_not_exist_and_changes_nothing() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    let kept = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let gone = person.add("2", "Coffee", "2026-11-20", "Tea");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    let before = everything(&person);

    for id in [&kept, &gone] {
        let theirs = changes(id);
        for ((path, form), (nowhere, _)) in theirs.iter().zip(changes("1234567")) {
            for htmx in [false, true] {
                let send = |path: &str| {
                    if htmx {
                        stranger.post_htmx(path, form)
                    } else {
                        stranger.post(path, form)
                    }
                };
                let answer = send(path).expect(404);
                assert_eq!(answer.text(), send(&nowhere).expect(404).text(), "{path}");
                assert_eq!(answer.header("set-cookie"), None);
            }
        }
        let edit = format!("/expenses/{id}/edit");
        assert_eq!(
            stranger.get(&edit).expect(404).text(),
            stranger.get("/expenses/1234567/edit").expect(404).text()
        );
        stranger.get_htmx(&edit).expect(404).fragment();
    }
    assert_eq!(everything(&person), before);
    assert_eq!(stranger.page("/expenses?period=all").rows(), []);
    assert_eq!(stranger.page("/expenses/trash").count(".row"), 0);
    assert_eq!(stranger.get("/expenses.csv").text().lines().count(), 1);
}

fn everything(person: &Visitor) -> (String, Vec<String>) {
    let trash = person.page("/expenses/trash").texts(".trash .row-name");
    (person.get("/expenses.csv").expect(200).text(), trash)
}

#[test]
fn signed_out_a_page_redirects_to_the_sign_in_and_back() {
    let app = App::start();
    let nobody = app.anonymous();
    for (page, next) in [
        ("/", "%2F"),
        (
            "/expenses?period=week&q=a%20b",
            "%2Fexpenses%3Fperiod%3Dweek%26q%3Da%2520b",
        ),
        ("/expenses/5/edit", "%2Fexpenses%2F5%2Fedit"),
        ("/expenses/trash", "%2Fexpenses%2Ftrash"),
        ("/expenses.csv", "%2Fexpenses"),
        ("/budgets", "%2Fbudgets"),
        ("/categories", "%2Fcategories"),
        ("/settings", "%2Fsettings"),
    ] {
        let login = format!("/login?next={next}");
        assert_eq!(nobody.get(page).location(), login);
        let answer = nobody.get_htmx(page).expect(401);
        assert_eq!(answer.header("hx-redirect"), Some(login.as_str()));
        assert_eq!(answer.body, b"");
    }
}

#[test]
fn signed_out_a_change_returns_to_its_page_and_never_to_its_own_address() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    let nobody = app.anonymous();
    for (path, form) in changes(&id) {
        let login = "/login?next=%2Fexpenses";
        assert_eq!(nobody.post(&path, &form).location(), login, "{path}");
        let answer = nobody.post_htmx(&path, &form).expect(401);
        assert_eq!(answer.header("hx-redirect"), Some(login), "{path}");
    }
    assert_eq!(person.page("/").row("Espresso").amount, "$4.50");
}

#[test]
fn what_was_typed_survives_the_sign_in() {
    let app = App::start();
    let person = app.person();
    let typed = [
        ("amount", "4,50"),
        ("category", "Café & Bar"),
        ("date", "2026-11-20"),
        ("description", "Espresso, 100 %"),
    ];
    let add = [
        ("period", "week"),
        ("on", "2026-11-18"),
        ("add_amount", "4,50"),
        ("add_category", "Café & Bar"),
        ("add_date", "2026-11-20"),
        ("add_description", "Espresso, 100 %"),
    ];
    let login = format!(
        "/login?{}",
        form_text(&[("next", &format!("/expenses?{}", form_text(&add)))])
    );
    let nobody = app.anonymous();
    let path = "/expenses?view=list&period=week&on=2026-11-18";
    let answer = nobody.post_htmx(path, &typed).expect(401);
    assert_eq!(answer.header("hx-redirect"), Some(login.as_str()));
    let answer = nobody.post(path, &typed);
    assert_eq!(answer.location(), login);

    let page = nobody.follow(&answer);
    let form = page.form("Sign in");
    let answer = nobody.submit(&form, &[("email", &person.email), ("password", PASSWORD)]);
    let page = nobody.follow(&answer);
    let form = page.form("Add expense");
    for (name, value) in typed {
        assert_eq!(form.value(name), value);
    }
    assert_eq!(page.rows(), [], "nothing was added behind their back");
    let answer = nobody.submit(&form, &[]);
    assert_eq!(answer.location(), "/expenses?period=week&on=2026-11-18");
    assert_eq!(nobody.follow(&answer).total(), "4.50");
}

#[test]
fn too_long_an_address_is_reduced_to_its_page() {
    let app = App::start();
    let nobody = app.anonymous();
    let long = format!("/expenses?period=all&q={}", "x".repeat(20_000));
    assert_eq!(nobody.get(&long).location(), "/login?next=%2Fexpenses");
    // The longest possible description is kept.
    let description = "💶".repeat(500);
    let category = "💶".repeat(60);
    let form = [
        ("amount", "4.50"),
        ("category", category.as_str()),
        ("description", description.as_str()),
    ];
    let answer = nobody.post("/expenses", &form);
    let location = answer.location();
    assert!(
        location.contains("add_description") && location.len() < 12_000,
        "{}",
        location.len()
    );
}
