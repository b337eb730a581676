//! Rules for every page: one heading, accessible names, no inline scripts or styles.
//!
//! More than 300 lines, because all tests use the same list of pages.

use std::sync::OnceLock;

use scraper::{ElementRef, Selector};

use super::support::{Answer, App, Page, Visitor, date, words};

/// Every page with its name, filled with data. The pages are requested once for all tests.
fn pages() -> impl Iterator<Item = (&'static str, Page)> {
    static PAGES: OnceLock<Vec<(String, Answer)>> = OnceLock::new();
    let pages = PAGES.get_or_init(|| look_at_all(&App::start()));
    pages.iter().map(|(name, answer)| (name.as_str(), answer.page()))
}

/// A person with expenses and budgets, the id of an expense, and the page after a deletion.
fn filled(app: &App) -> (Visitor, [String; 2], Answer) {
    let person = app.person();
    app.enter(
        &person,
        (0..60)
            .map(|n| (n + 1, "Food", date("2026-11-20"), format!("n{n}")))
            .collect(),
    );
    let id = person.add(
        "-4.50",
        "Coffee \"<&>\"",
        "2026-11-20",
        "<script>alert(1)</script>",
    );
    let gone = person.add("4.50", "Coffee", "2026-11-20", "gone");
    for (category, amount) in [("", "1"), ("Food", "0"), ("Coffee", "500")] {
        person
            .post("/budgets", &[("amount", amount), ("category", category)])
            .location();
    }
    let deleted = person.post(&format!("/expenses/{gone}/delete"), &[]);
    let after = person.get(deleted.location());
    (person, [id, gone], after)
}

fn look_at_all(app: &App) -> Vec<(String, Answer)> {
    let (person, [id, gone], after) = filled(app);
    let bill = [
        ("amount", "9"),
        ("category", "Coffee"),
        ("date", "2026-10-24"),
        ("mode", "ask"),
    ];
    person.post("/recurring", &bill).location();
    let bill = person
        .page("/recurring")
        .attr("section[aria-labelledby=schedules-title] .what a", "href");
    let bill = bill.replacen("/recurring/", "", 1);
    let mut pages = vec![("after a delete".to_owned(), after)];
    for path in [
        "/",
        "/?period=all",
        "/?from=2026-11-01",
        "/?on=2020-01-01",
        "/expenses",
        "/expenses?period=all&q=n&category=Food",
        "/expenses/trash",
        "/budgets",
        "/categories",
        "/by-category",
        "/recurring",
        "/recurring/new",
        &format!("/recurring/{bill}"),
        &format!("/recurring/{bill}/2026-12-24"),
        "/by-category?period=all&rank=2",
        "/settings",
        &format!("/expenses/{id}/edit"),
        &format!("/expenses/{id}/history"),
        &format!("/expenses/{gone}/history"),
    ] {
        pages.push((path.to_owned(), person.get(path).expect(200)));
    }
    let wrong = [
        ("amount", "x"),
        ("category", ""),
        ("date", "x"),
        ("description", "\u{7}"),
    ];
    for path in ["/expenses", "/expenses?view=list", &format!("/expenses/{id}")] {
        pages.push((format!("wrong {path}"), person.post(path, &wrong).expect(422)));
    }
    for (path, field) in [
        ("/budgets", "amount"),
        ("/settings", "month_start"),
        ("/settings/password", "new_password"),
        ("/settings/delete-account", "password"),
    ] {
        let answer = person.post(path, &[(field, "x")]).expect(422);
        pages.push((format!("wrong {path}"), answer));
    }
    pages.push(("404".to_owned(), person.get("/nothing").expect(404)));
    pages.push(("400".to_owned(), person.get("/?on=x").expect(400)));
    let new = app.person();
    for path in [
        "/",
        "/expenses",
        "/expenses/trash",
        "/budgets",
        "/categories",
        "/by-category",
    ] {
        pages.push((format!("empty {path}"), new.get(path).expect(200)));
    }
    let nobody = app.anonymous();
    for path in ["/login", "/register"] {
        pages.push((path.to_owned(), nobody.get(path).expect(200)));
        pages.push((
            format!("wrong {path}"),
            nobody.post(path, &[("email", "x")]).expect(422),
        ));
    }
    pages.push(("404 for nobody".to_owned(), nobody.get("/nothing").expect(404)));
    pages
}

#[test]
fn every_page_has_one_heading_a_title_a_language_and_a_skip_link() {
    for (name, page) in pages() {
        assert_eq!(page.count("h1"), 1, "{name}");
        assert!(!page.text("h1").is_empty(), "{name}");
        assert_eq!(page.count("head > title"), 1, "{name}");
        let title = page.text("head > title");
        assert!(
            title.len() > " · Expense Tracker Pro".len() && title.ends_with(" · Expense Tracker Pro"),
            "{name}: {title}"
        );
        assert_eq!(page.attr("html", "lang"), "en", "{name}");
        assert_eq!(
            page.attr("body > a:first-child", "href"),
            "#main",
            "{name}: the skip link comes first"
        );
        assert_eq!(page.count("main#main[tabindex=\"-1\"]"), 1, "{name}");
        assert_eq!(page.count("main"), 1, "{name}");
        assert_eq!(page.count("link[rel=icon]"), 1, "{name}");
        assert_eq!(page.count("link[rel=manifest]"), 1, "{name}");
        assert!(page.count("[autofocus]") <= 1, "{name}");
        assert_eq!(page.count("[role=status]#status"), 1, "{name}");
    }
}

#[test]
fn no_page_has_inline_script_or_style() {
    for (name, page) in pages() {
        assert_eq!(page.count("style, [style], script:not([src])"), 0, "{name}");
        for element in page.all("*") {
            for (attribute, value) in element.value().attrs() {
                let handler = attribute.starts_with("on")
                    || attribute.starts_with("hx-on")
                    || value.starts_with("javascript:");
                assert!(!handler, "{name}: {attribute}={value}");
            }
        }
        for source in page.attrs("script, img, iframe, object, embed", "src") {
            assert!(source.starts_with("/assets/"), "{name}: {source}");
        }
        assert_eq!(
            page.count("main script"),
            0,
            "{name}: what people type stays text"
        );
    }
}

#[test]
fn every_field_button_and_link_has_a_name() {
    for (name, page) in pages() {
        for field in page.all("input:not([type=hidden], [hidden]), select, textarea") {
            let id = field.value().attr("id").unwrap_or_default();
            let mut labels = page.texts(&format!("label[for=\"{id}\"]"));
            let around = field.ancestors().filter_map(ElementRef::wrap);
            labels.extend(
                around
                    .filter(|element| element.value().name() == "label")
                    .map(words),
            );
            assert!(
                labels.len() == 1 && !labels[0].is_empty(),
                "{name}: {}",
                field.html()
            );
        }
        for control in page.all("button, a, summary") {
            let named = control
                .value()
                .attr("aria-label")
                .map_or_else(|| words(control), str::to_owned);
            assert!(!named.is_empty(), "{name}: {}", control.html());
        }
        for form in page.all("form[method=post]") {
            let inside = Selector::parse("button[type=submit]").unwrap();
            assert!(form.select(&inside).next().is_some(), "{name}: {}", form.html());
        }
        for form in page.all("main form") {
            let fields = Selector::parse("input:not([type=hidden])").unwrap();
            if form.select(&fields).next().is_some() {
                assert!(
                    form.value().attr("novalidate").is_some(),
                    "{name}: the server judges"
                );
                let named = ["aria-label", "aria-labelledby"].map(|by| form.value().attr(by).is_some());
                assert!(named.contains(&true), "{name}: {:?}", form.value());
            }
        }
        for named in page.all("[aria-labelledby], [aria-describedby]") {
            for attribute in ["aria-labelledby", "aria-describedby"] {
                for id in named
                    .value()
                    .attr(attribute)
                    .unwrap_or_default()
                    .split_whitespace()
                {
                    assert_eq!(page.count(&format!("[id=\"{id}\"]")), 1, "{name}: {id}");
                }
            }
        }
    }
}

#[test]
fn ids_are_unique_and_tables_have_headers() {
    for (name, page) in pages() {
        let mut ids = page.attrs("[id]", "id");
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
        for table in page.all("table") {
            let heads = Selector::parse("thead th[scope=col]").unwrap();
            assert!(table.select(&heads).count() >= 2, "{name}");
        }
        assert!(page.count("[data-testid=period-total]") <= 1, "{name}");
    }
}

#[test]
fn everything_works_without_htmx() {
    for (name, page) in pages() {
        for element in page.all("[hx-get], [hx-post]") {
            let value = element.value();
            let own = match value.name() {
                "a" => (value.attr("href"), value.attr("hx-get")),
                "form" if value.attr("method") == Some("get") => (value.attr("action"), value.attr("hx-get")),
                "form" => (value.attr("action"), value.attr("hx-post")),
                other => panic!("{name}: htmx on <{other}>"),
            };
            assert!(own.0.is_some() && own.0 == own.1, "{name}: {value:?}");
            assert_eq!(value.attr("hx-target"), Some("#main"), "{name}");
            let swap = value.attr("hx-swap").unwrap_or_default();
            assert!(swap.starts_with("outerMorph"), "{name}: {swap}");
        }
        assert!(page.all("[hx-swap-oob], [hx-trigger]").is_empty(), "{name}");
    }
}

#[test]
fn rows_and_forms_have_the_documented_names() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("2", "Tea", "2026-11-20", "");
    for path in ["/", "/expenses"] {
        let page = person.page(path);
        for name in ["Edit Espresso", "Edit Tea"] {
            page.link(name);
        }
        assert_eq!(
            page.attrs("li.row button", "aria-label"),
            ["Delete Tea", "Delete Espresso"]
        );
        assert_eq!(
            page.text("form[aria-label=\"Add expense\"] button[type=submit]"),
            "Add expense"
        );
        assert_eq!(
            labels(page.one("form[aria-label=\"Add expense\"]")),
            // Two categories to pick.
            [
                "Amount",
                "Refund",
                "Coffee",
                "Tea",
                "Category",
                "Date",
                "Description"
            ]
        );
        let amount = page.one("#add-amount").value();
        assert_eq!(
            (amount.attr("type"), amount.attr("inputmode")),
            (Some("text"), Some("decimal"))
        );
        assert_eq!(page.count("form[aria-label=\"Add expense\"] textarea"), 0);
        assert_eq!(page.count("[autofocus]"), 0);
        assert_eq!(page.text("form[action=\"/logout\"] button"), "Sign out");
        page.link("Export CSV");
    }
    let edit = person.page(&format!("/expenses/{id}/edit"));
    assert_eq!(
        edit.text("form[aria-label=\"Edit expense\"] button[type=submit]"),
        "Save"
    );
    assert_eq!(
        edit.count("form[aria-label=\"Edit expense\"] textarea[name=description]"),
        1
    );
    let board = person.page("/");
    assert_eq!(
        board.texts("figure h2"),
        ["Spending by category", "Spending by day"]
    );
}

fn labels(form: ElementRef) -> Vec<String> {
    form.select(&Selector::parse("label").unwrap())
        .map(words)
        .collect()
}

#[test]
fn every_form_that_changes_something_names_its_account() {
    for (name, page) in pages() {
        let forms = if page.count("body.is-in") == 1 {
            page.posting()
        } else {
            Vec::new()
        };
        for form in forms {
            assert!(!form.value("form_for").is_empty(), "{name}: {}", form.action);
        }
    }
}
