//! The totals of a period by category: the largest ones for the dashboard, and all of them on the page `/by-category`.

use std::ops::Range;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::summary::Summary;
use super::trend::ratio;
use super::view::{ByCategoryPage, CategorySlice};
use crate::accounts::current::CurrentUser;
use crate::error::AppError;
use crate::ledger::filter::Filter;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::Unit;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::Fields;
use crate::web::numbered_pages::{self, Pages};
use crate::web::page::respond;
use crate::web::view::Nav;

/// Categories that the dashboard shows individually.
const SHOWN: usize = 15;
/// The color of the other ones together.
const OTHER_COLOR: &str = "#8c8c8c";

/// The largest categories, and the sum of the others.
pub(super) fn top(summary: &Summary, filter: &Filter, user: &CurrentUser, base: &str) -> Vec<CategorySlice> {
    let all = summary.by_category.len();
    // A single other category is shown instead of a sum.
    if all <= SHOWN + 1 {
        return slices(summary, 0..all, filter, user, base);
    }
    let mut slices = slices(summary, 0..SHOWN, filter, user, base);
    let others = &summary.by_category[SHOWN..];
    let scale = Scale::of(summary);
    let count = i64::try_from(others.len()).unwrap_or(i64::MAX);
    slices.push(scale.slice(
        format!("Other ({})", user.preferences.locale.format_integer(count)),
        OTHER_COLOR.to_owned(),
        address(filter, base, SHOWN + 1, 1),
        sum_of(others),
        user,
    ));
    slices
}

/// A page of the categories from `rank` on.
fn address(filter: &Filter, base: &str, rank: usize, page: usize) -> String {
    let (pairs, rank) = (filter.pairs(), rank.to_string());
    let mut pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    pairs.push(("rank", &rank));
    numbered_pages::address(&format!("{base}/by-category"), &pairs, page)
}

fn sum_of(sums: &[(i64, Sum)]) -> Sum {
    sums.iter().fold(Sum::default(), |all, (_, sum)| all + *sum)
}

/// The categories of these ranks, counted from 0.
fn slices(
    summary: &Summary,
    ranks: Range<usize>,
    filter: &Filter,
    user: &CurrentUser,
    base: &str,
) -> Vec<CategorySlice> {
    let list = format!("{base}/expenses");
    let scale = Scale::of(summary);
    let sums = summary.by_category[ranks].iter();
    sums.map(|(id, sum)| {
        let name = summary.categories.name(*id);
        let category = summary.categories.get(*id);
        let color = category
            .map(|category| category.color.clone())
            .unwrap_or_default();
        scale.slice(
            name.to_owned(),
            color,
            filter.with_category(name).address(&list),
            *sum,
            user,
        )
    })
    .collect()
}

/// The reference values of bars and shares.
struct Scale {
    /// The amount of the longest bar.
    longest: Money,
    /// The spending without refunds. Refunds have no share.
    spent: Money,
}

impl Scale {
    fn of(summary: &Summary) -> Self {
        let amounts = || summary.by_category.iter().map(|(_, sum)| sum.amount);
        Self {
            longest: amounts().map(Money::abs).max().unwrap_or_default(),
            spent: amounts().map(|amount| amount.max(Money::ZERO)).sum(),
        }
    }

    fn slice(
        &self,
        name: String,
        color: String,
        href: String,
        sum: Sum,
        user: &CurrentUser,
    ) -> CategorySlice {
        let preferences = &user.preferences;
        CategorySlice {
            name,
            color,
            href,
            total: preferences.money(sum.amount),
            share: if sum.amount > Money::ZERO {
                let share = ratio(sum.amount, self.spent);
                preferences.locale.format_percent(i64::from(share))
            } else {
                String::new()
            },
            width: ratio(sum.amount.abs(), self.longest),
        }
    }
}

/// `GET /by-category`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let preferences = &user.preferences;
    let filter = Filter::read(&query, &user, Unit::Month)?.period_only();
    let rank = read_rank(&query)?;
    let wanted = numbered_pages::read(&query)?;
    let (owner, of) = (user.book, filter.clone());
    let read = state.db.read(owner, move |conn| Summary::of(conn, owner, &of));
    let summary = read.await?;
    let base = &user.base;
    let all = summary.by_category.len();
    let first = (rank - 1).min(all);
    let pages = Pages::new(wanted, all - first, |page| address(&filter, base, rank, page));
    let begin = first + (pages.current - 1) * numbered_pages::ROWS_PER_PAGE;
    let ranks = begin..all.min(begin + numbered_pages::ROWS_PER_PAGE);
    let number = |number: usize| {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        preferences.locale.format_integer(number)
    };
    let page = ByCategoryPage {
        chrome: chrome::of(
            &state.site,
            Some(user.viewer()),
            "Spending by category",
            Nav::Dashboard,
        ),
        status: None,
        period: preferences.period(&filter.period, user.today),
        which: if first < all {
            format!("Categories {} to {} by amount", number(first + 1), number(all))
        } else {
            "No categories".to_owned()
        },
        total: preferences.money(sum_of(&summary.by_category[first..]).amount),
        href: address(&filter, base, rank, 1),
        back_href: filter.address(&format!("{base}/")),
        slices: slices(&summary, ranks, &filter, &user, base),
        pages,
    };
    respond(&req, StatusCode::OK, &page)
}

/// The rank of the first category, counted from 1.
fn read_rank(query: &Fields) -> Result<usize, AppError> {
    let Some(text) = query.non_empty("rank") else {
        return Ok(1);
    };
    text.parse()
        .ok()
        .filter(|rank| *rank > 0)
        .ok_or_else(|| AppError::BadRequest("“rank” is a whole number from 1 on.".to_owned()))
}
