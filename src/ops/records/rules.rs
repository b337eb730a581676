//! Validates the records of a backup by the rules of the forms, before they are restored.
//!
//! Values that only older versions of the program accepted are valid, too, as long as pages can show them.

use std::collections::HashSet;

use time::PrimitiveDateTime;

use super::rows::{BookRecord, BudgetRecord, CategoryRecord, MemberRecord, TokenRecord, UserRecord};
use crate::accounts::api_tokens::Access;
use crate::accounts::email::Email;
use crate::books::role::Role;
use crate::ledger::category::check_category;
use crate::money::{Currency, Money};
use crate::period::{FIRST_DAY, LAST_DAY, Month};

/// Most characters of a text that the program writes: a hash, a key, the name of a setting.
const MAX_WORD: usize = 1_000;

/// Remembers the book of the current records, its categories and its schedules.
#[derive(Default)]
pub(in crate::ops) struct Rules {
    owner: Option<i64>,
    pub(super) made_by: i64,
    pub(super) categories: HashSet<i64>,
    pub(super) schedules: HashSet<i64>,
}

pub(super) type Checked = Result<(), &'static str>;

impl Rules {
    pub(super) fn book(&mut self, row: &BookRecord) -> Checked {
        must(row.id > 0, "its id is not a positive number")?;
        must(is_word(&row.name), WORD)?;
        Currency::from_code(&row.currency).ok_or("its currency is unknown")?;
        moments([Some(row.created_at), row.closed_at])?;
        must(row.made_by >= 0, "its creator is not a positive number")?;
        self.owner = Some(row.id);
        self.made_by = row.made_by;
        self.categories.clear();
        self.schedules.clear();
        Ok(())
    }

    pub(super) fn member(&self, row: &MemberRecord) -> Checked {
        self.owned(row.book_id, row.user_id)?;
        Role::parse(&row.role).ok_or("the role of the member is unknown")?;
        must(is_word(&row.name), WORD)?;
        moments([Some(row.joined_at), row.left_at])
    }

    pub(super) fn category(&mut self, row: &CategoryRecord) -> Checked {
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

    pub(super) fn budget(&self, row: &BudgetRecord) -> Checked {
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

    pub(super) fn token(&self, row: &TokenRecord) -> Checked {
        self.owned(row.book_id, row.id)?;
        must(row.user_id > 0, "its id is not a positive number")?;
        must(is_word(&row.name) && is_word(&row.secret_hash), WORD)?;
        must(
            Access::parse(&row.access).is_some(),
            "the permissions of the token are unknown",
        )?;
        moments([Some(row.created_at), row.last_used_at])
    }

    pub(super) fn owned(&self, owner: i64, id: i64) -> Checked {
        must(id > 0, "its id is not a positive number")?;
        must(
            self.owner == Some(owner),
            "it does not belong to the book before it",
        )
    }
}

pub(super) const AMOUNT: &str = "the amount is out of range";
pub(super) const CATEGORY: &str = "its category is not among those of the book";
pub(super) const WORD: &str = "a text is too long or has control characters";

pub(super) fn category_name(name: &str) -> Checked {
    let is_name = check_category(name).is_ok_and(|typed| typed == name);
    must(is_name, "the name of the category isn't one that can be entered")
}

pub(super) fn user(row: &UserRecord) -> Checked {
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

pub(super) fn must(holds: bool, fault: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(fault) }
}

pub(super) fn is_word(text: &str) -> bool {
    text.chars().count() <= MAX_WORD && !text.chars().any(char::is_control)
}

/// Outside of these years SQLite and PostgreSQL write timestamps differently.
pub(super) fn moments(moments: [Option<PrimitiveDateTime>; 2]) -> Checked {
    let in_calendar = |moment: PrimitiveDateTime| (FIRST_DAY..=LAST_DAY).contains(&moment.date());
    must(
        moments.into_iter().flatten().all(in_calendar),
        "a moment is not in the calendar",
    )
}
