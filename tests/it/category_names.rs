//! Names of categories are compared without case, and by what can be seen of them.

use expense_tracker::db::Conn;

use super::support::{App, Visitor};

/// Each category with its sum.
fn sums(person: &Visitor) -> Vec<(String, String)> {
    let page = person.page("/expenses?period=all");
    let mut rows: Vec<(String, String)> = page
        .rows()
        .into_iter()
        .map(|row| (row.category, row.amount))
        .collect();
    rows.sort();
    rows
}

#[test]
fn names_that_look_the_same_are_one_category() {
    let app = App::start();
    for (first, second) in [
        ("Φόρος", "ΦΌΡΟΣ"),
        ("STRASSE", "Straße"),
        ("Isınma", "ISINMA"),
        ("☕", "☕\u{fe0f}"),
        ("Food", "Fo\u{200b}od"),
        ("Food", "\u{feff}food\u{200f}"),
    ] {
        let person = app.person();
        person.add("1", first, "2026-11-20", "");
        person.add("2", second, "2026-11-20", "");
        let names = sums(&person).into_iter().map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), [first, first], "{second}");
        let encoded = expense_tracker::web::fields::encode(second);
        assert_eq!(person.total(&format!("/expenses?category={encoded}")), "3.00");
        person.post("/categories", &[("name", second)]).expect(422);
    }
    let person = app.person();
    let unseen = [
        ("amount", "1"),
        ("category", "\u{200b}\u{2060}"),
        ("date", "2026-11-20"),
    ];
    let page = person.post("/expenses", &unseen).expect(422).page();
    assert!(page.form("Add expense").error("category").is_some());
}

#[test]
fn categories_of_an_earlier_version_stay_and_are_found_by_their_names() {
    let app = App::start();
    let person = app.person();
    person.add("1", "one", "2026-11-20", "");
    person.add("2", "two", "2026-11-20", "");
    person.add("3", "three", "2026-11-20", "");
    let owner = app.owner(&person);
    // As they were stored: the letters one by one in lower case, and whatever can't be seen.
    let sql = format!(
        "/* a test's own */ UPDATE categories SET name = 'Φόρος', name_key = 'φόρος' WHERE book_id = {0} AND name = 'one';
         UPDATE categories SET name = '☕\u{fe0f}', name_key = '☕\u{fe0f}' WHERE book_id = {0} AND name = 'two';
         UPDATE categories SET name = '☕', name_key = '☕' WHERE book_id = {0} AND name = 'three'",
        owner.0
    );
    app.write_of(owner, move |conn: &mut Conn| {
        use diesel::connection::SimpleConnection as _;
        Ok(conn.batch_execute(&sql)?)
    });
    let shown = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, amount)| ((*name).to_owned(), format!("${amount}")))
            .collect()
    };
    let before = [("Φόρος", "1.00"), ("☕", "3.00"), ("☕\u{fe0f}", "2.00")];
    assert_eq!(sums(&person), shown(&before), "both of them stay");
    person.add("10", "ΦΌΡΟΣ", "2026-11-20", "");
    person.add("20", "☕\u{fe0f}", "2026-11-20", "");
    person.post("/categories", &[("name", "φόροσ")]).expect(422);
    assert_eq!(
        sums(&person),
        shown(&[
            ("Φόρος", "1.00"),
            ("Φόρος", "10.00"),
            ("☕", "20.00"),
            ("☕", "3.00"),
            ("☕\u{fe0f}", "2.00"),
        ]),
        "what is new is in the one that is stored with today's key"
    );
}
