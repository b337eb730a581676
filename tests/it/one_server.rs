//! One server per SQLite file. Commands can run at the same time.

use super::support::{PASSWORD, Place};

#[test]
fn a_second_server_on_the_same_file_is_refused_until_the_first_is_gone() {
    let place = Place::on_sqlite();
    let server = place.serve(|_| {});
    let person = server.person("a@example.com");
    // Also through a link.
    std::os::unix::fs::symlink(place.path("."), place.path("other")).unwrap();
    std::os::unix::fs::symlink(place.path("expenses.db"), place.path("link.db")).unwrap();
    for url in [
        place.url().to_owned(),
        "sqlite://expenses.db".to_owned(),
        "sqlite://other/expenses.db".to_owned(),
        "sqlite://link.db".to_owned(),
    ] {
        let second = place.refused(|command| {
            command.env("DATABASE_URL", &url);
        });
        assert_eq!(second.status.code(), Some(1), "{url}: {}", second.err);
        let line = second.line();
        assert!(line.contains("another server"), "{line}");
        assert!(line.contains(&server.id().to_string()), "{line}");
    }
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");

    server.signal("KILL");
    let (status, _, _) = server.wait();
    assert_eq!(status.code(), None);
    let next = place.serve(|_| {});
    assert_eq!(next.known("a@example.com").total("/expenses?period=all"), "4.50");
    next.stop();
    place.serve(|_| {}).stop();
}

#[test]
fn accounts_and_backups_are_made_while_a_server_runs() {
    let place = Place::on_sqlite();
    let server = place.serve(|_| {});
    let input = format!("{PASSWORD}\n");
    for args in [
        &["user", "create", "b@example.com"][..],
        &["user", "reset-password", "b@example.com"],
        &["backup", "one.backup"],
        &["verify", "one.backup"],
        &["migrate"],
    ] {
        let ended = place.run(args, &input);
        assert_eq!(ended.status.code(), Some(0), "{args:?}: {}", ended.err);
    }
    server.known("b@example.com").page("/");
    server.stop();
}

#[test]
fn many_servers_share_a_postgres_database() {
    let place = Place::new();
    if place.url().starts_with("sqlite:") {
        // Only for the run on PostgreSQL.
        return;
    }
    let (one, other) = (place.serve(|_| {}), place.serve(|_| {}));
    let person = one.person("a@example.com");
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    assert_eq!(other.known("a@example.com").total("/expenses?period=all"), "4.50");
}
