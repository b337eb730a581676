//! The CSV export: keyset pages from the database, written as they come, so that memory stays flat.

use std::io::Error as IoError;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::filter::{Filter, Place, Selection};
use super::model::Expense;
use crate::accounts::current::CurrentUser;
use crate::app::State;
use crate::categories::model::Categories;
use crate::error::AppError;
use crate::money::Currency;
use crate::period::{Unit, date_bytes, format_date};
use crate::web::fields::Fields;

/// Rows read at a time; the connection is free between two reads.
const ROWS: i64 = 5_000;
/// A chunk is sent when it has grown to this many bytes.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait for a slow client before reading stops.
const WAITING: usize = 2;

/// `GET /expenses.csv`
pub async fn csv(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    stream(&state, &user, &query).await
}

/// The export of what `query` asks for; without any filter, everything.
pub async fn stream(state: &State, user: &CurrentUser, query: &Fields) -> Result<HttpResponse, AppError> {
    let filter = Filter::read(query, &user.preferences, user.today, Unit::All)?;
    let permit = state
        .exports
        .clone()
        .acquire_owned()
        .await
        .map_err(|_| AppError::stopped())?;
    state.metrics.export();
    let owner = user.id;
    let wanted = filter.clone();
    // The first page is read before the answer starts, so that a database that is away is still an error page.
    let first = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let selection = Selection::new(owner, &wanted, &categories);
        let rows = selection.page(conn, Place::Start, ROWS)?;
        Ok((categories, selection, rows))
    });
    let (categories, selection, rows) = first.await?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, IoError>>(WAITING);
    let export = Export {
        state: state.clone(),
        user: user.clone(),
        categories,
        selection,
        sender,
        permit,
    };
    actix_web::rt::spawn(export.run(rows));
    let body = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    let name = format!(
        "attachment; filename=\"expenses-{}.csv\"",
        format_date(user.today)
    );
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(body))
}

struct Export {
    state: State,
    user: CurrentUser,
    categories: Categories,
    selection: Selection,
    sender: mpsc::Sender<Result<Bytes, IoError>>,
    /// Held until the last row is sent.
    permit: OwnedSemaphorePermit,
}

impl Export {
    async fn run(self, rows: Vec<Expense>) {
        if let Err(error) = self.send_all(rows).await {
            tracing::error!(%error, "an export broke off");
            // An error as the last item breaks the connection, so that half a file never looks whole.
            let _ = self
                .sender
                .send(Err(IoError::other("the export broke off")))
                .await;
        }
        drop(self.permit);
    }

    async fn send_all(&self, mut rows: Vec<Expense>) -> Result<(), AppError> {
        let mut writer = Writer::new(self.user.preferences.currency)?;
        loop {
            for row in &rows {
                writer.write(row, self.categories.name(row.category_id))?;
                if writer.is_full() && self.sender.send(Ok(writer.take()?)).await.is_err() {
                    return Ok(());
                }
            }
            let Some(last) = rows.last().filter(|_| i64::try_from(rows.len()) == Ok(ROWS)) else {
                break;
            };
            let place = Place::After(last.spent_on, last.id);
            let selection = self.selection.clone();
            rows = self
                .state
                .db
                .read(self.user.id, move |conn| selection.page(conn, place, ROWS))
                .await?;
        }
        let _ = self.sender.send(Ok(writer.take()?)).await;
        Ok(())
    }
}

/// Writes rows as RFC 4180 with a BOM and CRLF.
pub struct Writer {
    csv: csv::Writer<Vec<u8>>,
    currency: Currency,
    id: String,
}

impl Writer {
    /// A writer whose output begins with the BOM and the header.
    pub fn new(currency: Currency) -> Result<Self, AppError> {
        let mut output = Vec::with_capacity(CHUNK + 4096);
        output.extend("\u{feff}".as_bytes());
        let mut csv = Self::over(output);
        csv.write_record(["id", "date", "amount", "currency", "category", "description"])
            .map_err(AppError::internal)?;
        Ok(Self {
            csv,
            currency,
            id: String::new(),
        })
    }

    fn over(output: Vec<u8>) -> csv::Writer<Vec<u8>> {
        csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(8 * 1024)
            .from_writer(output)
    }

    /// Adds one row.
    pub fn write(&mut self, row: &Expense, category: &str) -> Result<(), AppError> {
        use std::fmt::Write as _;
        self.id.clear();
        write!(self.id, "{}", row.id).map_err(AppError::internal)?;
        let amount = row.money().plain(self.currency);
        let mut guarded = (String::new(), String::new());
        let category = guard(category, &mut guarded.0);
        let description = guard(&row.description, &mut guarded.1);
        self.csv
            .write_record([
                self.id.as_bytes(),
                &date_bytes(row.spent_on),
                amount.as_bytes(),
                self.currency.code().as_bytes(),
                category.as_bytes(),
                description.as_bytes(),
            ])
            .map_err(AppError::internal)
    }

    fn is_full(&self) -> bool {
        self.csv.get_ref().len() >= CHUNK
    }

    /// What has been written since the last time.
    pub fn take(&mut self) -> Result<Bytes, AppError> {
        self.csv.flush().map_err(AppError::internal)?;
        let empty = Self::over(Vec::with_capacity(CHUNK + 4096));
        let full = std::mem::replace(&mut self.csv, empty);
        full.into_inner().map(Bytes::from).map_err(AppError::internal)
    }
}

/// A text cell that a spreadsheet would run gets an apostrophe in front, so that it is only shown.
fn guard<'a>(cell: &'a str, guarded: &'a mut String) -> &'a str {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        guarded.push('\'');
        guarded.push_str(cell);
        guarded
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_only_shown() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(guard(cell, &mut String::new()), written);
        }
    }
}
