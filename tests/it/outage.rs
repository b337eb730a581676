//! An outage of the database: 503 during it, then requests work again without a restart.

use std::time::{Duration, Instant};

use super::support::{Answer, App, Cluster, Page, Place, Running, date, postgres_url};

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
}

#[track_caller]
fn assert_says_so(page: &Page) {
    let text = page.text("main");
    assert!(text.contains("The database isn't responding"), "{text}");
}

#[test]
fn requests_are_503_during_an_outage_and_work_again_after_it() {
    // Needs a PostgreSQL installation, to start and stop its own server.
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    for mode in ["fast", "immediate"] {
        let app = App::on_postgres(&cluster.url());
        let person = app.person();
        let client = app.api(&person);
        person.add("4.50", "Coffee", "2026-11-20", "Espresso");
        app.anonymous().get("/readyz").expect(200);
        cluster.stop(mode);

        let page = person.get("/").expect(503).page();
        assert!(page.has_link("Try again"));
        let began = Instant::now();
        let form = [("amount", "1"), ("category", "A"), ("date", "2026-11-20")];
        for answer in [
            person.get("/"),
            person.post("/expenses", &form),
            person.get("/expenses.csv"),
            person.get("/expenses/7/edit"),
            app.anonymous()
                .post("/login", &[("email", "a@example.com"), ("password", "x")]),
        ] {
            assert_unavailable(&answer);
            assert_says_so(&answer.page());
        }
        for answer in [person.get_htmx("/"), person.post_htmx("/expenses", &form)] {
            assert_unavailable(&answer);
            assert_says_so(&answer.fragment());
        }
        let answer = client.get("/expenses");
        assert_eq!(answer.header("retry-after"), Some("5"));
        answer.problem(503);
        client
            .post("/expenses", &serde_json::json!({"amount": "1", "category": "A"}))
            .problem(503);
        app.anonymous().get("/readyz").expect(503);
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "each waits a moment only: {:?}",
            began.elapsed()
        );
        let began = Instant::now();
        assert_eq!(app.anonymous().get("/healthz").expect(200).text(), "ok\n");
        assert!(began.elapsed() < Duration::from_secs(1));

        cluster.begin();
        let began = Instant::now();
        while app.anonymous().get("/readyz").status != 200 {
            assert!(began.elapsed() < Duration::from_secs(15), "it heals");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(
            person.total("/expenses?period=all"),
            "4.50",
            "{mode}: signed in as before, nothing lost"
        );
        person.add("1", "Coffee", "2026-11-20", "");
        assert_eq!(
            client.get("/summary?period=all").expect(200).json()["total"],
            "5.50"
        );
    }
}

#[test]
fn an_export_fails_when_the_database_stops() {
    use std::io::Read as _;

    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let app = App::on_postgres(&cluster.url());
    let person = app.person();
    let row = |_| (100, "Coffee", date("2026-11-20"), "x".repeat(500));
    app.enter(&person, (0..24_000).map(row).collect());
    let mut stream = person.begin_export("");
    cluster.stop("immediate");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < 24_000 * 500, "it was read in time");
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"), "its end is marked");
    // The app removes its schema there.
    cluster.begin();
}

#[test]
fn ten_instances_start_concurrently_on_an_empty_database() {
    let Some(_) = postgres_url() else { return };
    let place = Place::new();
    let servers: Vec<Running> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..10).map(|_| scope.spawn(|| place.serve(|_| {}))).collect();
        starting.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let person = servers[0].anonymous();
    let form = [("email", "a@example.com"), ("password", super::support::PASSWORD)];
    person.post("/register", &form).location();
    let cookie = person.cookie("session");
    for (number, server) in servers.iter().enumerate() {
        server.anonymous().get("/readyz").expect(200);
        let same = server.anonymous();
        same.set_cookie("session", cookie.as_deref());
        same.add("1", "Coffee", "2026-11-20", &format!("at instance {number}"));
    }
    assert_eq!(person.total("/expenses?period=all"), "10.00");
    for server in servers {
        server.stop();
    }
}
