//! The rows of `categories` and their SQL.
//!
//! More than 300 lines, because everything that is known of a category is here.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use time::PrimitiveDateTime;

use super::category_color::Colors;
use super::category_kind::CategoryKind;
use crate::books::currency;
use crate::db::schema::{books, categories};
use crate::db::{BookId, Conn, WriteContext, on_backend, raw_sql};
use crate::error::AppError;
use crate::text;

/// The maximum length of a name in characters.
pub const LONGEST_CATEGORY: usize = 60;

/// A row of `categories`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = categories)]
pub struct Category {
    /// Whose it is.
    pub book_id: i64,
    /// Made by the program.
    pub id: i64,
    /// As first written, or as renamed.
    pub name: String,
    /// The name compared without case.
    pub name_key: String,
    /// `#rrggbb`.
    pub color: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// That of all its rows.
    pub kind: CategoryKind,
}

/// The columns of a [`CategoryRef`].
type Named = (categories::id, categories::name, categories::kind);
const NAMED: Named = (categories::id, categories::name, categories::kind);

/// What is shown of the category of a row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = categories)]
pub struct CategoryRef {
    pub id: i64,
    pub name: String,
    pub kind: CategoryKind,
}

impl From<&Category> for CategoryRef {
    fn from(category: &Category) -> Self {
        Self {
            id: category.id,
            name: category.name.clone(),
            kind: category.kind,
        }
    }
}

/// A category's name: one line of 1 to 60 characters.
pub fn check_category(name: &str) -> Result<String, String> {
    match text::line(name, LONGEST_CATEGORY)? {
        name if name.is_empty() || text::name_key(&name).is_empty() => {
            Err("Enter a category, for example Groceries.".to_owned())
        }
        name => Ok(name),
    }
}

/// All categories of a person, by name, with a way to find one by its id.
///
/// The order is the same on both databases and on every page: without case and accents, then by the exact name key.
#[derive(Debug, Clone, Default)]
pub struct Categories {
    list: Vec<Category>,
    by_id: HashMap<i64, usize>,
    /// The ids of those of income.
    income: Vec<i64>,
}

impl Categories {
    /// Loads them.
    pub fn of(conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        let mut list: Vec<Category> = categories::table
            .filter(categories::book_id.eq(owner.0))
            .select(categories::all_columns)
            .load(conn)?;
        for category in list.iter_mut().filter(|category| !category.name_key.is_ascii()) {
            // An earlier version of the app may have stored it.
            category.name_key = text::name_key(&category.name);
        }
        // Not sorted by the database: SQLite compares bytes, PostgreSQL by the collation of its cluster.
        list.sort_by_cached_key(|category| (text::folded(&category.name), category.name_key.clone()));
        let by_id = list
            .iter()
            .enumerate()
            .map(|(at, category)| (category.id, at))
            .collect();
        let income = list.iter().filter(|category| category.kind.is_income());
        let income = income.map(|category| category.id).collect();
        Ok(Self { list, by_id, income })
    }

    /// The category `id`.
    pub fn get(&self, id: i64) -> Option<&Category> {
        self.by_id.get(&id).map(|at| &self.list[*at])
    }

    /// Where `id` is in the order by name; `None` for one that does not exist.
    pub fn position(&self, id: i64) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The category at a [`position`](Self::position).
    pub fn at(&self, position: usize) -> Option<&Category> {
        self.list.get(position)
    }

    /// The category of that name, in any case.
    pub fn named(&self, name: &str) -> Option<&Category> {
        let key = text::name_key(name.trim());
        let found = self.list.iter().filter(|category| category.name_key == key);
        found.min_by_key(|category| category.id)
    }

    /// The name of `id`; empty for one that does not exist.
    pub fn name(&self, id: i64) -> &str {
        self.get(id).map_or("", |category| &category.name)
    }

    /// The kind of `id`; the default for one that does not exist.
    pub fn kind(&self, id: i64) -> CategoryKind {
        self.get(id)
            .map_or_else(CategoryKind::default, |category| category.kind)
    }

    /// The ids of those of income.
    pub(super) fn income(&self) -> &[i64] {
        &self.income
    }

    /// Whether the book has a category of income. While it has none, pages do not mention income.
    pub fn have_income(&self) -> bool {
        !self.income.is_empty()
    }

    /// Those of one kind, by name.
    pub fn of_kind(&self, kind: CategoryKind) -> impl Iterator<Item = &Category> {
        self.list.iter().filter(move |category| category.kind == kind)
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        let text = |category: &Category| category.name.len() + category.name_key.len();
        self.list.iter().map(|category| 200 + text(category)).sum()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether its rows are money in; one that does not exist is spending.
    pub fn is_income(&self, id: i64) -> bool {
        self.get(id).is_some_and(|category| category.kind.is_income())
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.list.iter()
    }
}

/// The category called `name` (in any case) of an amount that is about to be written, created with this kind if there is
/// none. One that exists keeps its kind. Checks the decimals of the amount, see [`currency::check_decimals`].
///
/// Where there are [`MAX_CATEGORIES`](super::category_color::MAX_CATEGORIES) already, a new one is an error at `category`.
pub fn find_or_create(
    conn: &mut Conn,
    owner: BookId,
    (name, kind): (&str, CategoryKind),
    context: &WriteContext,
    colors: &mut Colors,
) -> Result<CategoryRef, AppError> {
    let key = text::name_key(name);
    let known = categories::table
        .filter(categories::book_id.eq(owner.0))
        .filter(categories::name_key.eq(&key));
    let with_currency = known
        .inner_join(books::table.on(books::id.eq(categories::book_id)))
        .select((NAMED, books::currency));
    // Runs for every new expense: so it reads the currency, too, and avoids the cost of diesel's combined connection type.
    let found: Option<(CategoryRef, String)> = on_backend!(conn, |c| with_currency.first(c).optional())?;
    if let Some((found, code)) = found {
        currency::check_code(&code, context.decimals)?;
        return Ok(found);
    }
    currency::check_decimals(conn, owner, context.decimals)?;
    if let Some(found) = with_old_key(conn, owner, &key)? {
        return Ok((&found).into());
    }
    let row = Category {
        book_id: owner.0,
        id: context.ids.next(),
        name: name.to_owned(),
        name_key: key.clone(),
        color: colors.next(conn, owner, "category")?.to_owned(),
        created_at: context.now,
        kind,
    };
    // Another instance may be making the same one right now; then theirs stands.
    on_backend!(conn, |c| diesel::insert_into(categories::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(known.select(NAMED).first(conn)?)
}

/// The oldest category with this key that is stored with another one, as earlier versions of the app made it. They kept names
/// apart that are the same now; such categories stay two, and the one that is stored with the key gets what is new.
fn with_old_key(conn: &mut Conn, owner: BookId, key: &str) -> Result<Option<Category>, AppError> {
    // Keys of ASCII have always been the same.
    let is_not_ascii = raw_sql::<Bool>("octet_length(name_key) <> length(name_key)");
    let rows: Vec<Category> = categories::table
        .filter(categories::book_id.eq(owner.0))
        .filter(is_not_ascii)
        .select(categories::all_columns)
        .load(conn)?;
    let mut found: Vec<Category> = rows
        .into_iter()
        .filter(|category| category.name_key != key && text::name_key(&category.name) == key)
        .collect();
    found.sort_unstable_by_key(|category| category.id);
    Ok(found.into_iter().next())
}

/// The category `id`.
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<CategoryRef, AppError> {
    Ok(categories::table
        .filter(categories::book_id.eq(owner.0))
        .filter(categories::id.eq(id))
        .select(CategoryRef::as_select())
        .first(conn)?)
}

/// Creates a category; without a color it gets one that few have. A known name is an error at `name`.
pub fn create(
    conn: &mut Conn,
    owner: BookId,
    new: &CategoryFields,
    new_id: i64,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    let known = || {
        let words = format!("“{}” already exists.", new.name);
        AppError::invalid("name", words)
    };
    if with_old_key(conn, owner, &text::name_key(&new.name))?.is_some() {
        return Err(known());
    }
    let mut colors = Colors::default();
    let next = colors.next(conn, owner, "name")?;
    let row = Category {
        book_id: owner.0,
        id: new_id,
        name: new.name.clone(),
        name_key: text::name_key(&new.name),
        color: new.color.clone().unwrap_or_else(|| next.to_owned()),
        created_at: now,
        kind: new.kind.unwrap_or_default(),
    };
    let created = on_backend!(conn, |c| diesel::insert_into(categories::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if created == 0 {
        return Err(known());
    }
    Ok(())
}

/// What a person can change of a category. What is `None` stays, or gets its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryFields {
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Changing it changes the kind of all rows, with no other write: totals are stored by category.
    pub kind: Option<CategoryKind>,
}

/// Changes a category. The name of another one is an error at `name`.
pub fn update(conn: &mut Conn, owner: BookId, id: i64, new: &CategoryFields) -> Result<(), AppError> {
    let name = &new.name;
    let taken = || {
        AppError::invalid(
            "name",
            format!("“{name}” already exists. Merge the two categories instead."),
        )
    };
    let key = text::name_key(name);
    let mine = categories::table.filter(categories::book_id.eq(owner.0));
    let of_name: Vec<i64> = mine
        .filter(categories::name_key.eq(&key).or(categories::id.eq(id)))
        .select(categories::id)
        .load(conn)?;
    // A missing category is a 404 even if the name is taken.
    if !of_name.contains(&id) {
        return Err(AppError::NotFound);
    }
    let other = with_old_key(conn, owner, &key)?.filter(|other| other.id != id);
    if of_name.len() > 1 || other.is_some() {
        return Err(taken());
    }
    let changed = diesel::update(mine.filter(categories::id.eq(id)))
        .set((
            categories::name.eq(name),
            categories::name_key.eq(&key),
            new.color.as_ref().map(|color| categories::color.eq(color)),
            new.kind.map(|kind| categories::kind.eq(kind)),
        ))
        .execute(conn);
    match changed {
        Ok(0) => Err(AppError::NotFound),
        Ok(_) => Ok(()),
        Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)) => {
            Err(taken())
        }
        Err(error) => Err(error.into()),
    }
}
