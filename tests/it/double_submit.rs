//! A form that is sent twice adds one expense.

use super::support::{App, Visitor};

fn form<'a>(amount: &'a str, request_id: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("amount", amount),
        ("category", "Coffee"),
        ("date", "2026-11-20"),
        ("description", "Espresso"),
        ("request_id", request_id),
    ]
}

fn ids(person: &Visitor) -> Vec<String> {
    let rows = person.page("/expenses?period=all").rows();
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn the_same_content_is_one_expense_and_both_answers_are_equal() {
    let app = App::start();
    let person = app.person();
    let pages = [(); 2].map(|()| {
        let page = person.follow(&person.post("/expenses?view=list", &form("4.50", "a")));
        (page.status(), page.rows(), page.total())
    });
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0].0, "Added Espresso, $4.50 on November 20");
    // Another spelling of the amount and of the category is the same content.
    let again = [
        ("amount", "4,5"),
        ("category", "COFFEE"),
        ("date", "2026-11-20"),
        ("description", " Espresso "),
        ("request_id", "a"),
    ];
    let fragment = person
        .post_htmx("/expenses?view=list", &again)
        .expect(200)
        .fragment();
    assert_eq!(fragment.status(), "Added Espresso, $4.50 on November 20");
    assert_eq!(ids(&person).len(), 1);
    assert_eq!(person.total("/"), "4.50");
}

#[test]
fn other_content_under_the_same_id_is_a_new_expense() {
    let app = App::start();
    let person = app.person();
    for amount in ["4.50", "4.51", "4.50"] {
        person.post("/expenses", &form(amount, "a")).location();
    }
    assert_eq!((ids(&person).len(), person.total("/").as_str()), (2, "9.01"));
    for field in 1..4 {
        let mut other = form("4.50", "a");
        other[field].1 = ["", "Tea", "2026-11-21", "Double"][field];
        person.post("/expenses", &other).location();
    }
    assert_eq!(ids(&person).len(), 5);
}

#[test]
fn each_rendered_form_has_an_id_of_its_own() {
    let app = App::start();
    let person = app.person();
    let id = |path: &str| {
        person
            .page(path)
            .form("Add expense")
            .value("request_id")
            .to_owned()
    };
    let made = [id("/"), id("/"), id("/expenses")];
    assert!(made[0] != made[1] && made[1] != made[2] && made.iter().all(|id| !id.is_empty()));
    let after = person
        .post_htmx("/expenses", &form("4.50", &made[0]))
        .expect(200)
        .fragment();
    assert_ne!(after.form("Add expense").value("request_id"), made[0]);
}

#[test]
fn an_id_belongs_to_one_person_and_is_optional() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    for visitor in [&person, &stranger] {
        visitor.post("/expenses", &form("4.50", "a")).location();
        assert_eq!(ids(visitor).len(), 1);
    }
    for _ in 0..2 {
        person.post("/expenses", &form("4.50", "")).location();
    }
    assert_eq!(ids(&person).len(), 3);
}

#[test]
fn many_at_once_are_one_expense() {
    let app = App::start();
    let person = app.person();
    let session = person.cookie("session").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let (app, session) = (&app, &session);
            scope.spawn(move || {
                let tab = app.anonymous();
                tab.set_cookie("session", Some(session));
                for _ in 0..3 {
                    tab.post("/expenses", &form("4.50", "a")).location();
                }
            });
        }
    });
    assert_eq!((ids(&person).len(), person.total("/").as_str()), (1, "4.50"));
}

#[test]
fn a_submit_repeated_after_a_deletion_restores_the_expense() {
    let app = App::start();
    let person = app.person();
    person.post("/expenses?view=list", &form("4.50", "a")).location();
    let made = ids(&person);
    let delete = format!("/expenses/{}/delete?view=list", made[0]);
    for send in [Visitor::post, Visitor::post_htmx] {
        let deleted = person.follow(&person.post(&delete, &[]));
        let undo = deleted.undo();
        assert_eq!(ids(&person).len(), 0);
        send(&person, "/expenses?view=list", &form("4.50", "a"));
        assert_eq!(ids(&person), made, "it is there, once");
        assert_eq!(person.total("/expenses?period=all"), "4.50");
        assert_eq!(person.total("/expenses?period=all&q=espresso"), "4.50");
        assert_eq!(person.page("/expenses/trash").count("li.row"), 0);
        // Undo of the deletion finds it restored.
        person.submit(&undo, &[]).location();
        assert_eq!(ids(&person), made);
    }
}

#[test]
fn a_changed_and_deleted_expense_is_restored_as_submitted() {
    let app = App::start();
    let person = app.person();
    person.post("/expenses", &form("4.50", "a")).location();
    let id = ids(&person).remove(0);
    let mut changed = form("9", "");
    changed[1].1 = "Tea";
    person.post(&format!("/expenses/{id}"), &changed[..4]).location();
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    let page = person.follow(&person.post("/expenses?view=list&period=all", &form("4.50", "a")));
    assert_eq!(page.status(), "Added Espresso, $4.50 on November 20");
    let row = page.row("Espresso");
    assert_eq!(
        (row.id, row.category.as_str(), row.amount.as_str()),
        (id, "Coffee", "$4.50")
    );
    assert_eq!(page.total(), "4.50");
}

#[test]
fn an_id_has_at_most_64_characters() {
    let app = App::start();
    let person = app.person();
    person
        .post("/expenses", &form("4.50", &"é".repeat(64)))
        .location();
    let page = person
        .post("/expenses", &form("4.50", &"é".repeat(65)))
        .expect(422)
        .page();
    let form = page.form("Add expense");
    assert_eq!(form.value("amount"), "4.50");
    person.submit(&form, &[]).location();
    assert_eq!(ids(&person).len(), 2, "the form that came back can be sent");
}
