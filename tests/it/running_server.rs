//! The server as a process: its output, its stop, and its time zone.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::support::{PASSWORD, Place, Running, Visitor};
use super::zones::{ZONES, shown_dates};
use expense_tracker::clock::{Clock, TimeZone};

fn register(server: &Running, email: &str, zone: &str) -> Visitor {
    let visitor = server.anonymous();
    let form = [("email", email), ("password", PASSWORD), ("timezone", zone)];
    visitor.post("/register", &form).location();
    visitor
}

#[test]
fn it_prints_its_address_whatever_is_logged() {
    let place = Place::new();
    for level in ["off", "error", "trace"] {
        let server = place.serve(|command| {
            command.env("LOG", level);
        });
        server.anonymous().get("/healthz").expect(200);
        if level == "off" {
            assert_eq!(server.said.len(), 1, "{:?}", server.said);
            assert_eq!(server.stop(), Vec::<String>::new());
        } else {
            server.stop();
        }
    }
}

#[test]
fn each_request_is_one_line_with_id_method_path_status_and_time() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let answer = server.anonymous().get("/healthz?secret=1").expect(200);
    server
        .anonymous()
        .send(&super::support::Request::new("HEAD", "/nothing"))
        .expect(404);
    let id = answer.header("x-request-id").unwrap().to_owned();
    let said = server.stop();
    let line = said
        .iter()
        .find(|line| line.contains(&id))
        .unwrap_or_else(|| panic!("{id} in {said:?}"));
    for part in ["method=GET", "path=\"/healthz\"", "status=200", "ms="] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(
        said.iter()
            .any(|line| line.contains("method=HEAD") && line.contains("status=404")),
        "{said:?}"
    );
    assert!(
        !said.concat().contains("secret") && !said.concat().contains('\u{1b}'),
        "{said:?}"
    );

    let server = place.serve(|command| {
        command.env("LOG_FORMAT", "json");
    });
    let answer = server.anonymous().get("/expenses/7/edit").expect(303);
    let id = answer.header("x-request-id").unwrap().to_owned();
    let said = server.stop();
    let line = said.iter().find(|line| line.contains(&id)).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        (line["id"].as_str(), line["method"].as_str()),
        (Some(id.as_str()), Some("GET"))
    );
    assert_eq!(
        (line["path"].as_str(), line["status"].as_u64()),
        (Some("/expenses/7/edit"), Some(303))
    );
    assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert!(
        said.iter()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{said:?}"
    );
}

#[test]
fn malformed_requests_are_not_logged_and_long_paths_are_truncated() {
    let place = Place::new();
    let server = place.serve(|_| {});
    for nonsense in [
        "\u{1}\u{2}\u{3}\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        let mut wire = TcpStream::connect(server.address).unwrap();
        wire.write_all(nonsense.as_bytes()).unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let long = "A".repeat(5_000);
    let request = super::support::Request::new(&long, &format!("/{long}"));
    server.anonymous().send(&request).expect(404);
    let said = server.stop();
    assert!(!said.concat().contains("ERROR"), "{said:?}");
    let line = said.iter().find(|line| line.contains("AAAA")).unwrap();
    assert!(line.len() < 1_000, "{line}");
}

#[test]
fn a_stop_is_prompt_though_connections_are_kept_open() {
    let place = Place::new();
    for name in ["TERM", "INT"] {
        let server = place.serve(|_| {});
        let idle = TcpStream::connect(server.address).unwrap();
        let visitor = server.anonymous();
        visitor.get("/healthz").expect(200);
        server.signal(name);
        let (status, took, _) = server.wait();
        assert_eq!(status.code(), Some(0), "{name}");
        assert!(took < Duration::from_secs(4), "{name} {took:?}");
        drop((idle, visitor));
    }
}

#[test]
fn a_request_in_flight_is_finished_first() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let mut wire = TcpStream::connect(server.address).unwrap();
    // After the first answer the connection is open and the next request is read as it arrives.
    wire.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut first = [0; 4096];
    assert!(wire.read(&mut first).unwrap() > 0);
    let form = "email=nobody%40example.com&password=wrong";
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    // The stop comes in the middle of the form.
    wire.write_all(head.as_bytes()).unwrap();
    wire.write_all(&form.as_bytes()[..10]).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(200));
    wire.write_all(&form.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer:.200}");
    assert!(answer.trim_end().ends_with("</html>"), "{answer}");
    let (status, took, _) = server.wait();
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[test]
fn the_time_zone_of_the_server_has_no_effect() {
    let place = Place::new();
    for (at, server_zone) in ZONES.iter().enumerate() {
        let server = place.serve(|command| {
            command.env("TZ", server_zone);
        });
        for (number, zone) in ZONES.iter().enumerate() {
            let person = register(&server, &format!("p{at}-{number}@example.com"), zone);
            let expected = |zone: &str| Clock::system().today(&TimeZone::parse(zone).unwrap()).to_string();
            let before = expected(zone);
            let shown = person.page("/").form("Add expense").value("date").to_owned();
            // The date can change there during the request.
            assert!(
                shown == before || shown == expected(zone),
                "{zone} on a server in {server_zone}: {shown}"
            );
            person.add("4.50", "Drinks", "2026-03-29", "Tea");
            assert_eq!(
                shown_dates(&person, "2026-03-29"),
                ["2026-03-29"; 5],
                "{zone} in {server_zone}"
            );
        }
        server.stop();
    }
}

#[test]
fn every_accept_encoding_gets_a_response() {
    let place = Place::new();
    let server = place.serve(|_| {});
    let visitor = server.anonymous();
    for list in [
        "*;q=0",
        "identity;q=0",
        "br;q=0, *; q=0.000",
        "IDENTITY;q=0",
        "nonsense;q=0",
    ] {
        let request = super::support::Request::new("GET", "/login").header("Accept-Encoding", list);
        let answer = visitor.send(&request).expect(200);
        assert!(answer.text().contains("Sign in"), "{list}");
    }
    server.stop();
}
