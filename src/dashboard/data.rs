//! What the dashboard shows, read from one snapshot.

use time::Date;

use super::summary::Summary;
use crate::books::people::{BookContext, People};
use crate::budgets::bills::Bills;
use crate::budgets::month::MonthBudgets;
use crate::db::{BookId, Cacheable, Conn};
use crate::error::AppError;
use crate::expenses::frequent;
use crate::ledger::expense::Expense;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::page_position::PagePosition;
use crate::ledger::paid_by::PaidBy;
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::ledger::selection::Selection;
use crate::ledger::sum::Sum;
use crate::period::{DateRange, Month, Period};

const LATEST: i64 = 15;

/// The data of the page, from one snapshot.
pub(super) struct DashboardData {
    pub(super) summary: Summary,
    pub(super) budgets: MonthBudgets,
    pub(super) bills: Bills,
    /// Whether something recurring is to be entered before the page is shown.
    pub(super) has_due: bool,
    pub(super) comparison: Option<Comparison>,
    /// Of both kinds.
    pub(super) latest: Vec<Expense>,
    /// The sums of their days; `None` without income, when those of the summary are the same.
    pub(super) latest_days: Option<Vec<(Date, Sum)>>,
    pub(super) people: People,
    /// See [`frequent::categories`].
    pub(super) frequent: Vec<i64>,
    /// What each person paid; empty where nobody else was ever in the book.
    pub(super) by_person: Vec<(PaidBy, Sum)>,
}

impl Cacheable for DashboardData {
    fn bytes(&self) -> usize {
        let rows = self.latest.iter().map(Expense::bytes).sum::<usize>();
        self.summary.bytes()
            + rows
            + size_of_val(&*self.frequent)
            + self.latest_days.as_deref().map_or(0, size_of_val)
    }
}

/// A period and the previous one. The current period is compared with as many days of the previous one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    pub(super) now: Sum,
    pub(super) before: Sum,
    /// The period of `before`.
    pub(super) period: Period,
}

impl Comparison {
    /// `None` without a previous period, and for a period in the future.
    fn of(
        conn: &mut Conn,
        owner: BookId,
        filter: &Filter,
        today: Date,
        summary: &Summary,
    ) -> Result<Option<Self>, AppError> {
        let calendar = &filter.calendar;
        let Some(previous) = filter.period.previous(calendar) else {
            return Ok(None);
        };
        let mut sum =
            |period| Selection::new(owner, &filter.with_period(period), &summary.categories).sum(conn);
        let days = filter.period.span(calendar);
        let elapsed = days.days_elapsed(today);
        if elapsed == 0 {
            return Ok(None);
        }
        if elapsed == days.days() {
            return Ok(Some(Self {
                now: summary.sum(),
                before: sum(previous)?,
                period: previous,
            }));
        }
        let period = Period::Range(previous.span(calendar).start(elapsed));
        Ok(Some(Self {
            now: sum(Period::Range(days.start(elapsed)))?,
            before: sum(period)?,
            period,
        }))
    }
}

impl DashboardData {
    pub(super) fn of(
        conn: &mut Conn,
        book: &BookContext,
        filter: &Filter,
        month: Month,
        today: Date,
    ) -> Result<Self, AppError> {
        let owner = book.book;
        let people = book.people(conn)?;
        let summary = Summary::of(conn, owner, filter)?;
        let budgets = MonthBudgets::of(conn, owner, filter, month, &summary.categories)?;
        let open = OpenSchedules::of(conn, owner)?;
        let bills = Bills::of(conn, owner, &open, &summary.categories, (budgets.days, today))?;
        let comparison = Comparison::of(conn, owner, filter, today, &summary)?;
        let selection = Selection::new(owner, filter, &summary.categories);
        let both = Selection::new(owner, &filter.with_kind(Kinds::All), &summary.categories);
        let latest = both.page(conn, PagePosition::Start, LATEST)?;
        let days = latest.first().zip(latest.last());
        let days = days.and_then(|(new, old)| DateRange::new(old.spent_on, new.spent_on));
        let latest_days = match days.filter(|_| summary.categories.have_income()) {
            Some(days) => Some(both.within(days).by_day(conn)?),
            None => None,
        };
        let by_person = if people.are_named() {
            selection.by_payer(conn)?
        } else {
            Vec::new()
        };
        let frequent = frequent::categories(conn, owner, filter, &summary.categories, today)?;
        Ok(Self {
            summary,
            frequent,
            budgets,
            bills,
            has_due: open.have_due(today),
            comparison,
            latest,
            latest_days,
            people,
            by_person,
        })
    }
}
