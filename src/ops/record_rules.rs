//! What a record of a backup has to be, so that a restored database holds nothing that could not have been entered.
//!
//! The rules are those of the forms. What an older version let in and pages can show is let in here, too.

use std::collections::HashSet;

use time::PrimitiveDateTime;

use super::records::Record;
use crate::accounts::api_tokens::{Access, ApiToken};
use crate::accounts::email::Email;
use crate::accounts::users::User;
use crate::expenses::form::LONGEST_DESCRIPTION;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::category::check_category;
use crate::ledger::expense::Expense;
use crate::money::{Currency, Money};
use crate::period::{FIRST_DAY, LAST_DAY, Month};
use crate::text;

/// Longest text of a column that nobody types: hashes, keys, names of settings.
const LONGEST_WORD: usize = 1_000;
/// One letter may become as many in the form that a search looks at.
const LONGEST_FOLDED_LETTER: usize = 18;

/// The rules, and the account whose records come now.
#[derive(Default)]
pub(super) struct Rules {
    owner: Option<i64>,
    categories: HashSet<i64>,
}

/// The largest amount in minor units.
const LIMIT: i64 = Money::LIMIT.minor();

type Checked = Result<(), &'static str>;

impl Rules {
    /// The error says what is wrong with `record`.
    pub(super) fn check(&mut self, record: &Record) -> Checked {
        match record {
            Record::User(row) => self.user(row),
            Record::Category(row) => self.category(row),
            Record::Budget(row) => self.budget(row),
            Record::Token(row) => self.token(row),
            Record::Expense(row) => self.expense(row),
        }
    }

    fn user(&mut self, row: &User) -> Checked {
        must(row.id > 0, "its id is not a positive number")?;
        let is_address = Email::parse(&row.email).is_ok_and(|email| email.as_str() == row.email);
        must(is_address, "it has no valid email address")?;
        Currency::from_code(&row.currency).ok_or("its currency is unknown")?;
        // An unknown setting is read as its default.
        for word in [
            &row.password_hash,
            &row.timezone,
            &row.locale,
            &row.week_start,
            &row.theme,
        ] {
            must(is_word(word), WORD)?;
        }
        must(is_word(&row.email_key), WORD)?;
        moments([Some(row.created_at), row.closed_at])?;
        self.owner = Some(row.id);
        self.categories.clear();
        Ok(())
    }

    fn category(&mut self, row: &Category) -> Checked {
        self.owned(row.user_id, row.id)?;
        let is_name = check_category(&row.name).is_ok_and(|name| name == row.name);
        must(is_name, "the name of the category is not one that can be typed")?;
        must(is_word(&row.name_key), WORD)?;
        let digits = row.color.strip_prefix('#').unwrap_or_default();
        let is_color = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        must(is_color, "the color is not of the form #rrggbb")?;
        moments([Some(row.created_at), None])?;
        self.categories.insert(row.id);
        Ok(())
    }

    fn budget(&self, row: &Budget) -> Checked {
        self.owned(row.user_id, row.id)?;
        must(
            row.category_id.is_none_or(|id| self.categories.contains(&id)),
            CATEGORY,
        )?;
        must(
            Month::from_number(row.month).is_some(),
            "its month is not in the calendar",
        )?;
        must(
            row.amount.is_none_or(|amount| (0..=LIMIT).contains(&amount)),
            AMOUNT,
        )
    }

    fn token(&self, row: &ApiToken) -> Checked {
        self.owned(row.user_id, row.id)?;
        must(is_word(&row.name) && is_word(&row.secret_hash), WORD)?;
        must(
            Access::parse(&row.access).is_some(),
            "what the token may do is unknown",
        )?;
        moments([Some(row.created_at), row.last_used_at])
    }

    fn expense(&self, row: &Expense) -> Checked {
        self.owned(row.user_id, row.id)?;
        must(self.categories.contains(&row.category_id), CATEGORY)?;
        must(row.amount != 0 && (-LIMIT..=LIMIT).contains(&row.amount), AMOUNT)?;
        must(
            (FIRST_DAY..=LAST_DAY).contains(&row.spent_on),
            "its day is not in the calendar",
        )?;
        let is_text =
            text::lines(&row.description, LONGEST_DESCRIPTION).is_ok_and(|typed| typed == row.description);
        must(is_text, "the description is not one that can be typed")?;
        let folded = text::lines(&row.search, LONGEST_DESCRIPTION * LONGEST_FOLDED_LETTER);
        must(folded.is_ok(), WORD)?;
        must(row.request_key.as_ref().is_none_or(|key| is_word(key)), WORD)?;
        must(row.version > 0, "its version is not a positive number")?;
        moments([Some(row.created_at), Some(row.updated_at)])?;
        moments([row.deleted_at, None])
    }

    fn owned(&self, owner: i64, id: i64) -> Checked {
        must(id > 0, "its id is not a positive number")?;
        must(
            self.owner == Some(owner),
            "it does not belong to the account before it",
        )
    }
}

const AMOUNT: &str = "the amount is out of range";
const CATEGORY: &str = "its category is not among those of the account";
const WORD: &str = "a text is too long or holds control characters";

fn must(holds: bool, fault: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(fault) }
}

fn is_word(text: &str) -> bool {
    text.chars().count() <= LONGEST_WORD && !text.chars().any(char::is_control)
}

/// Beyond these years the two databases write moments differently.
fn moments(moments: [Option<PrimitiveDateTime>; 2]) -> Checked {
    let in_calendar = |moment: PrimitiveDateTime| (FIRST_DAY..=LAST_DAY).contains(&moment.date());
    must(
        moments.into_iter().flatten().all(in_calendar),
        "a moment is not in the calendar",
    )
}
