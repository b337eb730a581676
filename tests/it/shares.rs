//! What one person can use of the database at the same time, in all of their books together.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use actix_web::rt::System;
use expense_tracker::db::{self, BookId, UserId};

use super::support::books::{book, new_book};
use super::support::{App, Request, Visitor};

/// The same account in another browser.
fn another_browser(app: &App, visitor: &Visitor) -> Visitor {
    let other = app.anonymous();
    other.set_cookie("session", Some(&visitor.cookie("session").unwrap()));
    other
}

#[test]
fn the_reads_of_one_person_in_many_books_leave_room_for_others() {
    let app = App::start();
    let db = app.state.db.clone();
    // Twenty reads in five books, which would use all readers of SQLite and all connections to PostgreSQL.
    let (sender, running) = mpsc::channel();
    let end = Arc::new(AtomicUsize::new(0));
    System::new().block_on(async {
        let reads: Vec<_> = (0..20_i64)
            .map(|n| {
                let (db, sender, end) = (db.clone(), sender.clone(), Arc::clone(&end));
                actix_web::rt::spawn(db::in_request(async move {
                    db::act_as(UserId(1));
                    let read = db.read(BookId(1 + n % 5), move |_| {
                        sender.send(()).unwrap();
                        let began = Instant::now();
                        while end.load(Ordering::Relaxed) == 0 && began.elapsed() < Duration::from_mins(1) {
                            std::thread::sleep(Duration::from_millis(2));
                        }
                        Ok(())
                    });
                    // Without a connection in time it is a 503.
                    let _ = read.await;
                }))
            })
            .collect();
        let most = if app.is_postgres() { 4 } else { 2 };
        let began = Instant::now();
        let mut count = 0;
        while count < most {
            assert!(began.elapsed() < Duration::from_secs(30), "{count} of them run");
            count += running.try_iter().count();
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        db::in_request(async {
            db::act_as(UserId(2));
            // Also in the same book.
            for book in [7, 1] {
                db.read(BookId(book), |_| Ok(())).await.unwrap();
            }
        })
        .await;
        assert_eq!(running.try_iter().count(), 0, "only {most} run");
        end.store(1, Ordering::Relaxed);
        for read in reads {
            read.await.unwrap();
        }
    });
}

#[test]
fn a_task_of_a_request_works_for_the_same_person() {
    let app = App::start();
    let db = app.state.db.clone();
    let (end, ended) = mpsc::channel::<()>();
    let (begun, running) = mpsc::channel();
    let most = if app.is_postgres() { 4 } else { 2 };
    System::new().block_on(db::in_request(async {
        db::act_as(UserId(1));
        let ended = Arc::new(std::sync::Mutex::new(ended));
        let reads: Vec<_> = (0..5)
            .map(|book| {
                let (db, ended, begun) = (db.clone(), Arc::clone(&ended), begun.clone());
                db::spawn(async move {
                    let read = db.read(BookId(book), move |_| {
                        begun.send(()).unwrap();
                        let _ = ended.lock().unwrap().recv_timeout(Duration::from_mins(1));
                        Ok(())
                    });
                    read.await
                })
            })
            .collect();
        actix_web::rt::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(running.try_iter().count(), most);
        drop(end);
        for read in reads {
            read.await.unwrap().unwrap();
        }
    }));
}

/// Files whose tasks belong to no request.
const OF_THE_SERVER: [&str; 6] = [
    "serve.rs",
    "ops/supervise.rs",
    "ops/start.rs",
    "crypto/password.rs",
    "db/acting.rs",
    // By the owner of the row, which is the person.
    "db/write_later.rs",
];

#[test]
fn tasks_of_requests_are_started_by_the_function_that_keeps_their_person() {
    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    for path in all {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let is_plain = ["rt::spawn(", "tokio::spawn(", "spawn_local("]
            .iter()
            .any(|spawn| code.contains(spawn));
        assert!(
            !is_plain || OF_THE_SERVER.contains(&name.as_str()),
            "{name}: use db::spawn"
        );
    }
}

/// Blocks writes until the returned sender is dropped: on SQLite all of them, on PostgreSQL those of `books`.
fn block_writes(app: &App, books: &[BookId]) -> Vec<mpsc::Sender<()>> {
    let books = if app.is_postgres() { books } else { &books[..1] };
    books
        .iter()
        .map(|book| {
            let (end, ended) = mpsc::channel::<()>();
            let (begun, has_begun) = mpsc::channel();
            let (db, book) = (app.state.db.clone(), *book);
            std::thread::spawn(move || {
                System::new().block_on(async move {
                    let book = expense_tracker::db::WritableBook::unchecked(book);
                    let write = db.write(book, move |_| {
                        begun.send(()).unwrap();
                        let _ = ended.recv_timeout(Duration::from_mins(1));
                        Ok(())
                    });
                    write.await
                })
            });
            has_begun.recv().unwrap();
            end
        })
        .collect()
}

#[test]
fn beyond_64_requests_of_one_person_wait_none_and_others_are_served() {
    const REQUESTS: usize = 80;

    let app = App::start();
    let (person, other) = (app.person(), app.person());
    let bases = [new_book(&person, "One"), new_book(&person, "Two")];
    let places = [String::new(), bases[0].clone(), bases[1].clone()];
    let mut books: Vec<BookId> = bases.iter().map(|base| book(base)).collect();
    books.push(app.owner(&person));
    let held = block_writes(&app, &books);
    let (sender, answers) = mpsc::channel();
    std::thread::scope(|scope| {
        for n in 0..REQUESTS {
            let (visitor, base, sender) = (another_browser(&app, &person), &places[n % 3], sender.clone());
            scope.spawn(move || {
                let form = [("amount", "1"), ("category", "A"), ("date", "2026-11-20")];
                let answer = visitor.post(&format!("{base}/expenses"), &form);
                sender.send(answer).unwrap();
            });
        }
        for _ in 0..REQUESTS - 64 {
            let refused = answers.recv_timeout(Duration::from_secs(30)).unwrap().expect(503);
            assert!(refused.header("retry-after").is_some());
            let page = refused.page();
            assert_eq!(page.text("h1"), "Too much at once");
            assert_eq!(page.form("Try again").value("amount"), "1", "the input is kept");
        }
        other.page("/");
        other.send(&Request::new("GET", "/expenses")).expect(200);
        drop(held);
    });
}
