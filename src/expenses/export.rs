//! The CSV export: keyset pages from the database, written as they come, so that memory stays flat.

use std::io::Error as IoError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::accounts::current::CurrentUser;
use crate::db::{Conn, UserId};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::{ExportRow, Mark, Selection};
use crate::money::Currency;
use crate::period::{Unit, date_bytes, format_date};
use crate::state::State;
use crate::web::fields::Fields;

/// Rows of the first page: it holds up the answer's head, and a short export is done with it.
const FIRST_ROWS: i64 = 500;
/// Rows read at a time; the connection is free between two reads.
const ROWS: i64 = 2_000;
/// A chunk is sent when it has grown to this many bytes.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait for a slow client before reading stops: about a page, so that the next one is read meanwhile.
const WAITING: usize = 3;
/// How long the rows of a page may be looked for, in a long history with a search that finds few of them.
const READ_TIME: Duration = Duration::from_secs(30);
/// How long one chunk waits for a client that does not read before the export breaks off.
const PATIENCE: Duration = Duration::from_mins(1);

/// `GET /expenses.csv`
pub async fn csv(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    stream(&state, &user, &query).await
}

/// The export of what `query` asks for; without any filter, everything.
pub async fn stream(state: &State, user: &CurrentUser, query: &Fields) -> Result<HttpResponse, AppError> {
    let export = Export {
        state: state.clone(),
        source: Arc::new(Source {
            owner: user.id,
            filter: Filter::read(query, &user.preferences, user.today, Unit::All)?,
            selection: OnceLock::new(),
            currency: user.preferences.currency,
        }),
    };
    // The first page is read before the answer starts, so that a database that is away is still an error page.
    let first = export.page(None).await?;
    state.metrics.export();
    let (sender, receiver) = mpsc::channel(WAITING);
    actix_web::rt::spawn(export.run(first, sender));
    let name = format!(
        "attachment; filename=\"expenses-{}.csv\"",
        format_date(user.today)
    );
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(body(receiver)))
}

/// What an answer is sent as it comes; `None` is its end.
type Chunk = Option<Bytes>;

/// The chunks that come. If none comes any more before the end has come, the last item is an error: that breaks the
/// connection, so that half a file never looks whole.
fn body(receiver: mpsc::Receiver<Chunk>) -> impl Stream<Item = Result<Bytes, IoError>> {
    futures_util::stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Some(chunk)) => Some((Ok(chunk), Some(receiver))),
            Some(None) => None,
            None => Some((Err(IoError::other("the export broke off")), None)),
        }
    })
}

struct Export {
    state: State,
    source: Arc<Source>,
}

/// What the text of an export is made of.
struct Source {
    owner: UserId,
    filter: Filter,
    /// What the filter stands for since the first page, under whatever name.
    selection: OnceLock<Selection>,
    currency: Currency,
}

/// Some rows as text, and where the next ones begin; `None` after the last.
struct Page {
    chunks: Vec<Bytes>,
    next: Option<Mark>,
}

impl Source {
    /// The rows after `mark` as text, written while they are read, so that no row is kept.
    fn page(&self, conn: &mut Conn, mark: Option<Mark>) -> Result<Page, AppError> {
        let (mut writer, rows) = match mark {
            None => (Writer::new(self.currency)?, FIRST_ROWS),
            Some(_) => (Writer::without_header(self.currency), ROWS),
        };
        let categories = Categories::of(conn, self.owner)?;
        let selection = self
            .selection
            .get_or_init(|| Selection::new(self.owner, &self.filter, &categories));
        // A category that has been merged away since: what is left of it is found elsewhere now.
        if !selection.is_among(&categories) {
            return Err(AppError::NotFound);
        }
        let mut chunks = Vec::new();
        let next = selection.export(conn, mark, rows, |row| {
            writer.write(row, categories.name(row.category_id))?;
            if writer.is_full() {
                chunks.push(writer.take()?);
            }
            Ok(())
        })?;
        let rest = writer.take()?;
        if !rest.is_empty() {
            chunks.push(rest);
        }
        Ok(Page { chunks, next })
    }
}

impl Export {
    /// The rows after `mark`. Only while it reads and writes them does an export take up a place among the few that
    /// may run at once: one whose client is slow takes up none.
    async fn page(&self, mark: Option<Mark>) -> Result<Page, AppError> {
        let exports = self.state.exports.clone();
        let permit = exports.acquire_owned().await.map_err(|_| AppError::stopped())?;
        let source = Arc::clone(&self.source);
        let page = self
            .state
            .db
            .read_within(READ_TIME, self.source.owner, move |conn| source.page(conn, mark));
        let page = page.await;
        drop(permit);
        page
    }

    async fn run(self, first: Page, sender: mpsc::Sender<Chunk>) {
        if let Err(error) = self.send_all(first, &sender).await {
            tracing::warn!(%error, "an export broke off");
        }
    }

    async fn send_all(&self, mut page: Page, sender: &mpsc::Sender<Chunk>) -> Result<(), AppError> {
        loop {
            let is_last = page.next.is_none();
            let chunks = page.chunks.into_iter().map(Some);
            for chunk in chunks.chain(is_last.then_some(None)) {
                match timeout(PATIENCE, sender.send(chunk)).await {
                    Ok(Ok(())) => {}
                    // The client has gone.
                    Ok(Err(_)) => return Ok(()),
                    Err(_) => return Err(AppError::TooSlow),
                }
            }
            let Some(next) = page.next else { return Ok(()) };
            page = self.page(Some(next)).await?;
        }
    }
}

/// Writes rows as RFC 4180 with a BOM and CRLF.
pub struct Writer {
    csv: csv::Writer<Vec<u8>>,
    currency: Currency,
    id: String,
    guarded: String,
}

impl Writer {
    /// A writer whose output begins with the BOM and the header.
    pub fn new(currency: Currency) -> Result<Self, AppError> {
        let mut text = room();
        text.extend_from_slice("\u{feff}".as_bytes());
        let mut writer = Self {
            csv: over(text),
            ..Self::without_header(currency)
        };
        let header = ["id", "date", "amount", "currency", "category", "description"];
        writer.csv.write_record(header).map_err(AppError::internal)?;
        Ok(writer)
    }

    /// One that goes on where another one stopped.
    fn without_header(currency: Currency) -> Self {
        Self {
            csv: over(room()),
            currency,
            id: String::new(),
            guarded: String::new(),
        }
    }

    /// Adds one row.
    pub fn write(&mut self, row: &ExportRow, category: &str) -> Result<(), AppError> {
        use std::fmt::Write as _;
        self.id.clear();
        write!(self.id, "{}", row.id).map_err(AppError::internal)?;
        let amount = row.money().plain(self.currency);
        let date = date_bytes(row.day.0);
        let plain = [
            self.id.as_bytes(),
            &date,
            amount.as_bytes(),
            self.currency.code().as_bytes(),
        ];
        for cell in plain {
            self.csv.write_field(cell).map_err(AppError::internal)?;
        }
        for cell in [category, &row.description] {
            let cell = guard(cell, &mut self.guarded);
            self.csv.write_field(cell).map_err(AppError::internal)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(AppError::internal)
    }

    fn is_full(&self) -> bool {
        self.csv.get_ref().len() >= CHUNK
    }

    /// What has been written since the last time.
    pub fn take(&mut self) -> Result<Bytes, AppError> {
        self.csv.flush().map_err(AppError::internal)?;
        let full = std::mem::replace(&mut self.csv, over(room()));
        full.into_inner().map(Bytes::from).map_err(AppError::internal)
    }
}

fn over(text: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(text)
}

/// Room for a chunk, what the writer holds back, and the row that makes it full.
fn room() -> Vec<u8> {
    Vec::with_capacity(CHUNK + 16 * 1024)
}

/// A text cell that a spreadsheet would run gets an apostrophe in front, so that it is only shown.
fn guard<'a>(cell: &'a str, guarded: &'a mut String) -> &'a str {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        guarded.clear();
        guarded.push('\'');
        guarded.push_str(cell);
        guarded
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::db::Day;

    fn row(description: &str) -> ExportRow {
        ExportRow {
            id: 7,
            day: Day(time::macros::date!(2026 - 11 - 22)),
            category_id: 1,
            amount: -390,
            description: description.to_owned(),
        }
    }

    fn line(category: &str, description: &str) -> String {
        let mut writer = Writer::without_header(Currency::USD);
        writer.write(&row(description), category).unwrap();
        String::from_utf8(writer.take().unwrap().into()).unwrap()
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_only_shown() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(
                line(cell, cell),
                format!("7,2026-11-22,-3.90,USD,{written},{written}\r\n")
            );
        }
    }

    #[actix_web::test]
    async fn what_ends_without_its_end_ends_with_an_error() {
        use futures_util::StreamExt as _;

        for (sent, whole) in [
            (vec![Some("a"), Some("b"), None], true),
            (vec![None], true),
            (vec![Some("a"), Some("b")], false),
            (vec![], false),
        ] {
            let (sender, receiver) = mpsc::channel(WAITING);
            for chunk in &sent {
                sender.send(chunk.map(Bytes::from)).await.unwrap();
            }
            drop(sender);
            let items: Vec<_> = body(receiver).collect().await;
            let chunks = items.iter().filter(|item| item.is_ok()).count();
            assert_eq!(chunks, sent.iter().flatten().count(), "{sent:?}");
            assert_eq!(items.iter().all(Result::is_ok), whole, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_a_reader_of_csv_finds(
            category in "[ -~\\n\\r\\t]{0,9}|.{0,9}",
            description in "[,\"\\r\\n=' a]{0,9}|.{0,20}",
        ) {
            let shown = |cell: &str| {
                let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                format!("{}{cell}", if runs { "'" } else { "" })
            };
            let text = line(&category, &description);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .terminator(csv::Terminator::CRLF)
                .from_reader(text.as_bytes());
            let found: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let cells = ["7", "2026-11-22", "-3.90", "USD", &shown(&category), &shown(&description)];
            prop_assert_eq!(found, vec![csv::StringRecord::from(cells.to_vec())]);
        }
    }
}
