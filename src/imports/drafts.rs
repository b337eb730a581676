//! Creates, changes and deletes drafts, for pages, API and command.

use std::sync::Arc;

use time::PrimitiveDateTime;

use super::draft;
use super::import::{self, INCOME, Import, UNCATEGORIZED};
use super::mapping;
use super::reading::Choices;
use super::review::judge_again;
use super::state::ImportState;
use crate::accounts::access::Editor;
use crate::db::{BookId, Conn, TxScope, WritableBook};
use crate::error::AppError;
use crate::ledger::category::{Categories, check_category};
use crate::ledger::category_kind::CategoryKind;
use crate::money::Currency;
use crate::state::AppState;
use crate::text;

/// Longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// Whose import it is, and what a reading needs of the book.
#[derive(Debug, Clone, Copy)]
pub struct Importer {
    pub book: WritableBook,
    pub by: i64,
    pub currency: Currency,
}

impl Importer {
    pub fn of(user: &Editor) -> Self {
        Self {
            book: user.writable(),
            by: user.id.0,
            currency: user.preferences.currency,
        }
    }
}

/// Stores a file as a draft and reads it. One that can't be read whatever is chosen is [`AppError::Invalid`] at the field
/// `file`, and not stored.
pub async fn create(
    state: &AppState,
    importer: Importer,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Import, AppError> {
    let bytes = Arc::new(bytes);
    let (reading, sha256) = draft::check(&bytes, importer.currency).await?;
    let (owner, header_key) = (importer.book.id(), reading.header_key());
    let remembered = state
        .db
        .read(owner, move |conn| {
            let remembered = match header_key {
                Some(key) => mapping::remembered(conn, owner, &key)?,
                None => None,
            };
            Ok((remembered, default_categories(conn, owner)?))
        })
        .await?;
    let (remembered, (category, money_in)) = remembered;
    let remembered = remembered.map(|csv| Choices { format: None, csv });
    let remembered = draft::fitting(&bytes, remembered, importer.currency).await?;
    let is_remembered = remembered.is_some();
    let choices = remembered.unwrap_or_default();
    let id = state.ids.next();
    let import = new_import(
        importer,
        id,
        name,
        sha256,
        &choices,
        is_remembered,
        state.clock.now(),
    )?;
    let import = Import {
        category,
        money_in: Some(money_in),
        ..import
    };
    let content = Arc::try_unwrap(bytes).unwrap_or_else(|shared| shared.as_ref().clone());
    let stored = import.clone();
    state
        .db
        .write(importer.book, move |conn| import::insert(conn, &stored, content))
        .await?;
    let read = draft::read(state, importer.book, importer.currency, import).await;
    if read.is_err() {
        let removed = move |conn: &mut Conn| import::remove(conn, owner, id);
        state.db.write(importer.book, removed).await?;
    }
    read
}

/// The categories of money out and of money in for which nothing else says one. A category of that name that is of the other
/// kind would turn one into the other.
fn default_categories(conn: &mut Conn, owner: BookId) -> Result<(String, String), AppError> {
    let categories = Categories::of(conn, owner)?;
    let default = |names: [&str; 2], kind: CategoryKind| {
        let is_other = |name: &str| {
            categories
                .named(name)
                .is_some_and(|category| category.kind != kind)
        };
        let [first, second] = names;
        if is_other(first) { second } else { first }.to_owned()
    };
    Ok((
        default([UNCATEGORIZED, "Other spending"], CategoryKind::Spending),
        default([INCOME, "Money in"], CategoryKind::Income),
    ))
}

fn new_import(
    importer: Importer,
    id: i64,
    name: &str,
    sha256: String,
    choices: &Choices,
    is_remembered: bool,
    now: PrimitiveDateTime,
) -> Result<Import, AppError> {
    Ok(Import {
        book_id: importer.book.id().0,
        id,
        name: file_name(name),
        sha256,
        state: ImportState::ReadAs.name().to_owned(),
        format: String::new(),
        choices: serde_json::to_string(choices).map_err(AppError::internal)?,
        reading: None,
        problem: None,
        header_key: None,
        is_remembered,
        category: UNCATEGORIZED.to_owned(),
        money_in: Some(INCOME.to_owned()),
        balances: None,
        first_on: None,
        last_on: None,
        new_rows: 0,
        known_rows: 0,
        maybe_rows: 0,
        left_out_rows: 0,
        rejected_rows: 0,
        created_rows: 0,
        version: 1,
        created_by: importer.by,
        created_at: now,
        confirmed_at: None,
        undone_at: None,
    })
}

/// The last part of a path, as one line.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    match plain.trim() {
        "" => "Pasted text".to_owned(),
        name => text::truncated(name, LONGEST_NAME),
    }
}

/// What is changed in a draft; each `None` leaves the present value.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// All choices of how the file is read.
    pub choices: Option<Choices>,
    /// The inner `None` leaves money in out.
    pub money_in: Option<Option<String>>,
    /// The category of rows for which nothing else says one.
    pub category: Option<String>,
}

/// Changes a draft. New choices read the file again and forget what was chosen for single rows.
pub async fn change(
    state: &AppState,
    importer: Importer,
    id: i64,
    change: Change,
) -> Result<Import, AppError> {
    let owner = importer.book.id();
    let Change {
        choices,
        money_in,
        category,
    } = change;
    let money_in = money_in.map(|named| named.map(|name| check(&name, "money_in")).transpose());
    let (money_in, category) = (
        money_in.transpose()?,
        category.map(|name| check(&name, "category")).transpose()?,
    );
    let changed = move |conn: &mut Conn| {
        let mut draft = find_draft(conn, owner, id)?;
        if let Some(money_in) = money_in {
            draft.money_in = money_in;
        }
        if let Some(category) = category {
            draft.category = category;
        }
        if draft.state() == ImportState::Review {
            judge_again(conn, owner, &mut draft)?;
        }
        import::update(conn, &mut draft)?;
        Ok(draft)
    };
    let mut draft = state.db.write_in(TxScope::Own, importer.book, changed).await?;
    let Some(mut choices) = choices else {
        return Ok(draft);
    };
    choices.csv.is_remembered = false;
    draft.choices = serde_json::to_string(&choices).map_err(AppError::internal)?;
    draft.is_remembered = false;
    draft::read(state, importer.book, importer.currency, draft).await
}

fn check(name: &str, field: &str) -> Result<String, AppError> {
    check_category(name).map_err(|message| AppError::invalid(field, message))
}

/// An import that is not confirmed; another one is [`AppError::Conflict`].
pub fn find_draft(conn: &mut Conn, owner: BookId, id: i64) -> Result<Import, AppError> {
    let import = import::find(conn, owner, id)?;
    if import.state().is_draft() {
        Ok(import)
    } else {
        Err(AppError::Conflict(
            "This import is confirmed, so it can't be changed. You can undo it.".to_owned(),
        ))
    }
}

/// Removes a draft. A confirmed import stays, for its rows are what the next file is compared with.
pub async fn delete(state: &AppState, importer: Importer, id: i64) -> Result<(), AppError> {
    let owner = importer.book.id();
    let deleted = move |conn: &mut Conn| {
        find_draft(conn, owner, id)?;
        import::remove(conn, owner, id)
    };
    state.db.write(importer.book, deleted).await?;
    state.db.note_removal();
    Ok(())
}
