//! Benchmarks: parsing and formatting money, periods, rendering a dashboard, CSV rows.
#![allow(missing_docs, reason = "the macros of criterion make functions of their own")]
#![allow(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use expense_tracker::dashboard::view::{CategorySlice, DashboardPage, Doughnut, Trend, TrendBar};
use expense_tracker::db::Day;
use expense_tracker::expenses::expense_view::ExpenseView;
use expense_tracker::expenses::export::{Style, Writer};
use expense_tracker::expenses::view::{DayGroup, RowView};
use expense_tracker::ledger::category_kind::CategoryKind;
use expense_tracker::ledger::expense::ExportRow;
use expense_tracker::locale::Locale;
use expense_tracker::money::{Currency, Money};
use expense_tracker::period::{Buckets, Calendar, Period, Unit};
use expense_tracker::web::page::Page as _;
use expense_tracker::web::view::MoneyView;
use time::macros::date;

fn money(c: &mut Criterion) {
    let (currency, locale) = (Currency::default(), Locale::default());
    let amount = Money::from_minor(123_456_789);
    c.bench_function("money: read what people type", |b| {
        b.iter(|| Money::parse_typed(black_box("1,234.50"), currency, locale));
    });
    c.bench_function("money: print for people", |b| {
        b.iter(|| black_box(amount).format(currency, locale));
    });
    c.bench_function("money: print for programs", |b| {
        b.iter(|| black_box(amount).plain(currency).as_bytes().len());
    });
}

fn periods(c: &mut Criterion) {
    let calendar = Calendar::default();
    let month = Period::containing(Unit::Month, date!(2026 - 11 - 22));
    c.bench_function("period: bounds and neighbours of a month", |b| {
        b.iter(|| {
            let month = black_box(&month);
            (
                month.span(&calendar),
                month.previous(&calendar),
                month.next(&calendar),
            )
        });
    });
    let year = Period::containing(Unit::Year, date!(2026 - 11 - 22)).span(&calendar);
    c.bench_function("period: the bars of a year", |b| {
        b.iter(|| Buckets::choose(black_box(year), &calendar));
    });
}

/// A dashboard with a month of a busy household.
fn dashboard() -> DashboardPage {
    let total = MoneyView::new(Money::from_minor(128_420), Currency::USD, Locale::default());
    let row = RowView {
        expense: ExpenseView {
            id: "171234567890123456".to_owned(),
            category: "Groceries".to_owned(),
            color: "#009e73".to_owned(),
            description: "Weekly shop & more".to_owned(),
            amount: total.clone(),
            is_income: false,
            payer: None,
        },
        edit_href: "/expenses/171234567890123456/edit?period=month&on=2026-11-22".to_owned(),
        delete_action: "/expenses/171234567890123456/delete?period=month&on=2026-11-22".to_owned(),
        just_changed: false,
    };
    let slice = CategorySlice {
        name: "Groceries".to_owned(),
        color: "#009e73".to_owned(),
        href: "/expenses?period=month&category=Groceries".to_owned(),
        total: total.clone(),
        share: "31%".to_owned(),
        width: 100,
        is_small: false,
    };
    let bar = TrendBar {
        short: "22".to_owned(),
        label: "November 22".to_owned(),
        href: Some("/expenses?period=day&on=2026-11-22".to_owned()),
        total: total.clone(),
        width: 60,
        today: false,
    };
    let day = DayGroup {
        heading: "Today".to_owned(),
        date: "2026-11-22".to_owned(),
        href: "/expenses?period=day&on=2026-11-22".to_owned(),
        total,
        rows: vec![row; 3],
    };
    DashboardPage {
        doughnut: Doughnut {
            slices: vec![slice; 12],
            ..Doughnut::default()
        },
        trend: Trend {
            unit: "day",
            bars: vec![bar; 30],
            ..Trend::default()
        },
        latest: vec![day; 5],
        ..DashboardPage::default()
    }
}

fn pages(c: &mut Criterion) {
    let page = dashboard();
    c.bench_function("dashboard: one page rendered", |b| {
        b.iter(|| black_box(&page).whole());
    });
}

fn csv(c: &mut Criterion) {
    let row = ExportRow {
        id: 171_234_567_890_123_456,
        day: Day(date!(2026 - 11 - 22)),
        category_id: 1,
        amount: Money::from_minor(390),
        description: "café, \"to go\"".to_owned(),
        paid_by: None,
    };
    c.bench_function("csv: a thousand rows", |b| {
        b.iter(|| {
            let mut writer = Writer::new(Currency::default(), Style::PLAIN);
            for _ in 0..1_000 {
                writer.write(black_box(&row), ("Coffee", CategoryKind::Spending), "");
            }
            writer.take().len()
        });
    });
}

criterion_group!(pieces, money, periods, pages, csv);
criterion_main!(pieces);
