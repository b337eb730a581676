//! The pages of recurring entries: a bill that is entered by itself, one that waits, one date changed, pause and end.
//!
//! More than 300 lines, because the stories share the clock and how an entry is made.

use actix_web::rt::System;
use expense_tracker::db::set_owner;
use expense_tracker::recurring::clockwork;

use serde_json::json;

use super::categories_page::id_of;
use super::support::books::{household, member};
use super::support::{Answer, App, Form, Page, Visitor};

/// Sends the form "New recurring entry" with these fields in the place of its own.
fn create(person: &Visitor, fields: &[(&str, &str)]) {
    let form = person.page("/recurring").form("New recurring entry");
    person.submit(&form, fields).location();
}

/// A monthly rent from this date on.
fn rent(person: &Visitor, date: &str, more: &[(&str, &str)]) {
    let mut fields = vec![
        ("amount", "1150"),
        ("category", "Housing"),
        ("description", "Rent"),
        ("date", date),
    ];
    fields.extend(more);
    create(person, &fields);
}

/// Dates and amounts of all expenses, the newest first.
fn entered(person: &Visitor) -> Vec<(String, String)> {
    let rows = person.page("/expenses?period=all").rows();
    rows.into_iter().map(|row| (row.date, row.amount)).collect()
}

fn dates(person: &Visitor) -> Vec<String> {
    entered(person).into_iter().map(|(date, _)| date).collect()
}

/// The same person at another time, signed in again.
fn on(app: &App, person: &Visitor, at: &str) -> Visitor {
    app.set_clock(at);
    app.known(&person.email)
}

/// The address of the one schedule on the page.
fn only(person: &Visitor) -> String {
    let page = person.page("/recurring");
    page.attr("section[aria-labelledby=schedules-title] .what a", "href")
}

/// The address of a date, "Rent, Nov 30, 2026".
fn address_of(page: &Page, date: &str) -> String {
    page.attr(&format!("a[aria-label='Change {date}']"), "href")
}

/// Sends a form with a button's name and value besides its fields.
fn press(person: &Visitor, form: &Form, fields: &[(&str, &str)], button: (&str, &str)) -> Answer {
    let mut all = form.filled(fields);
    all.push((button.0.to_owned(), button.1.to_owned()));
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    person.post(&form.action, &all)
}

/// What the background task does.
pub fn tick(app: &App) -> usize {
    let state = app.state.clone();
    System::new().block_on(async move { clockwork::once(&state).await.unwrap() })
}

/// The form on a page that sends this action.
fn form_of(forms: &[Form], action: &str) -> Form {
    let sends = |form: &&Form| form.fields.contains(&("action".to_owned(), action.to_owned()));
    forms.iter().find(sends).unwrap().clone()
}

/// The names and days of a section of the page, "Rent, Nov 30, 2026".
fn section(page: &Page, title: &str) -> Vec<String> {
    page.texts(&format!("section[aria-labelledby={title}-title] .dates .what"))
}

#[test]
fn a_bill_is_entered_on_each_of_its_days_whatever_is_off_meanwhile() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-08-31", &[]);
    assert_eq!(
        person.page("/recurring").status(),
        "Added recurring entry Rent, entered 3 expenses"
    );
    assert_eq!(dates(&person), ["2026-10-31", "2026-09-30", "2026-08-31"]);
    assert_eq!(tick(&app), 0, "nothing is left");
    // Three months off.
    let person = on(&app, &person, "2027-02-27 12:00");
    assert_eq!(tick(&app), 3);
    assert_eq!(tick(&app), 0);
    assert_eq!(dates(&person)[..3], ["2027-01-31", "2026-12-31", "2026-11-30"]);
    let app = app.restart();
    let person = on(&app, &person, "2027-02-28 00:30");
    assert_eq!(
        person.page("/").total(),
        "1150.00",
        "the dashboard enters what is due"
    );
    assert_eq!(dates(&person)[0], "2027-02-28");
    let person = on(&app, &person, "2026-11-22 12:00");
    assert_eq!(tick(&app), 0, "a clock set back enters nothing again");
    let person = on(&app, &person, "2027-03-31 12:00");
    assert_eq!(tick(&app), 1);
    assert_eq!(dates(&person)[0], "2027-03-31", "the 31st again");
    assert_eq!(dates(&person).len(), 8);
}

#[test]
fn what_was_entered_and_deleted_does_not_come_back() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-11-01", &[]);
    let row = person.page("/expenses").row("Rent");
    person.post(&row.delete, &[]).location();
    assert_eq!(tick(&app), 0);
    let person = on(&app, &person, "2026-12-01 12:00");
    assert_eq!(tick(&app), 1);
    assert_eq!(dates(&person), ["2026-12-01"]);
}

#[test]
fn one_that_asks_waits_to_be_confirmed() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-10-22", &[("mode", "ask")]);
    assert_eq!(tick(&app), 0);
    assert_eq!(person.total("/expenses?period=all"), "0.00");
    let page = person.page("/recurring");
    assert_eq!(section(&page, "due"), ["Rent Oct 22, 2026", "Rent Nov 22, 2026"]);
    let enter = form_of(&page.posting(), "post");
    person.submit(&enter, &[]).location();
    assert_eq!(person.page("/recurring").status(), "Entered");
    assert_eq!(dates(&person), ["2026-10-22"]);
    // Again, from another tab.
    person.submit(&enter, &[]).location();
    assert_eq!(dates(&person), ["2026-10-22"]);
    let page = person.page("/recurring");
    assert_eq!(section(&page, "due"), ["Rent Nov 22, 2026"]);
    let skip = form_of(&page.posting(), "skip");
    person.submit(&skip, &[]).location();
    let page = person.page("/recurring");
    assert_eq!(page.count("#due-title"), 0);
    assert_eq!(section(&page, "coming")[0], "Rent Dec 22, 2026");
    // A skipped one can come back.
    let page = person.page(&only(&person));
    assert_eq!(section(&page, "past"), ["Nov 22, 2026 Skipped", "Oct 22, 2026"]);
    let restore = form_of(&page.posting(), "restore");
    person.submit(&restore, &[]).location();
    assert_eq!(section(&person.page("/recurring"), "due"), ["Rent Nov 22, 2026"]);
}

#[test]
fn what_another_tab_has_decided_meanwhile_is_said() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-11-22", &[("mode", "ask")]);
    let page = person.page("/recurring");
    let forms = page.posting();
    let of = |action: &str| form_of(&forms, action);
    person.submit(&of("skip"), &[]).location();
    let answer = person.submit(&of("post"), &[]).expect(409).page();
    assert!(
        answer
            .text(".message[role=alert]")
            .contains("was skipped in the meantime"),
        "{}",
        answer.text("main")
    );
    assert_eq!(person.total("/expenses?period=all"), "0.00");
    let other = of("skip").action.replace("2026-11-22", "2026-11-23");
    let answer = person.post(&other, &[("action", "post")]).expect(422).page();
    assert!(
        answer
            .text("main")
            .contains("The recurring entry doesn't have this date"),
        "{}",
        answer.text("main")
    );
    person
        .post(
            &of("skip").action.replace("2026-11-22", "2026-11-31"),
            &[("action", "post")],
        )
        .expect(404);
    for action in ["", "burn"] {
        person
            .post(
                &of("skip").action.replace("11-22", "12-22"),
                &[("action", action)],
            )
            .expect(422);
    }
}

#[test]
fn one_date_may_have_another_amount_and_another_day() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-11-30", &[]);
    let page = person.page("/recurring");
    let date = address_of(&page, "Rent, Nov 30, 2026");
    let form = person.page(&date).form("This date");
    assert_eq!(form.value("amount"), "1150.00");
    assert_eq!(
        form.value("date"),
        "2026-11-22",
        "paid today, if it is entered now"
    );
    press(&person, &form, &[("amount", "0")], ("action", "post")).expect(422);
    let wrong = press(&person, &form, &[("amount", "x")], ("action", "change"))
        .expect(422)
        .page();
    assert!(wrong.form("This date").error("amount").is_some());
    press(&person, &form, &[("amount", "1200")], ("action", "change")).location();
    let person = on(&app, &person, "2026-12-31 12:00");
    assert_eq!(tick(&app), 2);
    assert_eq!(
        entered(&person),
        [
            ("2026-12-30".to_owned(), "$1,150.00".to_owned()),
            ("2026-11-30".to_owned(), "$1,200.00".to_owned()),
        ]
    );
    // Paid early.
    let date = address_of(&person.page("/recurring"), "Rent, Jan 30, 2027");
    let form = person.page(&date).form("This date");
    press(&person, &form, &[], ("action", "post")).location();
    assert_eq!(dates(&person)[0], "2026-12-31");
    app.set_clock("2027-02-01 12:00");
    assert_eq!(tick(&app), 0, "it was paid early");
}

#[test]
fn a_change_holds_from_the_next_date_on_and_keeps_the_31st() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2027-01-31", &[]);
    let person = on(&app, &person, "2027-02-01 12:00");
    tick(&app);
    let page = person.page(&only(&person));
    let form = page.form("Edit recurring entry");
    assert_eq!(form.value("date"), "2027-02-28");
    assert_eq!(
        page.texts(".next-dates li"),
        [
            "Feb 28, 2027",
            "Mar 31, 2027",
            "Apr 30, 2027",
            "May 31, 2027",
            "Jun 30, 2027"
        ]
    );
    person.submit(&form, &[("amount", "1180")]).location();
    let list = person.page("/recurring");
    assert_eq!(list.status(), "Saved Rent");
    assert!(
        list.text("section[aria-labelledby=schedules-title]")
            .contains("was $1,150.00 until January 2027"),
        "{}",
        list.text("main")
    );
    let person = on(&app, &person, "2027-03-31 12:00");
    assert_eq!(tick(&app), 2);
    assert_eq!(
        entered(&person)[..2],
        [
            ("2027-03-31".to_owned(), "$1,180.00".to_owned()),
            ("2027-02-28".to_owned(), "$1,180.00".to_owned()),
        ]
    );
    // From an old tab: what is there is not overwritten.
    let page = person.submit(&form, &[("amount", "1")]).expect(409).page();
    assert_eq!(page.form("Edit recurring entry").value("amount"), "1");
    assert!(
        page.text(".message[role=alert]")
            .contains("changed while you were editing")
    );
    let form = person.page(&only(&person)).form("Edit recurring entry");
    person
        .submit(&form, &[("date", "2027-04-15"), ("times", "2")])
        .location();
    let person = on(&app, &person, "2027-12-31 12:00");
    assert_eq!(tick(&app), 2);
    assert_eq!(dates(&person)[..2], ["2027-05-15", "2027-04-15"]);
}

#[test]
fn a_pause_skips_and_says_what() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-11-25", &[]);
    let address = only(&person);
    let press = |person: &Visitor, name: &str| {
        let page = person.page(&address);
        let forms = page.posting();
        let form = forms
            .iter()
            .find(|form| form.action.ends_with(name))
            .unwrap()
            .clone();
        person.submit(&form, &[]).location();
    };
    press(&person, "/pause");
    let person = on(&app, &person, "2027-01-25 12:00");
    assert_eq!(tick(&app), 0);
    assert!(person.page("/recurring").text("main").contains("Paused"));
    press(&person, "/resume");
    assert_eq!(
        person.page("/recurring").status(),
        "Resumed. Skipped Nov 25, 2026; Dec 25, 2026"
    );
    assert_eq!(dates(&person), ["2027-01-25"], "today is not skipped");
    press(&person, "/end");
    let person = on(&app, &person, "2027-12-31 12:00");
    assert_eq!(tick(&app), 0);
    let page = person.page(&address);
    assert!(page.text(".lead").contains("ended"));
    assert_eq!(page.count("#recurring-form"), 0);
    person.post(&format!("{address}/resume"), &[]).expect(409);
}

#[test]
fn wrong_fields_keep_what_was_typed_and_save_nothing() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/recurring").form("New recurring entry");
    let good = [
        ("amount", "9.99"),
        ("category", "Music"),
        ("date", "2026-12-01"),
        ("description", "Streaming"),
    ];
    for (field, value) in [
        ("amount", "0"),
        ("date", "2026-02-31"),
        ("every", "0"),
        ("every", "100"),
        ("every", "1.5"),
        ("unit", "fortnight"),
        ("until", "2026-11-30"),
        ("until", "never"),
        ("times", "0"),
        ("times", "-1"),
        ("mode", "maybe"),
        ("category", ""),
    ] {
        let mut fields = good.to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = person.submit(&form, &fields).expect(422).page();
        let again = page.form("New recurring entry");
        assert!(again.error(field).is_some(), "{field} {value}");
        assert_eq!(again.value("description"), "Streaming");
    }
    let both = [good.as_slice(), &[("until", "2027-01-01"), ("times", "3")]].concat();
    let page = person.submit(&form, &both).expect(422).page();
    assert!(page.form("New recurring entry").error("times").is_some());
    assert_eq!(person.page("/recurring").count("#schedules-title"), 0);
}

#[test]
fn the_form_prints_its_dates_before_it_is_saved() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/recurring").form("New recurring entry");
    let fields = [("date", "2026-11-20"), ("every", "2"), ("unit", "week")];
    let preview = ("preview", "1");
    let page = press(&person, &form, &fields, preview).expect(200).page();
    assert_eq!(
        page.texts(".next-dates li"),
        [
            "Nov 20, 2026",
            "Dec 4, 2026",
            "Dec 18, 2026",
            "Jan 1, 2027",
            "Jan 15, 2027"
        ]
    );
    assert!(page.text("#next-dates").contains("One date isn't in the future"));
    assert!(
        page.form("New recurring entry").error("amount").is_none(),
        "it is not saved yet"
    );
    assert_eq!(page.count("#schedules-title"), 0);
    let page = press(&person, &form, &[("every", "0")], preview)
        .expect(200)
        .page();
    assert!(page.form("New recurring entry").error("every").is_some());
}

#[test]
fn an_expense_is_repeated_a_month_later() {
    let app = App::start();
    let person = app.person();
    let id = person.add("42.50", "Phone", "2026-10-31", "Mobile plan");
    let edit = person.page(&format!("/expenses/{id}/edit"));
    let page = person.page(&edit.link("Repeat this"));
    let form = page.form("New recurring entry");
    assert_eq!(form.value("amount"), "42.50");
    assert_eq!(form.value("category"), "Phone");
    assert_eq!(form.value("description"), "Mobile plan");
    assert_eq!(form.value("date"), "2026-11-30");
    person.submit(&form, &[]).location();
    assert_eq!(dates(&person), ["2026-10-31"]);
    person.get("/recurring/new?expense=1").expect(404);
}

#[test]
fn what_repeats_in_the_history_is_suggested_until_it_is_dismissed() {
    let app = App::start();
    let person = app.person();
    for date in ["2026-08-14", "2026-09-14", "2026-10-13", "2026-11-14"] {
        person.add("9.99", "Music", date, "Streaming");
        person.add("30", "Gym", date, "Gym");
    }
    for date in ["2026-11-01", "2026-11-02", "2026-11-10"] {
        person.add("4", "Coffee", date, "Espresso");
    }
    let page = person.page("/recurring");
    assert_eq!(
        section(&page, "suggestions"),
        [
            "Gym Every month, 4 times, last on Nov 14, 2026",
            "Streaming Every month, 4 times, last on Nov 14, 2026"
        ]
    );
    let form = person.page(&page.link("Repeat Gym")).form("New recurring entry");
    assert_eq!(form.value("date"), "2026-12-14");
    person.submit(&form, &[]).location();
    let page = person.page("/recurring");
    let forms = page.posting();
    let dismiss = forms
        .iter()
        .find(|form| form.action.ends_with("/dismiss"))
        .unwrap();
    person.submit(dismiss, &[]).location();
    person.submit(dismiss, &[]).location();
    assert_eq!(person.page("/recurring").count("#suggestions-title"), 0);
    assert_eq!(dates(&person).len(), 11, "nothing was entered by a suggestion");
}

#[test]
fn what_is_to_come_is_in_no_total_list_or_export() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-11-30", &[]);
    person
        .post("/budgets", &[("amount", "2000"), ("category", "")])
        .location();
    let page = person.page("/");
    assert_eq!(page.total(), "0.00");
    assert_eq!(page.attr("[role=meter]", "aria-valuenow"), "0");
    assert_eq!(person.total("/expenses?period=all"), "0.00");
    assert_eq!(person.total("/expenses?period=all&q=rent"), "0.00");
    assert_eq!(person.get("/expenses.csv").text().lines().count(), 1);
    // 2,000 less 1,150 over nine days.
    assert!(
        page.text(".budget-foot")
            .contains("$94.44 a day after 1 bill due"),
        "{}",
        page.text(".budget-foot")
    );
    assert_eq!(page.link("after 1 bill due"), "/recurring");
    let months = person.page("/recurring").texts(".month-head");
    assert_eq!(
        months,
        [
            "November 2026 $1,150.00",
            "December 2026 $1,150.00",
            "January 2027 $1,150.00"
        ]
    );
    assert!(
        person
            .page("/budgets")
            .text(".budget-foot")
            .contains("after 1 bill due")
    );
}

#[test]
fn bills_that_take_more_than_is_left_are_said() {
    let app = App::start();
    let person = app.person();
    person
        .post("/budgets", &[("amount", "1000"), ("category", "")])
        .location();
    rent(&person, "2026-11-30", &[]);
    let foot = person.page("/").text(".budget-foot");
    assert!(foot.contains("1 bill due, $150.00 more than is left"), "{foot}");
    person.add("1200", "Travel", "2026-11-01", "Train");
    let foot = person.page("/").text(".budget-foot");
    assert!(foot.contains("1 bill due, $1,150.00"), "{foot}");
}

#[test]
fn a_merged_category_and_a_changed_currency_know_of_recurring_entries() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-12-01", &[]);
    person.add("1", "Home", "2026-11-01", "Key");
    let form = person.page("/categories").form("Merge Housing");
    person
        .submit(&form, &[("into", &id_of(&person, "Home"))])
        .location();
    let person = on(&app, &person, "2026-12-01 12:00");
    assert_eq!(tick(&app), 1);
    assert_eq!(person.page("/expenses").row("Rent").category, "Home");
    let other = app.person();
    create(
        &other,
        &[("amount", "5"), ("category", "Music"), ("date", "2027-01-01")],
    );
    other.post("/settings", &[("currency", "JPY")]).expect(422);
    other.post("/settings", &[("currency", "EUR")]).location();
}

#[test]
fn a_viewer_sees_them_and_changes_nothing() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    let form = owner
        .page(&format!("{base}/recurring"))
        .form("New recurring entry");
    let fields = [("amount", "80"), ("category", "Water"), ("date", "2026-12-01")];
    owner.submit(&form, &fields).location();
    let page = viewer.page(&format!("{base}/recurring"));
    assert_eq!(section(&page, "schedules").len(), 1);
    assert!(
        page.posting()
            .iter()
            .all(|form| !form.action.contains("/recurring"))
    );
    let one = page.attr("section[aria-labelledby=schedules-title] .what a", "href");
    assert_eq!(viewer.page(&one).count("#recurring-form"), 0);
    for path in [
        format!("{base}/recurring"),
        one.clone(),
        format!("{one}/pause"),
        format!("{one}/2026-12-01"),
        format!("{base}/recurring/dismiss"),
    ] {
        viewer.post(&path, &[("action", "skip")]).expect(403);
        app.stranger().post(&path, &[("action", "skip")]).expect(404);
    }
    viewer.get(&format!("{base}/recurring/new")).expect(403);
}

#[test]
fn a_shared_book_has_pages_for_each_date() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let form = owner
        .page(&format!("{base}/recurring"))
        .form("New recurring entry");
    let fields = [
        ("amount", "80"),
        ("category", "Water"),
        ("date", "2026-11-01"),
        ("mode", "ask"),
    ];
    owner.submit(&form, &fields).location();
    let page = owner.page(&format!("{base}/recurring"));
    let date = address_of(&page, "Water, Nov 1, 2026");
    assert_eq!(owner.page(&date).form("This date").value("amount"), "80.00");
    owner.submit(&form_of(&page.posting(), "post"), &[]).location();
    assert_eq!(
        owner.total(&format!("{base}/expenses?period=all&q=water")),
        "80.00"
    );
    let page = owner.page(&date);
    assert!(
        page.text("main").contains("This date was entered."),
        "{}",
        page.text("main")
    );
    let expense = owner.page(&page.link("View expense"));
    assert_eq!(expense.form("Edit expense").value("amount"), "80.00");
    assert!(
        expense
            .link("Recurring entry")
            .starts_with(&format!("{base}/recurring/"))
    );
}

#[test]
fn a_form_sent_twice_makes_one_entry() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/recurring").form("New recurring entry");
    let fields = [("amount", "7"), ("category", "Gym"), ("date", "2026-11-01")];
    for _ in 0..2 {
        person.submit(&form, &fields).location();
    }
    assert_eq!(section(&person.page("/recurring"), "schedules").len(), 1);
    assert_eq!(dates(&person), ["2026-11-01"]);
    let weekly = [fields.as_slice(), &[("unit", "week")]].concat();
    person.submit(&form, &weekly).location();
    assert_eq!(
        section(&person.page("/recurring"), "schedules").len(),
        2,
        "another content"
    );
}

#[test]
fn many_dates_of_the_past_are_asked_about() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/recurring").form("New recurring entry");
    let fields = [("amount", "7"), ("category", "Gym"), ("date", "1926-11-01")];
    let page = person.submit(&form, &fields).expect(422).page();
    let again = page.form("New recurring entry");
    assert!(
        again
            .error("date")
            .is_some_and(|words| words.contains("1201 dates")),
        "{:?}",
        again.error("date")
    );
    assert_eq!(person.page("/recurring").count("#schedules-title"), 0);
    person.submit(&again, &[("date", "2021-12-01")]).location();
    assert_eq!(person.total("/expenses?period=all"), "420.00");
}

#[test]
fn an_old_form_and_a_new_distance_keep_the_31st() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-12-31", &[]);
    let address = only(&person);
    for date in ["2026-12-31", "2027-01-31"] {
        person
            .post(&format!("{address}/{date}"), &[("action", "skip")])
            .location();
    }
    let old = person.page(&address).form("Edit recurring entry");
    assert_eq!(old.value("date"), "2027-02-28");
    person
        .post(&format!("{address}/2027-02-28"), &[("action", "post")])
        .location();
    person.submit(&old, &[("amount", "11")]).location();
    let next = |person: &Visitor| person.page(&address).texts(".next-dates li");
    assert_eq!(next(&person)[..2], ["Mar 31, 2027", "Apr 30, 2027"]);
    // Every second month from the same first date; what lies between is skipped.
    let form = person.page(&address).form("Edit recurring entry");
    person
        .submit(&form, &[("every", "2"), ("date", "2027-04-30")])
        .location();
    assert_eq!(next(&person)[..2], ["Apr 30, 2027", "Jun 30, 2027"]);
    let check = app.owner(&person);
    assert!(
        app.read_of(check, move |conn| {
            set_owner(conn, check)?;
            expense_tracker::ledger::schedule::check::wrong(conn, check)
        })
        .is_empty()
    );
}

#[test]
fn line_feeds_of_a_description_survive_a_change() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-12-01", &[("description", "Rent\nand heating")]);
    let form = person.page(&only(&person)).form("Edit recurring entry");
    assert_eq!(form.value("description"), "Rent\nand heating");
}

#[test]
fn five_hundred_old_daily_entries_keep_nobody_waiting() {
    let app = App::start();
    let person = app.person();
    let client = app.api(&person);
    let once = json!({"amount": "1.00", "category": "Test", "date": "2026-11-01", "times": 1});
    let finished = client.post("/recurring", &once).expect(201).json();
    for name in 0..500 {
        let body = json!({"amount": "1.00", "category": "Test", "date": "1900-01-01", "unit": "day",
            "mode": "ask", "description": format!("S{name}")});
        client.post("/recurring", &body).expect(201);
    }
    person
        .post("/budgets", &[("amount", "1000"), ("category", "")])
        .location();
    for path in ["/", "/budgets", "/recurring"] {
        let begin = std::time::Instant::now();
        person.page(path);
        // Every date since 1900 took half a minute.
        assert!(begin.elapsed() < std::time::Duration::from_secs(5), "{path}");
    }
    let another = json!({"amount": "1.00", "category": "Test", "date": "2027-01-01"});
    client.post("/recurring", &another).problem(422);
    let finished = format!("/recurring/{}", finished["id"].as_str().unwrap());
    client.patch(&finished, &json!({"times": 5})).problem(422);
}

#[test]
fn an_ended_one_offers_to_start_again() {
    let app = App::start();
    let person = app.person();
    rent(&person, "2026-10-31", &[("times", "1")]);
    let page = person.page("/recurring");
    let ended = page.attr("details .dates .what a", "href");
    let page = person.page(&ended);
    assert_eq!(page.count("#recurring-form, form[action$=pause]"), 0);
    let form = person
        .page(&page.link("Start it again"))
        .form("New recurring entry");
    assert_eq!(
        (form.value("date"), form.value("amount")),
        ("2026-11-30", "1150.00")
    );
}

#[test]
fn the_pace_counts_what_was_entered_and_not_deleted() {
    let app = App::start();
    let person = app.person();
    person
        .post("/budgets", &[("amount", "2000"), ("category", "")])
        .location();
    rent(&person, "2026-11-01", &[("amount", "1000")]);
    let mark =
        || person.page("/").attr(".budget .today-edge", "x") + &person.page("/").attr(".budget svg svg", "x");
    // 1,000 on the first, and 22 of 30 days of the rest.
    assert!(mark().contains("86%"), "{}", mark());
    let row = person.page("/expenses").row("Rent");
    person.post(&row.delete, &[]).location();
    assert!(mark().contains("73%"), "{}", mark());
}
