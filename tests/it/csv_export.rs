//! The CSV export.
//!
//! More than 300 lines, because most tests compare whole files.

use super::categories_page::id_of;
use super::support::books::member;
use super::support::{App, Visitor, date};

#[test]
fn an_empty_export_is_a_header() {
    let app = App::start();
    let answer = app.person().get("/expenses.csv").expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"expenses-2026-11-22.csv\"")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.text(),
        "\u{feff}date,amount,currency,category,description,kind,paid_by,id\r\n"
    );
}

#[test]
fn a_filtered_file_is_named_by_its_dates() {
    let app = App::start();
    let person = app.person();
    for (query, dates) in [
        ("period=month", "2026-11-01-to-2026-11-30"),
        ("period=day&on=2026-03-04", "2026-03-04-to-2026-03-04"),
        ("from=2026-01-05&to=2026-02-06", "2026-01-05-to-2026-02-06"),
        ("from=2026-01-05", "2026-01-05-to-2026-11-22"),
        ("to=2026-02-06", "to-2026-02-06"),
        ("category=Food", "2026-11-22"),
    ] {
        let answer = person.get(&format!("/expenses.csv?{query}")).expect(200);
        assert_eq!(
            answer.header("content-disposition"),
            Some(format!("attachment; filename=\"expenses-{dates}.csv\"").as_str()),
            "{query}"
        );
    }
}

#[test]
fn a_spreadsheet_shows_every_cell_and_runs_no_formula() {
    let app = App::start();
    let person = app.person();
    let mut expected = Vec::new();
    for (amount, plain, category, category_cell, description, cell) in [
        ("4.5", "4.50", "Coffee", "Coffee", "", ""),
        ("-1,234.50", "-1234.50", "Café", "Café", "a, b", "\"a, b\""),
        (
            "0.01",
            "0.01",
            "A \"B\"",
            "\"A \"\"B\"\"\"",
            "say \"hi\"",
            "\"say \"\"hi\"\"\"",
        ),
        (
            "999,999,999.99",
            "999999999.99",
            "=1+1",
            "'=1+1",
            "=HYPERLINK(\"x\")",
            "\"'=HYPERLINK(\"\"x\"\")\"",
        ),
        ("1", "1.00", "+x", "'+x", "+1", "'+1"),
        ("2", "2.00", "-x", "'-x", "-1", "'-1"),
        ("3", "3.00", "@x", "'@x", "@SUM(A1)", "'@SUM(A1)"),
        (
            "5",
            "5.00",
            "Lines",
            "Lines",
            "one\r\ntwo\tthree",
            "\"one\ntwo\tthree\"",
        ),
        (
            "9",
            "9.00",
            "c;=5+5",
            "\"c;'=5+5\"",
            "lunch\t=1+3",
            "\"lunch\t'=1+3\"",
        ),
        ("6", "6.00", "قهوة", "قهوة", "💶 €", "💶 €"),
        ("7", "7.00", "a=b", "a=b", "a-1", "a-1"),
        ("8", "8.00", "'q", "'q", "'q", "'q"),
    ] {
        let id = person.add(amount, category, "2026-11-20", description);
        expected.insert(
            0,
            format!("2026-11-20,{plain},USD,{category_cell},{cell},spending,,E{id}\r\n"),
        );
    }
    let text = person.get("/expenses.csv").expect(200).text();
    let body = text
        .strip_prefix("\u{feff}date,amount,currency,category,description,kind,paid_by,id\r\n")
        .unwrap();
    assert_eq!(body, expected.concat());
}

#[test]
fn it_has_the_lists_rows_newest_first_and_without_filter_everything() {
    let app = App::start();
    let person = app.person();
    let rows = [
        ("1", "Food", "2020-02-29", "old"),
        ("2", "Food", "2026-11-21", "bread"),
        ("3", "Rent", "2026-11-21", "flat"),
        ("4", "Food", "2026-11-01", "butter"),
    ];
    for (amount, category, date, name) in rows {
        person.add(amount, category, date, name);
    }
    let names = |query: &str| -> Vec<String> {
        let text = person.get(&format!("/expenses.csv{query}")).expect(200).text();
        let rows = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(4).unwrap().to_owned());
        rows.collect()
    };
    assert_eq!(names(""), ["flat", "bread", "butter", "old"]);
    assert_eq!(names("?category=food"), ["bread", "butter", "old"]);
    for query in [
        "?period=month&on=2026-11-01",
        "?from=2026-11-01&to=2026-11-20",
        "?q=b&period=all",
        "?category=rent&period=year",
    ] {
        assert_eq!(
            names(query),
            person.page(&format!("/expenses{query}")).names(),
            "{query}"
        );
    }
    let page = person.page("/expenses?period=month&on=2026-11-01&category=Food&q=b");
    assert_eq!(
        page.link("Export CSV"),
        "/expenses.csv?period=month&on=2026-11-01&category=Food&q=b"
    );
    assert_eq!(person.page("/?period=day").link("Export CSV"), "/expenses.csv");
}

#[test]
fn its_name_has_the_date_where_the_person_is() {
    let app = App::start();
    let person = app.person_with(&[("timezone", "Pacific/Kiritimati")]);
    let name = |answer: super::support::Answer| answer.header("content-disposition").unwrap().to_owned();
    assert!(name(person.get("/expenses.csv")).contains("expenses-2026-11-23.csv"));
    let other = app.person_with(&[("timezone", "Etc/GMT+12")]);
    app.set_clock("2026-11-22 11:59");
    assert!(name(other.get("/expenses.csv")).contains("expenses-2026-11-21.csv"));
}

#[test]
fn the_decimals_are_those_of_the_currency() {
    let app = App::start();
    for (code, amount, plain) in [
        ("JPY", "1250", "1250"),
        ("KWD", "1.5", "1.500"),
        ("EUR", "1.5", "1.50"),
    ] {
        let person = app.person();
        let settings = person.page("/settings").form_at("form[action$=\"/settings\"]");
        person.submit(&settings, &[("currency", code)]).location();
        let id = person.add(amount, "Any", "2026-11-20", "");
        let text = person.get("/expenses.csv").text();
        assert!(
            text.ends_with(&format!("\r\n2026-11-20,{plain},{code},Any,,spending,,E{id}\r\n")),
            "{text}"
        );
    }
}

#[test]
fn a_long_export_has_every_row_once() {
    let app = App::start();
    let person = app.person();
    // Few days, so that most pages of 500 and 2,000 rows end within a day, and one at the end of a day.
    let row = |n: i64| {
        (
            n + 1,
            "Any",
            date("2026-11-01") + time::Duration::days(n / 4_000),
            format!("n{n}"),
        )
    };
    let mut expected = Vec::new();
    // Exactly six pages, and a few more.
    for numbers in [0..10_500, 10_500..10_601] {
        let ids = app.enter(&person, numbers.clone().map(row).collect());
        for (n, id) in numbers.zip(ids) {
            let (cents, _, day, name) = row(n);
            expected.push(format!(
                "{day},{}.{:02},USD,Any,{name},spending,,E{id}\r\n",
                cents / 100,
                cents % 100
            ));
        }
        let text = person.get("/expenses.csv").expect(200).text();
        let (_, body) = text.split_once("\r\n").unwrap();
        let newest_first: String = expected.iter().rev().map(String::as_str).collect();
        assert!(
            body == newest_first,
            "{} of {} rows",
            body.lines().count(),
            expected.len()
        );
    }
}

#[test]
fn a_long_export_keeps_its_filter_on_every_page() {
    let app = App::start();
    let person = app.person();
    let row = |n: i64| {
        (
            n + 1,
            ["Food", "Rent"][usize::from(n % 3 == 0)],
            date("2026-10-01") + time::Duration::days(n / 300),
            format!("{} {n}", ["bread", "butter"][usize::from(n % 2 == 0)]),
        )
    };
    let numbers = 0..9_000;
    app.enter(&person, numbers.clone().map(row).collect());
    let all = |_: i64| true;
    let food = |n: i64| n % 3 != 0;
    let bread = |n: i64| n % 2 != 0;
    let days = |n: i64| (date("2026-10-05")..=date("2026-10-25")).contains(&row(n).2);
    let wanted: [(&str, &dyn Fn(i64) -> bool); 6] = [
        ("?period=all", &all),
        ("?category=food", &food),
        ("?from=2026-10-05&to=2026-10-25", &days),
        ("?from=2026-10-05&to=2026-10-25&category=food", &|n| {
            days(n) && food(n)
        }),
        ("?from=2026-10-05&to=2026-10-25&q=bread", &|n| days(n) && bread(n)),
        ("?q=bread&category=food", &|n| bread(n) && food(n)),
    ];
    for (query, wanted) in wanted {
        let text = person.get(&format!("/expenses.csv{query}")).expect(200).text();
        let found: Vec<&str> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(4).unwrap())
            .collect();
        let expected: Vec<String> = numbers
            .clone()
            .rev()
            .filter(|n| wanted(*n))
            .map(|n| row(n).3)
            .collect();
        assert!(
            found == expected,
            "{query}: {} of {} rows",
            found.len(),
            expected.len()
        );
    }
}

#[test]
fn an_export_that_fails_never_looks_complete() {
    use diesel::connection::SimpleConnection as _;
    use std::io::Read as _;

    let app = App::start();
    // PostgreSQL refuses such a date. `outage` has a test for it.
    if app.is_postgres() {
        return;
    }
    let person = app.person();
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".to_owned());
    let ids = app.enter(&person, (0..5_000).map(row).collect());
    let damage = format!(
        "DROP TRIGGER search_moved; UPDATE expenses SET spent_on = '1999-99-99' WHERE id = {}",
        ids[0]
    );
    app.write(move |conn| Ok(conn.batch_execute(&damage)?));
    let mut stream = person.begin_export("");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8(answer).unwrap();
    assert!(text.matches(",USD,Coffee,x").count() >= 500);
    assert!(!text.ends_with("\r\n0\r\n\r\n"), "its end is marked");
}

#[test]
fn clients_that_do_not_read_block_no_other_exports() {
    let app = App::start();
    let (person, other) = (app.person(), app.stranger());
    let book = format!("/b/{}", app.owner(&person).0);
    let viewer = member(&app, &person, &book, "viewer");
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".repeat(500));
    app.enter(&person, (0..24_000).map(row).collect());
    let mut slow: Vec<_> = (0..4).map(|_| person.begin_export("")).collect();
    assert_eq!(app.state.open_exports.count(), 4);
    let client = app.api(&person);
    for answer in [person.get("/expenses.csv"), client.get("/expenses.csv")] {
        assert_eq!(answer.status, 429);
        assert!(answer.header("retry-after").is_some());
        assert!(answer.text().contains("4 exports"), "{}", answer.text());
    }
    assert_eq!(other.get("/expenses.csv").expect(200).text().lines().count(), 1);
    // Each person of a book has exports of their own.
    viewer.get(&format!("{book}/expenses.csv")).expect(200);
    // An export ends when its client disconnects, or when it was read.
    drop(slow.pop());
    wait_for(&app, 3);
    assert_eq!(
        person.get("/expenses.csv").expect(200).text().lines().count(),
        24_001
    );
    wait_for(&app, 3);
    drop(slow);
    wait_for(&app, 0);
}

#[test]
fn an_export_that_has_to_wait_for_others_ends_in_a_503_and_other_people_do_not_wait() {
    const LONG: std::time::Duration = std::time::Duration::from_mins(1);

    let app = App::start();
    let (person, other) = (app.person(), app.person());
    let (user, exports) = (app.user(&person), app.state.open_exports.clone());
    let reading: Vec<_> = (0..2).map(|_| exports.open(user).unwrap()).collect();
    let permits: Vec<_> = reading
        .iter()
        .map(|open| {
            actix_web::rt::System::new()
                .block_on(open.permit_to_read(LONG))
                .unwrap()
        })
        .collect();
    other.get("/expenses.csv").expect(200);
    let refused = person.get("/expenses.csv").expect(503);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.page().text("h1"), "Too much at once");
    drop(permits);
    person.get("/expenses.csv").expect(200);
}

fn wait_for(app: &App, open: usize) {
    let began = std::time::Instant::now();
    while app.state.open_exports.count() != open {
        assert!(
            began.elapsed().as_secs() < 20,
            "{} are open",
            app.state.open_exports.count()
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn an_export_of_long_rows_has_every_row_once() {
    let app = App::start();
    let person = app.person();
    // Pages end by their size, within a day. Some pages have short rows.
    let row = |n: i64| {
        let text = if n / 1_500 == 1 {
            String::new()
        } else {
            "🧾".repeat(480)
        };
        (
            n + 1,
            "Any",
            date("2026-11-01") + time::Duration::days(n / 700),
            format!("{text}{n}"),
        )
    };
    app.enter(&person, (0..4_000).map(row).collect());
    for query in ["", "?q=any"] {
        let text = person.get(&format!("/expenses.csv{query}")).expect(200).text();
        let found: Vec<&str> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(4).unwrap().trim_start_matches('🧾'))
            .collect();
        let expected: Vec<String> = (0..4_000).rev().map(|n| n.to_string()).collect();
        assert!(found == expected, "{query}: {} rows", found.len());
    }
}

/// The bytes of an export. `meanwhile` runs after its start and before its end.
fn interrupted(person: &Visitor, queries: &[&str], meanwhile: impl FnOnce()) -> Vec<String> {
    use std::io::Read as _;

    let streams: Vec<_> = queries.iter().map(|query| person.begin_export(query)).collect();
    meanwhile();
    streams
        .into_iter()
        .map(|mut stream| {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest);
            String::from_utf8(rest).unwrap()
        })
        .collect()
}

#[test]
fn each_row_has_the_category_it_has_when_it_is_written_and_none_is_lost_with_a_category() {
    let app = App::start();
    let person = app.person();
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".repeat(900));
    app.enter(&person, (0..24_000).map(row).collect());
    let from = id_of(&person, "Coffee");
    let found = interrupted(&person, &["", "?category=Coffee", "?q=coff"], || {
        person.add("1", "Newspapers", "2020-01-01", "late");
        let into = id_of(&person, "Newspapers");
        person
            .post(&format!("/categories/{from}/merge"), &[("into", &into)])
            .location();
    });
    let [all, of_one, searched] = found.as_slice() else {
        panic!("three exports")
    };
    assert!(all.ends_with("\r\n0\r\n\r\n"), "it is whole");
    assert!(all.contains(",1.00,USD,Newspapers,late,spending,,E"));
    assert!(!all.contains(",USD,,"), "every row has a category");
    let rows = all.matches("xxx,spending,,E").count();
    assert_eq!(rows, 24_000);
    for part in [of_one, searched] {
        assert!(
            !part.ends_with("\r\n0\r\n\r\n"),
            "what was merged away is missing, and that is told"
        );
    }
}

#[test]
fn a_category_that_gets_another_name_stays_in_the_export_that_has_begun() {
    let app = App::start();
    let person = app.person();
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".repeat(900));
    app.enter(&person, (0..24_000).map(row).collect());
    let id = id_of(&person, "Coffee");
    let found = interrupted(&person, &["?category=Coffee", "?q=coff"], || {
        person
            .post(&format!("/categories/{id}"), &[("name", "Tea")])
            .location();
    });
    for part in found {
        assert!(part.ends_with("\r\n0\r\n\r\n"), "it is whole");
        assert_eq!(part.matches("xxx,spending,,E").count(), 24_000);
        assert!(part.contains(",USD,Coffee,x") && part.contains(",USD,Tea,x"));
    }
}

#[test]
fn a_spreadsheet_with_a_decimal_comma_gets_a_file_of_its_own() {
    let app = App::start();
    let german = app.person_with(&[("locale", "de-DE"), ("currency", "EUR")]);
    german.add("1234,50", "Essen; Trinken", "2026-11-20", "=1+1");
    german.add("-3,9", "Essen", "2026-11-21", "Pfand, Glas");
    german.add("7", "Essen", "2026-10-21", "");
    let list = german.page("/expenses");
    let href = list.link("Export for spreadsheets");
    assert_eq!(
        href,
        "/expenses.csv?period=month&on=2026-11-22&format=spreadsheet"
    );
    assert_eq!(
        german.page("/settings").link("Export for spreadsheets"),
        "/expenses.csv?format=spreadsheet"
    );
    let text = german.get(&href).expect(200).text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    let id = |at: usize| lines[at].rsplit(';').next().unwrap().to_owned();
    assert_eq!(
        lines,
        [
            "\u{feff}date;amount;currency;category;description;kind;paid_by;id".to_owned(),
            format!("2026-11-21;-3,90;EUR;Essen;\"Pfand, Glas\";spending;;{}", id(1)),
            format!(
                "2026-11-20;1234,50;EUR;\"Essen; Trinken\";'=1+1;spending;;{}",
                id(2)
            ),
        ]
    );
    assert!(id(1).starts_with('E'));
    let plain = german.get("/expenses.csv").expect(200).text();
    assert!(plain.contains(",1234.50,EUR,"), "the file for programs stays");
    let client = app.api(&german);
    let month = german.get("/expenses.csv?period=month").expect(200).text();
    let read = |text: String| {
        let import = client.import(text);
        let rows = client.rows(&import);
        rows.iter()
            .map(|row| [row["verdict"].clone(), row["amount"].clone(), row["date"].clone()])
            .collect::<Vec<_>>()
    };
    let rows = read(text);
    assert_eq!(rows, read(month), "it is imported like the plain one");
    assert_ne!(rows[0][0], "new");

    let english = app.person();
    english.add("1234.50", "Food", "2026-11-20", "");
    assert!(!english.page("/expenses").has_link("Export for spreadsheets"));
    assert!(!english.page("/settings").has_link("Export for spreadsheets"));
    assert_eq!(
        english.get("/expenses.csv?format=spreadsheet").expect(200).text(),
        english.get("/expenses.csv").expect(200).text()
    );
    english.get("/expenses.csv?format=pdf").expect(400);
}
