//! `Server-Timing`: how long a page waited for the database, and how long it took to draw.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// How long sign-in takes must say nothing about which addresses have an account.
const SILENT: [&str; 2] = ["/login", "/register"];

#[derive(Debug, Default)]
struct Times {
    database: Cell<Duration>,
    render: Cell<Duration>,
}

tokio::task_local! {
    /// The times of the request that runs now; work outside of requests has none.
    static TIMES: Rc<Times>;
}

/// Middleware: tells the times of every page, fragments and error pages included.
pub async fn server_timing(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let times = Rc::new(Times::default());
    let mut response = TIMES.scope(Rc::clone(&times), next.call(req)).await?;
    let silent = SILENT
        .iter()
        .any(|path| response.request().path().ends_with(path));
    let headers = response.headers_mut();
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !silent {
        let millis = |time: &Cell<Duration>| time.get().as_secs_f64() * 1e3;
        let text = format!(
            "db;dur={:.3}, render;dur={:.3}",
            millis(&times.database),
            millis(&times.render)
        );
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(HeaderName::from_static("server-timing"), value);
        }
    }
    Ok(response)
}

/// Counts the time until `work` is done, its place in the queue included, as time of the database.
pub async fn database<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    add(began, |times| &times.database);
    done
}

/// Counts the time of `work` as time of drawing.
pub fn render<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    add(began, |times| &times.render);
    done
}

fn add(began: Instant, which: impl FnOnce(&Times) -> &Cell<Duration>) {
    // Outside of a request nobody asks.
    let _ = TIMES.try_with(|times| {
        let time = which(times);
        time.set(time.get() + began.elapsed());
    });
}
