//! The folder of the database is moved or deleted while the server runs: no change is acknowledged that would be lost.

use std::fs;

use super::support::{Place, Request};

const TEA: [(&str, &str); 3] = [("amount", "1"), ("category", "Tea"), ("date", "2026-11-20")];

#[test]
fn a_deleted_or_moved_folder_is_a_503_and_never_an_acknowledged_write() {
    let place = Place::on_sqlite();
    fs::create_dir(place.path("box")).unwrap();
    let server = place.serve(|command| {
        command
            .env("DATABASE_URL", "sqlite://box/expenses.db")
            .env("LOG", "off");
    });
    let person = server.person("a@example.com");
    person.add("2", "Coffee", "2026-11-20", "Before");
    let nobody = server.anonymous();
    nobody.get("/readyz").expect(200);

    fs::rename(place.path("box"), place.path("away")).unwrap();
    nobody.get("/readyz").expect(503);
    nobody.get("/healthz").expect(200);
    for _ in 0..3 {
        person.post("/expenses", &TEA).expect(503).page();
    }
    person.post_htmx("/expenses", &TEA).expect(503).fragment();
    assert!(!place.path("box").exists());
    // An empty folder, or another database, is not the one that was opened.
    fs::create_dir(place.path("box")).unwrap();
    person.post("/expenses", &TEA).expect(503);
    assert_eq!(
        fs::read_dir(place.path("box")).unwrap().count(),
        0,
        "no new database"
    );
    fs::copy(place.path("away/expenses.db"), place.path("box/expenses.db")).unwrap();
    nobody.get("/readyz").expect(503);
    person.post("/expenses", &TEA).expect(503);
    fs::remove_dir_all(place.path("box")).unwrap();

    fs::rename(place.path("away"), place.path("box")).unwrap();
    nobody.get("/readyz").expect(200);
    person.add("3", "Coffee", "2026-11-20", "After");
    assert_eq!(person.total("/expenses?category=Coffee&period=all"), "5.00");

    fs::remove_dir_all(place.path("box")).unwrap();
    nobody.get("/readyz").expect(503);
    person.post("/expenses", &TEA).expect(503).page();
    person
        .send(&Request::new("GET", "/expenses?period=all"))
        .expect(200);
    server.stop();
    assert!(!place.path("box").exists(), "nothing was made in its place");
}
