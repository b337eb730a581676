//! Deleting, Undo, and the trash.

use super::support::{App, Page};

#[test]
fn without_htmx_a_deleted_expense_is_gone_and_undo_is_a_real_form() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("2", "Coffee", "2026-11-20", "Tea");
    for view in [
        "/",
        "/expenses?period=all&category=Coffee",
        "/?period=year&on=2026-11-18",
    ] {
        let row = person.page(view).row("Espresso");
        let answer = person.post(&row.delete, &[]);
        assert_eq!(answer.location(), view);
        let page = person.follow(&answer);
        assert_eq!(page.status(), "Deleted Espresso, $4.50");
        assert_eq!(
            (page.total().as_str(), page.names()),
            ("2.00", vec!["Tea".to_owned()])
        );
        let answer = person.submit(&page.undo(), &[]);
        assert_eq!(answer.location(), view);
        let page = person.follow(&answer);
        assert_eq!(page.status(), "Restored Espresso, $4.50");
        assert_eq!(page.row("Espresso"), row, "the same id, the same place");
        assert_eq!(page.total(), "6.50");
        assert_eq!(page.count("#status form"), 0);
    }
}

#[test]
fn with_htmx_delete_and_undo_answer_the_fragment() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "");
    let answer = person
        .post_htmx(
            &format!("/expenses/{id}/delete?view=list&period=year&on=2026-11-18"),
            &[],
        )
        .expect(200);
    assert_eq!(
        answer.header("hx-push-url"),
        Some("/expenses?period=year&on=2026-11-18")
    );
    let fragment = answer.fragment();
    assert_eq!(fragment.status(), "Deleted Coffee, $4.50");
    assert_eq!((fragment.total().as_str(), fragment.rows()), ("0.00", vec![]));
    let undo = fragment.undo();
    assert_eq!(undo.method, "post");
    let restored = person.post_htmx(&undo.action, &[]).expect(200).fragment();
    assert_eq!(restored.status(), "Restored Coffee, $4.50");
    assert_eq!(restored.row("Coffee").id, id);
}

#[test]
fn both_can_be_sent_twice_with_the_same_answer() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    for (verb, total) in [("delete", "0.00"), ("restore", "4.50")] {
        for _ in 0..2 {
            let answer = person.post(&format!("/expenses/{id}/{verb}"), &[]);
            let page = person.follow(&answer);
            assert_eq!(page.total(), total, "{verb}");
            assert!(page.status().ends_with("Espresso, $4.50"), "{verb}");
        }
        let twice = [(); 2].map(|()| person.post_htmx(&format!("/expenses/{id}/{verb}?view=list"), &[]));
        let words = twice.map(|answer| answer.expect(200).fragment().status());
        assert_eq!(words[0], words[1]);
    }
}

#[test]
fn the_trash_keeps_what_was_deleted_for_thirty_days() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("7", "Books", "2026-11-20", "Novel");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    let trash = person.page("/expenses/trash");
    assert_eq!(trash.text("h1"), "Recently deleted");
    assert_eq!(
        trash.texts(".trash .row-name"),
        ["Espresso20 Nov 2026 · 30 days left".replace("20 Nov 2026", "Nov 20, 2026")]
    );
    assert_eq!(person.page("/").total(), "7.00");

    app.advance(time::Duration::days(29));
    let trash = person.page("/expenses/trash");
    assert!(trash.text(".trash .row-name").ends_with("1 day left"));
    let answer = person.submit(&trash.form_at(".trash form"), &[]);
    assert_eq!(answer.location(), "/expenses");
    assert_eq!(
        person.follow(&answer).status(),
        "Restored Espresso, $4.50 on November 20",
        "its day is not on this page"
    );
    assert_eq!(person.page("/expenses?period=all").row("Espresso").id, id);
    assert_eq!(person.page("/expenses/trash").count(".trash .row"), 0);

    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    app.advance(time::Duration::days(29));
    assert_eq!(person.page("/expenses/trash").count(".trash .row"), 1);
    app.advance(time::Duration::days(1));
    assert_eq!(person.page("/expenses/trash").count(".trash .row"), 0);
}

#[test]
fn what_is_in_the_trash_is_nowhere_else() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    for view in [
        "/",
        "/expenses?period=all",
        "/expenses?period=all&q=espresso",
        "/expenses?period=all&category=Coffee",
    ] {
        let page = person.page(view);
        assert_eq!((page.total().as_str(), page.rows()), ("0.00", vec![]), "{view}");
    }
    assert_eq!(person.get("/expenses.csv").text().lines().count(), 1);
}

#[test]
fn a_long_trash_has_pages_and_each_row_is_on_one_of_them() {
    let app = App::start();
    let person = app.person();
    // Several at the same time, so that the id decides.
    for number in 0..120 {
        let id = person.add("1", "Coffee", "2026-11-20", &format!("cup {number}"));
        person.post(&format!("/expenses/{id}/delete"), &[]).location();
        if number % 7 == 0 {
            app.advance(time::Duration::microseconds(1));
        }
    }
    let link = |page: &Page, rel: &str| page.attr(&format!(".pager a[rel={rel}]"), "href");
    let names = |page: &Page| page.texts(".trash .row-name");
    let mut pages = vec![person.page("/expenses/trash")];
    assert_eq!(pages[0].count(".pager a[rel=prev]"), 0);
    while pages.last().unwrap().count(".pager a[rel=next]") > 0 {
        let next = link(pages.last().unwrap(), "next");
        pages.push(person.page(&next));
    }
    let shown: Vec<String> = pages.iter().flat_map(names).collect();
    let expected: Vec<String> = (0..120).rev().map(|number| format!("cup {number}")).collect();
    let shown: Vec<&str> = shown
        .iter()
        .map(|name| name.split("Nov").next().unwrap())
        .collect();
    assert_eq!(shown, expected);
    assert_eq!(pages.len(), 3);
    for at in (1..3).rev() {
        let back = person.page(&link(&pages[at], "prev"));
        assert_eq!(names(&back), names(&pages[at - 1]));
    }

    // A cursor of the list is invalid in the trash.
    for number in 0..60 {
        person.add("1", "Coffee", "2026-11-20", &format!("mug {number}"));
    }
    let list = link(&person.page("/expenses"), "next");
    let cursor = list.split_once("after=").unwrap().1;
    person.get(&format!("/expenses/trash?after={cursor}")).expect(400);
}
