//! Runs background tasks. After a panic a task is started again.

use std::future::Future;
use std::time::Duration;

use actix_web::rt;

use crate::state::State;

/// Between a panic and the restart.
pub const PAUSE: Duration = Duration::from_secs(30);

/// Runs a task until it ends. After a panic it is started again when `pause` is over.
pub async fn supervise<F>(state: State, name: &'static str, pause: Duration, task: impl Fn(State) -> F)
where
    F: Future<Output = ()> + 'static,
{
    loop {
        state.tasks.started(name);
        match rt::spawn(task(state.clone())).await {
            Err(error) if error.is_panic() => {
                tracing::error!(
                    task = name,
                    "a background task panicked; it will be started again"
                );
                state.tasks.panicked(name);
                rt::time::sleep(pause).await;
            }
            // The task has nothing to do with these settings, or the server stops.
            _ => return,
        }
    }
}
