//! The command line: sources of settings, accounts, migrations.

use super::support::{Ended, PASSWORD, Place, end};

fn refused(place: &Place, change: impl FnOnce(&mut std::process::Command)) -> Ended {
    let mut command = place.command(&[]);
    change(&mut command);
    end(command, "")
}

#[test]
fn a_bad_setting_is_one_line_that_names_it_and_status_2() {
    let place = Place::new();
    std::fs::write(place.path("file"), "").unwrap();
    for (name, value) in [
        ("HOST", "somewhere"),
        ("PORT", "99999"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("DATA_DIR", "file/below"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite://"),
        ("STATEMENT_TIMEOUT", "0"),
        ("STATEMENT_TIMEOUT", "30s"),
        ("CACHE_SIZE", "0"),
        ("CACHE_SIZE", "16M"),
        ("JWT_SECRET", "too short"),
        ("PUBLIC_URL", "home.example"),
        ("PUBLIC_URL", "https://home.example:99999"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("REGISTRATION", "maybe"),
        ("ACCOUNTS_PER_HOUR", "0"),
        ("PASSWORD_ROUNDS", "0"),
        ("PASSWORD_ROUNDS", "many\nlines"),
        ("ASSETS_DIR", "nowhere"),
        ("BACKUP_KEEP", "-1"),
        ("BACKUP_KEEP", "0"),
        ("LOG", "loud"),
        ("LOG_FORMAT", "xml"),
    ] {
        let ended = refused(&place, |command| {
            command.env(name, value);
        });
        assert_eq!(ended.status.code(), Some(2), "{name}={value}: {}", ended.err);
        assert!(
            ended.line().starts_with(&format!("expense-tracker: {name}: ")),
            "{name}={value}: {}",
            ended.err
        );
        assert_eq!(ended.out, "");
    }
}

#[test]
fn an_unknown_flag_is_status_2_and_help_is_0() {
    let place = Place::new();
    assert_eq!(place.run(&["--nonsense"], "").status.code(), Some(2));
    assert_eq!(place.run(&["dance"], "").status.code(), Some(2));
    for args in [
        &["--help"][..],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["user", "create", "--help"],
    ] {
        let ended = place.run(args, "");
        assert_eq!(ended.status.code(), Some(0), "{args:?}");
        assert!(ended.out.contains("Usage:"));
    }
    assert!(place.run(&["--version"], "").out.starts_with("expense-tracker "));
}

#[test]
fn a_flag_overrides_the_environment_and_the_file() {
    let place = Place::new();
    let says = |flag: Option<&str>, env: Option<&str>| {
        let mut command = place.command(&[]);
        command.env_remove("REGISTRATION");
        command.args(flag.map(|value| format!("--registration={value}")));
        command.envs(env.map(|value| ("REGISTRATION", value)));
        let ended = end(command, "");
        let words = ended.line().to_owned();
        words.split(['“', '”']).nth(1).unwrap_or_default().to_owned()
    };
    std::fs::write(place.path(".env"), "REGISTRATION=file\n").unwrap();
    assert_eq!(says(None, None), "file");
    assert_eq!(says(None, Some("env")), "env");
    assert_eq!(says(Some("flag"), Some("env")), "flag");
    assert_eq!(says(Some("flag"), None), "flag");
}

#[test]
fn a_settings_file_in_a_parent_folder_is_ignored_and_an_invalid_one_is_an_error() {
    let place = Place::new();
    std::fs::write(place.path(".env"), "REGISTRATION=file\n").unwrap();
    std::fs::create_dir(place.path("below")).unwrap();
    let mut command = place.command(&["migrate"]);
    command.current_dir(place.path("below"));
    assert_eq!(end(command, "").status.code(), Some(0));
    std::fs::write(place.path(".env"), "this is = \"no setting\n").unwrap();
    let ended = place.run(&["migrate"], "");
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.line().starts_with("expense-tracker: .env: "));
}

#[test]
fn an_account_is_created_and_can_sign_in() {
    let place = Place::new();
    let made = place.run(&["user", "create", "New@Example.com"], &format!("{PASSWORD}\n"));
    assert_eq!(
        (made.status.code(), made.out.as_str()),
        (Some(0), "created the account New@Example.com\n"),
        "{}",
        made.err
    );
    let again = place.run(&["user", "create", "new@example.com"], &format!("{PASSWORD}\n"));
    assert_eq!(again.status.code(), Some(1));
    assert!(again.line().contains("already an account"));
    let weak = place.run(&["user", "create", "other@example"], "password12\n");
    assert_eq!(weak.status.code(), Some(1));
    assert!(weak.line().contains("easy to guess") && weak.line().contains("name@example.com"));

    let server = place.serve(|command| {
        command.env("REGISTRATION", "closed");
    });
    let visitor = server.anonymous();
    visitor.get("/register").expect(403);
    let form = [("email", "new@example.com"), ("password", PASSWORD)];
    assert_eq!(visitor.post("/login", &form).location(), "/");
    server.stop();
}

#[test]
fn a_password_is_reset_beside_a_running_server_and_ends_every_session() {
    let place = Place::new();
    place.run(&["user", "create", "a@example.com"], &format!("{PASSWORD}\n"));
    let server = place.serve(|_| {});
    let visitor = server.anonymous();
    let form = [("email", "a@example.com"), ("password", PASSWORD)];
    visitor.post("/login", &form).location();
    visitor.page("/");
    let nobody = place.run(
        &["user", "reset-password", "b@example.com"],
        "a strong one 7731\n",
    );
    assert_eq!(nobody.status.code(), Some(1));
    assert!(nobody.line().contains("b@example.com"));
    let weak = place.run(&["user", "reset-password", "a@example.com"], "short\n");
    assert_eq!(weak.status.code(), Some(1));
    visitor.page("/");
    let new = "seven purple gliders humming";
    let done = place.run(
        &["user", "reset-password", "A@example.com"],
        &format!("{new}\r\n"),
    );
    assert_eq!(
        (done.status.code(), done.out.as_str()),
        (Some(0), "set a new password for a@example.com\n"),
        "{}",
        done.err
    );
    assert_eq!(visitor.get("/").location(), "/login?next=%2F");
    visitor.post("/login", &form).expect(422);
    let form = [("email", "a@example.com"), ("password", new)];
    assert_eq!(visitor.post("/login", &form).location(), "/");
    server.stop();
}

#[test]
fn only_some_commands_create_a_database() {
    let place = Place::on_sqlite();
    for args in [
        &["backup", "all.backup"][..],
        &["check"],
        &["check", "--repair"],
        &["user", "list"],
        &["user", "reset-password", "a@example.com"],
        &[
            "copy",
            "--from",
            "sqlite://typo/expenses.db",
            "--to",
            "sqlite://new.db",
        ],
        &["restore", "typo/expenses.db"],
        &["verify", "typo/expenses.db"],
    ] {
        let mut command = place.command(args);
        command.env("DATA_DIR", "typo").env_remove("DATABASE_URL");
        let ended = end(command, &format!("{PASSWORD}\n"));
        assert_eq!(
            (ended.status.code(), ended.out.as_str()),
            (Some(1), ""),
            "{args:?}"
        );
        assert!(
            ended.line().contains("typo/expenses.db"),
            "{args:?} {}",
            ended.err
        );
        let left: Vec<_> = std::fs::read_dir(place.path(".")).unwrap().collect();
        assert_eq!(
            left.len(),
            1,
            "{args:?} made something beside the assets: {left:?}"
        );
    }
    let empty = Place::new();
    for args in [&["backup", "all.backup"][..], &["check"], &["user", "list"]] {
        let ended = empty.run(args, "");
        assert_eq!(ended.status.code(), Some(1), "{args:?} {}", ended.out);
        assert!(ended.line().contains("DATABASE_URL"), "{}", ended.err);
    }
}

#[test]
fn commands_need_no_browser_files() {
    let place = Place::new();
    let lines = format!("{PASSWORD}\n");
    for args in [
        &["migrate"][..],
        &["user", "create", "a@example.com"],
        &["user", "reset-password", "a@example.com"],
        &["user", "list"],
        &["demo", "--expenses", "10"],
        &["check"],
        &["backup", "all.backup"],
        &["verify", "all.backup"],
    ] {
        let mut command = place.command(args);
        command.env("ASSETS_DIR", "nowhere");
        let ended = end(command, &lines);
        assert_eq!(ended.status.code(), Some(0), "{args:?} {}", ended.err);
    }
}

#[test]
fn migrate_upgrades_the_database_and_exits() {
    let place = Place::new();
    for _ in 0..2 {
        let ended = place.run(&["migrate"], "");
        assert_eq!(ended.status.code(), Some(0), "{}", ended.err);
        assert!(ended.out.ends_with("is up to date\n"), "{}", ended.out);
        assert_eq!(ended.err, "");
    }
    let mut elsewhere = place.command(&["migrate"]);
    elsewhere.env("DATABASE_URL", "sqlite://no/such/folder/x.db");
    let ended = end(elsewhere, "");
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.line().contains("DATABASE_URL") && ended.line().contains("no/such/folder/x.db"),
        "{}",
        ended.err
    );
}

#[test]
fn the_key_is_created_once_and_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.run(&["user", "create", "a@example.com"], &format!("{PASSWORD}\n"));
    let file = place.path("data/jwt_secret");
    let key = std::fs::read(&file).unwrap();
    assert!(key.trim_ascii().len() >= 32);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let server = place.serve(|_| {});
    let visitor = server.anonymous();
    visitor
        .post("/login", &[("email", "a@example.com"), ("password", PASSWORD)])
        .location();
    server.stop();
    assert_eq!(std::fs::read(&file).unwrap(), key);
    let again = place.serve(|_| {});
    let kept = again.anonymous();
    kept.set_cookie("session", visitor.cookie("session").as_deref());
    kept.page("/");
    again.stop();
    let other = place.serve(|command| {
        command.env("JWT_SECRET", "another key of at least 32 bytes, given");
    });
    let lost = other.anonymous();
    lost.set_cookie("session", visitor.cookie("session").as_deref());
    assert_eq!(lost.get("/").location(), "/login?next=%2F");
    other.stop();
}
