//! The load generator of `make bench`: clients over keep-alive connections that send the requests of a file as fast as
//! they are answered. `scripts/bench-servers.py` starts it; no test and no server needs it.
#![allow(missing_docs, reason = "a program without public items")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure ends the benchmark"
)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Ten of these in a request are replaced by the number of the request, so that no two are the same.
const COUNTER: &[u8] = b"##########";
/// A server that is silent for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request that is sent in `weight` of all cases.
struct Template {
    weight: u64,
    bytes: Vec<u8>,
    /// Where the number goes.
    counters: Vec<usize>,
}

/// What one client has seen.
#[derive(Default)]
struct Seen {
    micros: Vec<u64>,
    statuses: BTreeMap<u16, u64>,
    bytes: u64,
}

struct Answer {
    status: u16,
    bytes: u64,
    closes: bool,
}

/// `load ADDRESS CLIENTS SECONDS FILE`. The file has requests, each after a line with its weight and its length in bytes.
fn main() {
    // `cargo bench` adds a flag of its own.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [address, clients, seconds, file] = args.as_slice() else {
        // `cargo bench` without a name runs every benchmark.
        eprintln!("load ADDRESS CLIENTS SECONDS FILE");
        return;
    };
    let templates = Arc::new(read_templates(
        &std::fs::read(file).expect("the file of requests"),
    ));
    let clients: u64 = clients.parse().expect("a number of clients");
    let length = Duration::from_secs_f64(seconds.parse().expect("a number of seconds"));
    let counter = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (address, templates, counter) = (address.clone(), templates.clone(), counter.clone());
            thread::spawn(move || run(&address, &templates, &counter, client, began + length))
        })
        .collect();
    let mut all = Seen::default();
    for thread in threads {
        let seen = thread.join().expect("a client");
        all.micros.extend(seen.micros);
        all.bytes += seen.bytes;
        for (status, count) in seen.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
    }
    print(&mut all, began.elapsed());
}

fn read_templates(mut text: &[u8]) -> Vec<Template> {
    let mut templates = Vec::new();
    while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&text[..end]).expect("a line of text");
        let (weight, length) = line.split_once(' ').expect("a weight and a length");
        let length: usize = length.parse().expect("a length");
        let bytes = text[end + 1..][..length].to_vec();
        let counters = bytes
            .windows(COUNTER.len())
            .enumerate()
            .filter_map(|(at, window)| (window == COUNTER).then_some(at))
            .collect();
        templates.push(Template {
            weight: weight.parse().expect("a weight"),
            bytes,
            counters,
        });
        text = &text[end + 1 + length..];
    }
    assert!(!templates.is_empty(), "there are no requests");
    templates
}

fn run(address: &str, templates: &[Template], counter: &AtomicU64, client: u64, until: Instant) -> Seen {
    let total: u64 = templates.iter().map(|template| template.weight).sum();
    let mut seen = Seen::default();
    let mut connection = connect(address);
    let (mut buffer, mut request) = (Vec::new(), Vec::new());
    while Instant::now() < until {
        let number = counter.fetch_add(1, Ordering::Relaxed);
        // Uneven but the same in each run: a multiplicative hash of the number of the request.
        let mut place = (number.wrapping_add(client)).wrapping_mul(0x9E37_79B9_7F4A_7C15) % total;
        let template = templates
            .iter()
            .find(|template| {
                let is_it = place < template.weight;
                place = place.saturating_sub(template.weight);
                is_it
            })
            .expect("a place below the sum of the weights");
        request.clone_from(&template.bytes);
        let digits = format!("{number:010}");
        for at in &template.counters {
            request[*at..at + COUNTER.len()].copy_from_slice(digits.as_bytes());
        }
        let began = Instant::now();
        connection.write_all(&request).expect("the server reads");
        let answer = read_answer(&mut connection, &mut buffer);
        seen.micros
            .push(u64::try_from(began.elapsed().as_micros()).unwrap());
        *seen.statuses.entry(answer.status).or_default() += 1;
        seen.bytes += answer.bytes;
        if answer.closes {
            connection = connect(address);
            buffer.clear();
        }
    }
    seen
}

fn connect(address: &str) -> TcpStream {
    let connection = TcpStream::connect(address).expect("the server listens");
    connection.set_nodelay(true).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection
}

/// Reads more into the buffer; whether there was more.
fn fill(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    let mut chunk = [0; 16 * 1024];
    let read = connection.read(&mut chunk).expect("the server answers");
    buffer.extend_from_slice(&chunk[..read]);
    read > 0
}

/// Reads until the buffer has `length` bytes.
fn fill_to(connection: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) {
    while buffer.len() < length {
        assert!(fill(connection, buffer), "the answer is cut off");
    }
}

/// The position after the next `end` from `from` on.
fn after(connection: &mut TcpStream, buffer: &mut Vec<u8>, from: usize, end: &[u8]) -> usize {
    loop {
        if let Some(at) = buffer[from..].windows(end.len()).position(|window| window == end) {
            return from + at + end.len();
        }
        assert!(fill(connection, buffer), "the answer is cut off");
    }
}

/// Reads one answer, with a length or in chunks; what follows stays in the buffer.
fn read_answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Answer {
    let body = after(connection, buffer, 0, b"\r\n\r\n");
    let head = String::from_utf8_lossy(&buffer[..body]).to_ascii_lowercase();
    let status = head
        .get(9..12)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    let field = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    let mut end = body;
    if field("transfer-encoding:") == Some("chunked") {
        loop {
            let start = after(connection, buffer, end, b"\r\n");
            let size = std::str::from_utf8(&buffer[end..start - 2]).expect("the size of a chunk");
            let size = usize::from_str_radix(size.split(';').next().unwrap().trim(), 16).expect("a size");
            end = start + size + 2;
            fill_to(connection, buffer, end);
            if size == 0 {
                break;
            }
        }
    } else {
        let length: usize = field("content-length:").map_or(0, |length| length.parse().expect("a length"));
        end += length;
        fill_to(connection, buffer, end);
    }
    buffer.drain(..end);
    Answer {
        status,
        bytes: end as u64,
        closes: field("connection:") == Some("close"),
    }
}

/// One JSON object.
fn print(all: &mut Seen, took: Duration) {
    all.micros.sort_unstable();
    let at = |hundredths: usize| {
        let place = (all.micros.len() * hundredths / 100).min(all.micros.len().saturating_sub(1));
        all.micros.get(place).copied().unwrap_or_default()
    };
    let statuses: Vec<String> = all
        .statuses
        .iter()
        .map(|(status, count)| format!("\"{status}\": {count}"))
        .collect();
    println!(
        "{{\"requests\": {}, \"seconds\": {}, \"p50_us\": {}, \"p95_us\": {}, \"p99_us\": {}, \"bytes\": {}, \"statuses\": {{{}}}}}",
        all.micros.len(),
        took.as_secs_f64(),
        at(50),
        at(95),
        at(99),
        all.bytes,
        statuses.join(", ")
    );
}
