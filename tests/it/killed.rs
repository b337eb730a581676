//! A server that is killed repeatedly: every acknowledged write exists once.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::support::{Place, form_text, integrity};

const ROUNDS: u32 = 20;
const WRITERS: u32 = 4;

/// One expense that a writer has sent.
#[derive(Debug, Clone)]
struct Sent {
    description: String,
    request_id: String,
    acknowledged: bool,
}

/// Sends one "Add expense" on its own connection; returns whether it was acknowledged.
fn add(address: SocketAddr, cookie: &str, sent: &Sent) -> std::io::Result<bool> {
    let form = form_text(&[
        ("amount", "1.25"),
        ("category", "Coffee"),
        ("date", "2026-11-20"),
        ("description", &sent.description),
        ("request_id", &sent.request_id),
    ]);
    let mut wire = TcpStream::connect(address)?;
    wire.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(
        wire,
        "POST /expenses HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: session={cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut answer = [0; 12];
    wire.read_exact(&mut answer)?;
    Ok(&answer == b"HTTP/1.1 303")
}

/// Adds expenses until the server is dead or `stop` is set, and records each in `noted`.
fn write_until_killed(
    address: SocketAddr,
    cookie: &str,
    (round, writer): (u32, u32),
    stop: &AtomicBool,
    noted: &Mutex<Vec<Sent>>,
) {
    for number in 0.. {
        let mut sent = Sent {
            description: format!("r{round}w{writer}n{number}"),
            request_id: format!("{round}-{writer}-{number}"),
            acknowledged: false,
        };
        let answer = add(address, cookie, &sent);
        sent.acknowledged = matches!(answer, Ok(true));
        let dead = answer.is_err() || stop.load(Ordering::Relaxed);
        noted.lock().unwrap().push(sent);
        if dead {
            break;
        }
    }
}

#[test]
fn after_twenty_kills_every_acknowledged_write_is_there_and_none_is_there_twice() {
    let place = Place::new();
    let sqlite = place.url().starts_with("sqlite:");
    let mut all: Vec<Sent> = Vec::new();
    for round in 0..=ROUNDS {
        let server = place.serve(|command| {
            command.env("LOG", "error");
        });
        let person = if round == 0 {
            server.person("writer@example.com")
        } else {
            server.known("writer@example.com")
        };
        let cookie = person.cookie("session").unwrap();
        // Repeats requests without an answer, like Reload in a browser.
        for sent in all.iter_mut().filter(|sent| !sent.acknowledged) {
            sent.acknowledged = add(server.address, &cookie, sent).unwrap();
            assert!(sent.acknowledged, "{sent:?}");
        }
        let there = person.exported();
        for sent in &all {
            assert_eq!(there.get(&sent.description), Some(&1), "round {round}: {sent:?}");
        }
        assert_eq!(there.len(), all.len(), "nothing else is there");
        if round == ROUNDS {
            assert_eq!(server.stop(), Vec::<String>::new(), "nothing went wrong");
            break;
        }

        let stop = Arc::new(AtomicBool::new(false));
        let noted = Arc::new(Mutex::new(Vec::new()));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (stop, noted, cookie) = (Arc::clone(&stop), Arc::clone(&noted), cookie.clone());
                let address = server.address;
                std::thread::spawn(move || {
                    write_until_killed(address, &cookie, (round, writer), &stop, &noted);
                })
            })
            .collect();
        let began = Instant::now();
        // A different time in each round.
        let until = Duration::from_millis(40 + u64::from(round) * 13 % 170);
        while began.elapsed() < until || noted.lock().unwrap().is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.signal("KILL");
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().unwrap();
        }
        drop(server);
        if sqlite {
            assert_eq!(integrity(&place.path("expenses.db")), "ok", "round {round}");
        }
        all.append(&mut noted.lock().unwrap());
    }
    let unanswered = all.len();
    assert!(unanswered > 100, "there was a load: {unanswered} writes");
    assert!(Path::new(&place.path("data")).is_dir());
}
