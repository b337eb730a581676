//! PostgreSQL with locked rows of some people, or without an answer: waits are bounded, errors are 503, and other people are
//! affected as little as possible.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use expense_tracker::db::{BookId, Conn, Db, WritableBook};
use expense_tracker::error::AppError;
use expense_tracker::settings::DatabaseUrl;

use super::support::books::{invite, new_book};
use super::support::{
    Cluster, PASSWORD, Place, Request, Running, Statuses, Visitor, add_by_form, postgres_url, read_pages,
};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn number(conn: &mut PgConnection, query: &str) -> i64 {
    sql_query(query).get_result::<Number>(conn).unwrap().number
}

fn serve(place: &Place, timeout: &str) -> Running {
    place.serve(|command| {
        command.env("STATEMENT_TIMEOUT", timeout).env("LOG", "off");
    })
}

/// The same person in another browser.
fn same(server: &Running, person: &Visitor) -> Visitor {
    let visitor = server.anonymous();
    visitor.set_cookie("session", person.cookie("session").as_deref());
    visitor
}

/// Blocks all writes of a person until the returned connection is closed.
fn hang(cluster: &Cluster, person: &Visitor) -> PgConnection {
    let mut conn = PgConnection::establish(&cluster.url()).unwrap();
    let id = number(
        &mut conn,
        &format!("SELECT id AS number FROM users WHERE email = '{}'", person.email),
    );
    conn.batch_execute(&format!("SELECT pg_advisory_lock({id})"))
        .unwrap();
    conn
}

fn add(person: &Visitor, name: &str) -> Request {
    person.form(
        "/expenses",
        &[
            ("amount", "0.01"),
            ("category", "A"),
            ("date", "2026-11-20"),
            ("description", name),
            ("request_id", name),
        ],
    )
}

fn waiting(conn: &mut PgConnection) -> i64 {
    number(
        conn,
        "SELECT count(*) AS number FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'",
    )
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn hanging_requests_of_one_person_end_in_a_503_and_block_nobody_else() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    let server = serve(&place, "3");
    let (one, other) = (
        server.person("one@example.com"),
        server.person("other@example.com"),
    );
    let held = hang(&cluster, &one);
    let mut looker = PgConnection::establish(&cluster.url()).unwrap();
    let statuses = Statuses::default();
    std::thread::scope(|scope| {
        for n in 0..24 {
            let (visitor, statuses) = (same(&server, &one), &statuses);
            scope.spawn(move || {
                let answer = visitor.send(&add(&visitor, &format!("hung-{n}")));
                assert!(answer.header("retry-after").is_some(), "{}", answer.status);
                statuses.note(answer.status);
            });
        }
        wait_until("some of them wait", || waiting(&mut looker) > 0);
        for n in 0..10 {
            other.send(&add(&other, &format!("free-{n}"))).location();
            other.page("/");
            server.anonymous().get("/readyz").expect(200);
            assert!(waiting(&mut looker) <= 4);
        }
    });
    assert_eq!(statuses.all(), BTreeMap::from([(503, 24)]));
    // The server cancels abandoned statements.
    wait_until("the connections are free", || waiting(&mut looker) == 0);
    drop(held);
    wait_until("it heals", || one.send(&add(&one, "hung-0")).status == 303);
    assert_eq!(
        one.total("/expenses?period=all"),
        "0.01",
        "what was answered 503 was not added"
    );

    // A timeout of the database itself is an outage as well.
    server.stop();
    looker
        .batch_execute("ALTER ROLE tracker SET lock_timeout = '100ms'")
        .unwrap();
    let server = serve(&place, "30");
    let one = server.known("one@example.com");
    let held = hang(&cluster, &one);
    one.send(&add(&one, "locked")).expect(503);
    drop(held);
    wait_until("it heals", || one.send(&add(&one, "locked")).status == 303);
    server.stop();
}

#[test]
fn everybody_waits_the_full_time_for_a_busy_connection() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    let server = serve(&place, "30");
    let people: Vec<Visitor> = (0..4)
        .map(|n| server.person(&format!("p{n}@example.com")))
        .collect();
    let other = server.person("other@example.com");
    let held: Vec<PgConnection> = people.iter().map(|person| hang(&cluster, person)).collect();
    let mut looker = PgConnection::establish(&cluster.url()).unwrap();
    std::thread::scope(|scope| {
        for (n, person) in people.iter().enumerate() {
            for m in 0..4 {
                let visitor = same(&server, person);
                scope.spawn(move || {
                    let answer = visitor.send(&add(&visitor, &format!("busy-{n}-{m}")));
                    assert_eq!(answer.status, 303);
                });
            }
        }
        wait_until("all connections are busy", || waiting(&mut looker) == 16);
        other.get("/").expect(503);
        // The next request waits as long, because the database is not unreachable.
        let next = scope.spawn(|| other.get("/").status);
        std::thread::sleep(Duration::from_secs(2));
        drop(held);
        assert_eq!(next.join().unwrap(), 200);
    });
    server.stop();
}

#[test]
fn a_person_with_many_books_uses_four_connections_and_a_book_with_many_people_as_well() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    let server = serve(&place, "30");
    let (one, other) = (
        server.person("one@example.com"),
        server.person("other@example.com"),
    );
    let mut looker = PgConnection::establish(&cluster.url()).unwrap();
    let books: Vec<String> = (0..5).map(|n| new_book(&one, &format!("Book {n}"))).collect();
    let shared = new_book(&other, "Shared");
    let members: Vec<Visitor> = (0..5)
        .map(|n| {
            let person = server.person(&format!("member{n}@example.com"));
            person.post(&invite(&other, &shared, "editor"), &[]).location();
            person
        })
        .collect();
    // Everybody's work in these books waits, four requests for each book and for each member.
    let in_own = books.iter().map(|base| (&one, base));
    let in_shared = members.iter().map(|member| (member, &shared));
    for (what, places) in [
        ("one person", in_own.collect::<Vec<_>>()),
        ("one book", in_shared.collect()),
    ] {
        let held: Vec<PgConnection> = places.iter().map(|(_, base)| hang_book(&cluster, base)).collect();
        std::thread::scope(|scope| {
            for (place, (person, base)) in places.iter().enumerate() {
                for n in 0..4 {
                    let (visitor, path) = (same(&server, person), format!("{base}/expenses"));
                    let form = add(&visitor, &format!("{what}{place}-{n}"));
                    scope.spawn(move || {
                        let request = Request { target: path, ..form };
                        let status = visitor.send(&request).status;
                        assert!([303, 503].contains(&status), "{status}");
                    });
                }
            }
            wait_until("they wait", || waiting(&mut looker) == 4);
            for n in 0..5 {
                other.page("/");
                other.send(&add(&other, &format!("{what}-free-{n}"))).location();
                assert!(waiting(&mut looker) <= 4, "{what}");
            }
            drop(held);
        });
    }
    server.stop();
}

/// Like [`hang`], for the book at `base`.
fn hang_book(cluster: &Cluster, base: &str) -> PgConnection {
    let mut conn = PgConnection::establish(&cluster.url()).unwrap();
    let id = base.trim_start_matches("/b/");
    // The same connection may lock it again, another one waits.
    conn.batch_execute(&format!("SELECT pg_advisory_lock_shared({id})"))
        .unwrap();
    conn
}

#[test]
fn a_statement_of_a_read_ends_at_the_time_limit_of_the_read() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let url = DatabaseUrl::parse(&cluster.url()).unwrap();
    let db = Db::open_to_serve(&url, Duration::from_mins(10), 1 << 20).unwrap();
    let began = Instant::now();
    let slow = |conn: &mut Conn| Ok(sql_query("SELECT pg_sleep(60)").execute(conn)?);
    let outcome = actix_web::rt::System::new().block_on(async {
        let short = Duration::from_millis(300);
        let outcome = db.read_within(short, BookId(1), slow).await;
        db.write(WritableBook::unchecked(BookId(1)), |conn| {
            // A write has the time of the setting.
            Ok(sql_query("SELECT pg_sleep(1)").execute(conn)?)
        })
        .await
        .unwrap();
        outcome
    });
    assert!(matches!(outcome, Err(AppError::TimedOut)), "{outcome:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn a_restart_of_the_database_fails_no_request_after_it() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    let server = serve(&place, "30");
    let person = server.person("one@example.com");
    let open_connections = || {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let reader = same(&server, &person);
                scope.spawn(move || (0..5).for_each(|_| drop(reader.page("/"))));
            }
        });
    };
    for mode in ["fast", "immediate"] {
        open_connections();
        cluster.stop(mode);
        cluster.begin();
        // All of its connections are closed, and nobody has noticed.
        person.send(&add(&person, mode)).location();
        open_connections();
    }
    server.stop();
}

#[test]
fn a_server_stops_in_time_while_its_database_is_frozen() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    // Without requests only background tasks hang.
    for clients in [0, 3] {
        let server = serve(&place, "600");
        let person = server.person(&format!("{clients}@example.com"));
        person.send(&add(&person, "before")).location();
        cluster.signal("STOP");
        let body = "amount=1&category=A&date=2026-11-20";
        let hung: Vec<TcpStream> = ["GET / ", "POST /expenses "]
            .repeat(clients)
            .into_iter()
            .map(|line| {
                let mut stream = TcpStream::connect(server.address).unwrap();
                let request = format!(
                    "{line}HTTP/1.1\r\nHost: {}\r\nCookie: session={}\r\nContent-Length: {}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
                    server.address,
                    person.cookie("session").unwrap(),
                    body.len()
                );
                stream.write_all(request.as_bytes()).unwrap();
                stream
            })
            .collect();
        // Long enough for background tasks to hang as well.
        std::thread::sleep(Duration::from_secs(2));
        server.signal("TERM");
        let (status, took, _) = server.wait();
        assert!(status.success(), "{status}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        drop(hung);
        cluster.signal("CONT");
    }
}

/// An action on a server.
type Act<'a> = &'a dyn Fn();

#[test]
fn a_killed_stopped_or_frozen_database_only_causes_503s() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let place = Place::over(&cluster.url());
    let server = serve(&place, "2");
    let people: Vec<Visitor> = (0..4)
        .map(|n| server.person(&format!("p{n}@example.com")))
        .collect();
    let failures: [(&str, Act, Act); 3] = [
        ("killed", &|| cluster.signal("KILL"), &|| cluster.begin()),
        ("stopped", &|| cluster.stop("fast"), &|| cluster.begin()),
        ("frozen", &|| cluster.signal("STOP"), &|| cluster.signal("CONT")),
    ];
    let mut written: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); people.len()];
    for (what, fail, heal) in failures {
        let (statuses, stop) = (Statuses::default(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let (statuses, stop, server) = (&statuses, &stop, &server);
            let mut writers = Vec::new();
            for (number, person) in people.iter().enumerate() {
                let reader = same(server, person);
                scope.spawn(move || read_pages(&reader, statuses, stop));
                writers.push(
                    scope.spawn(move || add_by_form(person, &format!("{what}{number}"), statuses, stop)),
                );
            }
            let answered = |status: u16| statuses.all().get(&status).copied().unwrap_or_default();
            wait_until("they write", || answered(303) > 20);
            fail();
            wait_until("they feel it", || answered(503) > 10);
            std::thread::sleep(Duration::from_secs(2));
            heal();
            let before = answered(303);
            wait_until("it heals by itself", || answered(303) > before + 20);
            stop.store(true, Ordering::Relaxed);
            for (written, writer) in written.iter_mut().zip(writers) {
                let descriptions = writer.join().unwrap().into_iter();
                written.extend(descriptions.map(|description| (description, 1)));
            }
        });
        let (seen, longest) = (statuses.all(), statuses.longest());
        assert!(
            seen.keys().all(|status| [200, 303, 503].contains(status)),
            "{what}: {seen:?}"
        );
        assert!(longest < Duration::from_secs(20), "{what}: {longest:?}");
    }
    for (number, (person, written)) in people.iter().zip(&written).enumerate() {
        let found = person.exported();
        assert_eq!(
            &found, written,
            "{number}: every acknowledged write is there, once"
        );
    }
    let again = server.anonymous();
    again
        .post("/login", &[("email", "p0@example.com"), ("password", PASSWORD)])
        .location();
    server.stop();
}
