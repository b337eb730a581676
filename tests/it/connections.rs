//! The limit of connections per client.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

use super::support::App;

/// Connections of one client.
const MOST: usize = 256;
const SOON: Duration = Duration::from_secs(8);

/// A connection of the client `from`; every address of 127.0.0.0/8 is this machine.
fn connection(from: Ipv4Addr, to: &str) -> TcpStream {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddr::V4(SocketAddrV4::new(from, 0))).unwrap();
    connect(&socket, &to.parse::<SocketAddr>().unwrap()).unwrap();
    TcpStream::from(socket)
}

fn is_closed(wire: &mut TcpStream) -> bool {
    wire.set_nonblocking(true).unwrap();
    match wire.read(&mut [0; 1]) {
        Ok(read) => {
            assert_eq!(read, 0, "nothing is said on a silent connection");
            true
        }
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// The answer to one request, up to the end of the connection; empty if there is none.
fn answer(mut wire: TcpStream) -> String {
    let mut text = Vec::new();
    wire.set_read_timeout(Some(SOON)).unwrap();
    let sent = wire.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let read = wire.read_to_end(&mut text);
    if let (Ok(()), Err(error)) = (sent, read) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "it was closed");
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn a_client_over_the_limit_gets_no_connection_and_others_are_unaffected() {
    let app = App::start();
    let (greedy, other) = (Ipv4Addr::new(127, 0, 7, 1), Ipv4Addr::new(127, 0, 7, 2));
    let mut held: Vec<TcpStream> = (0..MOST + 40).map(|_| connection(greedy, &app.host())).collect();
    let began = Instant::now();
    while held.len() > MOST && began.elapsed() < SOON {
        held.retain_mut(|wire| !is_closed(wire));
    }
    assert_eq!(held.len(), MOST, "those beyond are closed at once");
    assert_eq!(answer(connection(greedy, &app.host())), "");
    let served = answer(connection(other, &app.host()));
    assert!(served.starts_with("HTTP/1.1 200"), "{served}");
    let metrics = app.anonymous().get("/metrics").expect(200).text();
    assert!(metrics.contains("connections_refused_total 41"), "{metrics}");

    drop(held);
    let began = Instant::now();
    while answer(connection(greedy, &app.host())).is_empty() {
        assert!(began.elapsed() < SOON, "what is closed makes room");
    }
}

#[test]
fn a_trusted_proxy_may_hold_more() {
    let app = App::with(|given| given.trusted_proxies = Some("127.0.7.0/24".to_owned()));
    let proxy = Ipv4Addr::new(127, 0, 7, 3);
    let mut held: Vec<TcpStream> = (0..MOST + 40).map(|_| connection(proxy, &app.host())).collect();
    let served = answer(connection(proxy, &app.host()));
    assert!(served.starts_with("HTTP/1.1 200"), "{served}");
    assert!(!held.iter_mut().any(is_closed));
}
