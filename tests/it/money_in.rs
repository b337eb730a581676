//! Money in: the form "Add income", and income on the dashboard, in the list and in the CSV file.
//!
//! More than 300 lines, because all stories share how income is entered.

use super::categories_page::id_of;
use super::support::books::{household, member};
use super::support::{Answer, App, Form, PASSWORD, Page, Visitor};

const BOTH: &str = "/expenses?view=list&period=all&kind=all";

/// Enters money in; the category becomes one of income if it is new.
pub fn earn(person: &Visitor, amount: &str, category: &str, date: &str, description: &str) -> String {
    let fields = [
        ("amount", amount),
        ("category", category),
        ("date", date),
        ("description", description),
        ("kind", "income"),
    ];
    let fragment = person.post_htmx(BOTH, &fields).expect(200).fragment();
    let id = fragment.attr("li.row.fresh", "id");
    id.trim_start_matches("expense-").to_owned()
}

/// A month with a salary and some spending.
pub fn month(app: &App) -> Visitor {
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("900", "Rent", "2026-11-01", "");
    earn(&person, "2400", "Salary", "2026-11-15", "");
    person
}

fn plain(page: &Page, test_id: &str) -> String {
    page.attr(&format!("[data-testid={test_id}]"), "data-amount")
}

/// The form as its page has it, with other values.
fn fields<'a>(form: &'a Form, typed: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    form.filled(typed)
}

fn post(person: &Visitor, form: &Form, typed: &[(&str, &str)]) -> Answer {
    let fields = fields(form, typed);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    person.post_htmx(&form.action, &fields)
}

#[test]
fn without_income_only_the_link_on_the_dashboard_mentions_it() {
    let app = App::start();
    let person = app.person();
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    for path in [
        "/",
        "/?period=all",
        "/expenses",
        "/expenses?period=all&kind=all",
        "/expenses?kind=income",
        "/categories",
        "/budgets",
        "/by-category",
        "/expenses/trash",
        "/settings",
        "/books",
        "/book",
    ] {
        let page = person.page(path);
        let main = page.text("#main").to_lowercase();
        let mentions = main.matches("income").count();
        let links = usize::from(path.split('?').next() == Some("/"));
        assert_eq!(mentions, links, "{path}: {main}");
        // An address that names a kind keeps it in its forms.
        let fields = if path.contains("kind=") {
            "#main select[name=kind]"
        } else {
            "#main [name=kind], #main [value=income]"
        };
        assert_eq!(page.count(fields), 0, "{path}");
    }
}

#[test]
fn the_link_opens_the_form_add_income_and_a_new_name_becomes_income() {
    let app = App::start();
    let person = app.person();
    let link = person.page("/?period=year").link("Add income");
    let page = person.page(&link);
    assert_eq!(page.count("[aria-label='Add expense']"), 0);
    assert_eq!(page.text("#add-expense button[type=submit]"), "Add income");
    assert_eq!(page.text("#period [aria-current]"), "Year");
    let form = page.form("Add income");
    assert_eq!(form.value("kind"), "income");
    let typed = [("amount", "2,400"), ("category", "Salary")];
    let answer = person.submit(&form, &typed);
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Added income Salary, $2,400.00");
    assert_eq!(page.text("#add-expense button[type=submit]"), "Add expense");
    assert_eq!(
        (page.total(), plain(&page, "period-income")),
        ("0.00".to_owned(), "2400.00".to_owned())
    );
    assert_eq!(page.text(".latest .row-amount"), "+$2,400.00");

    // With htmx the same.
    let fragment = person.get_htmx(&link).expect(200).fragment();
    let form = fragment.form("Add income");
    let typed = [("amount", "10"), ("category", "salary"), ("description", "Bonus")];
    let fragment = post(&person, &form, &typed).expect(200).fragment();
    assert_eq!(fragment.status(), "Added income Bonus, $10.00");
    assert_eq!(plain(&fragment, "period-income"), "2410.00");
    // A known name keeps its kind in the other form, too.
    let form = fragment.form("Add expense");
    let answer = post(&person, &form, &[("amount", "1"), ("category", "SALARY")]);
    assert_eq!(
        answer.expect(200).fragment().status(),
        "Added income Salary, $1.00"
    );
}

#[test]
fn a_known_name_of_spending_stays_spending_in_the_form_for_income() {
    let app = App::start();
    let person = month(&app);
    let form = person.page("/?add_kind=income").form("Add income");
    let answer = person.submit(&form, &[("amount", "5"), ("category", "coffee")]);
    let page = person.follow(&answer);
    assert_eq!(page.status(), "Added Coffee, $5.00, as spending");
    assert_eq!(
        (page.total(), plain(&page, "period-income")),
        ("909.50".to_owned(), "2400.00".to_owned())
    );
}

#[test]
fn a_refused_form_stays_add_income_as_typed() {
    let app = App::start();
    let person = app.person();
    for path in ["/?add_kind=income", "/expenses?add_kind=income"] {
        let form = person.page(path).form("Add income");
        let typed = [
            ("amount", "a lot"),
            ("category", "Salary"),
            ("description", "November"),
        ];
        let refused = person.submit(&form, &typed).expect(422).page();
        let again = refused.form("Add income");
        for (name, value) in typed {
            assert_eq!(again.value(name), value, "{path}");
        }
        assert_eq!(
            (again.value("kind"), again.action.as_str()),
            ("income", form.action.as_str())
        );
        assert_eq!(again.focused.as_deref(), Some("amount"));
        let refused = post(&person, &form, &typed).expect(422).fragment();
        assert!(refused.form("Add income").error("amount").is_some());
        // A link of the page keeps the form as well.
        let week = person.page(&refused.link("Week"));
        assert_eq!(week.form("Add income").value("kind"), "income");
    }
    let forged = [("amount", "1"), ("category", "Salary"), ("kind", "loan")];
    let refused = person.post("/expenses", &forged).expect(422).page();
    assert!(refused.form("Add expense").error("category").is_some());
    assert_eq!(person.exported().len(), 0);
}

#[test]
fn signing_in_again_keeps_the_form() {
    let app = App::start();
    let person = app.person();
    let form = person.page("/?add_kind=income&period=year").form("Add income");
    person.post("/logout", &[]).location();
    let typed = [("amount", "2400"), ("category", "Salary")];
    let answer = person.submit(&form, &typed);
    let sign_in = person.page(answer.location()).form("Sign in");
    let answer = person.submit(&sign_in, &[("email", &person.email), ("password", PASSWORD)]);
    let page = person.follow(&answer);
    let again = page.form("Add income");
    assert_eq!(
        (again.value("amount"), again.value("category")),
        ("2400", "Salary")
    );
    let page = person.follow(&person.submit(&again, &[]));
    assert_eq!(page.status(), "Added income Salary, $2,400.00");
}

#[test]
fn the_dashboard_prints_income_and_net_and_the_share_kept() {
    let app = App::start();
    let person = month(&app);
    person.post("/budgets", &[("amount", "1000")]).location();
    let page = person.page("/");
    assert_eq!(page.total(), "904.50");
    assert_eq!(plain(&page, "period-income"), "2400.00");
    assert_eq!(plain(&page, "period-net"), "1495.50");
    assert_eq!(page.text("[data-testid=share-kept]"), "62%");
    assert_eq!(page.texts("#by-category tbody th"), ["Rent", "Coffee"]);
    assert_eq!(page.text("section.budget .budget-line a"), "$904.50");
    assert_eq!(page.attr("[role=meter]", "aria-valuenow"), "90");
    let spent = page.attrs("#trend tr[data-value]", "data-value");
    assert!(!spent.iter().any(|value| value.contains("2400")), "{spent:?}");
    assert!(page.text("section.spent").contains("2 expenses · $41.11 per day"));

    // Each is a link to its rows, whose total it is.
    let income = person.page(&page.attr("[data-testid=period-income]", "href"));
    assert_eq!(
        (income.total(), income.names()),
        ("2400.00".to_owned(), vec!["Salary".to_owned()])
    );
    assert_eq!(income.rows()[0].amount, "$2,400.00");
    let net = person.page(&page.attr("[data-testid=period-net]", "href"));
    assert_eq!(net.total(), "-1495.50");
    assert_eq!(
        net.attrs(".kind-sums a", "data-amount"),
        ["904.50", "2400.00", "1495.50"]
    );
    assert_eq!(net.row("Salary").amount, "+$2,400.00");
    assert_eq!(net.row("Espresso").amount, "$4.50");
    for (place, href) in net.attrs(".kind-sums a", "href").iter().enumerate() {
        let total = person.total(href);
        assert_eq!(total, ["904.50", "2400.00", "-1495.50"][place], "{href}");
    }
    for day in net.days() {
        let minor = day.total.replace(['$', ','], "").replace('\u{2212}', "-");
        assert_eq!(person.total(&day.href), minor, "{}", day.heading);
    }

    // Latest shows what was entered, of both kinds, and its day adds up.
    assert_eq!(page.names(), ["Espresso", "Salary", "Rent"]);
    for day in page.days() {
        let minor = day.total.replace(['$', ','], "").replace('\u{2212}', "-");
        assert_eq!(person.total(&day.href), minor, "{}", day.heading);
    }

    // Without income in the period there is no share.
    let page = person.page("/?period=day&on=2026-11-20");
    assert_eq!(plain(&page, "period-net"), "-4.50");
    assert_eq!(page.text("[data-testid=share-kept]"), "—");
}

#[test]
fn the_list_has_spending_unless_it_is_asked_for_income() {
    let app = App::start();
    let person = month(&app);
    for (query, names, total) in [
        ("", vec!["Espresso", "Rent"], "904.50"),
        ("&kind=spending", vec!["Espresso", "Rent"], "904.50"),
        ("&kind=income", vec!["Salary"], "2400.00"),
        ("&kind=all", vec!["Espresso", "Salary", "Rent"], "-1495.50"),
        // A chosen category decides, unless a kind is named.
        ("&category=salary", vec!["Salary"], "2400.00"),
        ("&category=Rent", vec!["Rent"], "900.00"),
        ("&category=Rent&kind=income", vec![], "0.00"),
        ("&category=Salary&kind=spending", vec![], "0.00"),
        ("&category=Salary&kind=all", vec!["Salary"], "-2400.00"),
        ("&q=sal", vec![], "0.00"),
        ("&q=sal&kind=income", vec!["Salary"], "2400.00"),
        ("&q=r&kind=all", vec!["Espresso", "Salary", "Rent"], "-1495.50"),
        ("&q=2400&kind=all", vec!["Salary"], "-2400.00"),
    ] {
        let page = person.page(&format!("/expenses?period=all{query}"));
        assert_eq!(page.names(), names, "{query}");
        assert_eq!(page.total(), total, "{query}");
        assert_eq!(
            person.total(&page.attr("[data-testid=period-total]", "href")),
            total,
            "{query}"
        );
    }
    let page = person.get("/expenses?kind=loan").expect(400).page();
    assert!(page.text("#main").contains("kind"));
    person.get("/?kind=loan").expect(400);
    person.get("/expenses.csv?kind=loan").expect(400);
    let page = person.page("/expenses?period=all&kind=income");
    assert!(page.texts(".active-filters li a")[0].starts_with("Kind: Income"));
    assert_eq!(person.total(&page.link("Clear all")), "904.50");
    // Other periods, days and changes keep the kind.
    assert_eq!(person.page(&page.link("Year")).names(), ["Salary"]);
    let answer = person.post(&page.row("Salary").delete, &[]);
    assert_eq!(person.follow(&answer).total(), "0.00");
}

#[test]
fn income_taken_back_lowers_the_income() {
    let app = App::start();
    let person = month(&app);
    earn(&person, "-400", "Salary", "2026-11-16", "Paid too much");
    let page = person.page("/");
    assert_eq!(
        (plain(&page, "period-income"), plain(&page, "period-net")),
        ("2000.00".to_owned(), "1095.50".to_owned())
    );
    let list = person.page("/expenses?kind=all");
    assert_eq!(list.row("Paid too much").amount, "\u{2212}$400.00");
    assert_eq!(list.text(".row-notes .tag"), "Taken back");
}

#[test]
fn the_csv_file_has_both_kinds_unless_one_is_asked_for() {
    let app = App::start();
    let person = month(&app);
    let kinds = |path: &str| -> Vec<String> {
        let csv = person.get(path).expect(200).text();
        let rows = csv.lines().skip(1);
        rows.map(|row| row.split(',').nth(5).unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds("/expenses.csv"), ["spending", "income", "spending"]);
    assert_eq!(kinds("/expenses.csv?kind=income"), ["income"]);
    assert_eq!(kinds("/expenses.csv?kind=spending"), ["spending", "spending"]);
    assert_eq!(kinds("/expenses.csv?kind=all&q=a"), ["income"]);
    // What the list shows is what its file has.
    for kind in ["", "&kind=income", "&kind=all"] {
        let page = person.page(&format!("/expenses?period=all{kind}"));
        assert_eq!(kinds(&page.link("Export CSV")).len(), page.rows().len(), "{kind}");
    }
    assert_eq!(kinds(&person.page("/").link("Export CSV")).len(), 3);
}

#[test]
fn suggestions_begin_with_the_kind_of_the_form() {
    let app = App::start();
    let person = month(&app);
    earn(&person, "1", "Bonus", "2026-11-16", "");
    let names = |page: &Page, form: &str| page.attrs(&format!("{form} datalist option"), "value");
    let page = person.page("/");
    assert_eq!(
        names(&page, "#add-expense"),
        ["Coffee", "Rent", "Bonus", "Salary"]
    );
    let page = person.page("/?add_kind=income");
    assert_eq!(names(&page, "#add-expense"), ["Bonus", "Salary"]);
    let page = person.page(&page.row("Salary").edit);
    assert_eq!(
        names(&page, "#edit-expense"),
        ["Bonus", "Salary", "Coffee", "Rent"]
    );
    // A new name for a row of income is income as well.
    let form = page.form("Edit expense");
    person.submit(&form, &[("category", "Wages")]).location();
    assert_eq!(plain(&person.page("/"), "period-income"), "2401.00");
    let form = person
        .page(&person.page("/").row("Wages").edit)
        .form("Edit expense");
    // Into a known category of spending it becomes spending.
    person.submit(&form, &[("category", "Rent")]).location();
    assert_eq!(plain(&person.page("/"), "period-income"), "1.00");
    assert_eq!(person.page("/").total(), "3304.50");
}

#[test]
fn a_deleted_row_of_income_comes_back_as_income() {
    let app = App::start();
    let person = month(&app);
    let answer = person.post(&person.page("/").row("Salary").delete, &[]);
    let page = person.follow(&answer);
    assert_eq!(plain(&page, "period-income"), "0.00");
    let trash = person.page("/expenses/trash");
    assert_eq!(trash.text(".row-amount"), "+$2,400.00");
    person.submit(&page.undo(), &[]).location();
    assert_eq!(plain(&person.page("/"), "period-income"), "2400.00");
}

#[test]
fn put_back_makes_a_category_of_income_that_is_gone_again() {
    let app = App::start();
    let person = month(&app);
    earn(&person, "1", "Bonus", "2026-11-16", "");
    let salary = person.page("/").row("Salary");
    let into = id_of(&person, "Bonus");
    let merge = format!("/categories/{}/merge", id_of(&person, "Salary"));
    person.post(&merge, &[("into", &into)]).location();
    let history = format!("/expenses/{}/history", salary.id);
    let back = person.page(&history).attr("form[action*='/restore']", "action");
    person.post(&back, &[]).location();
    let page = person.page("/");
    assert_eq!(plain(&page, "period-income"), "2401.00");
    assert_eq!(page.row("Salary").amount, "+$2,400.00");
}

#[test]
fn a_viewer_sees_income_but_no_form_and_a_stranger_sees_nothing() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let viewer = member(&app, &owner, &base, "viewer");
    let new = [
        ("amount", "2400"),
        ("category", "Salary"),
        ("date", "2026-11-20"),
        ("kind", "income"),
    ];
    viewer.post(&format!("{base}/expenses"), &new).expect(403);
    viewer
        .post(
            &format!("{base}/categories"),
            &[("name", "Tips"), ("kind", "income")],
        )
        .expect(403);
    app.person().post(&format!("{base}/expenses"), &new).expect(404);
    app.person()
        .post(&format!("{base}/categories"), &[("name", "Tips")])
        .expect(404);
    owner.post(&format!("{base}/expenses"), &new).location();
    let page = viewer.page(&format!("{base}/?add_kind=income"));
    assert_eq!(
        (page.count("#add-expense"), page.has_link("Add income")),
        (0, false)
    );
    assert_eq!(plain(&page, "period-income"), "2400.00");
    // By person counts spending.
    assert_eq!(page.attrs(".by-person tbody a", "data-amount"), ["704.50"]);
    assert_eq!(viewer.total(&page.attr(".by-person tbody a", "href")), "704.50");
    assert_eq!(
        viewer
            .page(&format!("{base}/categories"))
            .count("form[action*=categories]"),
        0
    );
}
