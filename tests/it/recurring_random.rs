//! Random schedules, clocks that jump, pauses and rounds at the same time: each date is entered once, in order.

use std::collections::BTreeSet;

use actix_web::rt::System;
use expense_tracker::ledger::schedule::{occurrence, post_book};
use expense_tracker::period::{Recurrence, RepeatUnit};
use expense_tracker::recurring::clockwork;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use time::{Date, Duration};

use super::support::books::token;
use super::support::{App, Client, cases, date, utc};

#[derive(Debug, Clone, Copy)]
enum Step {
    /// The clock shows this day, counted from 2026-01-01.
    Day(i64),
    /// The background task, twice at the same time.
    Rounds,
    /// Somebody opens the book.
    Open,
    Pause,
    Resume,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..700_i64).prop_map(Step::Day),
        2 => Just(Step::Rounds),
        2 => Just(Step::Open),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
    ];
    prop::collection::vec(step, 1..14)
}

fn recurrences() -> impl Strategy<Value = Recurrence> {
    let units = prop::sample::select(vec![
        (RepeatUnit::Day, 1_u8..=99),
        (RepeatUnit::Week, 1..=60),
        (RepeatUnit::Month, 1..=12),
        (RepeatUnit::Year, 1..=2),
    ]);
    let every = units.prop_flat_map(|(unit, every)| (Just(unit), every));
    let end = (prop::option::weighted(0.3, 1_u32..40), -100_i64..600);
    (every, end).prop_map(|((unit, every), (times, first))| Recurrence {
        first: day(first),
        unit,
        every,
        until: None,
        times,
    })
}

fn day(number: i64) -> Date {
    date("2026-01-01") + Duration::days(number)
}

fn rounds(app: &App) {
    let state = app.state.clone();
    System::new().block_on(async move {
        let (one, other) = tokio::join!(clockwork::once(&state), clockwork::once(&state));
        one.and(other).expect("both rounds end");
    });
}

/// What a case has done so far.
struct Story<'a> {
    app: &'a App,
    client: &'a Client,
    path: String,
    today: Date,
    paused: Option<Date>,
    /// From the first day, which is included, to the last one, which is not.
    pauses: Vec<(Date, Date)>,
}

impl Story<'_> {
    fn set_day(&mut self, number: i64) {
        self.today = day(number);
        self.app.set_clock(&format!("{} 12:00", self.today));
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Day(number) => self.set_day(number),
            Step::Rounds => rounds(self.app),
            Step::Open => drop(self.client.get("/recurring").expect(200)),
            Step::Pause => {
                if self.patch(true) {
                    self.paused.get_or_insert(self.today);
                }
            }
            Step::Resume => {
                if self.patch(false)
                    && let Some(since) = self.paused.take()
                {
                    self.pauses.push((since, self.today));
                }
            }
        }
    }

    /// Whether it has not ended.
    fn patch(&self, paused: bool) -> bool {
        let answer = self.client.patch(&self.path, &json!({ "paused": paused }));
        assert!([200, 409].contains(&answer.status), "{}", answer.text());
        answer.status == 200
    }
}

fn ids_and_dates(client: &Client) -> Vec<(i64, Date)> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client
            .get(&format!("/expenses?limit=500{cursor}"))
            .expect(200)
            .json();
        let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
        let items = page["items"].as_array().unwrap().iter();
        all.extend(items.map(|item| (text(item, "id").parse().unwrap(), date(&text(item, "date")))));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    all.sort_unstable();
    all
}

fn holds(app: &App, (recurrence, steps): (Recurrence, Vec<Step>)) -> Result<(), TestCaseError> {
    app.set_clock("2026-01-01 12:00");
    let person = app.person();
    let client = app.api_with(&token(&person, ""));
    let body = json!({
        "amount": "1", "category": "A", "date": recurrence.first.to_string(), "every": recurrence.every,
        "unit": recurrence.unit.as_str(), "times": recurrence.times,
    });
    let made = client.post("/recurring", &body).expect(201).json();
    let mut story = Story {
        app,
        client: &client,
        path: format!("/recurring/{}", made["id"].as_str().unwrap()),
        today: day(0),
        paused: None,
        pauses: Vec::new(),
    };
    for step in steps {
        story.take(step);
    }
    // In the end it runs on a late day.
    story.set_day(720);
    story.take(Step::Resume);
    let (state, owner) = (app.state.clone(), app.owner(&person));
    System::new()
        .block_on(async move { post_book(&state, owner).await })
        .expect("it is entered");
    let id = made["id"].as_str().unwrap().parse().unwrap();
    let decided = app.read_of(owner, move |conn| {
        occurrence::of_schedule(conn, owner, id, date("1900-01-01"))
    });
    let is_paused = |date: Date| {
        story
            .pauses
            .iter()
            .any(|(first, after)| *first <= date && date < *after)
    };
    let all: BTreeSet<Date> = recurrence
        .dates_from(recurrence.first)
        .take_while(|date| *date <= story.today)
        .collect();
    let known: BTreeSet<Date> = decided.iter().map(|row| row.due_on).collect();
    prop_assert_eq!(&all, &known, "each date until today is decided");
    let skipped = decided.iter().filter(|row| row.state == "skipped");
    for row in skipped {
        prop_assert!(is_paused(row.due_on), "{} {:?}", row.due_on, story.pauses);
    }
    let posted: Vec<Date> = decided
        .iter()
        .filter(|row| row.state == "posted")
        .map(|row| row.due_on)
        .collect();
    let entered: Vec<Date> = ids_and_dates(&client).into_iter().map(|(_, date)| date).collect();
    prop_assert_eq!(posted, entered, "each posted date is one expense, in order");
    Ok(())
}

#[test]
fn n_dates_are_n_entries_in_order_whatever_the_clock_and_people_do() {
    let app = App::start();
    assert_eq!(app.now(), utc("2026-11-22 12:00"));
    let mut runner = TestRunner::new(Config {
        cases: cases(40),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    });
    if let Err(error) = runner.run(&(recurrences(), steps()), |case| holds(&app, case)) {
        panic!("{error}");
    }
}
