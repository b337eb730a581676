//! The form "Read as", with the first rows of the file as they will be.

use std::sync::Arc;

use actix_web::web;

use crate::accounts::access::Access;
use crate::accounts::request::Request;
use crate::error::{AppError, FieldErrors};
use crate::imports::entry::Entry;
use crate::imports::import::{self, Import};
use crate::imports::read_as_selects;
use crate::imports::reading::{Format, Reading};
use crate::imports::state::ImportState;
use crate::imports::view::{PreviewRow, ReadAsForm};
use crate::web::view::{Choice, Field};

/// Rows of the preview.
const PREVIEW: usize = 5;

/// The form for a draft.
pub(super) async fn form<A: Access>(
    request: &Request<A>,
    import: &Import,
    errors: &FieldErrors,
) -> Result<ReadAsForm, AppError> {
    let reading = import.reading()?;
    let wrong = ["read_as", "file"]
        .iter()
        .find_map(|field| errors.of(field))
        .or_else(|| {
            let of_form = errors.0.iter().find(|error| error.field.starts_with("read_as."));
            of_form.map(|error| error.message.as_str())
        });
    let questions = reading.as_ref().map_or(0, |reading| reading.questions.len());
    let formats = Format::ALL.map(|format| Choice {
        value: format.name().to_owned(),
        label: format.label().to_owned(),
        selected: format == import.format(),
    });
    let read_as = reading.as_ref().and_then(|reading| reading.read_as.as_ref());
    Ok(ReadAsForm {
        is_open: import.state() == ImportState::ReadAs || wrong.is_some(),
        error: wrong.map(str::to_owned),
        is_remembered: import.is_remembered,
        summary: summary(import, reading.as_ref(), questions),
        formats: formats.to_vec(),
        is_csv: read_as.is_some(),
        selects: reading.as_ref().map(read_as_selects::selects).unwrap_or_default(),
        header_line: Field::checked(
            "header_line",
            read_as
                .map(|read_as| read_as.header_line.unwrap_or(0).to_string())
                .unwrap_or_default(),
            errors,
        ),
        preview: match reading {
            Some(reading) => preview(request, import.id, reading).await?,
            None => Vec::new(),
        },
    })
}

fn summary(import: &Import, reading: Option<&Reading>, questions: usize) -> String {
    let mut parts = vec![import.format().label().to_owned()];
    if let Some(read_as) = reading.and_then(|reading| reading.read_as.as_ref()) {
        parts.push(read_as.encoding.to_uppercase());
        parts.push(format!("dates as {}", read_as.date.format));
        parts.push(format!("amounts with “{}”", read_as.decimal));
    }
    match questions {
        0 => {}
        1 => parts.push("1 question".to_owned()),
        count => parts.push(format!("{count} questions")),
    }
    parts.join(", ")
}

async fn preview<A: Access>(
    request: &Request<A>,
    id: i64,
    reading: Reading,
) -> Result<Vec<PreviewRow>, AppError> {
    let user = request.user.user();
    let (owner, currency) = (user.book, user.preferences.currency);
    let _permit = Arc::clone(&request.state.imports)
        .acquire_owned()
        .await
        .map_err(AppError::internal)?;
    let bytes = request
        .state
        .db
        .read(owner, move |conn| import::content(conn, owner, id))
        .await?;
    let first = web::block(move || {
        let records = reading.records(&bytes).ok()?;
        Some(
            records
                .take(PREVIEW)
                .map(|record| Entry::of(record, currency))
                .collect::<Vec<_>>(),
        )
    })
    .await
    .map_err(AppError::internal)?;
    let row = |entry: Entry| PreviewRow {
        date: entry
            .date
            .map(|date| user.preferences.locale.date_medium(date))
            .unwrap_or_default(),
        amount: entry.amount.map(|amount| user.preferences.money(amount)),
        note: entry
            .fault
            .map(|(_, reason)| reason.words().to_owned())
            .unwrap_or_default(),
        description: entry.description,
    };
    Ok(first.unwrap_or_default().into_iter().map(row).collect())
}
