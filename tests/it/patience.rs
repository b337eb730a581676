//! Slow, greedy and silent clients have limits, and nobody else waits for them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::support::{Place, Request, Running, Visitor};

const IDLE: usize = 2_000;

fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect_timeout(&address, Duration::from_secs(10)).expect("there is room for one more")
}

/// The answer, if the server has closed the connection; `None` while it is open.
fn ended(wire: &mut TcpStream) -> Option<String> {
    wire.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let mut answer = Vec::new();
    match wire.read_to_end(&mut answer) {
        Err(error)
            if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) && answer.is_empty() =>
        {
            None
        }
        _ => Some(String::from_utf8_lossy(&answer).into_owned()),
    }
}

/// An ordinary request that has to work.
#[track_caller]
fn assert_served(person: &Visitor) {
    let began = Instant::now();
    person.page("/");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// The peak memory of the process in kilobytes.
fn most_memory(server: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn idle_and_slow_connections_end_and_block_nobody() {
    let place = Place::new();
    let server = place.serve(|command| {
        // All of these come from one address, as they do through a proxy.
        command.env("LOG", "error").env("TRUSTED_PROXIES", "127.0.0.1");
    });
    let person = server.person("a@example.com");
    let idle: Vec<TcpStream> = (0..IDLE).map(|_| connect(server.address)).collect();
    assert_served(&person);

    let began = Instant::now();
    let mut heads: Vec<TcpStream> = (0..50).map(|_| connect(server.address)).collect();
    for wire in &mut heads {
        wire.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    }
    let mut bodies: Vec<TcpStream> = (0..50).map(|_| connect(server.address)).collect();
    for wire in &mut bodies {
        let head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n";
        wire.write_all(head.as_bytes()).unwrap();
    }
    let mut ends: Vec<Option<(Duration, String)>> = vec![None; heads.len() + bodies.len()];
    while ends.iter().any(Option::is_none) && began.elapsed() < Duration::from_mins(1) {
        for (wire, end) in heads.iter_mut().chain(&mut bodies).zip(&mut ends) {
            if end.is_none() {
                // One more byte of a header or of a form.
                let sent = wire.write_all(b"x");
                *end = match (ended(wire), sent) {
                    (Some(answer), _) => Some((began.elapsed(), answer)),
                    (None, Err(_)) => Some((began.elapsed(), String::new())),
                    (None, Ok(())) => None,
                };
            }
        }
        assert_served(&person);
        std::thread::sleep(Duration::from_millis(500));
    }
    for (number, end) in ends.into_iter().enumerate() {
        let (after, _) = end.unwrap_or_else(|| panic!("connection {number} goes on for ever"));
        let most = if number < heads.len() { 25 } else { 50 };
        assert!(
            after < Duration::from_secs(most),
            "connection {number} ended after {after:?}"
        );
    }
    let open = idle
        .into_iter()
        .filter_map(|mut wire| ended(&mut wire).is_none().then_some(wire))
        .count();
    assert_eq!(open, 0, "no idle connection is kept");
    assert_served(&person);
    assert_eq!(server.stop(), Vec::<String>::new(), "nothing to complain of");
}

#[test]
fn many_large_bodies_at_once_are_refused_and_not_kept() {
    let place = Place::new();
    let server = place.serve(|command| {
        command.env("LOG", "error");
    });
    let person = server.person("a@example.com");
    assert_served(&person);
    let before = most_memory(&server);
    let mut body = b"description=".to_vec();
    body.resize(10 << 20, b'x');
    let request = Request::new("POST", "/login").body("application/x-www-form-urlencoded", body);
    let greedy: Vec<Visitor> = (0..30).map(|_| server.anonymous()).collect();
    std::thread::scope(|scope| {
        for visitor in &greedy {
            scope.spawn(|| visitor.send(&request).expect(413));
        }
        assert_served(&person);
    });
    let more = most_memory(&server) - before;
    assert!(more < 150 << 10, "300 MiB were sent, {more} KiB were kept");
    server.stop();
}
