//! Two people at one book at the same time: no change is lost, and both see the same sums.
//!
//! More than 300 lines, because both kinds of stories share the two people.

use std::collections::BTreeMap;
use std::sync::Barrier;

use diesel::prelude::*;
use expense_tracker::db::schema::books;
use expense_tracker::db::{BookId, Conn};
use expense_tracker::error::AppError;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::support::books::{book, during, household, id, member, new_book, token};
use super::support::{App, Form, PASSWORD, Page, Visitor, cases};

/// What one of the two does next. `nth` chooses an expense.
#[derive(Debug, Clone)]
enum Step {
    Add(i64),
    /// Opens the edit page and leaves it open.
    Open(usize),
    /// Saves the edit page that is open, with another amount.
    Save(i64),
    Delete(usize),
    Restore(usize),
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let amount = || prop_oneof![3 => 1..100_000_i64, 1 => -10_000..0_i64];
    let step = prop_oneof![
        4 => amount().prop_map(Step::Add),
        4 => (0..20_usize).prop_map(Step::Open),
        5 => amount().prop_map(Step::Save),
        2 => (0..20_usize).prop_map(Step::Delete),
        1 => (0..20_usize).prop_map(Step::Restore),
    ];
    prop::collection::vec((0..2_usize, step), 8..20)
}

/// An expense as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expected {
    amount: i64,
    version: u32,
    is_deleted: bool,
}

/// An edit page that one of the two has open.
struct OpenForm {
    id: String,
    version: u32,
    form: Form,
}

fn plain(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

struct Household<'a> {
    base: String,
    people: [&'a Visitor; 2],
    open: [Option<OpenForm>; 2],
    expenses: BTreeMap<String, Expected>,
}

impl Household<'_> {
    fn nth(&self, nth: usize) -> Option<String> {
        self.expenses
            .keys()
            .nth(nth % self.expenses.len().max(1))
            .cloned()
    }

    fn take(&mut self, who: usize, step: &Step) {
        match *step {
            Step::Add(amount) => self.add(who, amount),
            Step::Open(nth) => self.open(who, nth),
            Step::Save(amount) => self.save(who, amount),
            Step::Delete(nth) => self.delete(who, nth, true),
            Step::Restore(nth) => self.delete(who, nth, false),
        }
    }

    fn add(&mut self, who: usize, amount: i64) {
        let typed = plain(amount);
        let fields = [
            ("amount", typed.as_str()),
            ("category", "Food"),
            ("date", "2026-11-20"),
        ];
        let address = format!("{}/expenses?view=list&period=all", self.base);
        let list = self.people[who]
            .post_htmx(&address, &fields)
            .expect(200)
            .fragment();
        let id = list.attr("li.row.fresh", "id").replace("expense-", "");
        let is_new = self.expenses.insert(
            id,
            Expected {
                amount,
                version: 1,
                is_deleted: false,
            },
        );
        assert_eq!(is_new, None);
    }

    fn open(&mut self, who: usize, nth: usize) {
        let Some(id) = self.nth(nth) else { return };
        let answer = self.people[who].get(&format!("{}/expenses/{id}/edit", self.base));
        let expected = self.expenses[&id];
        if expected.is_deleted {
            answer.expect(404);
            return;
        }
        self.open[who] = Some(OpenForm {
            version: expected.version,
            form: answer.expect(200).page().form("Edit expense"),
            id,
        });
    }

    /// A save is applied only if nothing has changed since the page was opened.
    fn save(&mut self, who: usize, amount: i64) {
        let Some(open) = self.open[who].take() else {
            return;
        };
        let typed = plain(amount);
        let answer = self.people[who].submit(&open.form, &[("amount", &typed)]);
        let stored = self.expenses.get_mut(&open.id).unwrap();
        let status = if stored.is_deleted {
            404
        } else if stored.amount == amount || stored.version == open.version {
            303
        } else {
            409
        };
        assert_eq!(answer.status, status, "{stored:?}");
        if status == 409 {
            let page = answer.page();
            assert_eq!(page.form("Edit expense").value("amount"), typed);
            let shown = page.text(".conflict").replace(['$', ','], "").replace('−', "-");
            assert!(shown.contains(&plain(stored.amount)), "{shown}");
        } else if status == 303 && stored.amount != amount {
            (stored.amount, stored.version) = (amount, stored.version + 1);
        }
    }

    fn delete(&mut self, who: usize, nth: usize, is_deleted: bool) {
        let Some(id) = self.nth(nth) else { return };
        let action = if is_deleted { "delete" } else { "restore" };
        let address = format!("{}/expenses/{id}/{action}", self.base);
        self.people[who].post(&address, &[]).location();
        let stored = self.expenses.get_mut(&id).unwrap();
        if stored.is_deleted != is_deleted {
            stored.is_deleted = is_deleted;
            stored.version += 1;
        }
    }

    /// Both see every expense with its last amount, and the same total.
    fn assert_both_see_it(&self) {
        let there = self.expenses.values().filter(|one| !one.is_deleted);
        let total = plain(there.clone().map(|one| one.amount).sum());
        let mut amounts: Vec<i64> = there.map(|one| one.amount).collect();
        amounts.sort_unstable();
        for person in self.people {
            let list = person.page(&format!("{}/expenses?period=all", self.base));
            assert_eq!(list.total(), total);
            assert_eq!(amounts_of(&list), amounts);
            assert_eq!(person.page(&format!("{}/?period=all", self.base)).total(), total);
        }
    }
}

fn amounts_of(list: &Page) -> Vec<i64> {
    let minor = |text: &String| -> i64 {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let sign = if text.contains('\u{2212}') { -1 } else { 1 };
        sign * digits.parse::<i64>().unwrap()
    };
    let mut amounts: Vec<i64> = list.rows().iter().map(|row| minor(&row.amount)).collect();
    amounts.sort_unstable();
    amounts
}

#[test]
fn whatever_two_people_do_in_turn_no_change_is_lost() {
    let app = App::start();
    let config = Config {
        cases: cases(50),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config.clone(),
        proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    );
    runner
        .run(&steps(), |steps| {
            let owner = app.person();
            let base = new_book(&owner, "Household");
            let other = member(&app, &owner, &base, "editor");
            let mut household = Household {
                base,
                people: [&owner, &other],
                open: [None, None],
                expenses: BTreeMap::new(),
            };
            for (who, step) in &steps {
                household.take(*who, step);
                household.assert_both_see_it();
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn of_two_saves_at_the_same_moment_one_wins_and_the_other_is_asked() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    for round in 1..=12 {
        let list = owner.page(&format!("{base}/expenses?period=all"));
        let edit = list.row("Espresso").edit;
        let open = |person: &Visitor| person.page(&edit).form("Edit expense");
        let forms = [open(&owner), open(&other)];
        let start = Barrier::new(2);
        let save = |person: &Visitor, form: &Form, amount: String| {
            start.wait();
            person.submit(form, &[("amount", &amount)]).status
        };
        let mut statuses = std::thread::scope(|scope| {
            let first = scope.spawn(|| save(&owner, &forms[0], format!("{round}.01")));
            let second = scope.spawn(|| save(&other, &forms[1], format!("{round}.02")));
            [first.join().unwrap(), second.join().unwrap()]
        });
        let saved = if statuses[0] == 303 { "01" } else { "02" };
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        for person in [&owner, &other] {
            let list = person.page(&format!("{base}/expenses?period=all"));
            assert_eq!(list.row("Espresso").amount, format!("${round}.{saved}"));
            assert_eq!(list.total(), format!("{}.{saved}", 700 + round));
        }
    }
}

#[test]
fn rows_that_two_people_add_at_the_same_moment_are_both_there() {
    let app = App::start();
    let owner = app.person();
    let base = household(&owner);
    let other = member(&app, &owner, &base, "editor");
    let start = Barrier::new(2);
    let add = |person: &Visitor| {
        start.wait();
        for _ in 0..20 {
            let form = [("amount", "0.01"), ("category", "Sweets"), ("date", "2026-11-20")];
            person.post(&format!("{base}/expenses"), &form).location();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| add(&owner));
        scope.spawn(|| add(&other));
    });
    for person in [&owner, &other] {
        let list = person.page(&format!("{base}/expenses?period=all&category=Sweets"));
        assert_eq!((list.total().as_str(), list.rows().len()), ("0.40", 40));
        let dashboard = person.page(&format!("{base}/?period=all"));
        assert_eq!(dashboard.total(), "704.90");
    }
}

#[test]
fn of_two_owners_who_close_their_accounts_at_the_same_moment_one_has_to_stay() {
    let app = App::start();
    for _ in 0..10 {
        let owner = app.person();
        let base = household(&owner);
        let other = member(&app, &owner, &base, "editor");
        let viewer = member(&app, &owner, &base, "viewer");
        let of_other = format!("{base}/book/members/{}", id(&app, &other));
        owner.post(&of_other, &[("role", "owner")]).location();
        let start = Barrier::new(2);
        let close = |person: &Visitor| {
            start.wait();
            person
                .post("/settings/delete-account", &[("password", PASSWORD)])
                .status
        };
        let mut statuses = std::thread::scope(|scope| {
            let first = scope.spawn(|| close(&owner));
            let second = scope.spawn(|| close(&other));
            [first.join().unwrap(), second.join().unwrap()]
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        let members = viewer.page(&format!("{base}/book")).texts(".members li");
        assert_eq!(members.iter().filter(|one| one.contains("Owner")).count(), 1);
    }
}

/// Another owner changes the currency to one without decimals, which the first amount of a book may come in between.
fn yen(of_book: BookId) -> impl FnOnce(&mut Conn) -> Result<(), AppError> + Send + 'static {
    move |conn| {
        diesel::update(books::table.find(of_book.0))
            .set(books::currency.eq("JPY"))
            .execute(conn)?;
        Ok(())
    }
}

const FIRST: [(&str, &str); 3] = [("amount", "4.50"), ("category", "Coffee"), ("date", "2026-11-20")];

#[test]
fn an_amount_that_was_read_in_another_currency_is_not_stored() {
    let app = App::start();
    for way in ["form", "call", "batch", "budget", "budget call"] {
        let owner = app.person();
        let base = new_book(&owner, "Holiday");
        let of_book = book(&base);
        let client = app.api_with(&token(&owner, &base));
        let item = json!({"amount": "4.50", "category": "Coffee"});
        let send = || match way {
            "form" => owner.post(&format!("{base}/expenses"), &FIRST),
            "call" => client.post(&format!("{base}/expenses"), &item),
            "batch" => client.post(&format!("{base}/expenses/batch"), &json!({"items": [item]})),
            "budget" => owner.post(&format!("{base}/budgets"), &[("amount", "4.50")]),
            _ => client.put(&format!("{base}/budgets"), &json!({"amount": "4.50"})),
        };
        let answer = during(&app, of_book, yen(of_book), send).expect(409);
        if way == "form" {
            let page = answer.page();
            assert!(page.text(".lead").contains("JPY"), "{}", page.text(".lead"));
            assert_eq!(page.form("Try again").value("amount"), "4.50");
            let again = owner.submit(&page.form("Try again"), &[("amount", "450")]);
            again.location();
            assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "450");
        } else {
            assert_eq!(owner.total(&format!("{base}/expenses?period=all")), "0", "{way}");
            let budgets = client.get(&format!("{base}/budgets")).json();
            assert_eq!(budgets["items"], json!([]), "{way}");
        }
    }
}
