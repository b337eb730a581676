//! The archive of `make dist` runs where it is unpacked, and has the licenses of everything inside.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::Place;

/// Runs a command to its end; its output.
#[track_caller]
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Packs the program of the tests instead of the release build.
fn pack(out: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = output(
        Command::new(root.join("scripts/dist"))
            .env("BINARY", env!("CARGO_BIN_EXE_expense-tracker"))
            .env("OUT", out)
            .env("LEVEL", "1"),
    );
    PathBuf::from(said.lines().last().unwrap())
}

#[test]
fn the_release_archive_runs_where_it_is_unpacked() {
    let place = Place::on_sqlite();
    let archive = pack(&place.path("out"));
    let sums = |folder: &Path, name: &str| {
        output(
            Command::new("sha256sum")
                .args(["--check", "--quiet", name])
                .current_dir(folder),
        )
    };
    let name = archive.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.contains(env!("CARGO_PKG_VERSION")), "{name}");
    sums(&place.path("out"), &format!("{name}.sha256"));
    output(
        Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .current_dir(place.path("")),
    );
    let folder = place.path(name.strip_suffix(".tar.gz").unwrap());
    sums(&folder, "SHA256SUMS");
    for file in [
        "README.md",
        "LICENSE",
        "docs/GUIDE.md",
        "deploy/expense-tracker.service",
        ".env.example",
    ] {
        assert!(folder.join(file).is_file(), "{file}");
    }

    // Only what is in the folder is used, and the browser files are found without a setting.
    let server = place.serve(|command| {
        *command = {
            let mut unpacked = Command::new(folder.join("expense-tracker"));
            unpacked
                .env_clear()
                .envs([("PORT", "0"), ("PASSWORD_ROUNDS", "1")])
                .current_dir(&folder)
                .stdin(std::process::Stdio::null())
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::piped());
            unpacked
        };
    });
    let page = server.person("a@example.com").page("/");
    for css in ["link[rel=stylesheet]", "link[rel=manifest]"] {
        server.anonymous().get(&page.attr(css, "href")).expect(200);
    }
    server.stop();
    assert!(folder.join("data/expenses.db").is_file());
}

#[test]
fn the_archive_has_the_license_of_every_library() {
    let place = Place::on_sqlite();
    let file = place.path("libraries.txt");
    output(Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/licenses")).arg(&file));
    let text = std::fs::read_to_string(file).unwrap();
    let (list, texts) = text.split_once("\n====").unwrap();
    let lines: Vec<&str> = list.lines().skip(2).filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 250, "{}", lines.len());
    for line in &lines {
        let (name, rest) = line.split_once(": ").unwrap();
        assert!(rest.contains("http") && texts.contains(name), "{line}");
    }
    for name in [
        "actix-web ",
        "htmx.org (npm) ",
        "chart.js (npm) ",
        "libsqlite3-sys ",
        "Rust standard library ",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(name)), "{name}");
    }
    // Crates that only the tests use are not inside.
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("scraper ") || line.starts_with("proptest "))
    );
}
