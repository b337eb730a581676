//! Pages of fifty rows: no row is skipped or shown twice.

use super::support::{App, Visitor, date};

/// The names on each page, from the newest to the last, by "Older".
fn walk(person: &Visitor, first: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let page = person.page(&path);
        pages.push(page.names());
        next = page.has_link("Older").then(|| page.link("Older"));
        assert!(pages.len() < 20, "the pages come to an end");
    }
    pages
}

#[test]
fn many_rows_of_one_day_are_paged_forward_and_back() {
    let app = App::start();
    let person = app.person();
    let day = |nth: usize| date(["2026-11-20", "2026-11-19", "2026-11-18"][nth]);
    let mut rows: Vec<_> = (0..120)
        .map(|n| (100 + n, "Any", day(1), format!("b{n:03}")))
        .collect();
    rows.extend((0..3).map(|n| (1, "Any", day(0), format!("a{n}"))));
    rows.extend((0..3).map(|n| (1, "Any", day(2), format!("c{n}"))));
    app.enter(&person, rows);

    let pages = walk(&person, "/expenses");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 26]);
    let mut expected: Vec<String> = (0..3).rev().map(|n| format!("a{n}")).collect();
    expected.extend((0..120).rev().map(|n| format!("b{n:03}")));
    expected.extend((0..3).rev().map(|n| format!("c{n}")));
    assert_eq!(pages.concat(), expected);

    let first = person.page("/expenses");
    assert!(!first.has_link("Newer"));
    let second = person.page(&first.link("Older"));
    let third = person.page(&second.link("Older"));
    assert!(!third.has_link("Older"));
    assert_eq!(person.page(&third.link("Newer")).names(), pages[1]);
    let back = person.page(&second.link("Newer"));
    assert_eq!(back.names(), pages[0]);
    assert!(
        !back.has_link("Newer"),
        "the first page is the first, whichever way it was reached"
    );
}

#[test]
fn the_total_is_that_of_all_pages_and_each_days_sum_that_of_the_whole_day() {
    let app = App::start();
    let person = app.person();
    let rows = (0..130).map(|n| {
        (
            n * 7 - 200,
            "Any",
            date(if n % 2 == 0 { "2026-11-20" } else { "2026-11-19" }),
            String::new(),
        )
    });
    let rows: Vec<_> = rows.filter(|row| row.0 != 0).collect();
    let sum: i64 = rows.iter().map(|row| row.0).sum();
    app.enter(&person, rows);
    let shown = format!("{}.{:02}", sum / 100, sum % 100);
    let mut path = "/expenses?period=month&category=any".to_owned();
    let mut days = std::collections::BTreeMap::new();
    loop {
        let page = person.page(&path);
        assert_eq!(page.total(), shown);
        for day in page.days() {
            let sum = days.entry(day.date).or_insert_with(|| day.total.clone());
            assert_eq!(*sum, day.total, "the same on each page it goes over");
        }
        if !page.has_link("Older") {
            break;
        }
        path = page.link("Older");
        assert!(
            path.starts_with("/expenses?period=month&on=2026-11-22&category=any&"),
            "{path}"
        );
    }
    assert_eq!(days.len(), 2);
}

#[test]
fn exactly_one_full_page_needs_no_other() {
    let app = App::start();
    let person = app.person();
    let rows = |count: i64| {
        (0..count)
            .map(|n| (n + 1, "Any", date("2026-11-20"), String::new()))
            .collect()
    };
    app.enter(&person, rows(50));
    assert_eq!(person.page("/expenses").count("nav.pager"), 0);
    app.enter(&person, rows(1));
    assert!(person.page("/expenses").has_link("Older"));
}

#[test]
fn a_page_keeps_its_position_while_rows_change() {
    let app = App::start();
    let person = app.person();
    let rows = (0..101)
        .map(|n| (n + 1, "Any", date("2026-11-20"), format!("n{n:03}")))
        .collect();
    app.enter(&person, rows);
    let first = person.page("/expenses");
    let older = first.link("Older");
    let expected = person.page(&older).names();
    person.post(&first.rows()[0].delete, &[]).location();
    person.post(&first.rows()[49].delete, &[]).location();
    app.enter(&person, vec![(1, "Any", date("2026-11-21"), "new".to_owned())]);
    assert_eq!(person.page(&older).names(), expected);
}

#[test]
fn a_change_on_a_later_page_leads_back_to_that_page() {
    let app = App::start();
    let person = app.person();
    app.enter(
        &person,
        (0..60)
            .map(|n| (n + 1, "Any", date("2026-11-20"), format!("n{n:03}")))
            .collect(),
    );
    let older = person.page("/expenses?q=n0").link("Older");
    let page = person.page(&older);
    let answer = person.post(&page.rows()[0].delete, &[]);
    let back = answer.location().to_owned();
    assert_eq!(person.follow(&answer).names()[..], page.names()[1..]);
    assert!(back.contains("after=") && back.contains("q=n0"), "{back}");
    let search = page.form("Filter");
    assert!(
        search.fields.iter().all(|(name, _)| name != "after"),
        "a new search starts at its first page"
    );
}

#[test]
fn a_cursor_that_is_not_ours_is_a_400() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    app.enter(
        &person,
        (0..60)
            .map(|n| (n + 1, "Any", date("2026-11-20"), String::new()))
            .collect(),
    );
    let older = person.page("/expenses").link("Older");
    let (_, cursor) = older.split_once("after=").unwrap();
    let mut forged = cursor.to_owned();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let mut moved = cursor.to_owned();
    moved.replace_range(9..10, if &cursor[9..10] == "B" { "C" } else { "B" });
    for name in ["before", "after"] {
        for value in [
            "x",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "%20",
            &cursor[1..],
            &moved,
            &format!("{cursor}A"),
            &forged,
        ] {
            let page = person
                .get(&format!("/expenses?{name}={value}"))
                .expect(400)
                .page();
            assert!(page.text("main .lead").contains(&format!("“{name}”")), "{value}");
        }
    }
    person
        .get(&format!("/expenses?before={cursor}&after={cursor}"))
        .expect(400);
    // A cursor is a position and gives no access.
    assert_eq!(stranger.page(&older).rows(), []);
}
