//! Health checks: `/healthz` and `/readyz`.

use actix_web::{HttpRequest, HttpResponse};
use std::fmt::Write as _;

use super::supervise::PAUSE;
use super::{disk, metrics, nightly};
use crate::db;
use crate::error::AppError;
use crate::state::{AppState, State};

/// `GET /healthz`: the process responds.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// `GET /readyz`: 200 if the database is reachable, at its path, migrated and writable; else 503.
///
/// For a request that may read `/metrics` it also reports the disk, the last backup and the background tasks. None of them
/// is a reason for 503, because people can still read their data.
pub async fn ready(req: HttpRequest, state: State) -> Result<HttpResponse, AppError> {
    state.db.check_file()?;
    let pending = state
        .db
        .read_shared(|conn| db::pending(conn).map_err(AppError::unavailable))
        .await?;
    if pending {
        return Err(AppError::unavailable("migrations are waiting"));
    }
    if !state.db.has_writer() {
        return Err(AppError::unavailable("the thread that writes has ended"));
    }
    let mut text = "ready\n".to_owned();
    if metrics::is_allowed(&req, &state) {
        text.push_str("database: reachable and up to date\n");
        text.push_str(&disk_line(&state));
        text.push_str(&backup_line(&state));
        text.push_str(&tasks_line(&state));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}

fn disk_line(state: &AppState) -> String {
    match disk::free(disk::data_folder(&state.site.settings)) {
        Some(free) => {
            let warning = if free < disk::LOW_SPACE {
                " (low: free up space)"
            } else {
                ""
            };
            format!(
                "disk: {} MiB free{warning}
",
                free >> 20
            )
        }
        None => "disk: unknown\n".to_owned(),
    }
}

fn tasks_line(state: &AppState) -> String {
    match state.tasks.down().as_slice() {
        [] => "background tasks: running\n".to_owned(),
        down => format!(
            "background tasks: {} panicked, see the log; started again within {} seconds\n",
            down.join(", "),
            PAUSE.as_secs()
        ),
    }
}

fn backup_line(state: &AppState) -> String {
    let Some(folder) = &state.site.settings.backup_dir else {
        return "backup: off (BACKUP_DIR is not set)\n".to_owned();
    };
    let now = state.clock.now_utc();
    let ages = nightly::ages(folder, now);
    let mut line = match ages.newest {
        Some(made) => format!("backup: {} hours old", (now - made).whole_hours()),
        None if ages.ahead > 0 => "backup: age unknown".to_owned(),
        None => "backup: none yet".to_owned(),
    };
    if ages.ahead > 0 {
        let files = ages.ahead;
        // Writing to a `String` cannot fail.
        let _ = write!(line, "; {files} from the future ignored: was the clock ahead?");
    }
    if let Some(why) = state.backups.last_failure() {
        line.push_str("; the last one failed: ");
        line.push_str(&why.replace(['\n', '\r'], " "));
    }
    line.push('\n');
    line
}
