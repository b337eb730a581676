//! A server that is killed while it confirms an import or takes it back: all rows or none, and the page says which.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::import_pages::choose;
use super::support::{Page, Place, Running, Visitor, integrity};

/// Rows of each file: enough that a kill can meet the middle.
const ROWS: usize = 1_200;
const ROUNDS: u32 = 6;
const EMAIL: &str = "importer@example.com";

/// A file whose rows no other round has.
fn file(round: u32) -> Vec<u8> {
    let mut text = "Date,Description,Amount\n".to_owned();
    for row in 0..ROWS {
        text.extend([format!(
            "2026-{:02}-{:02},Round {round} row {row},-{round}{row}.25\n",
            1 + row % 10,
            1 + row % 28
        )]);
    }
    text.into_bytes()
}

/// Posts a form without fields and does not wait for the answer.
fn press(server: &Running, cookie: &str, address: &str) -> TcpStream {
    let mut wire = TcpStream::connect(server.address).unwrap();
    write!(
        wire,
        "POST {address} HTTP/1.1\r\nHost: x\r\nCookie: session={cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n"
    )
    .unwrap();
    wire
}

/// Presses a button, kills the server after `delay`, and starts it again.
fn kill(
    place: &Place,
    server: Running,
    person: &Visitor,
    address: &str,
    delay: Duration,
) -> (Running, Visitor) {
    let cookie = person.cookie("session").unwrap();
    let wire = press(&server, &cookie, address);
    std::thread::sleep(delay);
    server.signal("KILL");
    drop((wire, server));
    if place.url().starts_with("sqlite:") {
        assert_eq!(integrity(&place.path("expenses.db")), "ok");
    }
    start(place)
}

fn start(place: &Place) -> (Running, Visitor) {
    let server = place.serve(|command| {
        command.env("LOG", "error");
    });
    let person = server.known(EMAIL);
    (server, person)
}

fn rows(person: &Visitor) -> usize {
    person.exported().values().sum()
}

fn has_heading(page: &Page, heading: &str) -> bool {
    page.texts("h2").iter().any(|text| text == heading)
}

/// How long an uninterrupted press of a button takes.
fn timed(person: &Visitor, address: &str) -> Duration {
    let began = Instant::now();
    person.post(address, &[]).location();
    began.elapsed()
}

#[test]
fn after_a_kill_an_import_has_made_all_rows_or_none_and_its_page_says_which() {
    let place = Place::new();
    let mut server = place.serve(|_| {});
    let mut person = server.person(EMAIL);
    let first = choose(&person, "first.csv", &file(0)).location().to_owned();
    let (confirm_time, undo_time) = (
        timed(&person, &format!("{first}/confirm")),
        timed(&person, &format!("{first}/undo")),
    );
    let mut interrupted = 0;
    for round in 1..=ROUNDS {
        let address = choose(&person, "file.csv", &file(round)).location().to_owned();
        let delay = confirm_time * round / (ROUNDS + 1);
        (server, person) = kill(&place, server, &person, &format!("{address}/confirm"), delay);
        let page = person.page(&address);
        if has_heading(&page, "Done") {
            assert_eq!(rows(&person), ROWS, "round {round}");
        } else {
            interrupted += 1;
            assert!(has_heading(&page, "Review"), "round {round}");
            assert_eq!(rows(&person), 0, "round {round}");
            // Pressed in two tabs at once, it is imported once.
            let second = server.known(EMAIL);
            std::thread::scope(|scope| {
                for tab in [&person, &second] {
                    scope.spawn(|| tab.post(&format!("{address}/confirm"), &[]).location().to_owned());
                }
            });
            assert_eq!(rows(&person), ROWS, "round {round}: once");
        }
        // A killed undo is pressed again: exactly these rows go.
        let undo = format!("{address}/undo");
        let delay = undo_time * round / (ROUNDS + 1);
        (server, person) = kill(&place, server, &person, &undo, delay);
        let page = person.page(&address);
        if has_heading(&page, "Done") {
            person.post(&undo, &[]).location();
        }
        assert_eq!(rows(&person), 0, "round {round}: taken back");
        assert!(has_heading(&person.page(&address), "Undone"), "round {round}");
    }
    assert!(interrupted > 0, "no kill came before the end of a confirmation");
    assert_eq!(server.stop(), Vec::<String>::new(), "nothing went wrong");
}
