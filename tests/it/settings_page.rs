//! Preferences: currency, time zone, locale, first days, theme.

use super::support::{App, Page, Visitor};
use expense_tracker::clock::TimeZone;
use expense_tracker::locale::Locale;
use expense_tracker::money::Currency;

fn preferences(person: &Visitor) -> super::support::Form {
    person.page("/settings").form_at("#preferences")
}

fn save(person: &Visitor, values: &[(&str, &str)]) -> super::support::Answer {
    let form = preferences(person);
    person.submit(&form, values)
}

fn message(page: &Page, field: &str) -> String {
    page.form_at("#preferences")
        .error(field)
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn saved_settings_are_stored_and_shown() {
    let app = App::start();
    let person = app.person();
    let wanted = [
        ("currency", "EUR"),
        ("timezone", "Europe/Berlin"),
        ("locale", "de-DE"),
        ("week_start", "sunday"),
        ("month_start", "25"),
        ("theme", "dark"),
    ];
    let answer = save(&person, &wanted);
    assert_eq!(answer.location(), "/settings");
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Settings saved");
    let form = page.form_at("#preferences");
    for (name, value) in wanted {
        assert_eq!(form.value(name), value, "{name}");
    }
    assert_eq!(page.attr("html", "data-theme"), "dark");
    person.add("1234,5", "Coffee", "2026-11-22", "");
    assert_eq!(person.page("/expenses").row("Coffee").amount, "1.234,50\u{a0}€");
}

#[test]
fn htmx_gets_the_settings_as_saved_and_reloads_for_another_theme() {
    let app = App::start();
    let person = app.person();
    let answer = person.post_htmx("/settings", &[("locale", "de-DE")]).expect(200);
    assert_eq!(answer.header("hx-refresh"), None);
    let fragment = answer.fragment();
    assert_eq!(fragment.status(), "Settings saved");
    assert_eq!(fragment.form_at("#preferences").value("locale"), "de-DE");
    let answer = person.post_htmx("/settings", &[("theme", "dark")]).expect(200);
    assert_eq!(answer.header("hx-refresh"), Some("true"));
    person
        .post_htmx("/settings", &[("theme", "pink")])
        .expect(422)
        .fragment();
}

#[test]
fn a_field_that_was_not_sent_stays_as_it_was() {
    let app = App::start();
    let person = app.person();
    person
        .post("/settings", &[("timezone", "Asia/Kolkata")])
        .location();
    person.post("/settings", &[("month_start", "25")]).location();
    let form = preferences(&person);
    assert_eq!(
        (form.value("timezone"), form.value("month_start")),
        ("Asia/Kolkata", "25")
    );
    assert_eq!((form.value("currency"), form.value("theme")), ("USD", "system"));
}

#[test]
fn each_wrong_field_says_so_and_keeps_the_others() {
    let app = App::start();
    let person = app.person();
    for (field, wrong) in [
        ("currency", "XXX"),
        ("currency", ""),
        ("currency", "DOLLARS"),
        ("timezone", "Mars/Olympus"),
        ("timezone", ""),
        ("locale", "tlh"),
        ("locale", ""),
        ("week_start", "friday"),
        ("week_start", ""),
        ("month_start", "0"),
        ("month_start", "29"),
        ("month_start", "-1"),
        ("month_start", "1.5"),
        ("month_start", ""),
        ("theme", "pink"),
        ("theme", ""),
    ] {
        let mut values = vec![
            ("currency", "EUR"),
            ("timezone", "Europe/Berlin"),
            ("locale", "de-DE"),
            ("week_start", "sunday"),
            ("month_start", "25"),
            ("theme", "dark"),
        ];
        values.retain(|(name, _)| *name != field);
        let mut sent = values.clone();
        sent.push((field, wrong));
        let page = person.post("/settings", &sent).expect(422).page();
        let form = page.form_at("#preferences");
        if field == "theme" {
            assert_eq!(page.count("#theme-error"), 1);
        } else {
            assert!(!message(&page, field).is_empty(), "{field}={wrong}");
            assert_eq!(form.errors.len(), 1, "{field}={wrong}");
            assert_eq!(form.focused.as_deref(), Some(field), "{field}={wrong}");
        }
        for (name, value) in values {
            assert_eq!(form.value(name), value, "{name} beside {field}={wrong}");
        }
        assert_eq!(preferences(&person).value("currency"), "USD");
    }
}

#[test]
fn several_invalid_fields_are_reported_together() {
    let app = App::start();
    let person = app.person();
    let page = save(&person, &[("timezone", "nowhere"), ("month_start", "99")])
        .expect(422)
        .page();
    let form = page.form_at("#preferences");
    let wrong: Vec<&str> = form.errors.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(wrong, ["timezone", "month_start"]);
    assert_eq!(
        (form.value("timezone"), form.value("month_start")),
        ("nowhere", "99")
    );
    assert_eq!(form.focused.as_deref(), Some("timezone"));
}

#[test]
fn every_offered_currency_locale_and_time_zone_is_accepted() {
    let app = App::start();
    let person = app.person();
    let page = person.page("/settings");
    let offered = |css: &str| page.attrs(css, "value");
    let (currencies, locales) = (offered("#currency option"), offered("#locale option"));
    let zones = offered("#timezones option");
    assert_eq!(currencies.len(), Currency::all().len());
    assert!(locales.len() >= 20 && locales.len() == Locale::all().len());
    assert_eq!(zones.len(), TimeZone::names().len());
    for code in &currencies {
        person.post("/settings", &[("currency", code)]).location();
    }
    for tag in &locales {
        person.post("/settings", &[("locale", tag)]).location();
        person.page("/");
    }
    // Each name is valid; every tenth is also sent with the form.
    assert!(zones.iter().all(|name| TimeZone::parse(name).is_some()));
    for name in zones.iter().step_by(10) {
        person.post("/settings", &[("timezone", name)]).location();
        assert_eq!(&preferences(&person).value("timezone"), name);
    }
}

#[test]
fn any_currency_can_be_chosen_while_there_are_no_expenses() {
    let app = App::start();
    let person = app.person();
    person.post("/budgets", &[("amount", "250.50")]).location();
    for (code, budget) in [
        ("EUR", "250.50"),
        ("KWD", "250.500"),
        ("JPY", "250"),
        ("USD", "250.00"),
    ] {
        person.post("/settings", &[("currency", code)]).location();
        assert_eq!(person.page("/budgets").budget("Monthly budget"), budget, "{code}");
    }
}

#[test]
fn with_expenses_it_changes_only_to_one_with_as_many_decimals() {
    let app = App::start();
    let person = app.person();
    let note = |person: &Visitor| person.page("/settings").text("#currency-note");
    assert!(note(&person).contains("before adding expenses"));
    let id = person.add("12.50", "Coffee", "2026-11-22", "");
    assert!(note(&person).contains("doesn't convert"));
    for code in ["JPY", "KWD"] {
        let page = save(&person, &[("currency", code), ("theme", "dark")])
            .expect(422)
            .page();
        assert!(message(&page, "currency").contains("2 decimals"));
        assert_eq!(page.form_at("#preferences").value("currency"), code);
    }
    assert_eq!(
        preferences(&person).value("theme"),
        "system",
        "nothing else of it was saved"
    );
    save(&person, &[("currency", "EUR")]).location();
    assert_eq!(person.page("/expenses").row("Coffee").amount, "€12.50");
    // Expenses in the trash count, because they can be restored.
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    let page = save(&person, &[("currency", "JPY")]).expect(422).page();
    assert!(message(&page, "currency").contains("Recently deleted"));
}

#[test]
fn preferences_belong_to_one_person_and_need_a_session() {
    let app = App::start();
    let (person, stranger) = (app.person(), app.stranger());
    person.post("/settings", &[("currency", "EUR")]).location();
    assert_eq!(preferences(&stranger).value("currency"), "USD");
    let nobody = app.anonymous();
    assert_eq!(
        nobody.post("/settings", &[("currency", "EUR")]).location(),
        "/login?next=%2Fsettings"
    );
    nobody.post_htmx("/settings", &[("currency", "EUR")]).expect(401);
}

#[test]
fn the_settings_say_which_version_runs_and_under_which_license() {
    let app = App::start();
    let person = app.person();
    let page = person.page("/settings");
    let about = page.text("#about");
    assert!(
        about.contains(concat!("Expense Tracker Pro ", env!("CARGO_PKG_VERSION"))),
        "{about}"
    );
    assert!(about.contains("MIT license"), "{about}");
    assert_eq!(page.link("API documentation"), "/docs/");
    person.get("/docs/").expect(200);
}
