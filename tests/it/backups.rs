//! Backups: made while a server runs, verified, and restored exactly.
//!
//! More than 300 lines, because the damaged files of several tests are made by the same functions.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use expense_tracker::ops::backup;

use super::support::{App, PASSWORD, Place, Request, Running, Visitor};

/// A history with all kinds of data: refunds, trash, line feeds, budgets, colors, settings, a token.
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

/// Everything that a person can see.
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
    let edited = person.page("/expenses?period=all&q=one").rows().remove(0).edit;
    let deleted = person.page("/expenses/trash").link("History of In the trash");
    for path in [edited.replacen("/edit", "/history", 1), deleted] {
        let page = person.page(&path);
        assert_eq!(page.count(".history form"), 1, "{path}");
        seen.push(page.text("#main"));
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
    assert!(run(&from, &["verify", file]).contains("is complete: 2 accounts, 6 expenses"));
    server.stop();

    assert_eq!(run(&to, &["restore", file]), "restored 2 accounts, 6 expenses\n");
    let server = to.serve(|_| {});
    let again = server.known("a@example.com");
    assert_eq!(everything(&again), before);
    assert_eq!(again.page("/settings").attr("html", "data-theme"), "dark");
    // The token of the phone still works.
    let me = Request::new("GET", "/api/v1/me").header("Authorization", &format!("Bearer {token}"));
    assert!(
        server
            .anonymous()
            .send(&me)
            .expect(200)
            .text()
            .contains("a@example.com")
    );
    // The totals were computed again and change with later writes.
    again.add("1", "Coffee", "2026-11-20", "More");
    assert_eq!(again.total("/?period=month&on=2026-11-20"), "5.50");
    server.stop();

    let full = to.run(&["restore", file], "");
    assert_eq!(full.status.code(), Some(1));
    assert!(full.line().contains("it has accounts"), "{}", full.err);
    let twice = from.run(&["backup", file], "");
    assert!(twice.line().contains("already exists"));
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
    run(&from, &["migrate"]);
    assert!(run(&from, &["backup", file]).ends_with("0 accounts, 0 expenses\n"));
    assert!(run(&to, &["restore", file]).starts_with("restored 0 accounts"));
}

#[test]
fn a_damaged_backup_is_reported_and_restores_nothing() {
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
        ("newer", pack(&text.replace("\"version\":6}", "\"version\":99}"))),
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

const HEAD: &str = r#"{"head":{"format":"expense-tracker backup","version":1}}"#;

/// A backup of these lines with a correct manifest.
fn sealed(head: &str, lines: &[&str], tally: &str) -> Vec<u8> {
    let lines = format!("{}\n", [&[head], lines].concat().join("\n"));
    let sum = <sha2::Sha256 as sha2::Digest>::digest(lines.as_bytes());
    let sum: Vec<String> = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = format!(
        r#"{{"manifest":{{"tally":{tally},"sha256":"{}"}}}}"#,
        sum.concat()
    );
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(format!("{lines}{manifest}\n").as_bytes()).unwrap();
    out.finish().unwrap()
}

const USER: &str = r#"{"record":{"user":{"id":7,"email":"a@example.com","email_key":"a@example.com","password_hash":"x","currency":"USD","timezone":"UTC","locale":"en-US","week_start":"monday","month_start":1,"theme":"system","created_at":"2026-01-01 00:00:00.0","closed_at":null}}}"#;
const CATEGORY: &str = r##"{"record":{"category":{"user_id":7,"id":8,"name":"Coffee","name_key":"coffee","color":"#0072b2","created_at":"2026-01-01 00:00:00.0"}}}"##;
const BUDGET: &str =
    r#"{"record":{"budget":{"user_id":7,"id":9,"category_id":8,"month":202601,"amount":100}}}"#;
const EXPENSE: &str = r#"{"record":{"expense":{"user_id":7,"id":10,"spent_on":"2026-01-01","category_id":8,"amount":450,"description":"Espresso","search":"espresso","request_key":null,"version":1,"created_at":"2026-01-01 00:00:00.0","updated_at":"2026-01-01 00:00:00.0","deleted_at":null}}}"#;
const CHANGE: &str = r#"{"record":{"change":{"book_id":7,"expense_id":10,"version":1,"id":11,"by_user":7,"at":"2026-01-01 00:00:00.0","what":"edited","before":"{\"date\":\"2026-01-02\",\"amount\":77,\"category\":{\"id\":5,\"name\":\"Tea\"},\"description\":\"Green\"}"}}}"#;
const SCHEDULE: &str = r#"{"record":{"schedule":{"book_id":7,"id":12,"category_id":8,"amount":99,"description":"Rent","paid_by":null,"created_by":null,"first_on":"2026-01-31","unit":"month","every":1,"until":null,"times":3,"mode":"post","next_on":"2026-02-28","paused_on":null,"ended_on":null,"version":1,"created_at":"2026-01-01 00:00:00.0","updated_at":"2026-01-01 00:00:00.0"}}}"#;
const OCCURRENCE: &str = r#"{"record":{"occurrence":{"book_id":7,"schedule_id":12,"due_on":"2026-01-31","state":"posted","expense_id":10,"amount":99,"description":null,"decided_at":"2026-01-31 00:00:00.0"}}}"#;
const DISMISSED: &str =
    r#"{"record":{"dismissed":{"book_id":7,"text_key":-5,"dismissed_at":"2026-01-01 00:00:00.0"}}}"#;
const TALLY: &str = r#"{"users":1,"categories":1,"budgets":1,"changes":1,"expenses":{"7":[1,450]}}"#;
const FULL_TALLY: &str = r#"{"users":1,"categories":1,"budgets":1,"changes":1,"schedules":1,"occurrences":1,"dismissed":1,"expenses":{"7":[1,450]}}"#;

#[test]
fn an_invalid_record_is_not_restored_and_its_line_is_named() {
    let place = Place::new();
    let file = place.path("made.backup");
    let lines = [
        USER, CATEGORY, BUDGET, EXPENSE, CHANGE, SCHEDULE, OCCURRENCE, DISMISSED,
    ];
    for (line, from, to, words) in [
        (2, r#""id":7"#, r#""id":-7"#, "not a positive number"),
        (
            2,
            "a@example.com\",\"email_key",
            "nobody\",\"email_key",
            "email address",
        ),
        (2, "USD", "XXQ", "currency"),
        (2, "2026-01-01 00", "-2026-01-01 00", "calendar"),
        (3, "Coffee", "Cof\\u0000fee", "name of the category"),
        (3, "\"name\":\"Coffee\"", "\"name\":\"\"", "name of the category"),
        (3, "#0072b2", "red", "color"),
        (3, r#""user_id":7"#, r#""user_id":6"#, "book before it"),
        (4, "202601", "202613", "month"),
        (4, r#""amount":100"#, r#""amount":-1"#, "amount"),
        (4, r#""category_id":8"#, r#""category_id":5"#, "category"),
        (5, "450", "9223372036854775807", "amount"),
        (5, "450", "-9223372036854775808", "amount"),
        (5, "450", "10000000000001", "amount"),
        (5, "450", "0", "amount"),
        (5, r#""id":10"#, r#""id":0"#, "not a positive number"),
        (5, r#""spent_on":"2026"#, r#""spent_on":"0000"#, "day"),
        (5, r#""category_id":8"#, r#""category_id":5"#, "category"),
        (5, r#""version":1"#, r#""version":-1"#, "version"),
        (5, "Espresso", "Esp\\u0007resso", "description"),
        (6, r#""book_id":7"#, r#""book_id":6"#, "book before it"),
        (6, r#""id":11"#, r#""id":0"#, "not a positive number"),
        (
            6,
            r#""expense_id":10"#,
            r#""expense_id":-1"#,
            "not a positive number",
        ),
        (6, r#""by_user":7"#, r#""by_user":0"#, "not a positive number"),
        (6, r#""version":1"#, r#""version":0"#, "version"),
        (6, "edited", "invented", "what the change was"),
        (6, r#""at":"2026"#, r#""at":"-2026"#, "calendar"),
        (6, r#""{\"date"#, r#""\"date"#, "can't be read"),
        (6, "2026-01-02", "0000-01-02", "day"),
        (6, r#"\":77,"#, r#"\":0,"#, "amount"),
        (6, "Tea", "", "name of the category"),
        (6, "Green", " Green", "description"),
        (7, r#""book_id":7"#, r#""book_id":6"#, "book before it"),
        (7, r#""id":12"#, r#""id":0"#, "not a positive number"),
        (7, r#""category_id":8"#, r#""category_id":5"#, "category"),
        (7, r#""amount":99"#, r#""amount":0"#, "amount"),
        (7, "Rent", "Rent ", "description"),
        (7, r#""paid_by":null"#, r#""paid_by":-7"#, "creator"),
        (7, "2026-01-31", "0000-01-31", "day"),
        (7, "2026-02-28", "-2026-02-28", "day"),
        (7, "month", "moon", "unit"),
        (7, r#""every":1"#, r#""every":0"#, "distance"),
        (7, r#""every":1"#, r#""every":100"#, "distance"),
        (7, r#""times":3"#, r#""times":0"#, "dates"),
        (7, "post", "pots", "mode"),
        (7, r#""version":1"#, r#""version":0"#, "version"),
        (8, r#""schedule_id":12"#, r#""schedule_id":13"#, "recurring entry"),
        (8, "posted", "lost", "decided"),
        (8, "2026-01-31", "1899-12-31", "day"),
        (8, r#""expense_id":10"#, r#""expense_id":-1"#, "positive number"),
        (8, r#""amount":99"#, r#""amount":0"#, "amount"),
        (9, r#""book_id":7"#, r#""book_id":6"#, "book before it"),
        (9, "2026-01-01 00", "-2026-01-01 00", "calendar"),
    ] {
        let mut lines = lines.map(str::to_owned);
        let changed = lines[line - 2].replacen(from, to, 1);
        assert_ne!(changed, lines[line - 2], "{from}");
        let amount = to.parse::<i64>().ok().filter(|_| from == "450").unwrap_or(450);
        lines[line - 2] = changed;
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        fs::write(
            &file,
            sealed(HEAD, &lines, &FULL_TALLY.replace("450", &amount.to_string())),
        )
        .unwrap();
        for command in ["verify", "restore"] {
            let ended = place.run(&[command, "made.backup"], "");
            assert_eq!(ended.status.code(), Some(1), "{command} {to}: {}", ended.out);
            let said = ended.line();
            assert!(
                said.contains(&format!("Line {line} ")) && said.contains(words),
                "{command} {to}: {said}"
            );
        }
    }
    fs::write(&file, sealed(HEAD, &lines, FULL_TALLY)).unwrap();
    assert_eq!(
        run(&place, &["restore", "made.backup"]),
        "restored 1 accounts, 1 expenses\n"
    );
    assert!(run(&place, &["check"]).contains("no problems found"));
}

#[test]
fn a_line_that_is_too_long_is_not_read() {
    let place = Place::new();
    let head = format!("{}{HEAD}", " ".repeat(2 << 20));
    fs::write(
        place.path("long.backup"),
        sealed(
            &head,
            &[],
            r#"{"users":0,"categories":0,"budgets":0,"expenses":{}}"#,
        ),
    )
    .unwrap();
    for command in ["verify", "restore"] {
        let ended = place.run(&[command, "long.backup"], "");
        assert_eq!(ended.status.code(), Some(1), "{}", ended.out);
        assert!(ended.line().contains("damaged"), "{}", ended.err);
    }
}

#[test]
fn a_backup_replaces_a_link_or_a_readable_file_at_its_path() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = Place::new();
    run(&place, &["migrate"]);
    fs::write(place.path("victim"), "mine").unwrap();
    symlink("victim", place.path("one.backup.part")).unwrap();
    fs::write(place.path("two.backup.part"), "left by a try before").unwrap();
    fs::set_permissions(place.path("two.backup.part"), fs::Permissions::from_mode(0o644)).unwrap();
    for name in ["one.backup", "two.backup"] {
        run(&place, &["backup", name]);
        let meta = fs::symlink_metadata(place.path(name)).unwrap();
        assert!(meta.is_file());
        assert_eq!(meta.permissions().mode() & 0o777, 0o600);
        run(&place, &["verify", name]);
    }
    assert_eq!(fs::read(place.path("victim")).unwrap(), b"mine");
}

#[test]
fn a_backup_of_the_first_version_is_still_read() {
    let place = Place::new();
    let user = r#"{"record":{"user":{"id":7,"email":"old@example.com","email_key":"old@example.com","password_hash":"x","currency":"USD","timezone":"UTC","locale":"en-US","week_start":"monday","month_start":1,"theme":"system","created_at":"2026-01-01 00:00:00.0","closed_at":null}}}"#;
    let tally = r#"{"users":1,"categories":0,"budgets":0,"expenses":{}}"#;
    fs::write(place.path("old.backup"), sealed(HEAD, &[user], tally)).unwrap();
    assert_eq!(
        run(&place, &["restore", "old.backup"]),
        "restored 1 accounts, 0 expenses\n"
    );
    assert!(run(&place, &["user", "list"]).starts_with("old@example.com\t2026-01-01\t-\t0"));
}

#[test]
fn the_kind_of_a_category_is_restored_and_older_backups_have_spending() {
    let place = Place::new();
    let head = HEAD.replace("\"version\":1}", "\"version\":4}");
    fs::write(
        place.path("old.backup"),
        sealed(&head, &[USER, CATEGORY, BUDGET, EXPENSE, CHANGE], TALLY),
    )
    .unwrap();
    assert_eq!(
        run(&place, &["restore", "old.backup"]),
        "restored 1 accounts, 1 expenses\n"
    );
    let income = CATEGORY.replace("\"name\":", "\"kind\":\"income\",\"name\":");
    let lines = [USER, &income, EXPENSE];
    let tally = r#"{"users":1,"categories":1,"budgets":0,"expenses":{"7":[1,450]}}"#;
    let head = HEAD.replace("\"version\":1}", "\"version\":5}");
    let place = Place::new();
    fs::write(place.path("new.backup"), sealed(&head, &lines, tally)).unwrap();
    run(&place, &["restore", "new.backup"]);
    run(&place, &["backup", "again.backup"]);
    let mut text = String::new();
    let file = fs::File::open(place.path("again.backup")).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
    assert!(
        text.contains("\"kind\":\"income\"") && text.contains("\"version\":6}"),
        "{text}"
    );
    let unknown = income.replace("income", "loan");
    fs::write(
        place.path("bad.backup"),
        sealed(&head, &[USER, &unknown, EXPENSE], tally),
    )
    .unwrap();
    assert_eq!(place.run(&["verify", "bad.backup"], "").status.code(), Some(1));
}

#[test]
fn a_backup_during_writes_is_one_snapshot() {
    let app = App::start();
    let person = app.person();
    person.add("1", "Coffee", "2026-11-20", "");
    let folder = tempfile::tempdir().unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut minor = 1;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                // Each batch adds up to 0, so the sum is always 1.
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
            let counts = actix_web::rt::System::new()
                .block_on(async move { expense_tracker::ops::backup::write(&state.db, &target).await })
                .unwrap()
                .expect("nobody else makes one");
            assert_eq!(counts.expenses.values().next().unwrap().1, 100, "{file:?}");
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
    app.enter(&person, (0..120_000).map(row).collect());
    let folder = tempfile::tempdir().unwrap();
    let (file, part) = (
        folder.path().join("a.backup"),
        folder.path().join("a.backup.part"),
    );
    let (db, target) = (app.state.db.clone(), file.clone());
    let begun = part.clone();
    let told = actix_web::rt::System::new().block_on(async move {
        let closing = db.clone();
        let backup = actix_web::rt::spawn(async move { backup::write(&db, &target).await });
        while !begun.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        closing.close().await;
        backup.await.unwrap()
    });
    assert!(told.unwrap_err().is_outage());
    assert!(!file.exists() && !part.exists());
}
