//! Three instances on one PostgreSQL behind nginx, under load, while one is killed and the database stops.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::support::{
    Cluster, Nginx, PASSWORD, Place, Request, Running, Statuses, Visitor, add_by_api, add_by_form,
    free_address, postgres_url, read_pages,
};

const ADDRESSES: [&str; 3] = ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];

struct Site {
    place: Place,
    instances: Vec<Running>,
    nginx: Nginx,
}

fn instance(place: &Place, port: u16) -> Running {
    place.serve(|command| {
        command
            .env("PORT", port.to_string())
            .env("TRUSTED_PROXIES", "127.0.0.1")
            .env("LOG", "off");
    })
}

fn site(database: &str) -> Site {
    let place = Place::over(database);
    let instances: Vec<Running> = (0..3).map(|_| instance(&place, free_address().port())).collect();
    let nginx = Nginx::start("instances.conf", |site| {
        site.replace("listen 80;", &format!("listen {};", site.listen));
        for (old, instance) in ADDRESSES.iter().zip(&instances) {
            site.replace(old, &instance.address.to_string());
        }
    });
    Site {
        place,
        instances,
        nginx,
    }
}

fn registered(nginx: &Nginx, number: usize) -> Visitor {
    let mut visitor = nginx.anonymous();
    visitor.email = format!("person{number}@example.com");
    let form = [("email", visitor.email.as_str()), ("password", PASSWORD)];
    visitor.post("/register", &form).location();
    visitor
}

/// The same person in another browser.
fn again(nginx: &Nginx, person: &Visitor) -> Visitor {
    let visitor = nginx.anonymous();
    visitor.set_cookie("session", person.cookie("session").as_deref());
    visitor
}

#[test]
fn an_instance_is_killed_and_the_database_stops_and_every_acknowledged_write_is_there_once() {
    let Some(_) = postgres_url() else { return };
    let cluster = Cluster::start();
    let mut site = site(&cluster.url());
    let (statuses, stop) = (Statuses::default(), AtomicBool::new(false));
    let people: Vec<Visitor> = (0..4).map(|number| registered(&site.nginx, number)).collect();
    let (cluster, nginx, instances) = (&cluster, &site.nginx, &mut site.instances);
    let same = |person: &Visitor| again(nginx, person);
    let written: Vec<Vec<String>> = std::thread::scope(|scope| {
        let (statuses, stop) = (&statuses, &stop);
        let mut writers = Vec::new();
        for (number, person) in people.iter().enumerate() {
            let (form, api, reader, token) = (same(person), same(person), same(person), person.token());
            writers.push(scope.spawn(move || add_by_form(&form, &format!("form{number}"), statuses, stop)));
            writers
                .push(scope.spawn(move || add_by_api(&api, &token, &format!("api{number}"), statuses, stop)));
            scope.spawn(move || read_pages(&reader, statuses, stop));
        }
        std::thread::sleep(Duration::from_secs(1));
        let killed = instances.remove(0);
        let port = killed.address.port();
        killed.signal("KILL");
        let (status, ..) = killed.wait();
        assert!(!status.success());
        std::thread::sleep(Duration::from_secs(1));
        cluster.stop("immediate");
        std::thread::sleep(Duration::from_secs(5));
        cluster.begin();
        // Restarts the killed instance.
        instances.push(instance(&site.place, port));
        std::thread::sleep(Duration::from_secs(4));
        stop.store(true, Ordering::Relaxed);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let seen = statuses.all();
    assert!(
        seen.keys().all(|status| [200, 201, 303, 503].contains(status)),
        "{seen:?}"
    );
    assert!(seen[&503] > 0, "the outage was felt: {seen:?}");
    for (number, person) in people.iter().enumerate() {
        let found = person.exported();
        let expected: BTreeMap<String, usize> = written[2 * number..2 * number + 2]
            .iter()
            .flatten()
            .map(|description| (description.clone(), 1))
            .collect();
        assert!(expected.len() > 20, "{number}: {}", expected.len());
        assert_eq!(found, expected, "{number}");
        assert_eq!(
            person.total("/expenses?period=all"),
            format!("{:.2}", f64::from(u32::try_from(expected.len()).unwrap()) / 100.0)
        );
    }
    eprintln!(
        "{} writes acknowledged; answers: {seen:?}",
        written.iter().map(Vec::len).sum::<usize>()
    );
    // Every instance works again.
    for instance in &site.instances {
        instance.anonymous().get("/readyz").expect(200);
    }
}

#[test]
fn forwarding_headers_of_clients_are_replaced_by_nginx() {
    let Some(url) = postgres_url() else { return };
    let database = super::support::Database::postgres(&url);
    let site = site(&database.url);
    let person = registered(&site.nginx, 1);
    // The cross-site guard accepts a post from the app itself, because nginx forwards the host.
    let form = [("amount", "1"), ("category", "A"), ("date", "2026-11-20")];
    let origin = format!("http://{}", site.nginx.address);
    person
        .send(&person.form("/expenses", &form).header("Origin", &origin))
        .location();
    person
        .send(
            &person
                .form("/expenses", &form)
                .header("Origin", "http://elsewhere.example"),
        )
        .expect(403);
    // Requests through nginx are not local, so they get no metrics.
    person.get("/metrics").expect(404);
    site.instances[0].anonymous().get("/metrics").expect(200);
    let large = vec![b'x'; 5 << 20];
    let answer =
        person.send(&Request::new("POST", "/expenses").body("application/x-www-form-urlencoded", large));
    assert!(answer.expect(413).page().text("h1").contains("too large"));
    drop(site);
}
