//! The dashboard page.

use std::sync::Arc;

use super::data::{Comparison, DashboardData};
use super::view::{BudgetCard, Change, DashboardPage, SpentCard};
use super::{by_category, by_person, income, trend};
use crate::accounts::current::CurrentUser;
use crate::budgets::bar::BarMonth;
use crate::budgets::model::InForce;
use crate::budgets::standing::Standing;
use crate::db::Source;
use crate::error::AppError;
use crate::expenses::filter_nav::period_nav;
use crate::expenses::one_line;
use crate::expenses::page_state::PageState;
use crate::expenses::return_to::{ReturnPage, ReturnTo};
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::schedule::catch_up;
use crate::period::{DateRange, Month, Period, Unit};
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash;
use crate::web::page;
use crate::web::view::Nav;
use actix_web::{HttpRequest, HttpResponse};

/// Bars of category budgets; the others are on the budgets page.
const MOST_BARS: usize = 30;

/// `GET /`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::new(ReturnPage::Dashboard, Fields::of_query(&req)?, user.base.clone());
    let form = match return_to.query.non_empty(one_line::PARAMETER) {
        Some(line) => Some(one_line::fields(&state, &user, &return_to.query, &line).await?),
        None => None,
    };
    let page_state = PageState {
        notice: flash::take(&req, &state.site, user.session_id),
        is_filled: form.is_some(),
        form,
        ..PageState::default()
    };
    return_to.open(&req, &state, &user, page_state).await
}

/// Renders the dashboard for a GET or after a change.
pub async fn render(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    page_state: PageState,
) -> Result<String, AppError> {
    let preferences = &user.preferences;
    let read = Filter::read(&return_to.query, user, ReturnTo::DEFAULT_UNIT)?;
    // The dashboard ignores the other filters of the list.
    let filter = read.period_only();
    let month = filter.period.budget_month(&filter.calendar, user.today);
    let mut data = read_data(state, user, &filter, month).await?;
    if data.has_due {
        catch_up(state, user.book).await;
        data = read_data(state, user, &filter, month).await?;
    }
    let base = &user.base;
    let list = format!("{base}/expenses");
    let span = filter.period.span_within(&filter.calendar, data.summary.recorded);
    let mut period = period_nav(&filter, &format!("{base}/"), preferences, user.today);
    let title = format!("Dashboard, {}", period.label);
    let mut chrome = chrome::of(&state.site, Some(user.viewer()), &title, Nav::Dashboard);
    chrome.has_add_form = true;
    return_to.carry(&mut period);
    page_state.show_entered(&mut period.range, None);
    // What was just entered is among the latest, whatever its kind; without income there is only one.
    let has_income = data.summary.categories.have_income();
    let latest_filter = filter.with_kind(has_income.then_some(Kinds::All));
    let page = DashboardPage {
        chrome,
        period,
        add: return_to.add_form(
            user,
            (&data.summary.categories, &data.frequent),
            &data.people,
            &page_state,
        ),
        home: return_to.path(),
        line: return_to.query.get(one_line::PARAMETER).to_owned(),
        line_kept: return_to.kept_pairs(),
        export_href: format!("{base}/expenses.csv"),
        spent: spent_card(&data, &filter, span, user, &list),
        income: has_income.then(|| income::sums(data.summary.sums, &filter, user, &list)),
        budget: budget_card(&data, &filter, user, base),
        doughnut: by_category::doughnut(&data.summary, &filter, user, base),
        trend: trend::of(&data.summary, span, &filter, user, &list),
        by_person: by_person::rows(&data.by_person, &data.people, &filter, user, &list),
        locale: preferences.locale.tag().to_owned(),
        latest: return_to.days(
            user,
            (&data.summary.categories, &data.people),
            (&data.latest, has_income),
            data.latest_days.as_deref().unwrap_or(&data.summary.by_day),
            &page_state,
            |day| latest_filter.with_period(Period::Day(day)).address(&list),
        ),
        list_href: latest_filter.address(&list),
        is_new_account: data.summary.recorded.is_none(),
        status: return_to.status(page_state.notice),
    };
    page::render(req, &page)
}

/// What the dashboard shows of a period, cached until the next change.
async fn read_data(
    state: &State,
    user: &CurrentUser,
    filter: &Filter,
    month: Month,
) -> Result<Arc<DashboardData>, AppError> {
    let (owner, book) = (user.book, user.book_context.clone());
    let (wanted, today) = (filter.clone(), user.today);
    let cache_key = filter.cache_key(user);
    let data = state.db.cached(Source::Entries(owner), cache_key, || {
        state.db.read(owner, move |conn| {
            DashboardData::of(conn, &book, &wanted, month, today)
        })
    });
    data.await
}

fn spent_card(
    data: &DashboardData,
    filter: &Filter,
    span: Option<DateRange>,
    user: &CurrentUser,
    list: &str,
) -> SpentCard {
    let preferences = &user.preferences;
    let sum = data.summary.sum();
    // The current period is averaged over the elapsed days.
    let days = span.map_or(0, |span| {
        if span.contains(user.today) {
            span.days_elapsed(user.today)
        } else {
            span.days()
        }
    });
    let average = (days > 1 && sum.count > 0).then(|| {
        format!(
            "{} per day on average",
            preferences.words(sum.amount.divided_by(i64::from(days)))
        )
    });
    let change = data.comparison.and_then(|Comparison { now, before, period }| {
        let name = preferences.period(&period, user.today);
        Some(Change {
            words: now.amount.compared(before.amount, &name, preferences.locale)?,
            direction: now.amount.cmp(&before.amount).into(),
            href: filter.with_period(period).address(list),
        })
    });
    SpentCard {
        total: preferences.money(sum.amount),
        href: filter.address(list),
        count: preferences.expenses(sum.count),
        average,
        change,
    }
}

fn budget_card(data: &DashboardData, filter: &Filter, user: &CurrentUser, base: &str) -> BudgetCard {
    let preferences = &user.preferences;
    let budgets = &data.budgets;
    let month = filter.with_period(Period::containing(Unit::Month, budgets.days.last()));
    let list = format!("{base}/expenses");
    let categories = &data.summary.categories;
    let bars = BarMonth {
        days: budgets.days,
        today: user.today,
        preferences,
        categories,
        bills: data.bills,
        recurring_href: format!("{base}/recurring"),
    };
    let draw = |(budget, standing): &(InForce, Standing)| {
        let name = budget
            .category_id
            .map(|id| categories.name(id))
            .unwrap_or_default();
        let href = month.with_category(name).address(&list);
        bars.bar(budget.category_id, standing, href)
    };
    let mut shown: Vec<_> = budgets.by_category.iter().enumerate().collect();
    let more = shown.len().saturating_sub(MOST_BARS);
    if more > 0 {
        shown.sort_by_key(|(_, (_, standing))| std::cmp::Reverse(standing.used()));
        shown.truncate(MOST_BARS);
        shown.sort_by_key(|(place, _)| *place);
    }
    BudgetCard {
        month: preferences
            .locale
            .month_year(budgets.month.year(), budgets.month.month()),
        overall: budgets.overall.as_ref().map(draw),
        categories: shown.into_iter().map(|(_, budget)| draw(budget)).collect(),
        more: (more > 0).then(|| {
            let count = preferences
                .locale
                .format_integer(i64::try_from(more).unwrap_or(i64::MAX));
            format!("{count} more budgets")
        }),
        manage_href: fields::address(
            &format!("{base}/budgets"),
            [("month", budgets.month.to_string().as_str())],
        ),
    }
}
