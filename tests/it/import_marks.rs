//! Decimal marks of files: proved by the file or by the currency, else asked for, on the page and over the API.

use serde_json::{Value, json};

use super::import_pages::choose;
use super::imports::path;
use super::support::{App, Client};

fn amounts(client: &Client, import: &Value) -> Vec<Value> {
    let rows = client.rows(import);
    rows.iter().map(|row| row["amount"].clone()).collect()
}

fn qif(amounts: &[&str]) -> String {
    let records = amounts
        .iter()
        .map(|amount| format!("D12/25/2025\nT{amount}\nPShop\n^\n"));
    format!("!Type:Bank\n{}", records.collect::<String>())
}

fn csv(amounts: &[&str]) -> String {
    let rows = amounts.iter().map(|amount| format!("2025-12-25;Shop;{amount}\n"));
    format!("Date;Description;Amount\n{}", rows.collect::<String>())
}

#[test]
fn the_mark_of_a_qif_file_is_asked_for_and_answered_over_the_api() {
    let app = App::start();
    let client = app.api(&app.person());
    let file = qif(&["-1.500", "-7"]);
    let import = client.import(file.as_str());
    assert_eq!(import["state"], "read_as");
    assert_eq!(
        import["questions"],
        json!([{"about": "decimal_mark", "options": [".", ","], "example": "-1.500"}])
    );
    let answer = |mark: &str| {
        let answer = json!({"read_as": {"decimal": mark}});
        client.patch(&path(&import, ""), &answer).expect(200).json()
    };
    let point = answer(".");
    assert_eq!(
        (&point["state"], &point["questions"]),
        (&json!("review"), &json!([]))
    );
    assert_eq!(amounts(&client, &import), ["-1.50", "-7.00"]);
    answer(",");
    assert_eq!(amounts(&client, &import), ["-1500.00", "-7.00"]);
    assert_eq!(client.confirm(&import)["created"], 2);
    let mixed = client.import(qif(&["-12,50", "-3.25", "-1.500"]).as_str());
    assert_eq!(mixed["questions"][0]["example"], "-1.500");
    let comma = json!({"read_as": {"decimal": ","}});
    client.patch(&path(&mixed, ""), &comma).expect(200);
    assert_eq!(amounts(&client, &mixed), ["-12.50", "-3.25", "-1500.00"]);
}

#[test]
fn the_mark_of_a_qif_file_is_answered_on_the_page() {
    let app = App::start();
    let person = app.person();
    let chosen = choose(&person, "bank.qif", qif(&["-1,500"]).as_bytes());
    let page = person.follow(&chosen);
    assert_eq!(
        page.text("#read_decimal-question"),
        "In “-1,500”, which mark is before the cents?"
    );
    let form = page.form("Read as");
    let read = person.post(&form.action, &[("format", "qif"), ("decimal", ",")]);
    let page = person.follow(&read);
    assert!(
        page.text("table[aria-label=Rows]").contains("$1.50"),
        "{}",
        page.text("main")
    );
    assert_eq!(page.count("#read_decimal option[selected][value=',']"), 1);
}

#[test]
fn a_mark_that_gives_too_many_decimals_is_not_asked_about() {
    let app = App::start();
    for (currency, written, expected) in [
        ("JPY", ["-1,234", "-500"], Some(["-1234", "-500"])),
        ("JPY", ["-1.234", "-500"], Some(["-1234", "-500"])),
        ("JPY", ["-1.500", "-500"], Some(["-1500", "-500"])),
        ("USD", ["-1,234", "-5"], Some(["-1234.00", "-5.00"])),
        ("USD", ["-1,500", "-5"], None),
        ("KWD", ["-1,234", "-5"], None),
    ] {
        let client = app.api(&app.person());
        client.patch("/book", &json!({"currency": currency})).expect(200);
        for file in [csv(&written), qif(&written)] {
            let import = client.import(file.as_str());
            let asked = import["questions"].as_array().unwrap().len();
            assert_eq!(asked, usize::from(expected.is_none()), "{currency} {file}");
            if let Some(expected) = expected {
                assert_eq!(amounts(&client, &import), expected, "{currency} {file}");
            }
        }
    }
}
