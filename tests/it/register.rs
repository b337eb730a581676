//! Creating an account.

use super::support::{App, Page, Request, Visitor};
use expense_tracker::accounts::users;
use expense_tracker::books::book;

const STRONG: &str = "correct horse battery staple";

fn register(visitor: &Visitor, email: &str, password: &str) -> super::support::Answer {
    visitor.post("/register", &[("email", email), ("password", password)])
}

fn error(page: &Page, field: &str) -> String {
    page.form("Create an account")
        .error(field)
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_new_account_is_signed_in_and_sees_its_dashboard() {
    let app = App::start();
    let visitor = app.anonymous();
    let page = visitor.page("/register");
    assert_eq!(page.text("h1"), "Create an account");
    let form = page.form("Create an account");
    let answer = visitor.submit(&form, &[("email", "New@Example.com"), ("password", STRONG)]);
    assert_eq!(answer.location(), "/");
    assert!(visitor.cookie("session").is_some());
    let home = visitor.follow(&answer);
    assert_eq!(home.text(".account .email"), "New@Example.com");
    assert_eq!(home.total(), "0.00");
}

#[test]
fn a_server_without_accounts_offers_the_first_one_before_signing_in() {
    let app = App::start();
    let visitor = app.anonymous();
    let answer = visitor.get("/");
    let page = visitor.follow(&answer);
    assert_eq!(page.attr(".first-visit a", "href"), "/register");
    assert_eq!(page.count("#login .button.primary"), 0, "one primary button");
    app.person();
    let page = app.anonymous().page("/login");
    assert_eq!(page.count(".first-visit"), 0);
    assert_eq!(page.count("#login .button.primary"), 1);
    let closed = App::with(|given| given.registration = Some("closed".into()));
    assert_eq!(closed.anonymous().page("/login").count(".first-visit"), 0);
}

#[test]
fn htmx_is_redirected_to_the_dashboard_and_gets_errors_as_fragments() {
    let app = App::start();
    let visitor = app.anonymous();
    let refused = visitor.post_htmx("/register", &[("email", "x"), ("password", STRONG)]);
    assert!(!error(&refused.expect(422).fragment(), "email").is_empty());
    let form = [("email", "new@example.com"), ("password", STRONG)];
    let answer = visitor.post_htmx("/register", &form).expect(200);
    assert_eq!(answer.header("hx-redirect"), Some("/"));
    visitor.page("/");
}

#[test]
fn the_page_redirects_a_signed_in_person() {
    let app = App::start();
    let person = app.person();
    assert_eq!(person.get("/register").location(), "/");
    assert_eq!(person.get("/register?next=%2Fbudgets").location(), "/budgets");
}

#[test]
fn a_taken_address_is_refused_in_any_case_and_the_old_account_stays() {
    let app = App::start();
    let visitor = app.anonymous();
    assert_eq!(register(&visitor, "Jürgen@Example.com", STRONG).location(), "/");
    for again in [
        "Jürgen@Example.com",
        "JÜRGEN@EXAMPLE.COM",
        " jürgen@example.com ",
        "ju\u{308}rgen@example.com",
    ] {
        let other = app.anonymous();
        let page = register(&other, again, "another strong password 77")
            .expect(422)
            .page();
        assert!(error(&page, "email").contains("already an account"), "{again}");
        assert_eq!(page.form("Create an account").value("email"), again);
        assert_eq!(other.cookie("session"), None);
    }
    let form = [("email", "jürgen@example.com"), ("password", STRONG)];
    assert_eq!(app.anonymous().post("/login", &form).location(), "/");
}

#[test]
fn all_errors_are_shown_together_and_the_address_stays_as_typed() {
    let app = App::start();
    let visitor = app.anonymous();
    let page = register(&visitor, "nobody@example", "short").expect(422).page();
    assert!(error(&page, "email").contains("name@example.com"));
    assert!(error(&page, "password").contains("10 characters"));
    let form = page.form("Create an account");
    assert_eq!(
        (form.value("email"), form.value("password")),
        ("nobody@example", "")
    );
    assert_eq!(form.focused.as_deref(), Some("email"));
}

#[test]
fn a_weak_password_is_refused_with_the_reason() {
    let app = App::start();
    let visitor = app.anonymous();
    for (password, why) in [
        ("", "a password"),
        ("q8!Zr#k2P", "at least 10 characters"),
        ("password12", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("1234567890123", "easy to guess"),
        ("tromvalk.quisby", "email address"),
        ("correct horse\tbattery staple", "control characters"),
        (&format!("{}x", "é8".repeat(341) + "yz"), "1,024 bytes"),
    ] {
        let page = register(&visitor, "tromvalk.quisby@example.com", password)
            .expect(422)
            .page();
        assert!(
            error(&page, "password").contains(why),
            "{password:?}: {}",
            error(&page, "password")
        );
        assert_eq!(error(&page, "email"), "");
    }
    // Exactly at both ends.
    let longest = format!("{STRONG}{}", "x".repeat(1024 - STRONG.len()));
    assert_eq!(register(&visitor, "long@example.com", &longest).location(), "/");
    assert_eq!(
        register(&app.anonymous(), "ten@example.com", "q8!Zr#k2Pw").location(),
        "/"
    );
}

#[test]
fn an_invalid_address_is_refused() {
    let app = App::start();
    let visitor = app.anonymous();
    for wrong in [
        "",
        "name",
        "name@",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        "name@example.com\u{0}",
    ] {
        let page = register(&visitor, wrong, STRONG).expect(422).page();
        assert!(!error(&page, "email").is_empty(), "{wrong:?}");
    }
    let long = format!("{}@example.com", "l".repeat(250));
    assert!(error(&register(&visitor, &long, STRONG).expect(422).page(), "email").contains("254"));
}

#[test]
fn the_form_offers_the_currency_of_the_region_and_a_script_gets_the_default() {
    let app = App::start();
    let held = |email: &str| {
        let email = email.to_owned();
        app.read(move |conn| {
            let user = users::by_email(conn, &email)?.unwrap();
            let book = book::find(conn, user.id().own_book())?;
            Ok((user, book))
        })
    };
    register(&app.anonymous(), "plain@example.com", STRONG).location();
    let (plain, book) = held("plain@example.com");
    assert_eq!(
        (
            book.currency.as_str(),
            plain.locale.as_str(),
            plain.timezone.as_str()
        ),
        ("USD", "en-US", "UTC")
    );
    assert_eq!(
        (plain.week_start.as_str(), book.month_start, plain.theme.as_str()),
        ("monday", 1, "system")
    );

    let german = app.anonymous();
    let form = [
        ("email", "german@example.com"),
        ("password", STRONG),
        ("timezone", "Europe/Berlin"),
        ("locale", "de-DE"),
    ];
    german.post("/register", &form).location();
    let (german, book) = held("german@example.com");
    assert_eq!(
        (
            book.currency.as_str(),
            german.locale.as_str(),
            german.timezone.as_str()
        ),
        ("USD", "de-DE", "Europe/Berlin")
    );

    let french = app.anonymous();
    let page = Request::new("GET", "/register").header("Accept-Language", "fr-FR,fr;q=0.9,en;q=0.5");
    let form = french.send(&page).expect(200).page().form("Create an account");
    french
        .submit(&form, &[("email", "french@example.com"), ("password", STRONG)])
        .location();
    let (french, book) = held("french@example.com");
    assert_eq!((french.locale.as_str(), book.currency.as_str()), ("fr-FR", "EUR"));

    let wrong = [
        ("email", "wrong@example.com"),
        ("password", STRONG),
        ("currency", "XAU"),
    ];
    let page = app.anonymous().post("/register", &wrong).expect(422).page();
    assert_eq!(error(&page, "currency"), "Choose a currency from the list.");
    assert_eq!(page.form("Create an account").value("email"), "wrong@example.com");

    let odd = app.anonymous();
    let form = [
        ("email", "odd@example.com"),
        ("password", STRONG),
        ("timezone", "Mars/Olympus"),
        ("locale", "tlh"),
    ];
    odd.post("/register", &form).location();
    let (odd, _) = held("odd@example.com");
    assert_eq!((odd.timezone.as_str(), odd.locale.as_str()), ("UTC", "en-US"));
}

#[test]
fn closed_registration_is_a_403_without_a_link_to_it() {
    let app = App::with(|given| given.registration = Some("closed".to_owned()));
    let visitor = app.anonymous();
    for answer in [
        visitor.get("/register"),
        register(&visitor, "new@example.com", STRONG),
    ] {
        let page = answer.expect(403).page();
        assert_eq!(page.count("a[href*=register], form[action*=register]"), 0);
        assert!(page.has_link("Sign in"));
    }
    visitor
        .post_htmx("/register", &[("email", "new@example.com"), ("password", STRONG)])
        .expect(403)
        .fragment();
    assert_eq!(visitor.page("/login").count("a[href*=register]"), 0);
    let open = App::start();
    assert_eq!(
        open.anonymous().page("/login").link("Create an account"),
        "/register"
    );
}

#[test]
fn one_client_makes_twenty_accounts_an_hour_unless_a_setting_says_otherwise() {
    let app = App::with(|given| given.accounts_per_hour = None);
    for _ in 0..20 {
        app.person();
    }
    let form = [("email", "late@example.com"), ("password", STRONG)];
    app.anonymous().post("/register", &form).expect(429);
}

#[test]
fn one_client_makes_only_so_many_accounts_an_hour() {
    let app = App::with(|given| given.accounts_per_hour = Some("2".to_owned()));
    let register = |email: &str| {
        app.anonymous()
            .post("/register", &[("email", email), ("password", STRONG)])
    };
    register("a@example.com").location();
    // Failed attempts don't count.
    for _ in 0..5 {
        register("a@example.com").expect(422);
        register("no address").expect(422);
    }
    register("b@example.com").location();
    let answer = register("c@example.com").expect(429);
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=1800).contains(&seconds), "{seconds}");
    let page = answer.page();
    assert!(
        page.text("#register-problem").contains("minutes"),
        "{}",
        page.text("#register-problem")
    );
    assert_eq!(page.form("Create an account").value("email"), "c@example.com");
    let client = app.api_without_token();
    let body = serde_json::json!({"email": "d@example.com", "password": STRONG});
    let answer = client.post("/auth/register", &body);
    assert!(answer.header("retry-after").is_some());
    answer.problem(429);
    // Signing in still works.
    let form = [("email", "a@example.com"), ("password", STRONG)];
    assert_eq!(app.anonymous().post("/login", &form).location(), "/");
}
