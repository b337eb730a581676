//! Panics in background tasks are reported, and the tasks are restarted.

use std::sync::mpsc;
use std::time::Duration;

use actix_web::rt::{System, time};
use expense_tracker::ops::supervise::supervise;

use super::support::App;

const LONG: Duration = Duration::from_hours(1);

#[test]
fn a_task_that_panics_is_reported_and_restarted() {
    let app = App::start();
    let lines = |path: &str| app.anonymous().get(path).expect(200).text();
    assert!(lines("/readyz").contains("background tasks: running\n"));

    let state = app.state.clone();
    System::new().block_on(async move {
        let down = supervise(state, "example", LONG, |_| async { panic!("on purpose") });
        assert!(time::timeout(Duration::from_millis(300), down).await.is_err());
    });
    let ready = lines("/readyz");
    assert!(ready.starts_with("ready\n"), "{ready}");
    assert!(ready.contains("background tasks: example panicked"), "{ready}");
    assert!(lines("/metrics").contains("background_panics_total{task=\"example\"} 1\n"));

    let state = app.state.clone();
    let (started, starts) = mpsc::channel();
    System::new().block_on(supervise(state, "example", Duration::ZERO, move |_| {
        let _ = started.send(());
        async {}
    }));
    assert_eq!(
        starts.iter().count(),
        1,
        "one that ends by itself is not started again"
    );
    assert!(lines("/readyz").contains("background tasks: running\n"));
}

/// The result of a write. Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[test]
fn the_writer_survives_a_panic() {
    let app = App::on_sqlite();
    let person = app.person();
    for _ in 0..2 {
        let (state, (go, gone)) = (app.state.clone(), mpsc::channel::<()>());
        System::new().block_on(async move {
            let write = state.db.write_shared(move |_| {
                let _ = gone.recv();
                Ok(Bomb)
            });
            // The request stops waiting.
            assert!(time::timeout(Duration::from_millis(100), write).await.is_err());
        });
        go.send(()).unwrap();
        person.add("1", "Coffee", "2026-11-22", "Tea");
        app.anonymous().get("/readyz").expect(200);
    }
    let state = app.state.clone();
    assert!(state.db.has_writer());
    System::new().block_on(async { state.db.close().await });
    assert!(!state.db.has_writer());
    app.anonymous().get("/readyz").expect(503);
}
