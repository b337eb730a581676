//! The header `Server-Timing`: how long a page waited for the database, and how long it took to render.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// Pages without the header: times at sign-in could reveal which addresses have an account.
const UNTIMED_PATHS: [&str; 2] = ["/login", "/register"];

#[derive(Debug, Default)]
struct Times {
    database: Cell<Duration>,
    render: Cell<Duration>,
}

tokio::task_local! {
    /// The times of the current request; unset outside of requests.
    static TIMES: Rc<Times>;
}

/// Middleware: adds the header to every HTML response, including fragments and error pages.
pub async fn server_timing(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let times = Rc::new(Times::default());
    let mut response = TIMES.scope(Rc::clone(&times), next.call(req)).await?;
    let is_untimed = UNTIMED_PATHS
        .iter()
        .any(|path| response.request().path().ends_with(path));
    let headers = response.headers_mut();
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !is_untimed {
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

/// Adds the time until `work` is done, including its waiting time, to the time of the database.
pub async fn database<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    add(began, |times| &times.database);
    done
}

/// Adds the time of `work` to the time of rendering.
pub fn render<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    add(began, |times| &times.render);
    done
}

fn add(began: Instant, which: impl FnOnce(&Times) -> &Cell<Duration>) {
    // Outside of a request there is nothing to record.
    let _ = TIMES.try_with(|times| {
        let time = which(times);
        time.set(time.get() + began.elapsed());
    });
}
