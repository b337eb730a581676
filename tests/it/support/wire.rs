//! HTTP/1.1 as bytes on a socket, so that tests can send malformed requests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::html::Page;

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`…
    pub method: String,
    /// Path and query, sent unchanged.
    pub target: String,
    /// Besides `Host`, `Cookie` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// Sent unchanged.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As htmx sends it.
    #[must_use]
    pub fn htmx(self) -> Self {
        self.header("HX-Request", "true")
    }

    /// With a body of this content type.
    #[must_use]
    pub fn body(self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.header("Content-Type", kind);
        request.body = body.into();
        request
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The complete body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }

    /// The target of a redirect, which has to be a 303.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").expect("a 303 says where to")
    }

    /// The answer as a page. Fails for a fragment.
    #[track_caller]
    pub fn page(&self) -> Page {
        let text = self.html();
        assert!(text.starts_with("<!doctype html>"), "a whole page: {text}");
        Page::document(&text)
    }

    /// The answer as a fragment. Fails for a page.
    #[track_caller]
    pub fn fragment(&self) -> Page {
        let text = self.html();
        assert!(text.starts_with("<title>"), "a fragment: {text}");
        assert!(
            !text.contains("<html") && !text.contains("<head"),
            "a fragment: {text}"
        );
        Page::fragment(&text)
    }

    #[track_caller]
    fn html(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("text/html; charset=utf-8"),
            "{} {:?}",
            self.status,
            self.headers
        );
        self.text()
    }

    /// The same answer, which has to have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

/// A connection that is kept open between requests.
pub struct Wire {
    address: SocketAddr,
    open: Option<BufReader<TcpStream>>,
}

impl Wire {
    /// No connection yet.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, open: None }
    }

    /// Sends bytes and reads one answer. A connection that the server has closed is opened again.
    pub fn exchange(&mut self, head: &[u8], body: &[u8], bodyless: bool) -> std::io::Result<Answer> {
        if let Some(kept) = self.open.take()
            && let Ok(answer) = self.on(kept, head, body, bodyless)
        {
            return Ok(answer);
        }
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        self.on(BufReader::new(stream), head, body, bodyless)
    }

    fn on(
        &mut self,
        mut wire: BufReader<TcpStream>,
        head: &[u8],
        body: &[u8],
        bodyless: bool,
    ) -> std::io::Result<Answer> {
        wire.get_mut().write_all(head)?;
        // The server can answer and stop reading before the end of the body.
        let sent = wire.get_mut().write_all(body);
        let mut answer = read_head(&mut wire)?;
        answer.body = read_body(&mut wire, &answer, bodyless)?;
        if sent.is_ok() && answer.header("connection") != Some("close") {
            self.open = Some(wire);
        }
        Ok(answer)
    }
}

fn broken(why: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned())
}

fn line(wire: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    if wire.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_head(wire: &mut impl BufRead) -> std::io::Result<Answer> {
    let first = line(wire)?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut headers = Vec::new();
    loop {
        let line = line(wire)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| broken("a header without a colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Answer {
        status: status.ok_or_else(|| broken("no status"))?,
        headers,
        body: Vec::new(),
    })
}

fn read_body(wire: &mut impl BufRead, answer: &Answer, bodyless: bool) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if bodyless || matches!(answer.status, 100..=199 | 204 | 304) {
        return Ok(body);
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = line(wire)?;
            let size = usize::from_str_radix(&size, 16).map_err(|_| broken("no chunk size"))?;
            let start = body.len();
            body.resize(start + size, 0);
            wire.read_exact(&mut body[start..])?;
            line(wire)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    match answer.header("content-length").map(str::parse::<usize>) {
        Some(Ok(size)) => {
            body.resize(size, 0);
            wire.read_exact(&mut body)?;
        }
        _ => {
            wire.read_to_end(&mut body)?;
        }
    }
    Ok(body)
}
