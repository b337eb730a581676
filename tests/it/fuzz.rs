//! Random forms, addresses and bytes never make a 5xx.
//!
//! More than 300 lines, because half of the file is lists of fields and values.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{App, Request, cases, form_text};

const ROUTES: [(&str, &str); 25] = [
    ("GET", "/"),
    ("GET", "/expenses"),
    ("POST", "/expenses"),
    ("GET", "/expenses.csv"),
    ("GET", "/expenses/trash"),
    ("GET", "/expenses/ID/edit"),
    ("POST", "/expenses/ID"),
    ("POST", "/expenses/ID/delete"),
    ("POST", "/expenses/ID/restore"),
    ("GET", "/budgets"),
    ("POST", "/budgets"),
    ("GET", "/by-category"),
    ("GET", "/categories"),
    ("POST", "/categories"),
    ("POST", "/categories/CATEGORY"),
    ("POST", "/categories/CATEGORY/merge"),
    ("GET", "/settings"),
    ("POST", "/settings"),
    ("POST", "/settings/password"),
    ("POST", "/settings/sessions/revoke"),
    ("POST", "/settings/delete-account"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/register"),
    ("POST", "/register"),
];

const FIELDS: [&str; 41] = [
    "kind",
    "page",
    "rank",
    "amount",
    "category",
    "date",
    "description",
    "request_id",
    "period",
    "on",
    "from",
    "to",
    "q",
    "before",
    "after",
    "view",
    "add_amount",
    "add_category",
    "add_date",
    "add_description",
    "month",
    "name",
    "color",
    "into",
    "currency",
    "timezone",
    "locale",
    "week_start",
    "month_start",
    "theme",
    "email",
    "password",
    "next",
    "current_password",
    "new_password",
    "session",
    "limit",
    "cursor",
    "id",
    "",
    "amount",
];

const VALUES: [&str; 72] = [
    "",
    " ",
    "\0",
    "a\0b",
    "\n",
    "\u{feff}",
    "\u{202e}",
    "'",
    "\"><script>",
    "%",
    "_",
    "\\",
    "${x}",
    "{{ x }}",
    "12.50",
    "-12,5",
    "0",
    "-0",
    "1e9",
    "100000000000.00",
    "-100000000000.00",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "NaN",
    "1,234",
    "1.234",
    "1900-01-01",
    "9999-12-31",
    "0000-00-00",
    "-9999-01-01",
    "+10000-01-01",
    "2026-02-29",
    "2026-11",
    "9999-12",
    "1900-01",
    "0001-01",
    "day",
    "week",
    "month",
    "year",
    "all",
    "list",
    "dashboard",
    "USD",
    "JPY",
    "KWD",
    "XXX",
    "Europe/Berlin",
    "Etc/GMT-14",
    "../etc/passwd",
    "de-DE",
    "ar-EG",
    "monday",
    "sunday",
    "28",
    "29",
    "25",
    "system",
    "#0072b2",
    "#GGGGGG",
    "Coffee",
    "COFFEE",
    "a@b.example",
    "@",
    "correct horse battery staple",
    "/expenses?period=week",
    "//evil.example",
    "null",
    "true",
    "[]",
    "AAAA",
];

fn values() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(VALUES.to_vec()).prop_map(str::to_owned);
    prop_oneof![
        6 => fixed,
        2 => any::<String>(),
        1 => "[0-9.,' -]{0,20}",
        1 => "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        1 => (1_usize..70_000).prop_map(|length| "x".repeat(length)),
        1 => (1_usize..9_000).prop_map(|length| "é\u{301}".repeat(length)),
    ]
}

fn forms() -> impl Strategy<Value = String> {
    let pairs = prop::collection::vec((prop::sample::select(FIELDS.to_vec()), values()), 0..8);
    prop_oneof![
        9 => pairs.prop_map(|pairs| {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            form_text(&pairs)
        }),
        1 => "[a-z=&%+;0-9]{0,60}",
    ]
}

/// A form with every field of its address, most of them valid.
fn whole_forms() -> impl Strategy<Value = String> {
    let right = [
        ("amount", "12.50"),
        ("category", "Coffee"),
        ("date", "2026-11-20"),
        ("description", "x"),
        ("name", "Coffee"),
        ("color", "#0072b2"),
        ("currency", "USD"),
        ("timezone", "UTC"),
        ("locale", "en-US"),
        ("week_start", "monday"),
        ("month_start", "1"),
        ("theme", "system"),
        ("email", "somebody@example.com"),
        ("password", "correct horse battery staple"),
        ("month", "2026-11"),
    ];
    prop::collection::vec(prop::option::weighted(0.15, values()), right.len()).prop_map(move |changed| {
        let pairs: Vec<(&str, &str)> = right
            .iter()
            .zip(&changed)
            .map(|((name, right), changed)| (*name, changed.as_deref().unwrap_or(right)))
            .collect();
        form_text(&pairs)
    })
}

#[derive(Debug, Clone)]
struct Shot {
    route: usize,
    query: String,
    body: String,
    htmx: bool,
    signed_in: bool,
}

fn shots() -> impl Strategy<Value = Shot> {
    let bodies = prop_oneof![forms(), whole_forms()];
    // The server refuses heads over 128 KiB before there is a request.
    let queries = prop_oneof![2 => Just(String::new()), 3 => forms().prop_filter("a head has its limit", |q| q.len() < 60_000)];
    (
        0..ROUTES.len(),
        queries,
        bodies,
        any::<bool>(),
        prop::bool::weighted(0.85),
    )
        .prop_map(|(route, query, body, htmx, signed_in)| Shot {
            route,
            query,
            body,
            htmx,
            signed_in,
        })
}

/// Cases on one server. With more, its limit of new accounts per client would be reached.
const ROUND: u32 = 600;

#[test]
fn no_form_and_no_address_makes_a_5xx() {
    let mut left = cases(ROUND);
    while left > 0 {
        let round = left.min(ROUND);
        shoot(round);
        left -= round;
    }
}

fn shoot(cases: u32) {
    let app = App::start();
    let mut person = app.person();
    let nobody = app.anonymous();
    let (mut id, mut category) = (String::new(), String::new());
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let person = &mut person;
    let cell = std::cell::RefCell::new((person, &mut id, &mut category));
    let outcome = runner.run(&shots(), |shot| {
        let (person, id, category) = &mut *cell.borrow_mut();
        if id.is_empty() || person.get("/").status != 200 {
            // An earlier request has signed the person out.
            **person = app.person();
            **id = person.add("4.50", "Coffee", "2026-11-20", "Espresso");
            let name = person.page("/categories").attrs("li.category", "id").remove(0);
            **category = name.replacen("category-", "", 1);
        }
        let (method, path) = ROUTES[shot.route];
        let path = path.replace("ID", id).replace("CATEGORY", category);
        let mut request = Request::new(method, &format!("{path}?{}", shot.query));
        if method == "POST" {
            request = request.body("application/x-www-form-urlencoded", shot.body.clone());
        }
        if shot.htmx {
            request = request.htmx();
        }
        let answer = if shot.signed_in {
            person.send_with_retries(&request)
        } else {
            nobody.send_with_retries(&request)
        };
        prop_assert!(answer.status < 500, "{method} {path}: {}", answer.status);
        prop_assert!(
            answer.status < 400 || answer.status == 401 || answer.header("content-type").is_some(),
            "{method} {path}: a bare {}",
            answer.status
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn no_bytes_in_a_body_or_an_address_make_a_5xx() {
    let app = App::start();
    let person = app.person();
    let mut runner = TestRunner::new(Config {
        cases: cases(150),
        failure_persistence: None,
        ..Config::default()
    });
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    let path = "/[a-z0-9%/._~:@!$&'()*+,;=-]{0,40}(\\?[a-z0-9%/._~:@!$&'()*+,;=?-]{0,40})?";
    let outcome = runner.run(&(bytes, path, any::<bool>()), |(body, path, post)| {
        let posted = Request::new("POST", "/expenses").body("application/x-www-form-urlencoded", body);
        prop_assert!(person.send_with_retries(&posted).status < 500);
        let method = if post { "POST" } else { "GET" };
        let answer = person.send_with_retries(&Request::new(method, &path));
        prop_assert!(answer.status < 500, "{path}: {}", answer.status);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
