//! The rows of an import, a page at a time.

use std::collections::HashMap;

use diesel::prelude::*;

use super::filters::{FILTERS, MONEY_IN, read_filter};
use super::refused::Refused;
use super::row_view::{RowContext, row_view};
use crate::accounts::access::Access;
use crate::accounts::request::Request;
use crate::db::schema::expenses;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::imports::import::Import;
use crate::imports::row::{self, ImportRow, RowFilter};
use crate::imports::row_choice;
use crate::imports::state::ImportState;
use crate::imports::verdict::Verdict;
use crate::imports::view::{CountView, LikeView, Review, RowGroup, RowView};
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::web::fields::{self, Fields};
use crate::web::view::Field;

/// Rows of one page.
const PAGE: usize = 100;

/// What a page of rows needs of the database.
struct Found {
    rows: Vec<ImportRow>,
    has_more: bool,
    /// Where the page before begins, unless this is the first.
    before: Option<i32>,
    expenses: HashMap<i64, Expense>,
    taken: i64,
    money_in: bool,
    like: Option<LikeView>,
}

pub(super) async fn review<A: Access>(
    request: &Request<A>,
    import: &Import,
    categories: &Categories,
    query: &Fields,
    refused: &Refused,
) -> Result<Review, AppError> {
    let owner = request.user.user().book;
    let (filter_name, filter) = read_filter(query.get("filter"))?;
    let after = query.get("after").parse().unwrap_or(0_i32).max(0);
    let like = query.get("like").parse().ok();
    let of = import.clone();
    let found = request
        .state
        .db
        .read(owner, move |conn| find(conn, owner, &of, &filter, after, like))
        .await?;
    let is_open = import.state() == ImportState::Review;
    let context = RowContext {
        import,
        expenses: &found.expenses,
        categories,
        refused,
    };
    let view = |row: &ImportRow| row_view(request, &context, row);
    let rows: Vec<(&ImportRow, RowView)> = found.rows.iter().map(|row| (row, view(row))).collect();
    let href = |after: Option<i32>| page_address(request, import, filter_name, after);
    let action = |name: &str| {
        let path = request.book_address(&format!("/import/{}/{name}", import.id));
        fields::address(&path, [("filter", filter_name), ("after", query.get("after"))])
    };
    let last = found.rows.last().filter(|_| found.has_more);
    Ok(Review {
        counts: counts(request, import, filter_name, found.money_in),
        balances: import.balances.as_deref().map(balance_words),
        is_open,
        filter: filter_name,
        action: action("rows"),
        confirm_action: action("confirm"),
        shown: numbers(&found.rows),
        range: range(request, import, &found.rows),
        groups: groups(rows),
        previous: found
            .before
            .map(|before| href(Some(before).filter(|before| *before > 0))),
        next: last.map(|row| href(Some(row.row_number))),
        confirm_label: confirm_label(request, found.taken),
        categories: categories.iter().map(|category| category.name.clone()).collect(),
        category: Field::checked("category", &import.category, &refused.errors),
        money_in: Field::checked(
            "money_in",
            import.money_in.as_deref().unwrap_or_default(),
            &refused.errors,
        ),
        has_money_in: found.money_in,
        like: found.like,
    })
}

/// The address of the page of rows after a number; of the first page without one.
fn page_address<A: Access>(
    request: &Request<A>,
    import: &Import,
    filter: &str,
    after: Option<i32>,
) -> String {
    let after = after.map(|after| after.to_string()).unwrap_or_default();
    let path = request.book_address(&format!("/import/{}", import.id));
    let pairs = [("filter", filter), ("after", after.as_str())];
    fields::address(&path, pairs.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn balance_words(balances: &str) -> &'static str {
    match balances {
        "explained" => "The rows add up to the balances in the file.",
        _ => "The rows don't add up to the balances in the file. Some may be missing.",
    }
}

fn confirm_label<A: Access>(request: &Request<A>, taken: i64) -> String {
    match taken {
        1 => "Import 1 row".to_owned(),
        taken => {
            let locale = request.user.user().preferences.locale;
            format!("Import {} rows", locale.format_integer(taken))
        }
    }
}

fn find(
    conn: &mut Conn,
    owner: BookId,
    import: &Import,
    filter: &RowFilter,
    after: i32,
    like: Option<i32>,
) -> Result<Found, AppError> {
    let mut rows = row::page(conn, owner, import.id, filter, after, PAGE + 1)?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.expense_id).collect();
    let expenses: Vec<Expense> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids))
        .select(expenses::all_columns)
        .load(conn)?;
    let money_in = RowFilter {
        is_money_in: true,
        ..RowFilter::default()
    };
    Ok(Found {
        rows,
        has_more,
        before: (after > 0)
            .then(|| row::page_before(conn, owner, import.id, filter, after, PAGE))
            .transpose()?,
        expenses: expenses.into_iter().map(|row| (row.id, row)).collect(),
        taken: row::taken(conn, owner, import.id)?,
        money_in: !row::page(conn, owner, import.id, &money_in, 0, 1)?.is_empty(),
        like: like
            .map(|row| find_like(conn, owner, import, row))
            .transpose()?
            .flatten(),
    })
}

/// The other rows with the description of `number` that have another category.
fn find_like(
    conn: &mut Conn,
    owner: BookId,
    import: &Import,
    number: i32,
) -> Result<Option<LikeView>, AppError> {
    let chosen = row::numbered(conn, owner, import.id, &[number])?;
    let Some((chosen, category)) = chosen.first().and_then(|row| Some((row, row.category.as_ref()?))) else {
        return Ok(None);
    };
    let count = row_choice::count_like(conn, owner, chosen)?;
    let words = match count {
        0 => return Ok(None),
        1 => "the other row like it".to_owned(),
        _ => format!("the {count} others like it"),
    };
    Ok(Some(LikeView {
        row: number,
        category: category.clone(),
        words,
    }))
}

fn counts<A: Access>(
    request: &Request<A>,
    import: &Import,
    current: &str,
    has_money_in: bool,
) -> Vec<CountView> {
    let locale = request.user.user().preferences.locale;
    let path = request.book_address(&format!("/import/{}", import.id));
    let counts = import.counts();
    let line = |(name, verdict, label): &(&'static str, Option<Verdict>, &'static str)| {
        let count = verdict.map_or(counts.all(), |verdict| counts.of(verdict));
        CountView {
            verdict: if verdict.is_some() { name } else { "" },
            label,
            count,
            number: locale.format_integer(count),
            href: fields::address(&path, [("filter", *name)]),
            is_current: *name == current,
        }
    };
    let mut lines: Vec<CountView> = FILTERS.iter().map(line).collect();
    if has_money_in {
        lines.push(CountView {
            label: "Money in",
            href: fields::address(&path, [("filter", MONEY_IN)]),
            is_current: current == MONEY_IN,
            ..CountView::default()
        });
    }
    lines
}

fn numbers(rows: &[ImportRow]) -> String {
    let numbers: Vec<String> = rows.iter().map(|row| row.row_number.to_string()).collect();
    numbers.join(",")
}

fn range<A: Access>(request: &Request<A>, import: &Import, rows: &[ImportRow]) -> String {
    let locale = request.user.user().preferences.locale;
    let Some((first, last)) = rows.first().zip(rows.last()) else {
        return "No rows".to_owned();
    };
    let number = |number: i64| locale.format_integer(number);
    format!(
        "Rows {}–{} of the {} in the file",
        number(first.row_number.into()),
        number(last.row_number.into()),
        number(import.counts().all())
    )
}

/// Money out, money in, and what can't be taken, each under its own heading.
fn groups(rows: Vec<(&ImportRow, RowView)>) -> Vec<RowGroup> {
    let titles = ["Money out", "Money in", "Left out", "Rejected"];
    let mut groups = titles.map(|title| RowGroup {
        title,
        rows: Vec::new(),
    });
    for (row, view) in rows {
        let at = match row.verdict() {
            Verdict::Rejected => 3,
            Verdict::LeftOut => 2,
            _ if row.amount.is_some_and(|amount| !amount.is_negative()) => 1,
            _ => 0,
        };
        groups[at].rows.push(view);
    }
    groups
        .into_iter()
        .filter(|group| !group.rows.is_empty())
        .collect()
}
