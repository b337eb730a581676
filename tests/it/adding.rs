//! Adding an expense, with and without htmx, and with a new category.
//!
//! More than 300 lines, because everything about the form "Add expense" is here.

use super::support::{App, Visitor};

const ESPRESSO: [(&str, &str); 4] = [
    ("amount", "4.50"),
    ("category", "Coffee"),
    ("date", "2026-11-20"),
    ("description", "Espresso"),
];

/// Addresses of the form, and the view that each returns to.
const VIEWS: [(&str, &str); 6] = [
    ("/expenses", "/"),
    ("/expenses?view=dashboard", "/"),
    (
        "/expenses?view=dashboard&period=week&on=2026-11-18",
        "/?period=week&on=2026-11-18",
    ),
    ("/expenses?view=list", "/expenses"),
    (
        "/expenses?view=list&period=year&on=2026-01-01&category=Coffee&q=esp",
        "/expenses?period=year&on=2026-01-01&category=Coffee&q=esp",
    ),
    (
        "/expenses?from=2026-11-01&to=2026-11-30&view=list",
        "/expenses?from=2026-11-01&to=2026-11-30",
    ),
];

#[test]
fn without_htmx_it_answers_303_to_its_view_with_the_filter_kept() {
    let app = App::start();
    for (address, view) in VIEWS {
        let person = app.person();
        let answer = person.post(address, &ESPRESSO);
        assert_eq!(answer.location(), view, "{address}");
        let page = person.follow(&answer);
        assert_eq!(page.status(), "Added Espresso, $4.50 on November 20");
        assert_eq!(page.total(), "4.50");
        let row = page.row("Espresso");
        assert_eq!(
            (row.date.as_str(), row.category.as_str(), row.amount.as_str()),
            ("2026-11-20", "Coffee", "$4.50")
        );
        assert_eq!(person.page(view).status(), "", "the words are said once");
    }
}

#[test]
fn with_htmx_it_answers_the_fragment_of_the_same_view() {
    let app = App::start();
    for (address, view) in VIEWS {
        let person = app.person();
        let answer = person.post_htmx(address, &ESPRESSO).expect(200);
        assert_eq!(answer.header("hx-push-url"), Some(view), "{address}");
        let fragment = answer.fragment();
        assert_eq!(fragment.status(), "Added Espresso, $4.50 on November 20");
        assert_eq!(fragment.total(), "4.50");
        assert_eq!(fragment.names(), ["Espresso"]);
        assert_eq!(fragment.count("main#main"), 1);
        assert_eq!(
            person.page(view).status(),
            "",
            "nothing is left for the next page"
        );
    }
}

#[test]
fn an_expense_is_announced_with_its_date_unless_that_is_today() {
    let app = App::start();
    let person = app.person();
    for (date, words) in [
        ("2026-11-22", "Added Espresso, $4.50"),
        ("2026-11-21", "Added Espresso, $4.50 on November 21"),
        ("2027-01-03", "Added Espresso, $4.50 on January 3, 2027"),
    ] {
        let form = [ESPRESSO[0], ESPRESSO[1], ("date", date), ESPRESSO[3]];
        let fragment = person.post_htmx("/expenses", &form).expect(200).fragment();
        assert_eq!(fragment.status(), words);
    }
    let person = app.person();
    let fragment = person
        .post_htmx("/expenses?period=month&on=2026-03-10", &ESPRESSO)
        .expect(200)
        .fragment();
    assert_eq!(fragment.status(), "Added Espresso, $4.50 on November 20");
    assert_eq!(fragment.total(), "0.00");
}

#[test]
fn htmx_gets_an_address_only_if_another_one_is_shown() {
    let app = App::start();
    let person = app.person();
    for (shown, pushed, replaced) in [
        ("/?period=week&on=2026-11-18", None, None),
        ("/?period=week&on=2026-11-18#add-amount", None, None),
        (
            "/?period=week&on=2026-11-18&add_amount=4.50",
            None,
            Some("/?period=week&on=2026-11-18"),
        ),
        ("/expenses/5/edit", Some("/?period=week&on=2026-11-18"), None),
    ] {
        let request = person
            .form("/expenses?period=week&on=2026-11-18", &ESPRESSO)
            .htmx()
            .header("HX-Current-URL", &format!("http://{}{shown}", app.host()));
        let answer = person.send(&request).expect(200);
        assert_eq!(answer.header("hx-push-url"), pushed, "{shown}");
        assert_eq!(answer.header("hx-replace-url"), replaced, "{shown}");
    }
}

#[test]
fn the_form_on_each_view_leads_back_to_that_view() {
    let app = App::start();
    let person = app.person();
    for view in [
        "/",
        "/?period=week&on=2026-11-18",
        "/expenses",
        "/expenses?period=month&on=2026-11-20&category=Coffee",
        "/expenses?from=2026-11-01",
    ] {
        let form = person.page(view).form("Add expense");
        assert_eq!(form.value("date"), "2026-11-22", "today");
        let answer = person.submit(&form, &ESPRESSO);
        assert_eq!(answer.location(), view);
        person.follow(&answer);
    }
}

#[test]
fn a_refund_can_be_said_without_a_minus() {
    let app = App::start();
    let person = app.person();
    let fields = |amount| {
        [
            ("amount", amount),
            ("category", "Food"),
            ("date", "2026-11-20"),
            ("refund", "1"),
        ]
    };
    for (amount, total) in [("10", "-10.00"), ("-5", "-15.00")] {
        person.post("/expenses", &fields(amount)).location();
        assert_eq!(person.total("/"), total, "{amount}");
    }
    let wrong = person.post("/expenses", &fields("x")).expect(422).page();
    assert_eq!(wrong.form("Add expense").value("refund"), "1", "it stays ticked");
    // Its form has the minus, so that another amount replaces it.
    let edit = person.page("/expenses").rows().remove(0).edit;
    let form = person.page(&edit).form("Edit expense");
    assert_eq!(form.value("amount"), "-5.00");
    person.submit(&form, &[("amount", "5")]).location();
    assert_eq!(person.total("/"), "-5.00");
    // What was typed comes back after signing in again.
    let answer = app.anonymous().post("/expenses", &fields("7"));
    assert!(
        answer.location().contains("add_refund%3D1"),
        "{}",
        answer.location()
    );
    let page = person.page("/?add_amount=7&add_refund=1");
    assert_eq!(page.form("Add expense").value("refund"), "1");
}

#[test]
fn a_refund_lowers_the_total_and_the_category() {
    let app = App::start();
    let person = app.person();
    person.add("30", "Clothes", "2026-11-20", "Shirt");
    person.add("-12.50", "Clothes", "2026-11-21", "Sent back");
    let page = person.page("/");
    assert_eq!(page.total(), "17.50");
    assert_eq!(
        page.attr("#by-category tr[data-label=Clothes]", "data-value"),
        "17.50"
    );
    assert_eq!(page.row("Sent back").amount, "\u{2212}$12.50");
    person.add("-20", "Clothes", "2026-11-21", "More");
    assert_eq!(person.total("/expenses"), "-2.50");
}

#[test]
fn a_new_spelling_of_a_known_category_keeps_the_known_name() {
    let app = App::start();
    let person = app.person();
    for category in ["Café", "CAFÉ", "  cafe\u{301} ", "Cafe"] {
        person.add("1", category, "2026-11-20", "");
    }
    let page = person.page("/expenses");
    let names: Vec<String> = page.rows().into_iter().map(|row| row.category).collect();
    assert_eq!(
        names,
        ["Cafe", "Café", "Café", "Café"],
        "an accent makes another name"
    );
    assert_eq!(page.attrs("#add-categories option", "value"), ["Café", "Cafe"]);
}

#[test]
fn text_is_kept_as_it_was_typed() {
    let app = App::start();
    let person = app.person();
    let category = "é".repeat(60);
    for description in [
        "<b>&amp;\"'",
        "قهوة",
        "👩‍👩‍👧‍👦 dinner",
        "two\nlines\tand a tab",
        &"é".repeat(500),
    ] {
        let id = person.add("1", &category, "2026-11-20", &format!("  {description} \r\n"));
        assert_eq!(edited(&person, &id).1, description);
    }
    let id = person.add("1", &category, "2026-11-20", "one\r\ntwo\r\n\r\nfour");
    assert_eq!(edited(&person, &id), (category, "one\ntwo\n\nfour".to_owned()));
}

fn edited(person: &Visitor, id: &str) -> (String, String) {
    let form = person.page(&format!("/expenses/{id}/edit")).form("Edit expense");
    (
        form.value("category").to_owned(),
        form.value("description").to_owned(),
    )
}

#[test]
fn the_address_can_fill_the_form() {
    let app = App::start();
    let person = app.person();
    let query = "add_amount=4%2C50&add_category=Caf%C3%A9&add_date=2026-11-01&add_description=A%20%26%20B";
    for view in ["/", "/expenses"] {
        let form = person.page(&format!("{view}?{query}")).form("Add expense");
        let values = ["amount", "category", "date", "description"].map(|name| form.value(name));
        assert_eq!(values, ["4,50", "Café", "2026-11-01", "A & B"]);
        assert_eq!(form.errors, []);
        assert_eq!(person.submit(&form, &[]).location(), view, "they are not kept");
    }
}

#[test]
fn the_form_keeps_the_date_that_was_chosen_until_the_page_is_opened_again() {
    let app = App::start();
    let person = app.person();
    for view in ["/", "/expenses"] {
        let form = person.page(view).form("Add expense");
        let sent = [("amount", "1"), ("category", "Food"), ("date", "2026-11-03")];
        let page = person.follow(&person.submit(&form, &sent));
        assert_eq!(page.form("Add expense").value("date"), "2026-11-03", "{view}");
        let again = page.form("Add expense");
        assert!(again.fields.iter().all(|(name, _)| name != "was_date"));
        app.set_clock("2026-11-23 12:00");
        let answer = person.submit(&again, &[("amount", "2"), ("category", "Food")]);
        assert_eq!(
            person.follow(&answer).form("Add expense").value("date"),
            "2026-11-03"
        );
        app.set_clock("2026-11-22 12:00");
        assert_eq!(person.page(view).form("Add expense").value("date"), "2026-11-22");
        let htmx = person.post_htmx(&form.action, &sent).expect(200).fragment();
        assert_eq!(htmx.form("Add expense").value("date"), "2026-11-03");
    }
    let rows = person.page("/expenses?period=all").rows();
    assert!(rows.iter().all(|row| row.date == "2026-11-03"), "{rows:?}");
}

#[test]
fn a_date_that_nobody_has_touched_is_that_of_the_day_on_which_the_form_is_sent() {
    let app = App::start();
    let person = app.person_with(&[("timezone", "America/Costa_Rica")]);
    // 23:50 on the 22nd there.
    app.set_clock("2026-11-23 05:50");
    let page = person.page("/");
    let form = page.form("Add expense");
    assert_eq!(form.value("date"), "2026-11-22");
    let line = person.page("/?line=3+tea").form("Add expense");
    assert_eq!(line.value("date"), "2026-11-22");
    app.set_clock("2026-11-23 06:10");
    let fields = [
        ("amount", "1"),
        ("category", "Food"),
        ("description", "untouched"),
    ];
    let answer = person.submit(&form, &fields);
    assert_eq!(person.follow(&answer).status(), "Added untouched, $1.00");
    let again = person.submit(&form, &fields);
    assert_eq!(
        person.follow(&again).rows().len(),
        1,
        "the same form is the same expense"
    );
    person.submit(&line, &[("category", "Food")]).location();
    let chosen = [
        ("amount", "1"),
        ("category", "Food"),
        ("date", "2026-11-21"),
        ("description", "chosen"),
    ];
    person.submit(&form, &chosen).location();
    let wrong = person.submit(
        &form,
        &[
            ("amount", "x"),
            ("category", "Food"),
            ("description", "wrong first"),
        ],
    );
    let wrong = wrong.expect(422).page().form("Add expense");
    assert_eq!(wrong.value("date"), "2026-11-23");
    app.set_clock("2026-11-24 06:10");
    person.submit(&wrong, &[("amount", "2")]).location();
    let list = person.page("/expenses?period=all");
    let dates = ["untouched", "tea", "chosen", "wrong first"].map(|name| list.row(name).date);
    assert_eq!(dates, ["2026-11-23", "2026-11-23", "2026-11-21", "2026-11-24"]);
    for name in ["Day", "Week", "Month", "Year", "Today"] {
        assert!(!page.link(name).contains("on="), "{name}");
    }
    assert_eq!(person.page(&page.link("Day")).days()[0].date, "2026-11-24");
}

#[test]
fn an_address_may_prefill_a_date_with_a_time() {
    let app = App::start();
    let person = app.person();
    for (given, date) in [
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03T23:59:00%2B01:00", "2026-11-03"),
        ("2026-11-03T00:00:00Z", "2026-11-03"),
        ("2026-11-03%2013:00", "2026-11-03"),
        ("%202026-11-03%20", "2026-11-03"),
    ] {
        let page = person.page(&format!("/?add_date={given}&add_amount=5"));
        assert_eq!(page.form("Add expense").value("date"), date, "{given}");
        assert_eq!(page.status(), "", "{given}");
    }
    for given in ["26.11.2026", "yesterday", "2026-02-30", "2026-11-03Tea", "%00"] {
        for path in ["/", "/expenses"] {
            let page = person.page(&format!("{path}?add_date={given}"));
            assert_eq!(page.form("Add expense").value("date"), "2026-11-22", "{given}");
            assert!(
                page.status().ends_with("isn't a date, so the date is today's"),
                "{given}"
            );
        }
    }
    let page = person.page("/?add_description=two%0D%0Alines&add_category=a%0Ab");
    let form = page.form("Add expense");
    assert_eq!(
        [form.value("description"), form.value("category")],
        ["two lines", "a b"]
    );
}
