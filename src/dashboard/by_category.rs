//! The totals of a period by category: the largest ones for the dashboard, and all of them on the page `/by-category`.

use std::ops::Range;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::summary::Summary;
use super::view::{ByCategoryPage, CategorySlice, Doughnut, OtherSlices};
use super::{colors, shares};
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

/// Categories that the dashboard has in a row of their own.
const SHOWN: usize = 15;
/// Rows of the legend before the others are folded, and slices of the ring.
const LARGEST: usize = 8;
/// A smaller share, in percent, is not visible in the ring by itself.
const VISIBLE_SHARE: i64 = 2;
/// The color of the other ones together.
const OTHER_COLOR: &str = "#8c8c8c";

/// The largest categories, the others folded, and what the ring shows of them.
pub(super) fn doughnut(summary: &Summary, filter: &Filter, user: &CurrentUser, base: &str) -> Doughnut {
    let scale = Scale::of(summary);
    let mut slices = top(summary, &scale, filter, user, base);
    let drawn = scale.drawn(summary);
    let positive = positive(summary);
    for slice in slices.iter_mut().take(positive).skip(drawn) {
        slice.is_small = true;
    }
    colors::keep_neighbors_apart(&mut slices[..drawn]);
    let other = |ranks: Range<usize>| OtherSlices {
        label: other_label(ranks.len(), user),
        total: user
            .preferences
            .money(sum_of(&summary.by_category[ranks.clone()]).amount),
        share: scale.share_of(ranks.clone(), summary, user),
        href: address(filter, base, ranks.start + 1, 1),
    };
    let folded = if slices.len() > LARGEST + 1 {
        slices.split_off(LARGEST)
    } else {
        Vec::new()
    };
    Doughnut {
        other: other(slices.len()..summary.by_category.len()),
        ring_other: (drawn < positive).then(|| other(drawn..positive)),
        slices,
        folded,
    }
}

/// The largest categories, and the sum of the others.
fn top(
    summary: &Summary,
    scale: &Scale,
    filter: &Filter,
    user: &CurrentUser,
    base: &str,
) -> Vec<CategorySlice> {
    let all = summary.by_category.len();
    // A single other category is shown instead of a sum.
    if all <= SHOWN + 1 {
        return slices(summary, 0..all, filter, user, base);
    }
    let mut slices = slices(summary, 0..SHOWN, filter, user, base);
    let sum = sum_of(&summary.by_category[SHOWN..]);
    slices.push(CategorySlice {
        name: other_label(all - SHOWN, user),
        color: OTHER_COLOR.to_owned(),
        href: address(filter, base, SHOWN + 1, 1),
        total: user.preferences.money(sum.amount),
        share: scale.share_of(SHOWN..all, summary, user),
        width: scale.width(sum),
        is_small: false,
    });
    slices
}

fn other_label(count: usize, user: &CurrentUser) -> String {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    format!("Other ({})", user.preferences.locale.format_integer(count))
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
    ranks
        .map(|rank| {
            let (id, sum) = summary.by_category[rank];
            let name = summary.categories.name(id);
            let category = summary.categories.get(id);
            CategorySlice {
                name: name.to_owned(),
                color: category
                    .map(|category| category.color.clone())
                    .unwrap_or_default(),
                href: filter.with_category(name).address(&list),
                total: user.preferences.money(sum.amount),
                share: scale.share_of(rank..rank + 1, summary, user),
                width: scale.width(sum),
                is_small: false,
            }
        })
        .collect()
}

/// The reference values of bars and shares.
struct Scale {
    /// The amount of the longest bar.
    longest: Money,
    /// The spending without refunds. Refunds have no share.
    spent: Money,
    /// The share of each category, in the order of the summary.
    shares: Vec<u8>,
}

impl Scale {
    fn of(summary: &Summary) -> Self {
        let amounts: Vec<Money> = summary.by_category.iter().map(|(_, sum)| sum.amount).collect();
        Self {
            longest: amounts
                .iter()
                .map(|amount| amount.abs())
                .max()
                .unwrap_or_default(),
            spent: amounts.iter().map(|amount| (*amount).max(Money::ZERO)).sum(),
            shares: shares::of(&amounts),
        }
    }

    fn width(&self, sum: Sum) -> u8 {
        sum.amount.abs().percent_of(self.longest)
    }

    /// The share of some categories together: "31%", "<1%"; empty for refunds.
    fn share_of(&self, ranks: Range<usize>, summary: &Summary, user: &CurrentUser) -> String {
        let locale = user.preferences.locale;
        let share: i64 = self.shares[ranks.clone()]
            .iter()
            .map(|share| i64::from(*share))
            .sum();
        let mut sums = summary.by_category[ranks].iter();
        if share > 0 {
            locale.format_percent(share)
        } else if sums.any(|(_, sum)| sum.amount > Money::ZERO) {
            format!("<{}", locale.format_percent(1))
        } else {
            String::new()
        }
    }

    /// The number of categories with a slice of their own. A single other one has its own, too.
    fn drawn(&self, summary: &Summary) -> usize {
        let least = i128::from(self.spent.minor()) * i128::from(VISIBLE_SHARE);
        let is_visible =
            |(_, sum): &(i64, Sum)| sum.amount > Money::ZERO && i128::from(sum.amount.minor()) * 100 >= least;
        let positive = positive(summary);
        let drawn = summary.by_category.partition_point(is_visible).min(LARGEST);
        if drawn + 1 == positive { positive } else { drawn }
    }
}

/// The number of categories that are no refunds; they come first.
fn positive(summary: &Summary) -> usize {
    let is_positive = |(_, sum): &(i64, Sum)| sum.amount > Money::ZERO;
    summary.by_category.partition_point(is_positive)
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
        .ok_or_else(|| AppError::BadRequest("“rank” must be a whole number, 1 or more.".to_owned()))
}
