//! Fifty concurrent writers and readers, for a few seconds here and a minute in `make soak`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::support::{App, Request, Statuses, Visitor};

/// Writers, and as many readers.
const WRITERS: usize = 25;
const PEOPLE: usize = 5;

fn seconds() -> u64 {
    std::env::var("SOAK_SECONDS").map_or(5, |text| text.parse().expect("SOAK_SECONDS is a number"))
}

/// One instance on SQLite, two on PostgreSQL.
fn instances() -> Vec<App> {
    let one = App::start();
    if one.is_postgres() {
        let other = one.beside();
        vec![one, other]
    } else {
        vec![one]
    }
}

fn at(app: &App, person: &Visitor) -> Visitor {
    let visitor = app.anonymous();
    visitor.set_cookie("session", person.cookie("session").as_deref());
    visitor
}

fn read(reader: &Visitor, statuses: &Statuses, stop: &AtomicBool) {
    let paths = [
        "/",
        "/expenses?period=all",
        "/expenses?q=soak",
        "/budgets",
        "/categories",
    ];
    for path in paths.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        statuses.note(reader.send(&Request::new("GET", path)).status);
    }
}

#[test]
fn fifty_writers_and_readers_meet_no_error() {
    let apps = instances();
    let people: Vec<Visitor> = (0..PEOPLE).map(|_| apps[0].person()).collect();
    let (statuses, stop) = (Statuses::default(), AtomicBool::new(false));
    let written: Vec<usize> = std::thread::scope(|scope| {
        let (statuses, stop) = (&statuses, &stop);
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let (app, person) = (&apps[number % apps.len()], &people[number % PEOPLE]);
            let (writer, reader) = (at(app, person), at(app, person));
            writers.push(scope.spawn(move || {
                let mut count = 0;
                while !stop.load(Ordering::Relaxed) {
                    let (id, day) = (
                        format!("{number}-{count}"),
                        format!("2026-11-{:02}", count % 28 + 1),
                    );
                    let fields = [
                        ("amount", "0.01"),
                        ("category", "Soak"),
                        ("date", &day),
                        ("request_id", &id),
                    ];
                    let answer = writer.post("/expenses", &fields);
                    statuses.note(answer.status);
                    count += usize::from(answer.status == 303);
                }
                count
            }));
            scope.spawn(move || read(&reader, statuses, stop));
        }
        std::thread::sleep(Duration::from_secs(seconds()));
        stop.store(true, Ordering::Relaxed);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let seen = statuses.all();
    println!("{} instances, {} s: {seen:?}", apps.len(), seconds());
    assert!(seen.keys().all(|status| [200, 303].contains(status)), "{seen:?}");
    for (number, person) in people.iter().enumerate() {
        let mine: usize = written.iter().skip(number).step_by(PEOPLE).sum();
        assert!(mine > 0);
        let (units, cents) = (mine / 100, mine % 100);
        let total = person.get("/expenses?period=all").expect(200).page().total();
        assert_eq!(
            total,
            format!("{units}.{cents:02}"),
            "{number}: every answered write is there once"
        );
    }
}
