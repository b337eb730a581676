//! A person with a browser: cookies, and requests with and without htmx.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;

use expense_tracker::web::fields::encode;

use super::app::PASSWORD;
use super::html::{Form, Page};
use super::wire::{Answer, Request, Wire};

/// `a=1&b=two%20words`
pub fn form_text(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// A browser with its cookies; signed in or not.
pub struct Visitor {
    /// The email address of the account; empty without one.
    pub email: String,
    /// Name to value, as the server has set them.
    pub cookies: Mutex<BTreeMap<String, String>>,
    wire: Mutex<Wire>,
    host: String,
    base: String,
}

impl Visitor {
    /// A visitor of this server who is not signed in.
    pub fn new(address: SocketAddr, base: &str) -> Self {
        Self {
            email: String::new(),
            cookies: Mutex::default(),
            wire: Mutex::new(Wire::new(address)),
            host: address.to_string(),
            base: base.to_owned(),
        }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sets or removes a cookie.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        let mut cookies = self.cookies.lock().unwrap();
        match value {
            Some(value) => cookies.insert(name.to_owned(), value.to_owned()),
            None => cookies.remove(name),
        };
    }

    /// [`Self::send`], repeated up to twice while the answer is 503, as its `Retry-After` asks for: a machine that stalls
    /// for seconds makes one, and so does an input that is slow each time. Only the second is a fault of the app.
    #[track_caller]
    pub fn send_with_retries(&self, request: &Request) -> Answer {
        let mut answer = self.send(request);
        for _ in 0..2 {
            if answer.status != 503 {
                break;
            }
            answer = self.send(request);
        }
        answer
    }

    /// Sends a request with its target unchanged. `Host`, the cookies and the length are added.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        let has = |name: &str| {
            request
                .headers
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let mut add = |name: &str, value: &str| {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        };
        if !has("Host") {
            add("Host", &self.host);
        }
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() && !has("Cookie") {
            add("Cookie", &cookies.join("; "));
        }
        for (name, value) in &request.headers {
            add(name, value);
        }
        if (!request.body.is_empty() || request.method == "POST") && !has("Content-Length") {
            add("Content-Length", &request.body.len().to_string());
        }
        head.push_str("\r\n");
        let answer = self.raw(head.as_bytes(), &request.body, request.method == "HEAD");
        self.keep_cookies(&answer);
        answer
    }

    /// Sends unchanged bytes and reads one answer.
    #[track_caller]
    pub fn raw(&self, head: &[u8], body: &[u8], bodyless: bool) -> Answer {
        let mut wire = self.wire.lock().unwrap();
        match wire.exchange(head, body, bodyless) {
            Ok(answer) => answer,
            Err(error) => panic!("no answer to {}: {error}", String::from_utf8_lossy(head)),
        }
    }

    fn keep_cookies(&self, answer: &Answer) {
        for (_, line) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            let gone = attributes.contains("Max-Age=0");
            self.set_cookie(name, Some(value).filter(|_| !gone));
        }
    }

    /// Adds the path that the app is mounted under. Paths from pages already have it.
    fn target(&self, path: &str) -> String {
        if !self.base.is_empty() && path.starts_with(&self.base) {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        }
    }

    /// `GET path`
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send(&Request::new("GET", &self.target(path)))
    }

    /// `GET path` with htmx.
    #[track_caller]
    pub fn get_htmx(&self, path: &str) -> Answer {
        self.send(&Request::new("GET", &self.target(path)).htmx())
    }

    /// The page at `path`, which has to be a 200.
    #[track_caller]
    pub fn page(&self, path: &str) -> Page {
        self.get(path).expect(200).page()
    }

    /// `POST path` with a form, without htmx.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(&self.form(path, fields))
    }

    /// `POST path` with a form, with htmx.
    #[track_caller]
    pub fn post_htmx(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(&self.form(path, fields).htmx())
    }

    /// The request that [`Visitor::post`] sends.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        Request::new("POST", &self.target(path)).body("application/x-www-form-urlencoded", form_text(fields))
    }

    /// Fills in a form of a page and sends it.
    #[track_caller]
    pub fn submit(&self, form: &Form, fields: &[(&str, &str)]) -> Answer {
        let filled = form.filled(fields);
        let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if form.method == "get" {
            self.get(&format!("{}?{}", form.action, form_text(&fields)))
        } else {
            self.post(&form.action, &fields)
        }
    }

    /// The target page of a 303.
    #[track_caller]
    pub fn follow(&self, answer: &Answer) -> Page {
        self.page(answer.location())
    }

    /// Adds an expense, which has to succeed; returns its id.
    #[track_caller]
    pub fn add(&self, amount: &str, category: &str, date: &str, description: &str) -> String {
        let fields = [
            ("amount", amount),
            ("category", category),
            ("date", date),
            ("description", description),
        ];
        let path = format!("/expenses?view=list&period=day&on={}", encode(date));
        let fragment = self.post_htmx(&path, &fields).expect(200).fragment();
        let id = fragment.attr("li.row.fresh", "id");
        id.strip_prefix("expense-")
            .expect("a row has the expense's id")
            .to_owned()
    }

    /// How often each description is in the export.
    pub fn exported(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let export = self.get("/expenses.csv").expect(200).text();
        for row in csv::Reader::from_reader(export.as_bytes()).records() {
            *found.entry(row.unwrap()[4].to_owned()).or_default() += 1;
        }
        found
    }

    /// Starts an export and returns the connection after the head of the answer.
    #[track_caller]
    pub fn begin_export(&self, query: &str) -> TcpStream {
        self.begin_export_of("", query)
    }

    /// Like [`Visitor::begin_export`], for the book at `base`.
    #[track_caller]
    pub fn begin_export_of(&self, base: &str, query: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let request = format!(
            "GET {base}/expenses.csv{query} HTTP/1.1\r\nHost: {}\r\nCookie: session={}\r\nConnection: close\r\n\r\n",
            self.host,
            self.cookie("session").unwrap()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
        stream
    }

    /// A new API token of this person.
    #[track_caller]
    pub fn token(&self) -> String {
        let body = serde_json::json!({"email": self.email, "password": PASSWORD}).to_string();
        let request = Request::new("POST", &self.target("/api/v1/auth/token")).body("application/json", body);
        let answer: serde_json::Value =
            serde_json::from_slice(&self.send(&request).expect(200).body).unwrap();
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// The answer of the API to `GET path` (below `/api/v1`) with `token`, which has to be a 200.
    #[track_caller]
    pub fn api(&self, token: &str, path: &str) -> serde_json::Value {
        let request = Request::new("GET", &self.target(&format!("/api/v1{path}")));
        let request = request.header("Authorization", &format!("Bearer {token}"));
        serde_json::from_slice(&self.send(&request).expect(200).body).unwrap()
    }

    /// The total of the page at `path`: `1284.20`.
    #[track_caller]
    pub fn total(&self, path: &str) -> String {
        self.page(path).total()
    }
}
