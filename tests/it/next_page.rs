//! `next`, the target of a sign-in: always a page of the app.

use super::support::{App, PASSWORD};

#[test]
fn a_page_of_the_app_is_kept_through_the_forms() {
    let app = App::start();
    let email = app.person().email;
    for next in [
        "/",
        "/expenses",
        "/expenses?period=week&category=A%26B",
        "/expenses/17/edit?view=list",
        "/expenses/trash",
        "/budgets?month=2026-10",
        "/categories",
        "/settings",
        "/?add_amount=4.50&add_description=caf%C3%A9",
    ] {
        let visitor = app.anonymous();
        let path = format!(
            "/login?next={}",
            super::support::form_text(&[("n", next)]).replacen("n=", "", 1)
        );
        let form = visitor.page(&path).form("Sign in");
        assert_eq!(form.value("next"), next);
        let wrong = visitor
            .submit(&form, &[("email", &email), ("password", "wrong")])
            .expect(422)
            .page();
        let form = wrong.form("Sign in");
        let answer = visitor.submit(&form, &[("email", &email), ("password", PASSWORD)]);
        assert_eq!(answer.location(), next);
        assert_eq!(visitor.get(&path).location(), next, "signed in already");
    }
}

#[test]
fn anything_else_leads_to_the_dashboard() {
    let app = App::start();
    let email = app.person().email;
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/expenses/../../evil",
        "/expenses/../edit",
        "/expenses/%2E%2E/edit",
        "/expenses/17/edit/",
        "/assets/app.css",
        "/%2F/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\nSet-Cookie: a=b",
        "/expenses\r\nLocation: //evil.example",
        "/expenses?q=\u{0}",
        "/logout",
        "/login",
        "/register",
        "/expenses/17/delete",
        "/expenses/17/restore",
        "/expenses/17",
        "/categories/3/merge",
        "/settings/password",
        "/settings/delete-account",
        "/api/v1/me",
        "/nothing",
        "/@evil.example",
    ] {
        let form = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.anonymous().post("/login", &form).location(), "/", "{next:?}");
        let htmx = app.anonymous().post_htmx("/login", &form).expect(200);
        assert_eq!(htmx.header("hx-redirect"), Some("/"), "{next:?}");
    }
    let form = [
        ("email", "new@example.com"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    assert_eq!(app.anonymous().post("/register", &form).location(), "/");
}

#[test]
fn the_sign_in_page_says_that_a_typed_expense_is_safe() {
    let app = App::start();
    for (next, is_said) in [
        ("/?add_category=Coffee", true),
        ("/expenses?period=day&add_amount=4.50", true),
        ("/expenses?category=add_amount%3D4", false),
        ("/", false),
    ] {
        let form = super::support::form_text(&[("next", next)]);
        let page = app.anonymous().page(&format!("/login?{form}"));
        assert_eq!(page.count(".note") == 1, is_said, "{next}");
    }
}

#[test]
fn it_is_passed_between_sign_in_and_registration() {
    let app = App::start();
    let visitor = app.anonymous();
    let register = visitor.page("/login?next=%2Fbudgets").link("Create an account");
    assert_eq!(register, "/register?next=%2Fbudgets");
    let page = visitor.page(&register);
    assert_eq!(page.link("Sign in"), "/login?next=%2Fbudgets");
    let form = page.form("Create an account");
    let answer = visitor.submit(&form, &[("email", "new@example.com"), ("password", PASSWORD)]);
    assert_eq!(answer.location(), "/budgets");
}

#[test]
fn a_change_without_a_session_returns_to_its_page() {
    let app = App::start();
    let nobody = app.anonymous();
    for (path, next) in [
        ("/expenses/5/delete", "%2Fexpenses"),
        ("/expenses/5", "%2Fexpenses"),
        ("/budgets?month=2026-10", "%2Fbudgets"),
        ("/categories/5/merge", "%2Fcategories"),
        ("/settings", "%2Fsettings"),
        ("/settings/password", "%2Fsettings"),
        ("/settings/delete-account", "%2Fsettings"),
        ("/settings/tokens/revoke", "%2Fsettings"),
    ] {
        let login = format!("/login?next={next}");
        assert_eq!(nobody.post(path, &[]).location(), login, "{path}");
        let htmx = nobody.post_htmx(path, &[]).expect(401);
        assert_eq!(htmx.header("hx-redirect"), Some(login.as_str()), "{path}");
    }
}
