//! The address of the client: the peer of the connection, or what a trusted proxy reports.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Headers that proxies add. A request with one of them can come from another machine, whatever its peer is.
const PROXY_HEADERS: [&str; 6] = [
    FORWARDED_FOR,
    "forwarded",
    "x-real-ip",
    "x-forwarded-host",
    "x-forwarded-proto",
    "via",
];

/// `X-Forwarded-For` counts only if it comes from the `trusted` proxies; `Forwarded` is not read. `0.0.0.0` if the
/// connection has no address.
pub fn of(request: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let lists = request
        .headers()
        .get_all(FORWARDED_FOR)
        .map(|list| list.to_str().unwrap_or("?"));
    resolve(peer, lists, trusted)
}

/// Whether the request was made on this machine: from a loopback address, without a proxy, and to a loopback name. The
/// name is checked because of DNS rebinding: another site can point its own name at a loopback address.
pub fn is_local(request: &HttpRequest) -> bool {
    let loopback = request
        .peer_addr()
        .is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    loopback
        && has_loopback_host(request)
        && !PROXY_HEADERS
            .iter()
            .any(|name| request.headers().contains_key(*name))
}

fn has_loopback_host(request: &HttpRequest) -> bool {
    let host = request.headers().get(header::HOST);
    let Some(Ok(host)) = host.map(|host| Authority::try_from(host.as_bytes())) else {
        return false;
    };
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    let address: Option<IpAddr> = name.parse().ok();
    name.eq_ignore_ascii_case("localhost")
        || address.is_some_and(|address| address.to_canonical().is_loopback())
}

/// Reads the `X-Forwarded-For` lists from the end while each hop is trusted. The first untrusted hop is the client;
/// everything before it can be forged.
fn resolve<'a>(peer: Option<IpAddr>, lists: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
    let hops: Vec<&str> = lists.flat_map(|list| list.split(',')).collect();
    for hop in hops.iter().rev() {
        if !trusted.iter().any(|net| net.contains(&client)) {
            break;
        }
        let Some(next) = parse(hop) else { break };
        client = next;
    }
    client
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(hop);
    let address = bare
        .parse()
        .ok()
        .or_else(|| hop.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn nets(text: &str) -> Vec<IpNet> {
        let parts = text.split_whitespace();
        parts
            .map(|part| {
                part.parse()
                    .unwrap_or_else(|_| IpNet::from(part.parse::<IpAddr>().unwrap()))
            })
            .collect()
    }

    #[test]
    fn a_forwarded_address_counts_only_as_far_as_proxies_are_trusted() {
        let cases: [(&str, &[&str], &str, &str); 20] = [
            // peer, X-Forwarded-For headers, trusted, client
            ("198.51.100.7", &[], "", "198.51.100.7"),
            ("198.51.100.7", &["203.0.113.9"], "", "198.51.100.7"),
            ("198.51.100.7", &["203.0.113.9"], "10.0.0.0/8", "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9"], "10.0.0.0/8", "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9"], "10.0.0.1", "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.9"], "10.0.0.0/8", "203.0.113.9"),
            (
                "10.0.0.1",
                &["6.6.6.6, 203.0.113.9, 10.0.0.2"],
                "10.0.0.0/8",
                "203.0.113.9",
            ),
            (
                "10.0.0.1",
                &["6.6.6.6", "203.0.113.9 ,10.0.0.2"],
                "10.0.0.0/8",
                "203.0.113.9",
            ),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.0/8", "10.0.0.3"),
            ("10.0.0.1", &["203.0.113.9, nonsense"], "10.0.0.0/8", "10.0.0.1"),
            (
                "10.0.0.1",
                &["203.0.113.9, unknown, 10.0.0.2"],
                "10.0.0.0/8",
                "10.0.0.2",
            ),
            ("10.0.0.1", &[""], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9:4711"], "10.0.0.0/8", "203.0.113.9"),
            ("10.0.0.1", &["[2001:db8::9]:4711"], "10.0.0.0/8", "2001:db8::9"),
            ("10.0.0.1", &["[2001:db8::9]"], "10.0.0.0/8", "2001:db8::9"),
            ("fd00::1", &["2001:db8::9"], "fd00::/8", "2001:db8::9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "10.0.0.0/8", "203.0.113.9"),
            ("10.0.0.1", &["::ffff:203.0.113.9"], "10.0.0.0/8", "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9"], "::1 127.0.0.1", "203.0.113.9"),
        ];
        for (peer, lists, trusted, client) in cases {
            let found = resolve(Some(peer.parse().unwrap()), lists.iter().copied(), &nets(trusted));
            assert_eq!(
                found,
                client.parse::<IpAddr>().unwrap(),
                "{peer} {lists:?} {trusted}"
            );
        }
    }

    #[test]
    fn a_connection_without_an_address_has_the_unspecified_one() {
        assert_eq!(
            resolve(None, ["203.0.113.9"].into_iter(), &nets("10.0.0.0/8")),
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        );
    }

    #[test]
    fn a_request_is_read_with_all_its_headers() {
        let request = TestRequest::default()
            .peer_addr("10.0.0.1:999".parse().unwrap())
            .append_header(("X-Forwarded-For", "6.6.6.6"))
            .append_header(("X-Forwarded-For", "203.0.113.9"))
            .to_http_request();
        assert_eq!(of(&request, &nets("10.0.0.0/8")).to_string(), "203.0.113.9");
        assert_eq!(of(&request, &[]).to_string(), "10.0.0.1");
    }

    #[test]
    fn local_means_from_loopback_and_through_no_proxy() {
        let to = |host: &str| {
            TestRequest::default()
                .peer_addr("127.0.0.1:1".parse().unwrap())
                .insert_header(("Host", host))
        };
        for host in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1:8000",
            "127.1.2.3",
            "[::1]:8000",
            "[::1]",
        ] {
            assert!(is_local(&to(host).to_http_request()), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org:8000",
            "127.0.0.1.nip.io",
            "10.0.0.1:8000",
            "[::2]",
            "a b",
        ] {
            assert!(!is_local(&to(host).to_http_request()), "{host}");
        }
        let from = |peer: &str| to("localhost").peer_addr(peer.parse().unwrap());
        for peer in ["127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(is_local(&from(peer).to_http_request()), "{peer}");
        }
        for peer in ["10.0.0.1:1", "[2001:db8::1]:1", "0.0.0.0:1"] {
            assert!(!is_local(&from(peer).to_http_request()), "{peer}");
        }
        for name in PROXY_HEADERS {
            let proxied = from("127.0.0.1:1").insert_header((name, "x")).to_http_request();
            assert!(!is_local(&proxied), "{name}");
        }
        assert!(!is_local(
            &TestRequest::default()
                .insert_header(("Host", "localhost"))
                .to_http_request()
        ));
        let nameless = TestRequest::default().peer_addr("127.0.0.1:1".parse().unwrap());
        assert!(!is_local(&nameless.to_http_request()));
    }
}
