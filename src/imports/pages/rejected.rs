//! The rejected rows of an import, to correct and import again.

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::accounts::request::Request;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::imports::import;
use crate::imports::row::{self, RowFilter};
use crate::imports::verdict::{Reason, Verdict};
use crate::statements::csv::REJECTED_BECAUSE;
use crate::web::path_id::{PathId, parse_id};

/// Rows that are read together.
const ROWS_AT_ONCE: usize = 500;

/// `GET {base}/import/{id}/rejected.csv`: the header of the file and its rejected rows as they stand there, each with the
/// reason in one more cell.
pub(super) async fn show(request: Request, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id) = (request.user.book, parse_id(&id)?);
    let import = request
        .state
        .db
        .read(owner, move |conn| import::find(conn, owner, id))
        .await?;
    let reading = import.reading()?;
    let read_as = reading.as_ref().and_then(|reading| reading.read_as.as_ref());
    let delimiter = read_as.map_or(',', |read_as| read_as.delimiter);
    let mut head = String::from("\u{feff}");
    if let (Some(reading), Some(true)) = (&reading, read_as.map(|read_as| read_as.header_line.is_some())) {
        let cells = reading.columns.iter().map(String::as_str);
        push_line(&mut head, cells.chain([REJECTED_BECAUSE]).map(quoted), delimiter);
    }
    let head = stream::iter([Ok::<Bytes, AppError>(head.into())]);
    let rows = stream::try_unfold(Some(0), move |after| {
        let state = request.state.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let read = move |conn: &mut Conn| piece(conn, owner, id, after, delimiter);
            state.db.read(owner, read).await.map(Some)
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"rejected-{id}.csv\""),
        ))
        .streaming(head.chain(rows)))
}

/// The next rows as text, and where to go on.
fn piece(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    after: i32,
    delimiter: char,
) -> Result<(Bytes, Option<i32>), AppError> {
    let filter = RowFilter {
        verdict: Some(Verdict::Rejected),
        ..RowFilter::default()
    };
    let rows = row::page(conn, owner, id, &filter, after, ROWS_AT_ONCE)?;
    let next = rows
        .last()
        .filter(|_| rows.len() == ROWS_AT_ONCE)
        .map(|row| row.row_number);
    let mut text = String::new();
    for row in rows {
        let reason = row.reason().map_or("", Reason::words);
        let raw = row.raw.unwrap_or_default();
        let raw = raw.trim_end_matches(['\r', '\n']).to_owned();
        push_line(&mut text, [raw, quoted(reason)].into_iter(), delimiter);
    }
    Ok((text.into(), next))
}

fn push_line(text: &mut String, cells: impl Iterator<Item = String>, delimiter: char) {
    let line: Vec<String> = cells.collect();
    text.push_str(&line.join(&delimiter.to_string()));
    text.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}
