//! Each field of each form with hostile values.

use super::support::{App, PASSWORD, Visitor};

type Fields = Vec<(&'static str, &'static str)>;

/// Every form of the app with valid values.
fn forms(expense: &str, category: &str) -> Vec<(String, Fields)> {
    let add = vec![
        ("amount", "4.50"),
        ("category", "Coffee"),
        ("date", "2026-11-20"),
        ("description", "Espresso"),
        ("request_id", "abc"),
    ];
    let door = vec![
        ("email", "new@example.com"),
        ("password", PASSWORD),
        ("timezone", "UTC"),
        ("locale", "en-US"),
        ("next", "/"),
    ];
    vec![
        ("/expenses".to_owned(), add.clone()),
        (format!("/expenses/{expense}"), add),
        (
            format!("/categories/{category}"),
            vec![("name", "Coffee"), ("color", "#0072b2")],
        ),
        (
            format!("/categories/{category}/merge"),
            vec![("into", category_of_nobody())],
        ),
        (
            "/budgets".to_owned(),
            vec![("amount", "100"), ("category", "Coffee"), ("month", "2026-11")],
        ),
        (
            "/settings".to_owned(),
            vec![
                ("currency", "USD"),
                ("timezone", "UTC"),
                ("locale", "en-US"),
                ("week_start", "monday"),
                ("month_start", "1"),
                ("theme", "system"),
            ],
        ),
        (
            "/settings/password".to_owned(),
            vec![
                ("current_password", "not it"),
                ("new_password", "a sentence for the second night"),
            ],
        ),
        ("/settings/sessions/revoke".to_owned(), vec![("session", "5")]),
        (
            "/settings/delete-account".to_owned(),
            vec![("password", "not it")],
        ),
        ("/login".to_owned(), door.clone()),
        ("/register".to_owned(), door),
    ]
}

fn category_of_nobody() -> &'static str {
    "5"
}

fn hostile() -> Vec<String> {
    let mut values: Vec<String> = [
        "\0",
        "a\0b",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{feff}",
        "\u{fffe}",
        "\u{10ffff}",
        "' OR 1=1 --",
        "\\",
        "%",
        "{{ x }}",
        "-9223372036854775809",
        "9223372036854775807",
        "18446744073709551616",
        "nan",
        "1e400",
        "9999-12-31",
        "10000-01",
        "0000-00",
        "-1",
        "٣٤",
        "a@\0.com",
        "\0@example.com",
        "x\u{0}@example.com",
        "é@é.é",
    ]
    .map(str::to_owned)
    .to_vec();
    values.extend([65, 255, 1_025, 9_000, 300_000].map(|length| "x".repeat(length)));
    values.extend([9_000, 100_000].map(|length| format!("{}@example.com", "x".repeat(length))));
    values.push("9".repeat(50_000));
    values.push("💶".repeat(20_000));
    values.push("e\u{301}".repeat(30_000));
    values
}

/// Sends each form once for each field and value.
fn assert_no_5xx(app: &App, person: &mut Visitor, forms: &[(String, Fields)], values: &[String]) {
    for (path, fields) in forms {
        for field in fields {
            for value in values {
                let filled: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|other| {
                        (
                            other.0,
                            if other.0 == field.0 {
                                value.as_str()
                            } else {
                                other.1
                            },
                        )
                    })
                    .collect();
                let door = matches!(path.as_str(), "/login" | "/register");
                let answer = if door {
                    app.anonymous().post(path, &filled)
                } else {
                    person.post(path, &filled)
                };
                let shown: String = value.chars().take(20).collect();
                assert!(
                    answer.status < 500,
                    "{path} {} {shown:?}: {}",
                    field.0,
                    answer.status
                );
                assert_ne!(answer.status, 404, "{path} {} {shown:?}", field.0);
                // Keeps failed sign-ins below their limit.
                app.advance(time::Duration::minutes(2));
            }
        }
    }
}

#[test]
fn no_field_of_any_form_makes_a_5xx() {
    let app = App::start();
    let mut person = app.person();
    let expense = person.add("1", "Coffee", "2026-11-20", "");
    let category = person
        .page("/categories")
        .attr("li.category", "id")
        .replacen("category-", "", 1);
    let mut forms = forms(&expense, &category);
    // Unknown ids are a 404.
    forms.retain(|(path, _)| !path.ends_with("/merge") && !path.ends_with("/revoke"));
    assert_no_5xx(&app, &mut person, &forms, &hostile());
    assert_eq!(person.get("/").status, 200);
}

#[test]
fn an_invalid_id_in_a_field_is_a_404_or_a_422() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Coffee", "2026-11-20", "");
    let category = person
        .page("/categories")
        .attr("li.category", "id")
        .replacen("category-", "", 1);
    for value in hostile() {
        let answer = person.post(&format!("/categories/{category}/merge"), &[("into", &value)]);
        assert!(matches!(answer.status, 404 | 422), "{}", answer.status);
        let answer = person.post("/settings/sessions/revoke", &[("session", &value)]);
        assert_eq!(answer.status, 404);
    }
}
