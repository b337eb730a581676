//! After any history spending and income account for every row, on every page, in every call and in the file.

use std::collections::BTreeMap;

use expense_tracker::ledger::totals;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::categories_page::id_of;
use super::support::{App, Visitor, cases};

const NAMES: [&str; 4] = ["Food", "Rent", "Salary", "Tips"];
const DATES: [&str; 4] = ["2026-10-31", "2026-11-01", "2026-11-22", "2027-01-01"];
const QUERIES: [&str; 5] = [
    "period=all",
    "period=month",
    "period=day",
    "period=year",
    "from=2026-10-31&to=2026-11-01",
];

#[derive(Debug, Clone)]
enum Step {
    /// Amount, name, date, and whether the form is "Add income".
    Add(i64, usize, usize, bool),
    Edit(usize, i64, usize, usize, bool),
    Delete(usize),
    Restore(usize),
    /// A name and whether it becomes income.
    Kind(usize, bool),
    Merge(usize, usize),
}

fn steps() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![3 => 1..10_000_i64, 1 => -10_000..0_i64];
    let (name, date) = (|| 0..NAMES.len(), || 0..DATES.len());
    prop_oneof![
        6 => (amount(), name(), date(), any::<bool>()).prop_map(|(a, n, d, i)| Step::Add(a, n, d, i)),
        2 => (0..20_usize, amount(), name(), date(), any::<bool>())
            .prop_map(|(nth, a, n, d, i)| Step::Edit(nth, a, n, d, i)),
        1 => (0..20_usize).prop_map(Step::Delete),
        1 => (0..20_usize).prop_map(Step::Restore),
        2 => (name(), any::<bool>()).prop_map(|(n, i)| Step::Kind(n, i)),
        1 => (name(), name()).prop_map(|(from, into)| Step::Merge(from, into)),
    ]
}

#[derive(Debug, Clone)]
struct Known {
    id: String,
    amount: i64,
    name: usize,
    date: usize,
    deleted: bool,
}

/// The rows and the kinds as they must be.
#[derive(Debug, Default)]
struct Model {
    rows: Vec<Known>,
    /// Whether each category that exists is one of income.
    income: BTreeMap<usize, bool>,
}

fn plain(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

impl Model {
    fn form(amount: i64, name: usize, date: usize, income: bool) -> Vec<(&'static str, String)> {
        let mut form = vec![
            ("amount", plain(amount)),
            ("category", NAMES[name].to_owned()),
            ("date", DATES[date].to_owned()),
        ];
        if income {
            form.push(("kind", "income".to_owned()));
        }
        form
    }

    fn go(&mut self, person: &Visitor, step: &Step) {
        let count = self.rows.len();
        match *step {
            Step::Add(amount, name, date, income) => {
                let form = Self::form(amount, name, date, income);
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
                let page = person.post_htmx("/expenses?view=list&period=all&kind=all", &form);
                let id = page.expect(200).fragment().attr("li.row.fresh", "id");
                let id = id.trim_start_matches("expense-").to_owned();
                self.rows.push(Known {
                    id,
                    amount,
                    name,
                    date,
                    deleted: false,
                });
                self.income.entry(name).or_insert(income);
            }
            Step::Edit(nth, amount, name, date, income) if count > 0 => {
                let form = Self::form(amount, name, date, income);
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
                let row = &mut self.rows[nth % count];
                let status = person.post(&format!("/expenses/{}", row.id), &form).status;
                assert_eq!(status, if row.deleted { 404 } else { 303 });
                if !row.deleted {
                    (row.amount, row.name, row.date) = (amount, name, date);
                    self.income.entry(name).or_insert(income);
                }
            }
            Step::Delete(nth) | Step::Restore(nth) if count > 0 => {
                let row = &mut self.rows[nth % count];
                row.deleted = matches!(step, Step::Delete(_));
                let what = if row.deleted { "delete" } else { "restore" };
                person
                    .post(&format!("/expenses/{}/{what}", row.id), &[])
                    .location();
            }
            Step::Kind(name, income) if self.income.contains_key(&name) => {
                let path = format!("/categories/{}", id_of(person, NAMES[name]));
                let kind = if income { "income" } else { "spending" };
                person
                    .post(&path, &[("name", NAMES[name]), ("kind", kind)])
                    .location();
                self.income.insert(name, income);
            }
            Step::Merge(from, into) => self.merge(person, from, into),
            _ => {}
        }
    }

    fn merge(&mut self, person: &Visitor, from: usize, into: usize) {
        let (Some(one), Some(other)) = (self.income.get(&from), self.income.get(&into)) else {
            return;
        };
        let fits = one == other && from != into;
        let path = format!("/categories/{}/merge", id_of(person, NAMES[from]));
        let status = person.post(&path, &[("into", NAMES[into])]).status;
        assert_eq!(status, if fits { 303 } else { 422 });
        if fits {
            self.income.remove(&from);
            for row in self.rows.iter_mut().filter(|row| row.name == from) {
                row.name = into;
            }
        }
    }

    /// The sums of spending and of income of all time.
    fn sums(&self) -> (i64, i64) {
        let sum = |income: bool| {
            let rows = self
                .rows
                .iter()
                .filter(|row| !row.deleted && self.income[&row.name] == income);
            rows.map(|row| row.amount).sum()
        };
        (sum(false), sum(true))
    }
}

fn minor(plain: &str) -> i64 {
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let sign = if plain.starts_with('-') { -1 } else { 1 };
    sign * digits.parse::<i64>().unwrap()
}

/// Sum and number of the rows of a file.
fn file(person: &Visitor, query: &str) -> (i64, usize) {
    let csv = person.get(&format!("/expenses.csv?{query}")).expect(200).text();
    let rows = csv.lines().skip(1);
    let amounts: Vec<i64> = rows.map(|row| minor(row.split(',').nth(1).unwrap())).collect();
    (amounts.iter().sum(), amounts.len())
}

/// Checks that all sums of a query agree; those of spending and income.
fn assert_sums_agree(person: &Visitor, token: &str, query: &str, has_income: bool) -> (i64, i64) {
    let list = |kind: &str| person.page(&format!("/expenses?{query}&kind={kind}"));
    let (spending, income, all) = (list("spending"), list("income"), list("all"));
    let (spent, earned) = (minor(&spending.total()), minor(&income.total()));
    assert_eq!(minor(&all.total()), spent - earned, "{query}");
    let mut ids: Vec<String> = [&spending, &income]
        .iter()
        .flat_map(|page| page.rows())
        .map(|row| row.id)
        .collect();
    let mut of_all: Vec<String> = all.rows().into_iter().map(|row| row.id).collect();
    ids.sort();
    of_all.sort();
    assert_eq!(ids, of_all, "every row is of one kind, {query}");
    assert_eq!(
        minor(&person.total(&format!("/expenses?{query}"))),
        spent,
        "{query}"
    );
    for (kind, sum, page) in [("spending", spent, &spending), ("income", earned, &income)] {
        assert_eq!(
            file(person, &format!("{query}&kind={kind}")),
            (sum, page.rows().len()),
            "{query}"
        );
    }
    assert_eq!(file(person, query), (spent + earned, all.rows().len()), "{query}");
    let board = person.page(&format!("/?{query}"));
    assert_eq!(minor(&board.total()), spent, "{query}");
    for css in ["#by-category tr[data-value]", "#trend tr[data-value]"] {
        let parts: i64 = board
            .attrs(css, "data-value")
            .iter()
            .map(|value| minor(value))
            .sum();
        assert_eq!(parts, spent, "{css} {query}");
    }
    if has_income {
        let printed = |id: &str| minor(&board.attr(&format!("[data-testid={id}]"), "data-amount"));
        assert_eq!(
            (printed("period-income"), printed("period-net")),
            (earned, earned - spent),
            "{query}"
        );
    } else {
        assert_eq!(board.count("[data-testid=period-income]"), 0);
        assert_eq!(earned, 0);
    }
    let summary = person.api(token, &format!("/summary?{query}"));
    let told = |name: &str| minor(summary[name].as_str().unwrap());
    assert_eq!(
        (told("total"), told("income"), told("net")),
        (spent, earned, earned - spent),
        "{query}"
    );
    (spent, earned)
}

#[test]
fn spending_and_income_account_for_every_row() {
    let app = App::start();
    let mut runner = TestRunner::new(Config {
        cases: cases(6),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    });
    let outcome = runner.run(&prop::collection::vec(steps(), 1..25), |history| {
        let person = app.person();
        person
            .post("/budgets?month=1900-01", &[("amount", "1"), ("month", "1900-01")])
            .location();
        let token = person.token();
        let mut model = Model::default();
        for step in &history {
            model.go(&person, step);
        }
        let has_income = model.income.values().any(|income| *income);
        for query in QUERIES {
            let sums = assert_sums_agree(&person, &token, query, has_income);
            if query == "period=all" {
                assert_eq!(sums, model.sums(), "what was entered");
            }
            if query == "period=month" {
                let spent = person.page("/").attr("[role=meter]", "aria-valuetext");
                assert!(!spent.is_empty());
            }
        }
        let owner = app.owner(&person);
        let (kept, counted) = app.read_of(owner, move |conn| {
            Ok((totals::kept(conn, owner)?, totals::recount(conn, owner)?))
        });
        assert_eq!(kept, counted, "the daily totals");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
