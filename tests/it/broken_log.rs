//! A log that can't be written loses lines and has no other effect.

use std::fs::File;
use std::io::Write as _;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{PASSWORD, Place, Visitor, free_address};

/// The capacity of a pipe.
const PIPE: usize = 64 << 10;

/// A server whose log nobody reads.
struct Unheard {
    child: Child,
    visitor: Visitor,
}

impl Unheard {
    fn start(mut command: Command, log: impl Fn() -> Stdio) -> Self {
        let began = Instant::now();
        loop {
            // It can't report its port. If another process takes the chosen one first, the server ends.
            let address = free_address();
            let port = address.port().to_string();
            let mut child = command.env("PORT", port).stderr(log()).spawn().unwrap();
            while child.try_wait().unwrap().is_none() {
                if TcpStream::connect(address).is_ok() {
                    let visitor = Visitor::new(address, "");
                    return Self { child, visitor };
                }
                assert!(began.elapsed() < Duration::from_mins(1), "it does not listen");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Stops it and waits for its end.
    fn stop(&mut self) -> Option<i32> {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Registers people, adds expenses and stops the server. At least `lost` lines have to be lost.
#[track_caller]
fn assert_works(place: &Place, log: impl Fn() -> Stdio, lost: u64) {
    let mut command = place.command(&["serve"]);
    command.env("LOG", "trace");
    let mut server = Unheard::start(command, log);
    let visitor = &server.visitor;
    visitor
        .post("/register", &[("email", "a@example.com"), ("password", PASSWORD)])
        .location();
    visitor.add("4.50", "Coffee", "2026-11-22", "Tea");
    for _ in 0..100 {
        visitor.get("/healthz").expect(200);
    }
    // Another thread writes the log, so the count is delayed.
    let began = Instant::now();
    while lost_lines(visitor) < lost {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "lost lines are counted"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.stop(), Some(0));
}

fn lost_lines(visitor: &Visitor) -> u64 {
    let metrics = visitor.get("/metrics").expect(200).text();
    let lost = metrics
        .lines()
        .find_map(|line| line.strip_prefix("log_lines_lost_total "));
    lost.expect("lost lines are counted").parse().unwrap()
}

#[test]
fn a_closed_pipe_loses_only_lines() {
    let place = Place::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_works(&place, || writer.try_clone().unwrap().into(), 101);
}

#[test]
fn a_full_disk_loses_only_lines() {
    let place = Place::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert_works(&place, || full.try_clone().unwrap().into(), 101);
}

#[test]
fn a_reader_that_does_not_read_blocks_nobody() {
    let place = Place::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    // The pipe is full before the first line.
    writer.write_all(&vec![b'\n'; PIPE]).unwrap();
    assert_works(&place, || writer.try_clone().unwrap().into(), 0);
    drop(reader);
}

#[test]
fn a_failed_command_has_its_exit_status() {
    let place = Place::new();
    for (args, setting, status) in [
        (["serve", "--port=nonsense"].as_slice(), "", 2),
        (&["backup", "/nowhere/at/all"], "", 1),
        (&["serve"], "loud", 2),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = place.command(args);
        let ended = command
            .env("LOG", if setting.is_empty() { "info" } else { setting })
            .stderr(writer)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(status), "{args:?}");
    }
}
