//! Validates the records of a backup by the rules of the forms, before they are restored.
//!
//! Values that only older versions of the program accepted are valid, too, as long as pages can show them.

use std::collections::HashSet;

use time::{Date, PrimitiveDateTime};

use super::record::Record;
use super::rows::{
    BookRecord, BudgetRecord, CategoryRecord, ChangeRecord, ExpenseRecord, MemberRecord, TokenRecord,
    UserRecord,
};
use crate::accounts::api_tokens::Access;
use crate::accounts::email::Email;
use crate::books::role::Role;
use crate::expenses::form::LONGEST_DESCRIPTION;
use crate::ledger::category::check_category;
use crate::ledger::history::record::What;
use crate::ledger::history::state::RecordedState;
use crate::money::{Currency, Money};
use crate::period::{FIRST_DAY, LAST_DAY, Month};
use crate::text;

/// Most characters of a text that the program writes: a hash, a key, the name of a setting.
const MAX_WORD: usize = 1_000;
/// Most characters that one letter becomes in the folded text of the search.
const MAX_FOLDED_LETTER: usize = 18;

/// Remembers the book of the current records, and its categories.
#[derive(Default)]
pub(in crate::ops) struct Rules {
    owner: Option<i64>,
    made_by: i64,
    categories: HashSet<i64>,
}

type Checked = Result<(), &'static str>;

impl Rules {
    /// The error names the fault of `record`.
    pub(in crate::ops) fn check(&mut self, record: &Record) -> Checked {
        match record {
            Record::User(row) => user(row),
            Record::Book(row) => self.book(row),
            Record::Member(row) => self.member(row),
            Record::Category(row) => self.category(row),
            Record::Budget(row) => self.budget(row),
            Record::Token(row) => self.token(row),
            Record::Expense(row) => self.expense(row),
            Record::Change(row) => self.change(row),
        }
    }

    fn book(&mut self, row: &BookRecord) -> Checked {
        must(row.id > 0, "its id is not a positive number")?;
        must(is_word(&row.name), WORD)?;
        Currency::from_code(&row.currency).ok_or("its currency is unknown")?;
        moments([Some(row.created_at), row.closed_at])?;
        must(row.made_by >= 0, "its maker is not a positive number")?;
        self.owner = Some(row.id);
        self.made_by = row.made_by;
        self.categories.clear();
        Ok(())
    }

    fn member(&self, row: &MemberRecord) -> Checked {
        self.owned(row.book_id, row.user_id)?;
        Role::parse(&row.role).ok_or("the role of the member is unknown")?;
        must(is_word(&row.name), WORD)?;
        moments([Some(row.joined_at), row.left_at])
    }

    fn category(&mut self, row: &CategoryRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        category_name(&row.name)?;
        must(is_word(&row.name_key), WORD)?;
        let digits = row.color.strip_prefix('#').unwrap_or_default();
        let is_color = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        must(is_color, "the color is not of the form #rrggbb")?;
        moments([Some(row.created_at), None])?;
        self.categories.insert(row.id);
        Ok(())
    }

    fn budget(&self, row: &BudgetRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(
            row.category_id.is_none_or(|id| self.categories.contains(&id)),
            CATEGORY,
        )?;
        must(
            Month::from_number(row.month).is_some(),
            "its month is not in the calendar",
        )?;
        must(
            row.amount
                .is_none_or(|amount| (Money::ZERO..=Money::LIMIT).contains(&amount)),
            AMOUNT,
        )
    }

    fn token(&self, row: &TokenRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(row.user_id > 0, "its id is not a positive number")?;
        must(is_word(&row.name) && is_word(&row.secret_hash), WORD)?;
        must(
            Access::parse(&row.access).is_some(),
            "what the token may do is unknown",
        )?;
        moments([Some(row.created_at), row.last_used_at])
    }

    fn expense(&self, row: &ExpenseRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(self.categories.contains(&row.category_id), CATEGORY)?;
        amount(row.amount)?;
        day(row.spent_on)?;
        description(&row.description)?;
        for person in [row.paid_by, row.created_by].into_iter().flatten() {
            must(
                person > 0 && person != self.made_by,
                "it names the maker of its book",
            )?;
        }
        let folded = text::lines(&row.search, LONGEST_DESCRIPTION * MAX_FOLDED_LETTER);
        must(folded.is_ok(), WORD)?;
        must(row.request_key.as_ref().is_none_or(|key| is_word(key)), WORD)?;
        must(row.version > 0, "its version is not a positive number")?;
        moments([Some(row.created_at), Some(row.updated_at)])?;
        moments([row.deleted_at, None])
    }

    fn change(&self, row: &ChangeRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(
            row.expense_id > 0 && row.by_user > 0,
            "its id is not a positive number",
        )?;
        must(row.version > 0, "its version is not a positive number")?;
        must(What::parse(&row.what).is_some(), "what the change was is unknown")?;
        moments([Some(row.at), None])?;
        let before: RecordedState =
            serde_json::from_str(&row.before).map_err(|_| "the state before the change can't be read")?;
        before.amount.map_or(Ok(()), amount)?;
        before.date.map_or(Ok(()), day)?;
        before.description.as_deref().map_or(Ok(()), description)?;
        // Its category may be gone.
        before
            .category
            .map_or(Ok(()), |category| category_name(&category.name))
    }

    fn owned(&self, owner: i64, id: i64) -> Checked {
        must(id > 0, "its id is not a positive number")?;
        must(
            self.owner == Some(owner),
            "it does not belong to the book before it",
        )
    }
}

const AMOUNT: &str = "the amount is out of range";
const CATEGORY: &str = "its category is not among those of the book";
const WORD: &str = "a text is too long or holds control characters";

fn amount(amount: Money) -> Checked {
    must(!amount.is_zero() && amount.abs() <= Money::LIMIT, AMOUNT)
}

fn day(day: Date) -> Checked {
    must(
        (FIRST_DAY..=LAST_DAY).contains(&day),
        "its day is not in the calendar",
    )
}

fn description(text: &str) -> Checked {
    let is_text = text::lines(text, LONGEST_DESCRIPTION).is_ok_and(|typed| typed == text);
    must(is_text, "the description is not one that can be typed")
}

fn category_name(name: &str) -> Checked {
    let is_name = check_category(name).is_ok_and(|typed| typed == name);
    must(is_name, "the name of the category is not one that can be typed")
}

fn user(row: &UserRecord) -> Checked {
    must(row.id > 0, "its id is not a positive number")?;
    let is_address = Email::parse(&row.email).is_ok_and(|email| email.as_str() == row.email);
    must(is_address, "it has no valid email address")?;
    // An unknown setting is read as its default.
    for word in [
        &row.name,
        &row.email_key,
        &row.password_hash,
        &row.timezone,
        &row.locale,
        &row.week_start,
        &row.theme,
    ] {
        must(is_word(word), WORD)?;
    }
    moments([Some(row.created_at), row.closed_at])
}

fn must(holds: bool, fault: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(fault) }
}

fn is_word(text: &str) -> bool {
    text.chars().count() <= MAX_WORD && !text.chars().any(char::is_control)
}

/// Outside of these years SQLite and PostgreSQL write timestamps differently.
fn moments(moments: [Option<PrimitiveDateTime>; 2]) -> Checked {
    let in_calendar = |moment: PrimitiveDateTime| (FIRST_DAY..=LAST_DAY).contains(&moment.date());
    must(
        moments.into_iter().flatten().all(in_calendar),
        "a moment is not in the calendar",
    )
}
