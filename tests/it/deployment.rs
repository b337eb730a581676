//! The systemd unit, the Dockerfile, the compose file, and the documents.

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

/// `docker compose up` builds the image of the Dockerfile and protects it as the Dockerfile says.
#[test]
fn the_compose_file_fits_the_dockerfile() {
    let (compose, dockerfile) = (file("compose.yaml"), file("Dockerfile"));
    for line in [
        "build: .",
        "read_only: true",
        "cap_drop: [ALL]",
        "security_opt: [\"no-new-privileges:true\"]",
        "- \"127.0.0.1:8000:8000\"",
        "- expense-tracker:/data",
    ] {
        assert!(compose.lines().any(|found| found.trim() == line), "{line}");
    }
    assert!(dockerfile.contains("EXPOSE 8000") && dockerfile.contains("VOLUME /data"));
    let named = |line: &&str| line.starts_with("    #   ");
    for setting in compose
        .lines()
        .filter(named)
        .filter_map(|line| line.split(':').next())
    {
        let name = setting.trim_start_matches([' ', '#']);
        assert!(file(".env.example").contains(&format!("#{name}=")), "{name}");
    }
}

/// The documents link to files that exist.
#[test]
fn links_between_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.rsplit_once('.').is_some_and(|(_, kind)| kind == "md") {
            names.push(format!("docs/{name}"));
        }
    }
    let anchor = |heading: &str| -> String {
        let kept = heading.to_lowercase();
        let kept = kept.trim_start_matches(['#', ' ']).chars();
        kept.filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    let mut found = 0;
    for name in names {
        let text = file(&name);
        let folder = root.join(&name).parent().unwrap().to_owned();
        let links = text.split("](").skip(1).chain(text.split("src=\"").skip(1));
        for link in links.filter_map(|rest| rest.split([')', '"']).next()) {
            if link.contains("://") {
                continue;
            }
            let (path, section) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                root.join(&name)
            } else {
                folder.join(path)
            };
            assert!(target.exists(), "{name}: {link}");
            if !section.is_empty() {
                let there = std::fs::read_to_string(&target).unwrap();
                let headings = there.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.map(&anchor).any(|known| known == section),
                    "{name}: {link}"
                );
            }
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

/// Small enough to load with the page.
#[test]
fn the_pictures_of_the_readme_are_small() {
    for name in ["dashboard.webp", "phone.webp"] {
        let picture = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs/images")
            .join(name);
        let bytes = std::fs::read(picture).unwrap();
        assert!(
            bytes.starts_with(b"RIFF") && bytes.len() <= 60 * 1024,
            "{name}: {}",
            bytes.len()
        );
    }
}
