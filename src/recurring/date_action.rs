//! What a person does with one date of a schedule: read from a form or from JSON, and done the same way.

use time::Date;

use crate::accounts::preferences::Preferences;
use crate::api::json_body::Object;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::{AppError, FieldErrors};
use crate::expenses::field_values::{AmountStyle, set_fields};
use crate::expenses::fields::ExpenseField;
use crate::ledger::expense::NewExpense;
use crate::ledger::schedule::occurrence::{self, Decision};
use crate::ledger::schedule::post::{self, Posted, Posting};
use crate::ledger::schedule::{decide, row};
use crate::money::Money;
use crate::web::fields::Fields;

/// See `ledger::schedule::{post, decide}`. An absent value is that of the schedule, or of an earlier change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateAction {
    Post(Posting),
    Skip,
    Restore,
    Change {
        amount: Option<Money>,
        description: Option<String>,
    },
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Posted,
    /// It was posted before, with the same values.
    PostedBefore,
    Skipped,
    Restored,
    Changed,
}

/// The fields that an action may have.
const FIELDS: [ExpenseField; 3] = [
    ExpenseField::Amount,
    ExpenseField::Date,
    ExpenseField::Description,
];

impl DateAction {
    /// Of a form. A field that is empty, but for the description, is absent.
    pub fn of_form(form: &Fields, preferences: &Preferences) -> Result<Self, FieldErrors> {
        let given = |field: ExpenseField| {
            let text = form.get_opt(field.name())?;
            let is_given = field == ExpenseField::Description || !text.trim().is_empty();
            is_given.then_some((field, text))
        };
        let texts: Vec<(ExpenseField, &str)> = FIELDS.into_iter().filter_map(given).collect();
        match form.get("action") {
            "post" => Self::post(&texts, preferences, AmountStyle::Typed),
            "skip" => Ok(Self::Skip),
            "restore" => Ok(Self::Restore),
            "change" if form.get("amount").trim().is_empty() => {
                Err(FieldErrors::one("amount", "Enter an amount."))
            }
            "change" => Self::change(&texts, preferences, AmountStyle::Typed),
            _ => Err(FieldErrors::one("action", "Choose what to do with this date.")),
        }
    }

    /// Of a JSON body, which has no member that its action does not take.
    pub fn of_json(mut sent: Object, preferences: &Preferences) -> Result<Self, FieldErrors> {
        let action = sent.text("action");
        let mut given = Vec::new();
        for field in FIELDS {
            given.extend(sent.text_if_given(field.name()).map(|text| (field, text)));
        }
        let texts: Vec<(ExpenseField, &str)> = given
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
            .collect();
        let read = match action.as_str() {
            "post" => Self::post(&texts, preferences, AmountStyle::Plain),
            "skip" => none_of(&texts).map(|()| Self::Skip),
            "restore" => none_of(&texts).map(|()| Self::Restore),
            "change" if texts.is_empty() => {
                Err(FieldErrors::one("amount", "Send an amount or a description."))
            }
            "change" => {
                let dates: Vec<_> = texts
                    .iter()
                    .copied()
                    .filter(|(field, _)| *field == ExpenseField::Date)
                    .collect();
                none_of(&dates).and_then(|()| Self::change(&texts, preferences, AmountStyle::Plain))
            }
            _ => Err(FieldErrors::one(
                "action",
                "Send “post”, “skip”, “change” or “restore”.",
            )),
        };
        sent.finish(read)
    }

    fn post(
        texts: &[(ExpenseField, &str)],
        preferences: &Preferences,
        style: AmountStyle,
    ) -> Result<Self, FieldErrors> {
        let (values, has) = values(texts, preferences, style)?;
        Ok(Self::Post(Posting {
            amount: has(ExpenseField::Amount).then_some(values.amount),
            date: has(ExpenseField::Date).then_some(values.date),
            description: has(ExpenseField::Description).then_some(values.description),
        }))
    }

    fn change(
        texts: &[(ExpenseField, &str)],
        preferences: &Preferences,
        style: AmountStyle,
    ) -> Result<Self, FieldErrors> {
        // A form also sends the date for posting.
        let texts: Vec<_> = texts
            .iter()
            .copied()
            .filter(|(field, _)| *field != ExpenseField::Date)
            .collect();
        let (values, has) = values(&texts, preferences, style)?;
        Ok(Self::Change {
            amount: has(ExpenseField::Amount).then_some(values.amount),
            description: has(ExpenseField::Description).then_some(values.description),
        })
    }

    /// Does it. What another person has decided meanwhile is [`AppError::Conflict`].
    pub fn apply(
        self,
        conn: &mut Conn,
        owner: BookId,
        (id, due_on): (i64, Date),
        today: Date,
        context: &WriteContext,
    ) -> Result<Done, AppError> {
        Ok(match self {
            Self::Post(posting) => {
                match post::post_one(conn, owner, id, due_on, (posting, today), context)? {
                    Posted::New(_) => Done::Posted,
                    Posted::Already(_) => Done::PostedBefore,
                }
            }
            Self::Skip => {
                decide::skip(conn, owner, id, due_on, context)?;
                Done::Skipped
            }
            Self::Restore => {
                let restored = decide::restore(conn, owner, id, due_on)?;
                // A restored date of the past is due again.
                post::post_due_of(conn, owner, restored, today, context)?;
                Done::Restored
            }
            Self::Change { amount, description } => {
                let schedule = row::find(conn, owner, id)?;
                let before = occurrence::find(conn, owner, id, due_on)?;
                let before = before.filter(|row| row.is(Decision::Changed));
                let (old_amount, old_description) =
                    before.map_or((None, None), |row| (row.amount, row.description));
                let amount = amount.or(old_amount).unwrap_or(schedule.amount);
                let description = description.or(old_description).unwrap_or(schedule.description);
                decide::change(conn, owner, id, due_on, (amount, description), context)?;
                Done::Changed
            }
        })
    }
}

/// Refuses members that the action does not take.
fn none_of(texts: &[(ExpenseField, &str)]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    for (field, _) in texts {
        errors.add(field.name(), "This action doesn't use it.");
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The checked values, and which of them are given.
fn values<'a>(
    texts: &'a [(ExpenseField, &'a str)],
    preferences: &Preferences,
    style: AmountStyle,
) -> Result<(NewExpense, impl Fn(ExpenseField) -> bool + 'a), FieldErrors> {
    let mut values = NewExpense::new(Money::ZERO, String::new(), Date::MIN);
    let errors = set_fields(&mut values, texts.iter().copied(), preferences, style);
    if !errors.is_empty() {
        return Err(errors);
    }
    let has = |field| texts.iter().any(|(given, _)| *given == field);
    Ok((values, has))
}
