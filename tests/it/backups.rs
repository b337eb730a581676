//! Backups: made beside a running server, checked, and restored so that nothing can be told apart.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use expense_tracker::ops::backup;

use super::support::{App, PASSWORD, Place, Request, Running, Visitor};

/// A history with everything that is kept: refunds, trash, line feeds, budgets, colors, settings, a token.
fn live(server: &Running) -> (Visitor, String) {
    let person = server.person("a@example.com");
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    person.add("-2", "Coffee", "1999-12-31", "=SUM(A1), \"quoted\"");
    person.add("999999999.99", "Rent ☂", "9999-12-31", "");
    let edited = person.add("5", "Books", "2026-02-28", "one");
    let form = person
        .page(&format!("/expenses/{edited}/edit"))
        .form("Edit expense");
    person
        .submit(&form, &[("description", "one\r\n\ttwo")])
        .location();
    let gone = person.add("1", "Books", "2026-01-01", "In the trash");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    person
        .post("/budgets", &[("amount", "100"), ("month", "2026-01")])
        .location();
    person
        .post("/budgets", &[("amount", "0"), ("category", "Coffee")])
        .location();
    person
        .post(
            "/settings",
            &[("theme", "dark"), ("timezone", "Asia/Tokyo"), ("currency", "EUR")],
        )
        .location();
    person.page("/settings");
    let shown = person.post("/settings/tokens", &[("name", "Phone"), ("access", "write")]);
    let token = shown.expect(200).text();
    let token = token[token.find("etp_").expect("the token is shown")..].to_owned();
    let end = token
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
        .unwrap();
    server
        .person("b@example.com")
        .add("7", "Tea", "2026-11-21", "Someone else's");
    (person, token[..end].to_owned())
}

/// All that a person can see of what they have.
fn everything(person: &Visitor) -> Vec<String> {
    let mut seen = vec![person.get("/expenses.csv").expect(200).text()];
    for path in [
        "/expenses/trash",
        "/budgets?month=2026-03",
        "/categories",
        "/?period=all",
        "/expenses?period=all",
    ] {
        seen.push(person.page(path).text("#main"));
    }
    seen.push(person.api(&person.token(), "/me").to_string());
    seen
}

#[track_caller]
fn run(place: &Place, args: &[&str]) -> String {
    let ended = place.run(args, "");
    assert_eq!(ended.status.code(), Some(0), "{args:?}: {}", ended.err);
    ended.out
}

#[test]
fn what_is_restored_exports_the_same_bytes() {
    let (from, to) = (Place::new(), Place::new());
    let server = from.serve(|_| {});
    let (person, token) = live(&server);
    let before = everything(&person);
    let file = from.path("all.backup");
    let file = file.to_str().unwrap();
    assert!(run(&from, &["backup", file]).ends_with("2 accounts, 6 expenses\n"));
    assert!(run(&from, &["verify", file]).contains("is whole: 2 accounts, 6 expenses"));
    server.stop();

    assert_eq!(run(&to, &["restore", file]), "restored 2 accounts, 6 expenses\n");
    let server = to.serve(|_| {});
    let again = server.known("a@example.com");
    assert_eq!(everything(&again), before);
    assert_eq!(again.page("/settings").attr("html", "data-theme"), "dark");
    // The phone goes on as before.
    let me = Request::new("GET", "/api/v1/me").header("Authorization", &format!("Bearer {token}"));
    assert!(
        server
            .anonymous()
            .send(&me)
            .expect(200)
            .text()
            .contains("a@example.com")
    );
    // The totals were counted anew and take part in what comes.
    again.add("1", "Coffee", "2026-11-20", "More");
    assert_eq!(again.total("/?period=month&on=2026-11-20"), "5.50");
    server.stop();

    let full = to.run(&["restore", file], "");
    assert_eq!(full.status.code(), Some(1));
    assert!(full.line().contains("it has accounts"), "{}", full.err);
    let twice = from.run(&["backup", file], "");
    assert!(twice.line().contains("exists already"));
}

#[test]
fn a_copy_between_databases_is_the_same() {
    let (from, to) = (Place::new(), Place::on_sqlite());
    let server = from.serve(|_| {});
    let (person, _) = live(&server);
    let before = everything(&person);
    server.stop();
    let out = run(&from, &["copy", "--from", from.url(), "--to", to.url()]);
    assert_eq!(out, "copied 2 accounts, 6 expenses; counts and sums agree\n");
    let server = to.serve(|_| {});
    assert_eq!(everything(&server.known("a@example.com")), before);
    server.stop();
}

#[test]
fn an_empty_database_has_a_backup_too() {
    let (from, to) = (Place::new(), Place::new());
    let file = from.path("empty.backup");
    let file = file.to_str().unwrap();
    assert!(run(&from, &["backup", file]).ends_with("0 accounts, 0 expenses\n"));
    assert!(run(&to, &["restore", file]).starts_with("restored 0 accounts"));
}

#[test]
fn a_damaged_backup_is_told_and_restores_nothing() {
    let (from, to) = (Place::new(), Place::new());
    let server = from.serve(|_| {});
    live(&server);
    server.stop();
    let whole = from.path("whole.backup");
    run(&from, &["backup", whole.to_str().unwrap()]);
    let bytes = fs::read(&whole).unwrap();
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    let text = String::from_utf8(plain).unwrap();
    let pack = |text: &str| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut flipped = bytes.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    let cases: [(&str, Vec<u8>); 8] = [
        ("cut", bytes[..bytes.len() - 40].to_vec()),
        ("flipped", flipped),
        (
            "no manifest",
            pack(&format!("{}\n", lines[..lines.len() - 1].join("\n"))),
        ),
        (
            "a line less",
            pack(&format!("{}\n{}\n", lines[..3].join("\n"), lines[4..].join("\n"))),
        ),
        (
            "another amount",
            pack(&text.replace("\"amount\":450,", "\"amount\":451,")),
        ),
        ("newer", pack(&text.replace("\"version\":2}", "\"version\":99}"))),
        ("a letter", b"Dear diary".to_vec()),
        ("nothing", Vec::new()),
    ];
    assert_eq!(pack(&text).is_empty(), text.is_empty());
    for (name, bytes) in cases {
        let file = from.path("broken.backup");
        fs::write(&file, bytes).unwrap();
        for command in ["verify", "restore"] {
            let ended = to.run(&[command, file.to_str().unwrap()], "");
            assert_eq!(ended.status.code(), Some(1), "{name} {command}: {}", ended.out);
            assert!(ended.line().contains("broken.backup"), "{name}: {}", ended.err);
        }
    }
    assert_eq!(run(&to, &["user", "list"]), "");
    assert!(run(&to, &["restore", whole.to_str().unwrap()]).starts_with("restored 2"));
}

#[test]
fn a_backup_of_the_first_version_is_still_read() {
    let place = Place::new();
    let head = r#"{"head":{"format":"expense-tracker backup","version":1}}"#;
    let user = r#"{"record":{"user":{"id":7,"email":"old@example.com","email_key":"old@example.com","password_hash":"x","currency":"USD","timezone":"UTC","locale":"en-US","week_start":"monday","month_start":1,"theme":"system","created_at":"2026-01-01 00:00:00.0","closed_at":null}}}"#;
    let lines = format!("{head}\n{user}\n");
    let sum = <sha2::Sha256 as sha2::Digest>::digest(lines.as_bytes());
    let sum: Vec<String> = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    let sum = sum.concat();
    let manifest = format!(
        r#"{{"manifest":{{"tally":{{"users":1,"categories":0,"budgets":0,"expenses":{{}}}},"sha256":"{sum}"}}}}"#
    );
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(format!("{lines}{manifest}\n").as_bytes()).unwrap();
    fs::write(place.path("old.backup"), out.finish().unwrap()).unwrap();
    assert_eq!(
        run(&place, &["restore", "old.backup"]),
        "restored 1 accounts, 0 expenses\n"
    );
    assert!(run(&place, &["user", "list"]).starts_with("old@example.com\t2026-01-01\t-\t0"));
}

#[test]
fn a_backup_while_people_write_is_one_moment() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Coffee", "2026-11-20", "");
    let folder = tempfile::tempdir().unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut minor = 1;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                // Each adds and takes away as much: at every moment the sum is 1.
                let rows = [minor, -minor]
                    .map(|minor| (minor, "Coffee", super::support::date("2026-11-20"), String::new()));
                app.enter(&person, rows.to_vec());
                minor += 1;
            }
        });
        for number in 0..5 {
            let file = folder.path().join(format!("{number}.backup"));
            let state = app.state.clone();
            let target = file.clone();
            let tally = actix_web::rt::System::new()
                .block_on(async move { expense_tracker::ops::backup::write(&state.db, &target).await })
                .unwrap()
                .expect("nobody else makes one");
            assert_eq!(tally.expenses.values().next().unwrap().1, 100, "{file:?}");
            expense_tracker::ops::backup::verify(&file).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn the_accounts_are_listed() {
    let place = Place::new();
    for email in ["first@example.com", "Second@example.com"] {
        place.run(&["user", "create", email], &format!("{PASSWORD}\n"));
    }
    let server = place.serve(|_| {});
    let person = server.known("first@example.com");
    person.add("1", "Coffee", "2026-11-20", "");
    let list = run(&place, &["user", "list"]);
    let lines: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert_eq!((lines[0][0], lines[0][3]), ("first@example.com", "1"));
    assert_eq!(
        (lines[1][0], lines[1][2], lines[1][3]),
        ("Second@example.com", "-", "0")
    );
    assert_eq!(lines[0][1], lines[0][2], "made and used on one day");
    server.stop();
}

#[test]
fn a_stop_does_not_wait_for_a_backup() {
    let app = App::start();
    let person = app.person();
    let day = super::support::date("2026-11-20");
    let row = |n: i64| {
        (
            n + 1,
            "Coffee",
            day,
            format!("{:x}", n.wrapping_mul(0x1E37_79B9_7F4A_7C15)),
        )
    };
    app.enter(&person, (0..40_000).map(row).collect());
    let folder = tempfile::tempdir().unwrap();
    let (file, part) = (
        folder.path().join("a.backup"),
        folder.path().join("a.backup.part"),
    );
    // Nothing is written until somebody reads from the other end.
    let made = std::process::Command::new("mkfifo").arg(&part).status().unwrap();
    assert!(made.success());
    let (db, target) = (app.state.db.clone(), file.clone());
    let (told, read) = actix_web::rt::System::new().block_on(async move {
        let closing = db.clone();
        let backup = actix_web::rt::spawn(async move { backup::write(&db, &target).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let closed = actix_web::rt::spawn(async move { closing.close().await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let reader = std::thread::spawn(move || fs::read(part).unwrap().len());
        closed.await.unwrap();
        (backup.await.unwrap(), reader.join().unwrap())
    });
    assert!(told.unwrap_err().is_outage());
    assert!(read < 100_000, "{read} bytes were written");
    assert!(!file.exists());
}
