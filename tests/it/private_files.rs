//! Files with personal data are readable only by the user who runs the program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::support::{PASSWORD, Place, end};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every file in the folder except the browser assets.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "assets") {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Checks that no file can be opened by others; returns how many there are.
#[track_caller]
fn all_private(place: &Place) -> usize {
    let files = files(&place.path("."));
    for file in &files {
        assert_eq!(mode(file) & 0o077, 0, "{}", file.display());
    }
    files.len()
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn every_file_is_private_in_a_folder_that_all_can_read() {
    let place = Place::on_sqlite();
    open_to_all(&place.path("."));
    for folder in ["data", "nightly"] {
        fs::create_dir(place.path(folder)).unwrap();
        open_to_all(&place.path(folder));
    }
    let server = place.serve(|command| {
        command
            .env("DATABASE_URL", "sqlite://data/expenses.db")
            .env("BACKUP_DIR", "nightly");
    });
    server
        .person("a@example.com")
        .add("1", "Coffee", "2026-11-20", "");
    let began = std::time::Instant::now();
    while fs::read_dir(place.path("nightly")).unwrap().next().is_none() {
        assert!(began.elapsed().as_secs() < 20, "no backup is made");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The database with -wal, -shm and .lock, the key, and the backup, possibly unfinished.
    assert_eq!(all_private(&place), 6);
    server.stop();
    for args in [
        &["user", "create", "b@example.com"][..],
        &["demo", "--expenses", "10"],
        &["backup", "all.backup"],
        &["copy", "--from", place.url(), "--to", "sqlite://copy.db"],
    ] {
        let ended = place.run(args, &format!("{PASSWORD}\n"));
        assert_eq!(ended.status.code(), Some(0), "{args:?} {}", ended.err);
        all_private(&place);
    }
    let mut restore = place.command(&["restore", "all.backup"]);
    restore.env("DATABASE_URL", "sqlite://restored.db");
    assert_eq!(end(restore, "").status.code(), Some(0));
    all_private(&place);
}

#[test]
fn readable_files_are_made_private_with_a_warning() {
    let place = Place::on_sqlite();
    place.serve(|_| {}).stop();
    fs::write(place.path("expenses.db.before-20261122000006"), "").unwrap();
    let names = [
        "expenses.db",
        "expenses.db.lock",
        "expenses.db.before-20261122000006",
    ];
    for name in names {
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o664)).unwrap();
    }
    let said = place.run(&["migrate"], "").err;
    assert_eq!(said.matches("other users could open").count(), 3, "{said}");
    for name in names {
        assert!(said.contains(name), "{said}");
        assert_eq!(mode(&place.path(name)), 0o600);
    }
    assert_eq!(place.run(&["migrate"], "").err, "");
}
