//! The CSV export, streamed in keyset pages, so that its memory is constant.
//!
//! More than 300 lines, because a quarter of the file is tests.

mod writer;

use std::io::Error as IoError;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::timeout;

pub use self::writer::{HEADER, Style, Writer};
use crate::accounts::current::CurrentUser;
use crate::books::people::BookContext;
use crate::books::{book, member};
use crate::db::{self, BookId, Conn, UserId};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::paid_by;
use crate::ledger::selection::{Mark, Selection};
use crate::money::Currency;
use crate::period::{Period, Unit, format_date};
use crate::state::State;
use crate::state::open_exports::OpenExport;
use crate::web::fields::Fields;

/// Rows of the first page. The head of the response waits for it, and it is all of a short export.
const FIRST_ROWS: i64 = 500;
/// Most rows read at a time; the connection is free between two reads.
const ROWS: i64 = 2_000;
/// A page ends with the row that makes its text this long: a client that does not read keeps about two pages in memory.
const PAGE_BYTES: usize = 256 * 1024;
/// Chunks that wait for a slow client before reading stops: about a page, so that the next one is read meanwhile.
const WAITING: usize = 3;
/// The time limit for a page, which a search with few matches in a long history can reach.
const READ_TIME: Duration = Duration::from_secs(30);
/// How long the head of a response waits until it may read. A later page waits for [`PATIENCE`], because then the file would
/// break off.
const FIRST_PATIENCE: Duration = Duration::from_secs(5);
/// How long one chunk waits for a client that does not read before the export is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// `GET /expenses.csv`
pub async fn csv(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let style = match query.get(FORMAT) {
        "" => Style::PLAIN,
        SPREADSHEET => Style::of_locale(user.preferences.locale),
        _ => {
            let words = format!("“{FORMAT}” is {SPREADSHEET}, or left out.");
            return Err(AppError::BadRequest(words));
        }
    };
    stream(&state, &user, &query, style).await
}

/// The parameter of the form of the file, and its one value.
const FORMAT: &str = "format";
const SPREADSHEET: &str = "spreadsheet";

/// The address of the file with this `address` in the form for spreadsheets in the person's language; `None` where that is the
/// same.
pub fn spreadsheet_href(address: &str, user: &CurrentUser) -> Option<String> {
    let mark = if address.contains('?') { '&' } else { '?' };
    let is_other = Style::of_locale(user.preferences.locale) != Style::PLAIN;
    is_other.then(|| format!("{address}{mark}{FORMAT}={SPREADSHEET}"))
}

/// The export of what `query` asks for; without any filter, everything.
pub async fn stream(
    state: &State,
    user: &CurrentUser,
    query: &Fields,
    style: Style,
) -> Result<HttpResponse, AppError> {
    let open = state.open_exports.open(user.id)?;
    let (sender, body, queue) = channel();
    let filter = Filter::read(query, user, Unit::All)?.or_kind(Kinds::All);
    let period = filter.period;
    let export = Export {
        state: state.clone(),
        source: Arc::new(Source {
            owner: user.book,
            book: user.book_context.clone(),
            reader: user.id,
            filter,
            selection: OnceLock::new(),
            currency: user.preferences.currency,
            style,
        }),
        queue,
        open,
    };
    // The first page is read before the answer starts, so that a database that is away is still an error page.
    let first = export.page(None).await?;
    state.metrics.export();
    db::spawn(export.run(first, sender));
    let name = format!("attachment; filename=\"{}\"", file_name(&period, user));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(body))
}

/// `expenses-2026-11-22.csv` with today's date, or `expenses-2026-11-01-to-2026-11-30.csv` with the days of a period.
fn file_name(period: &Period, user: &CurrentUser) -> String {
    let span = period.span(&user.preferences.calendar);
    let today = format_date(user.today);
    match period {
        Period::All(_) => format!("expenses-{today}.csv"),
        Period::From(from) => format!("expenses-{}-to-{today}.csv", format_date(*from)),
        Period::Until(to) => format!("expenses-to-{}.csv", format_date(*to)),
        _ => format!(
            "expenses-{}-to-{}.csv",
            format_date(span.first()),
            format_date(span.last())
        ),
    }
}

/// What an answer is sent as it comes; `None` is its end.
type Chunk = Option<Bytes>;

type Sender = mpsc::Sender<Chunk>;
/// The chunks that wait to be sent; `None` when the export was given up.
type Queue = Mutex<Option<mpsc::Receiver<Chunk>>>;

fn channel() -> (Sender, Body, Weak<Queue>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let queue = Arc::new(Mutex::new(Some(receiver)));
    let weak = Arc::downgrade(&queue);
    let is_over = false;
    (sender, Body { queue, is_over }, weak)
}

/// Drops the chunks for a client that does not read, which would otherwise remain until its connection ends.
fn give_up(queue: &Weak<Queue>) {
    if let Some(queue) = queue.upgrade() {
        drop(lock(&queue).take());
    }
}

fn lock(queue: &Queue) -> MutexGuard<'_, Option<mpsc::Receiver<Chunk>>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The chunks as they come. If none comes any more before the end has come, the last item is an error: that breaks the
/// connection, so that half a file never looks whole.
struct Body {
    queue: Arc<Queue>,
    is_over: bool,
}

impl Stream for Body {
    type Item = Result<Bytes, IoError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let chunk = match lock(&self.queue).as_mut() {
            Some(receiver) => ready!(receiver.poll_recv(cx)),
            None => None,
        };
        self.is_over = !matches!(chunk, Some(Some(_)));
        Poll::Ready(match chunk {
            Some(chunk) => chunk.map(Ok),
            None => Some(Err(IoError::other("the export broke off"))),
        })
    }
}

struct Export {
    state: State,
    source: Arc<Source>,
    queue: Weak<Queue>,
    /// Counts it as open until its client has read it, has gone or has been given up.
    open: OpenExport,
}

/// What the text of an export is made of.
struct Source {
    owner: BookId,
    book: BookContext,
    /// Who asked for it.
    reader: UserId,
    filter: Filter,
    /// What the filter stands for since the first page, under whatever name.
    selection: OnceLock<Selection>,
    currency: Currency,
    style: Style,
}

/// Some rows as text, and where the next ones begin; `None` after the last.
struct Page {
    chunks: Vec<Bytes>,
    next: Option<Next>,
}

/// The row that the next page comes after, and how many rows it may read.
type Next = (Mark, i64);

impl Source {
    /// A page of rows as text, written while they are read, so that no row is kept.
    fn page(&self, conn: &mut Conn, next: Option<Next>) -> Result<Page, AppError> {
        let (mut writer, mark, rows) = match next {
            None => (Writer::new(self.currency, self.style), None, FIRST_ROWS),
            Some((mark, rows)) => (
                Writer::without_header(self.currency, self.style),
                Some(mark),
                rows,
            ),
        };
        // An export ends with its book, and with the membership of who asked for it.
        book::find(conn, self.owner)?;
        member::role(conn, self.owner, self.reader)?;
        let categories = Categories::of(conn, self.owner)?;
        let people = self.book.people(conn)?;
        let selection = self
            .selection
            .get_or_init(|| Selection::new(self.owner, &self.filter, &categories));
        // A category that has been merged away since: what is left of it is found elsewhere now.
        if !selection.is_among(&categories) {
            return Err(AppError::NotFound);
        }
        let (mut chunks, mut taken, mut count) = (Vec::new(), 0, 0);
        let mark = selection.export(conn, mark, rows, |row| {
            let payer = if people.are_named() {
                people.name(paid_by::person(row.paid_by, self.book.made_by))
            } else {
                ""
            };
            let category = categories.name(row.category_id);
            writer.write(row, (category, categories.kind(row.category_id)), payer);
            count += 1;
            if taken + writer.len() >= PAGE_BYTES {
                return ControlFlow::Break(());
            }
            if writer.is_full() {
                taken += writer.len();
                chunks.push(writer.take());
            }
            ControlFlow::Continue(())
        })?;
        // Where rows are long, a search and PostgreSQL would read many of them for nothing.
        let is_full = taken + writer.len() >= PAGE_BYTES;
        let rows = if is_full {
            ROWS.min(count + count / 4)
        } else {
            ROWS
        };
        if writer.len() > 0 {
            chunks.push(writer.take());
        }
        Ok(Page {
            chunks,
            next: mark.map(|mark| (mark, rows)),
        })
    }
}

impl Export {
    /// The next page. Only while it reads and writes it does an export take up a place among the few that
    /// may run at once: one whose client is slow takes up none.
    async fn page(&self, next: Option<Next>) -> Result<Page, AppError> {
        let patience = if next.is_none() { FIRST_PATIENCE } else { PATIENCE };
        let permit = self.open.permit_to_read(patience).await?;
        let source = Arc::clone(&self.source);
        let page = self
            .state
            .db
            .read_within(READ_TIME, self.source.owner, move |conn| source.page(conn, next));
        let page = page.await;
        drop(permit);
        page
    }

    async fn run(self, first: Page, sender: Sender) {
        if let Err(error) = self.send_all(first, &sender).await {
            tracing::warn!(%error, "an export broke off");
        }
    }

    async fn send_all(&self, mut page: Page, sender: &Sender) -> Result<(), AppError> {
        loop {
            let is_last = page.next.is_none();
            let chunks = page.chunks.into_iter().map(Some);
            for chunk in chunks.chain(is_last.then_some(None)) {
                match timeout(PATIENCE, sender.send(chunk)).await {
                    Ok(Ok(())) => {}
                    // The client has gone.
                    Ok(Err(_)) => return Ok(()),
                    Err(_) => return self.give_up(),
                }
            }
            let Some(next) = page.next else { break };
            page = self.page(Some(next)).await?;
        }
        match timeout(PATIENCE, sender.closed()).await {
            Ok(()) => Ok(()),
            Err(_) => self.give_up(),
        }
    }

    fn give_up(&self) -> Result<(), AppError> {
        give_up(&self.queue);
        Err(AppError::TooSlow)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    #[actix_web::test]
    async fn what_ends_without_its_end_ends_with_an_error() {
        for (sent, whole) in [
            (vec![Some("a"), Some("b"), None], true),
            (vec![None], true),
            (vec![Some("a"), Some("b")], false),
            (vec![], false),
        ] {
            let (sender, body, _) = channel();
            for chunk in &sent {
                sender.send(chunk.map(Bytes::from)).await.unwrap();
            }
            drop(sender);
            let items: Vec<_> = body.collect().await;
            let chunks = items.iter().filter(|item| item.is_ok()).count();
            assert_eq!(chunks, sent.iter().flatten().count(), "{sent:?}");
            assert_eq!(items.iter().all(Result::is_ok), whole, "{sent:?}");
        }
    }

    #[actix_web::test]
    async fn what_is_given_up_keeps_nothing_and_does_not_look_whole() {
        let (sender, body, queue) = channel();
        let chunk = Bytes::from(vec![0; 1_000]);
        sender.send(Some(chunk.clone())).await.unwrap();
        sender.send(None).await.unwrap();
        give_up(&queue);
        assert!(chunk.is_unique(), "the chunk that waited is freed");
        let items: Vec<_> = body.collect().await;
        assert!(items.len() == 1 && items[0].is_err(), "{items:?}");
    }
}
