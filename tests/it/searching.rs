//! The search and its index: after any history it finds exactly the rows that a full scan finds.
//!
//! More than 300 lines, because the property test and the single cases use the same histories.

use diesel::connection::SimpleConnection as _;
use expense_tracker::accounts::preferences::Preferences;
use expense_tracker::db::{BookId, Conn, UserId, WriteContext, set_owner};
use expense_tracker::error::AppError;
use expense_tracker::ledger::category::Categories;
use expense_tracker::ledger::expense::{Expense, NewExpense};
use expense_tracker::ledger::filter::Filter;
use expense_tracker::ledger::merge;
use expense_tracker::ledger::page_position::PagePosition;
use expense_tracker::ledger::search;
use expense_tracker::ledger::selection::Selection;
use expense_tracker::ledger::sum::Sum;
use expense_tracker::ledger::write;
use expense_tracker::money::Money;
use expense_tracker::ops::index;
use expense_tracker::period::Unit;
use expense_tracker::text::{folded, search_query, search_text};
use expense_tracker::web::fields::Fields;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::{App, Visitor, date, form_text, reader};

/// Parts of descriptions: special characters of LIKE, FTS5 and JSON, and letters that fold.
const PIECES: [&str; 16] = [
    "coffee",
    "Coff",
    "Café",
    "%",
    "_",
    "\\",
    "\"",
    "'",
    "*",
    "100%",
    " ",
    "寿司まつり",
    "12.50",
    "\n",
    "aaa",
    "AND",
];
const NAMES: [&str; 4] = ["Coffee bar", "Rent", "Café", "Other"];
const DAYS: [&str; 5] = [
    "1900-01-01",
    "2026-11-20",
    "2026-11-21",
    "2026-11-22",
    "9999-12-31",
];
const AMOUNTS: [i64; 4] = [1250, -1250, 100, 10_000];

#[derive(Debug, Clone)]
enum Step {
    Add(Vec<Row>),
    Edit(usize, Row),
    Trash(usize),
    Restore(usize),
    Merge(usize, usize),
    Index(i64),
}

#[derive(Debug, Clone)]
struct Row {
    pieces: Vec<usize>,
    name: usize,
    day: usize,
    amount: usize,
}

impl Row {
    fn new_expense(&self) -> NewExpense {
        let text: String = self.pieces.iter().map(|at| PIECES[*at]).collect();
        let amount = Money::from_minor(AMOUNTS[self.amount]);
        NewExpense {
            description: text.trim().to_owned(),
            ..NewExpense::new(amount, NAMES[self.name].to_owned(), date(DAYS[self.day]))
        }
    }
}

fn row() -> impl Strategy<Value = Row> {
    (
        prop::collection::vec(0..PIECES.len(), 0..5),
        0..NAMES.len(),
        0..DAYS.len(),
        0..AMOUNTS.len(),
    )
        .prop_map(|(pieces, name, day, amount)| Row {
            pieces,
            name,
            day,
            amount,
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(row(), 1..12).prop_map(Step::Add),
        3 => (0..99_usize, row()).prop_map(|(nth, row)| Step::Edit(nth, row)),
        2 => (0..99_usize).prop_map(Step::Trash),
        2 => (0..99_usize).prop_map(Step::Restore),
        1 => (0..NAMES.len(), 0..NAMES.len()).prop_map(|(from, into)| Step::Merge(from, into)),
        2 => (1..30_i64).prop_map(Step::Index),
    ]
}

/// Executes the steps for one person. Each second step is one of another member.
fn live(conn: &mut Conn, owner: BookId, steps: &[Step], context: &WriteContext) -> Result<(), AppError> {
    set_owner(conn, owner)?;
    let mut ids = Vec::new();
    let member = WriteContext {
        by: UserId(2),
        ..context.clone()
    };
    for (number, step) in steps.iter().enumerate() {
        let context = if number % 2 == 0 { context } else { &member };
        let nth = |nth: &usize| ids.get(nth % ids.len().max(1)).copied();
        match step {
            Step::Add(rows) => {
                let rows: Vec<NewExpense> = rows.iter().map(Row::new_expense).collect();
                let (first, others) = rows.split_first().unwrap();
                let (one, _) = write::create(conn, owner, first, None, context)?;
                ids.push(one.id);
                ids.extend(write::create_many(conn, owner, others, context)?);
            }
            Step::Edit(at, row) => {
                if let Some(id) = nth(at) {
                    match write::update(conn, owner, id, &row.new_expense(), None, context) {
                        Ok(_) | Err(AppError::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Step::Trash(at) => {
                if let Some(id) = nth(at) {
                    write::trash(conn, owner, id, context)?;
                }
            }
            Step::Restore(at) => {
                if let Some(id) = nth(at) {
                    write::restore(conn, owner, id, context)?;
                }
            }
            Step::Merge(from, into) => {
                let known = Categories::of(conn, owner)?;
                let id = |at: &usize| known.named(NAMES[*at]).map(|category| category.id);
                if let (Some(from), Some(into)) = (id(from), id(into))
                    && from != into
                {
                    merge::merge(conn, owner, from, into, context)?;
                }
            }
            Step::Index(most) => {
                search::index_pending(conn, *most)?;
            }
        }
    }
    Ok(())
}

/// The result of a full scan, newest first.
fn scanned(conn: &mut Conn, owner: BookId, filter: &Filter, q: &str) -> Result<Vec<Expense>, AppError> {
    let preferences = Preferences::default();
    let names = Categories::of(conn, owner)?;
    let whole = filter.without_search().without_payer();
    let mut rows = Selection::new(owner, &whole, &names).page(conn, PagePosition::Start, 10_000)?;
    let amount = Money::parse_typed(q, preferences.currency, preferences.locale).ok();
    let wanted = search_query(q);
    let payer = |row: &Expense| row.paid_by.map_or("1".to_owned(), |payer| payer.to_string());
    rows.retain(|row| filter.person.is_empty() || filter.person == payer(row));
    rows.retain(|row| {
        search_text(&row.description).contains(&wanted)
            || folded(names.name(row.category_id)).contains(&wanted)
            || amount.is_some_and(|amount| amount.minor().abs() == row.amount.minor().abs())
    });
    Ok(rows)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Expense>) -> Sum {
    rows.fold(Sum::default(), |mut all, row| {
        all += Sum {
            amount: row.amount,
            count: 1,
        };
        all
    })
}

/// The rows, read page by page forward and back.
fn paged(conn: &mut Conn, selection: &Selection) -> Result<Vec<Expense>, AppError> {
    let (mut there, mut place) = (Vec::new(), PagePosition::Start);
    loop {
        let page = selection.page(conn, place, 3)?;
        let Some(last) = page.last() else { break };
        place = PagePosition::After(last.spent_on, last.id);
        there.extend(page);
    }
    let mut back: Vec<Expense> = there.last().cloned().into_iter().collect();
    while let Some(first) = back.first() {
        let mut page = selection.page(conn, PagePosition::Before(first.spent_on, first.id), 3)?;
        if page.is_empty() {
            break;
        }
        page.append(&mut back);
        back = page;
    }
    assert_eq!(there, back, "the way back");
    Ok(there)
}

fn compare(conn: &mut Conn, owner: BookId, q: &str, category: &str, period: &str) -> Result<usize, AppError> {
    set_owner(conn, owner)?;
    for person in ["1", "2", "3"] {
        for q in [q, ""] {
            compare_of(conn, owner, (q, person), category, period)?;
        }
    }
    compare_of(conn, owner, (q, ""), category, period)
}

fn compare_of(
    conn: &mut Conn,
    owner: BookId,
    (q, person): (&str, &str),
    category: &str,
    period: &str,
) -> Result<usize, AppError> {
    let query = form_text(&[("q", q), ("category", category), ("person", person)]) + "&" + period;
    let query = Fields::parse(query.as_bytes())?;
    let filter = Filter::read(&query, &reader(owner), Unit::All)?;
    let names = Categories::of(conn, owner)?;
    let selection = Selection::new(owner, &filter, &names);
    let expected = scanned(conn, owner, &filter, &filter.q)?;
    let told = format!("{q:?} in {category:?} by {person:?}, {period}");
    assert_eq!(paged(conn, &selection)?, expected, "{told}");
    assert_eq!(selection.sum(conn)?, sum(expected.iter()), "{told}");
    for (id, found) in selection.by_category(conn)? {
        let of_it = expected.iter().filter(|row| row.category_id == id);
        assert_eq!(found, sum(of_it), "{told}");
    }
    for (day, found) in selection.by_day(conn)? {
        let of_it = expected.iter().filter(|row| row.spent_on == day);
        assert_eq!(found, sum(of_it), "{told}");
    }
    Ok(expected.len())
}

#[test]
fn after_any_history_the_index_finds_what_a_full_scan_finds() {
    let app = App::start();
    let history = || prop::collection::vec(step(), 1..14);
    let query = (
        prop::collection::vec(0..PIECES.len(), 1..3),
        0..9_usize,
        1..9_usize,
    )
        .prop_map(|(pieces, from, letters)| -> String {
            let text: String = pieces.iter().map(|at| PIECES[*at].replace('\n', " ")).collect();
            let cut: String = text
                .chars()
                .skip(from % text.chars().count())
                .take(letters)
                .collect();
            if cut.trim().is_empty() { text } else { cut }
        });
    let queries = prop::collection::vec(query, 12);
    let mut runner = TestRunner::new(Config {
        cases: 16,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    });
    let outcome = runner.run(&(history(), history(), queries), |(mine, theirs, queries)| {
        let (me, other) = (app.person(), app.person());
        let (owner, stranger) = (app.owner(&me), app.owner(&other));
        let context = app.state.write_context(UserId(1), UserId(1));
        app.write(move |conn| {
            // The rows of another person are interleaved in time and adjacent in the index.
            live(conn, stranger, &theirs[..theirs.len() / 2], &context)?;
            live(conn, owner, &mine, &context)?;
            live(conn, stranger, &theirs[theirs.len() / 2..], &context)
        });
        // Each query is a read of its own: one read of all of them may take longer than a page is allowed to.
        let look = || {
            for (at, q) in queries.iter().enumerate() {
                let category = if at % 3 == 0 { NAMES[at % NAMES.len()] } else { "" };
                let period = ["period=all", "from=2026-11-21", "period=month", "period=day"][at % 4];
                let q = q.clone();
                app.read(move |conn| {
                    compare(conn, owner, &q, category, period)?;
                    compare(conn, stranger, &q, "", "period=all")
                });
            }
        };
        look();
        app.write(|conn| search::index_pending(conn, i64::MAX));
        look();
        app.write(move |conn| is_sound(conn, &[owner, stranger]));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Copy and index match the expenses.
fn is_sound(conn: &mut Conn, owners: &[BookId]) -> Result<(), AppError> {
    for owner in owners {
        set_owner(conn, *owner)?;
        assert_eq!(search::check(conn, *owner)?, 0);
    }
    assert_eq!(search::check_index(conn)?, None);
    Ok(())
}

fn found(person: &Visitor, q: &str) -> usize {
    let query = form_text(&[("period", "all"), ("q", q)]);
    person.page(&format!("/expenses?{query}")).rows().len()
}

#[test]
fn new_rows_are_found_before_and_after_they_are_indexed() {
    let app = App::start();
    let person = app.person();
    let id = person.add("4.50", "Drinks", "2026-11-20", "Flat white");
    assert_eq!(found(&person, "flat wh"), 1);
    app.write(|conn| search::index_pending(conn, i64::MAX));
    assert_eq!(found(&person, "flat wh"), 1);
    let form = [
        ("amount", "4"),
        ("category", "Drinks"),
        ("date", "2026-11-20"),
        ("description", "Espresso"),
    ];
    person.post(&format!("/expenses/{id}"), &form).location();
    assert_eq!((found(&person, "flat wh"), found(&person, "spress")), (0, 1));
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    assert_eq!(found(&person, "spress"), 0);
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    assert_eq!(found(&person, "spress"), 1);
}

#[test]
fn a_deleted_row_is_not_found_and_leaves_the_index_with_the_next_batch() {
    let app = App::start();
    let person = app.person();
    let owner = app.owner(&person);
    let index = || app.write(|conn| search::index_pending(conn, i64::MAX));
    let sound = || app.write(move |conn| is_sound(conn, &[owner]));
    let id = person.add("4.50", "Drinks", "2026-11-20", "Flat white");
    let kept = person.add("3", "Drinks", "2026-11-20", "Espresso");
    index();
    person.post(&format!("/expenses/{id}/delete"), &[]).location();
    assert_eq!((found(&person, "flat wh"), found(&person, "fl")), (0, 0));
    sound();
    // Another row on the day of the deleted one, not indexed yet.
    person.add("5", "Drinks", "2026-11-20", "Cortado");
    assert_eq!((found(&person, "flat wh"), found(&person, "cortado")), (0, 1));
    person.post(&format!("/expenses/{id}/restore"), &[]).location();
    assert_eq!((found(&person, "flat wh"), found(&person, "fl")), (1, 1));
    sound();
    index();
    assert_eq!((found(&person, "flat wh"), found(&person, "cortado")), (1, 1));
    sound();
    // Removed from the index and added again.
    for (act, count) in [("delete", 0), ("restore", 1), ("delete", 0)] {
        person.post(&format!("/expenses/{id}/{act}"), &[]).location();
        assert_eq!(found(&person, "flat wh"), count);
        index();
        assert_eq!(found(&person, "flat wh"), count);
        sound();
    }
    assert_eq!(found(&person, "spress"), 1);
    // A category changes in the copy immediately, also while a change of the row is pending.
    let form = [
        ("amount", "7"),
        ("category", "Bar"),
        ("date", "2026-11-20"),
        ("description", "Espresso"),
    ];
    person.post(&format!("/expenses/{kept}"), &form).location();
    for _ in 0..2 {
        let page = person.page("/expenses?period=all&q=spress&category=Bar");
        assert_eq!(page.rows().len(), 1);
        sound();
        person.post(&format!("/expenses/{kept}/delete"), &[]).location();
        person.post(&format!("/expenses/{kept}/restore"), &[]).location();
    }
}

#[test]
fn many_pending_rows_are_indexed_in_the_background_and_a_few_wait() {
    let app = App::on_sqlite();
    let person = app.person();
    let rows = |count: usize| {
        (0..count)
            .map(|n| (100, "Food", date("2026-11-20"), format!("row {n}")))
            .collect::<Vec<_>>()
    };
    let index_batches = || {
        let state = app.state.clone();
        actix_web::rt::System::new().block_on(async move { index::once(&state).await.unwrap() });
    };
    app.enter(&person, rows(3));
    index_batches();
    assert!(!app.read(search::is_due));
    assert_eq!(
        app.write(|conn| search::index_pending(conn, i64::MAX)),
        3,
        "they were waiting"
    );
    app.enter(&person, rows(1_000));
    assert!(app.read(search::is_due));
    index_batches();
    assert!(!app.read(search::is_due));
    assert!(app.write(|conn| search::index_pending(conn, i64::MAX)) < 400);
    assert_eq!(found(&person, "row 99"), 11);
}

#[test]
fn a_closed_account_leaves_nothing_in_the_index() {
    let app = App::on_sqlite();
    let (person, other) = (app.person(), app.person());
    for visitor in [&person, &other] {
        let rows = vec![(100, "Food", date("2026-11-20"), "pumpkin".to_owned()); 5];
        app.enter(visitor, rows);
    }
    app.write(|conn| search::index_pending(conn, i64::MAX));
    let candidates = || {
        use diesel::prelude::*;
        use diesel::sql_types::BigInt;
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let sql = "SELECT (SELECT COUNT(*) FROM search_index WHERE search_index MATCH '\"pum\"') * 100 \
                   + (SELECT COUNT(*) FROM search_owners) AS count";
        let count: Count = app.read(move |conn| Ok(diesel::sql_query(sql).get_result(conn)?));
        count.count
    };
    assert_eq!(candidates(), 1002);
    let form = [("password", super::support::PASSWORD)];
    person.post("/settings/delete-account", &form).location();
    let owner = app.owner(&other);
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { expense_tracker::ops::purge::once(&state).await.unwrap() });
    assert_eq!(candidates(), 501);
    assert_eq!(app.owner(&other), owner);
    assert_eq!(found(&other, "pumpkin"), 5);
}

#[test]
fn a_day_without_free_keys_accepts_more_rows() {
    let app = App::on_sqlite();
    let (me, other) = (app.person(), app.person());
    let (owner, stranger) = (app.owner(&me), app.owner(&other));
    let index = || while app.write(|conn| search::index_pending(conn, 3)) > 0 {};
    let row = |text: &str| (100, "Food", date("2026-11-20"), text.to_owned());
    app.enter(&me, vec![row("first coffee"), row("second coffee")]);
    index();
    // A row gets this key after many edits.
    app.write(|conn| {
        Ok(conn.batch_execute(
            "INSERT INTO search_index (search_index, rowid, letters)
                 SELECT 'delete', key, folded FROM search_rows WHERE folded = 'second coffee';
             UPDATE search_rows SET key = key | 4194303 WHERE folded = 'second coffee';
             INSERT INTO search_index (rowid, letters) SELECT key, folded FROM search_rows WHERE folded = 'second coffee';",
        )?)
    });
    let more = (3..10).map(|n| row(&format!("{n} coffee"))).collect();
    let ids = app.enter(&me, more);
    app.enter(&other, vec![row("tea")]);
    index();
    assert_eq!(found(&me, "coffee"), 9);
    me.post(&format!("/expenses/{}/delete", ids[0]), &[]).location();
    index();
    assert_eq!((found(&me, "coffee"), found(&other, "tea")), (8, 1));
    app.write(move |conn| is_sound(conn, &[owner, stranger]));
}

#[test]
fn numbers_of_removed_accounts_are_reused() {
    let app = App::on_sqlite();
    let (first, last, next) = (app.person(), app.person(), app.person());
    let row = || vec![(100, "Food", date("2026-11-20"), "coffee".to_owned())];
    let index = || while app.write(|conn| search::index_pending(conn, 3)) > 0 {};
    app.enter(&first, row());
    index();
    let owner = app.owner(&last).0;
    app.write(move |conn| {
        Ok(conn.batch_execute(&format!(
            "INSERT INTO search_owners (number, book_id) VALUES (524286, {owner})"
        ))?)
    });
    app.enter(&last, row());
    app.enter(&next, row());
    index();
    for person in [&first, &last, &next] {
        assert_eq!(found(person, "coffee"), 1);
    }
    let owners = [app.owner(&first), app.owner(&last), app.owner(&next)];
    app.write(move |conn| is_sound(conn, &owners));
}
