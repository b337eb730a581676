//! The systemd unit and the Dockerfile.

use std::path::Path;
use std::process::Command;

use super::support::Place;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The values of a key in the unit.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .collect()
}

#[test]
fn the_unit_is_hardened() {
    let unit = file("deploy/expense-tracker.service");
    for (key, value) in [
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("StateDirectory", "expense-tracker"),
        ("MemoryDenyWriteExecute", "yes"),
    ] {
        assert_eq!(values(&unit, key), [value], "{key}");
    }
    let there = Command::new("systemd-analyze").arg("--version").output();
    if !there.is_ok_and(|output| output.status.success()) {
        // Without systemd only the text can be checked.
        return;
    }
    let place = Place::new();
    let path = place.path("expense-tracker.service");
    std::fs::write(&path, &unit).unwrap();
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold=15"])
        .arg(&path)
        .output()
        .unwrap();
    let words =
        String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr);
    let exposure = words
        .lines()
        .find(|line| line.contains("Overall exposure"))
        .unwrap_or(&words);
    assert!(judged.status.success(), "{exposure}");
    assert!(exposure.contains("OK"), "{exposure}");
}

/// With the variables of the unit the program runs and writes only to its folder.
#[test]
fn the_program_runs_from_any_folder() {
    let place = Place::on_sqlite();
    let unit = file("deploy/expense-tracker.service");
    assert_eq!(
        values(&unit, "ExecStart"),
        ["/usr/local/bin/expense-tracker serve"]
    );
    let server = place.serve(|command| {
        command
            .env("DATA_DIR", place.path("state"))
            .env_remove("DATABASE_URL")
            .current_dir("/");
        command.env("ASSETS_DIR", place.path("assets"));
    });
    server.person("a@example.com").page("/");
    server.stop();
    let mut names: Vec<String> = std::fs::read_dir(place.path("state"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["expenses.db", "expenses.db.lock", "jwt_secret"]);
}

#[test]
fn everything_that_the_dockerfile_copies_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dockerfile = file("Dockerfile");
    let mut copied = 0;
    for line in dockerfile.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.pop();
        if words.iter().any(|word| word.starts_with("--from=")) {
            continue;
        }
        for source in words {
            assert!(root.join(source).exists(), "{source}");
            copied += 1;
        }
    }
    assert!(copied > 8, "{copied}");
    // It does not run as root, and only the data is writable.
    let user = dockerfile
        .lines()
        .rfind(|line| line.starts_with("USER "))
        .unwrap();
    assert_eq!(user, "USER 10001:10001");
    assert!(dockerfile.contains("--read-only") && dockerfile.contains("VOLUME /data"));
    // The Dockerfile has the Rust version of the manifest.
    let version = file("Cargo.toml")
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = ").map(str::to_owned));
    let version = version.unwrap().trim_matches('"').to_owned();
    assert!(dockerfile.contains(&format!("FROM rust:{version}-")), "{version}");
    // Cargo finds every file of the manifest there.
    let place = Place::new();
    let stage = dockerfile.split("AS program").nth(1).unwrap();
    let stage = stage.split("\nFROM ").next().unwrap();
    let lines = stage.lines().filter_map(|line| line.strip_prefix("COPY "));
    for name in lines.flat_map(|line| line.split_whitespace().filter(|word| !word.starts_with("./"))) {
        std::os::unix::fs::symlink(root.join(name), place.path(name)).unwrap();
    }
    let read = Command::new(env!("CARGO"))
        .args(["fetch", "--offline", "--locked", "--manifest-path"])
        .arg(place.path("Cargo.toml"))
        .output()
        .unwrap();
    // Packages can be missing, but the manifest is read first.
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(
        !said.contains("failed to parse manifest") && !said.contains("can't find"),
        "{said}"
    );
    for folder in ["migrations", "templates", "src"] {
        assert!(dockerfile.contains(&format!("COPY {folder} ")), "{folder}");
    }
}
