//! The dashboard: one period's total, budgets, charts and latest expenses.

use super::summary::{MonthBudgets, Summary};
use super::view::{BudgetCard, Change, DashboardPage, Direction, SpentCard};
use super::{by_category, trend};
use crate::accounts::current::CurrentUser;
use crate::app::State;
use crate::budgets::bar::bar;
use crate::db::{Conn, Keep, UserId};
use crate::error::AppError;
use crate::expenses::filter::Filter;
use crate::expenses::filter_nav::period_nav;
use crate::expenses::model::Expense;
use crate::expenses::scene::{Origin, Scene, View};
use crate::expenses::selection::{Place, Selection, Sum};
use crate::money::Money;
use crate::period::{DateRange, Month, Period};
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash;
use crate::web::page;
use crate::web::view::Nav;
use actix_web::{HttpRequest, HttpResponse};

/// Rows of the latest expenses.
const LATEST: i64 = 15;

/// Most bars of category budgets; the others are on the budgets page.
const MOST_BARS: usize = 30;

/// `GET /`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let origin = Origin::new(View::Dashboard, Fields::of_query(&req)?, &state);
    let notice = flash::take(&req, &state.settings);
    origin
        .show(
            &req,
            &state,
            &user,
            Scene {
                notice,
                ..Scene::default()
            },
        )
        .await
}

/// What one look at the database gives the page; all of it from the same moment.
struct Facts {
    summary: Summary,
    budgets: MonthBudgets,
    /// The period before and its sum.
    previous: Option<(Period, Sum)>,
    latest: Vec<Expense>,
}

impl Keep for Facts {
    fn bytes(&self) -> usize {
        self.summary.bytes() + self.latest.iter().map(Expense::bytes).sum::<usize>()
    }
}

impl Facts {
    fn of(conn: &mut Conn, owner: UserId, filter: &Filter, month: Month) -> Result<Self, AppError> {
        let summary = Summary::of(conn, owner, filter)?;
        let budgets = MonthBudgets::of(conn, owner, filter, month, &summary.categories)?;
        let before = filter.period.previous(&filter.calendar);
        let previous = before
            .map(|period| {
                let selection = Selection::new(owner, &filter.over(period), &summary.categories);
                selection.sum(conn).map(|sum| (period, sum))
            })
            .transpose()?;
        let latest = Selection::new(owner, filter, &summary.categories).page(conn, Place::Start, LATEST)?;
        Ok(Self {
            summary,
            budgets,
            previous,
            latest,
        })
    }
}

/// The dashboard of one address, as a GET or a change shows it.
pub(crate) async fn draw(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    origin: &Origin,
    scene: Scene,
) -> Result<String, AppError> {
    let preferences = &user.preferences;
    let read = Filter::read(&origin.query, preferences, user.today, origin.default_unit())?;
    // The dashboard is about a whole period; only the list narrows it further.
    let filter = read.whole();
    let month = filter.period.budget_month(&filter.calendar, user.today);
    let (owner, wanted) = (user.id, filter.clone());
    let question = filter.question(user);
    let facts = state.db.recall(owner, question, || {
        state
            .db
            .read(owner, move |conn| Facts::of(conn, owner, &wanted, month))
    });
    let facts = facts.await?;

    let base = state.settings.base_path();
    let list = format!("{base}/expenses");
    let span = filter
        .period
        .span_within(&filter.calendar, facts.summary.recorded);
    let period = period_nav(&filter, &format!("{base}/"), preferences, user.today);
    let title = format!("Dashboard, {}", period.label);
    let mut chrome = chrome::of(state, Some(user), &title, Nav::Dashboard);
    chrome.has_add_form = true;
    let (trend_unit, trend) = trend::bars(&facts.summary, span, &filter, user, &list);
    let page = DashboardPage {
        chrome,
        period,
        add: origin.add_form(user, &facts.summary.categories, &scene),
        export_href: format!("{base}/expenses.csv"),
        spent: spent_card(&facts, &filter, span, user, &list),
        budget: budget_card(&facts, &filter, user, base),
        slices: by_category::top(&facts.summary, &filter, user, base),
        trend,
        trend_unit,
        locale: preferences.locale.tag().to_owned(),
        latest: origin.days(
            user,
            &facts.summary.categories,
            &facts.latest,
            &facts.summary.by_day,
            &scene,
            |day| filter.over(Period::Day(day)).address(&list),
        ),
        list_href: filter.address(&list),
        is_new_account: facts.summary.recorded.is_none(),
        status: origin.status(scene.notice),
    };
    page::draw(req, &page)
}

fn spent_card(
    facts: &Facts,
    filter: &Filter,
    span: Option<DateRange>,
    user: &CurrentUser,
    list: &str,
) -> SpentCard {
    let preferences = &user.preferences;
    let sum = facts.summary.sum;
    // A period that is not over yet is averaged over the days that have passed.
    let days = span.map_or(0, |span| {
        if span.contains(user.today) {
            span.days_elapsed(user.today)
        } else {
            span.days()
        }
    });
    let average = (days > 1 && sum.count > 0).then(|| {
        format!(
            "{} a day on average",
            preferences.words(Money::from_minor(sum.amount / i64::from(days)))
        )
    });
    let change = facts.previous.and_then(|(period, before)| {
        let (words, direction) = change_words(sum, before, &preferences.period(&period, user.today), user)?;
        Some(Change {
            words,
            direction,
            href: filter.over(period).address(list),
        })
    });
    SpentCard {
        total: preferences.money(sum.money()),
        href: filter.address(list),
        count: preferences.expenses(sum.count),
        average,
        change,
    }
}

/// "12 % less than in October 2026"; `None` where the period before had nothing to compare with.
fn change_words(now: Sum, before: Sum, name: &str, user: &CurrentUser) -> Option<(String, Direction)> {
    if before.amount <= 0 {
        return None;
    }
    let difference = i128::from(now.amount) - i128::from(before.amount);
    let percent = i64::try_from(difference.abs() * 100 / i128::from(before.amount)).unwrap_or(i64::MAX);
    let percent = if percent == 0 {
        format!("under {}", user.preferences.locale.format_percent(1))
    } else {
        user.preferences.locale.format_percent(percent)
    };
    Some(match difference {
        0 => (format!("The same as {name}"), Direction::Same),
        1.. => (format!("{percent} more than {name}"), Direction::More),
        _ => (format!("{percent} less than {name}"), Direction::Less),
    })
}

fn budget_card(facts: &Facts, filter: &Filter, user: &CurrentUser, base: &str) -> BudgetCard {
    let preferences = &user.preferences;
    let budgets = &facts.budgets;
    let month = filter.over(Period::containing(
        crate::period::Unit::Month,
        budgets.days.first().max(budgets.days.last()),
    ));
    let list = format!("{base}/expenses");
    let categories = &facts.summary.categories;
    let draw = |(budget, standing): &(crate::budgets::model::InForce, crate::budgets::standing::Standing)| {
        let name = budget
            .category_id
            .map(|id| categories.name(id))
            .unwrap_or_default();
        let href = month.only(name).address(&list);
        bar(
            budget.category_id,
            standing,
            budgets.days,
            user.today,
            preferences,
            categories,
            href,
        )
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
