//! The nightly backup: its time, its retention, and its failures.

use std::fs;
use std::path::Path;

use actix_web::rt::System;
use expense_tracker::clock::TimeZone;
use expense_tracker::ops::{backup, nightly};

use super::support::{App, Place, Request};

struct Night {
    app: App,
    folder: tempfile::TempDir,
}

impl Night {
    fn keeping(keep: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let backups = folder.path().join("a/b").to_str().unwrap().to_owned();
        let app = App::with(|given| {
            given.backup_dir = Some(backups);
            given.backup_keep = Some(keep.to_owned());
            given.metrics_token = Some("a token of the tests".to_owned());
        });
        Self { app, folder }
    }

    /// The name of the backup that is made at this time in UTC on a server in `zone`, if one is made.
    fn at(&self, moment: &str, zone: &str) -> Option<String> {
        self.app.set_clock(moment);
        let path = self.once(zone).expect("the backup is made");
        path.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
    }

    fn once(&self, zone: &str) -> Result<Option<std::path::PathBuf>, expense_tracker::error::AppError> {
        let (state, zone) = (self.app.state.clone(), TimeZone::parse(zone).unwrap());
        System::new().block_on(async move { nightly::once(&state, &zone).await })
    }

    fn backups(&self) -> std::path::PathBuf {
        self.folder.path().join("a/b")
    }

    fn names(&self) -> Vec<String> {
        names(&self.backups())
    }

    fn ready(&self) -> String {
        self.app.anonymous().get("/readyz").expect(200).text()
    }

    fn metrics(&self) -> String {
        self.app.anonymous().get("/metrics").expect(200).text()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn one_is_made_each_night_at_three_where_the_server_stands() {
    let night = Night::keeping("30");
    night.app.person().add("1", "Coffee", "2026-11-20", "");
    let made = |day: &str| Some(format!("expense-tracker-{day}.backup"));
    for (moment, zone, expected) in [
        // The first start makes the backup of the last night.
        ("2026-11-22 12:00", "UTC", made("2026-11-22")),
        ("2026-11-22 12:01", "UTC", None),
        ("2026-11-23 02:59", "UTC", None),
        ("2026-11-23 03:00", "UTC", made("2026-11-23")),
        ("2026-11-23 23:59", "UTC", None),
        // In Tokyo it is 3 o'clock nine hours earlier, in Chicago six hours later.
        ("2026-11-23 17:59", "Asia/Tokyo", None),
        ("2026-11-23 18:00", "Asia/Tokyo", made("2026-11-24")),
        ("2026-11-25 08:59", "America/Chicago", None),
        ("2026-11-25 09:00", "America/Chicago", made("2026-11-25")),
        // After days off it makes one. After the clock was set back it overwrites none.
        ("2026-12-24 18:00", "UTC", made("2026-12-24")),
        ("2026-11-24 18:00", "UTC", None),
    ] {
        assert_eq!(night.at(moment, zone), expected, "{moment} {zone}");
    }
    for name in night.names() {
        let file = night.backups().join(name);
        backup::verify(&file).unwrap();
        let permissions = fs::metadata(&file).unwrap().permissions();
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777,
            0o600
        );
    }
}

#[test]
fn as_many_are_kept_as_the_setting_says_and_nothing_else_is_touched() {
    let night = Night::keeping("2");
    fs::create_dir_all(night.backups()).unwrap();
    let own = [
        "expense-tracker-holiday.backup",
        "my.backup",
        "expense-tracker-2026-11-01.backup.txt",
    ];
    for name in own {
        fs::write(night.backups().join(name), "mine").unwrap();
    }
    fs::write(
        night.backups().join("expense-tracker-2026-11-01.backup.part"),
        "cut short",
    )
    .unwrap();
    for day in 20..=24 {
        night.at(&format!("2026-11-{day} 12:00"), "UTC").unwrap();
    }
    let mut expected: Vec<&str> = own.to_vec();
    expected.extend([
        "expense-tracker-2026-11-23.backup",
        "expense-tracker-2026-11-24.backup",
    ]);
    expected.sort_unstable();
    assert_eq!(night.names(), expected);
}

#[test]
fn a_clock_that_was_ahead_prevents_no_backup_and_hides_no_age() {
    let night = Night::keeping("2");
    for day in 20..=22 {
        night.at(&format!("2027-11-{day} 12:00"), "UTC").unwrap();
    }
    assert!(night.metrics().contains("backup_age_seconds 0\n"));
    night.app.set_clock("2026-11-20 02:00");
    let ready = night.ready();
    assert!(
        ready.contains("backup: age unknown; 2 from the future ignored: was the clock ahead?\n"),
        "{ready}"
    );
    assert!(!night.metrics().contains("backup_age_seconds"));
    for day in 20..=24 {
        let made = night.at(&format!("2026-11-{day} 12:00"), "UTC");
        assert_eq!(made, Some(format!("expense-tracker-2026-11-{day}.backup")));
        assert_eq!(
            night.at(&format!("2026-11-{day} 12:01"), "UTC"),
            None,
            "it is still there"
        );
    }
    assert_eq!(
        night.names(),
        ["2026-11-23", "2026-11-24", "2027-11-21", "2027-11-22"]
            .map(|day| format!("expense-tracker-{day}.backup"))
    );
    // The next backups fail, and the age increases whatever the dates of the files are.
    let newest = night.backups().join("expense-tracker-2026-11-24.backup");
    let file = fs::File::options().append(true).open(newest).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    night.app.set_clock("2026-11-26 12:00");
    let ready = night.ready();
    assert!(
        ready.contains("backup: 48 hours old; 2 from the future ignored"),
        "{ready}"
    );
    assert!(night.metrics().contains("backup_age_seconds 172800\n"));
}

#[test]
fn a_failure_is_reported_until_one_succeeds_and_keeps_old_backups() {
    let night = Night::keeping("1");
    night.at("2026-11-22 12:00", "UTC").unwrap();
    assert!(
        night.ready().contains("backup: 0 hours old\n"),
        "{}",
        night.ready()
    );
    // A folder blocks the next file.
    let way = night.backups().join("expense-tracker-2026-11-23.backup.part");
    fs::create_dir(&way).unwrap();
    night.app.set_clock("2026-11-23 12:00");
    for _ in 0..2 {
        night.once("UTC").unwrap_err();
    }
    let ready = night.ready();
    assert!(ready.starts_with("ready\n"), "people can still work");
    assert!(
        ready.contains("backup: 24 hours old; the last one failed: "),
        "{ready}"
    );
    let metrics = night.metrics();
    assert!(metrics.contains("backup_failures_total 2\n"), "{metrics}");
    assert!(metrics.contains("backup_age_seconds 86400\n"), "{metrics}");
    assert!(metrics.contains("disk_free_bytes "));
    assert_eq!(night.names().len(), 2);

    fs::remove_dir(way).unwrap();
    assert!(night.once("UTC").unwrap().is_some());
    assert!(night.ready().contains("backup: 0 hours old\n"));
    assert_eq!(night.names(), ["expense-tracker-2026-11-23.backup"]);
    assert!(night.metrics().contains("backup_age_seconds 0\n"));
}

#[test]
fn the_disk_and_backups_are_not_shown_to_strangers() {
    let night = Night::keeping("1");
    let far = Request::new("GET", "/readyz").header("X-Forwarded-For", "203.0.113.9");
    let nobody = night.app.anonymous();
    assert_eq!(nobody.send(&far).expect(200).text(), "ready\n");
    let shown = far.header("Authorization", "Bearer a token of the tests");
    let told = nobody.send(&shown).expect(200).text();
    assert!(
        told.contains("backup: none yet\n") && told.contains("MiB free"),
        "{told}"
    );
    let app = App::start();
    let told = app.anonymous().get("/readyz").expect(200).text();
    assert!(told.contains("BACKUP_DIR is not set"), "{told}");
    assert!(
        !app.anonymous()
            .get("/metrics")
            .text()
            .contains("backup_age_seconds")
    );
}

#[test]
fn only_one_of_several_instances_makes_it() {
    let night = Night::keeping("7");
    if !night.app.is_postgres() {
        // Only one server uses a file.
        return;
    }
    // Another instance is writing the backup.
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let app = &night.app;
        scope.spawn(move || {
            app.read(move |conn| {
                assert!(expense_tracker::ops::records::export::lock_backups(conn)?);
                begun.send(()).unwrap();
                is_done.recv().unwrap();
                Ok(())
            });
        });
        has_begun.recv().unwrap();
        assert_eq!(night.at("2026-11-22 12:00", "UTC"), None);
        assert_eq!(night.names(), Vec::<String>::new());
        done.send(()).unwrap();
    });
    assert!(night.at("2026-11-22 12:00", "UTC").is_some());
}

#[test]
fn the_server_makes_it_without_a_command() {
    let place = Place::new();
    let server = place.serve(|command| {
        command.env("BACKUP_DIR", "nightly").env("TZ", "Asia/Tokyo");
    });
    let began = std::time::Instant::now();
    let folder = place.path("nightly");
    while !folder.is_dir() || !names(&folder).iter().any(|name| name.ends_with(".backup")) {
        assert!(began.elapsed().as_secs() < 20, "no backup is made");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    backup::verify(&folder.join(&names(&folder)[0])).unwrap();
    let said = server.stop().concat();
    assert!(said.contains("the nightly backup was made"), "{said}");
}
