//! The fields of a recurring entry: those of an expense, and when it recurs.

use time::Date;

use crate::accounts::current::Person;
use crate::accounts::preferences::Preferences;
use crate::error::FieldErrors;
use crate::expenses::field_values::AmountStyle;
use crate::expenses::fields::{ExpenseField, ExpenseFields};
use crate::ledger::category::CategoryRef;
use crate::ledger::expense::Expense;
use crate::ledger::paid_by;
use crate::ledger::schedule::edit::{NewSchedule, next_beyond_end, times_left};
use crate::ledger::schedule::found;
use crate::ledger::schedule::row::{Mode, Schedule};
use crate::period::{Recurrence, RepeatUnit, format_date, parse_date};
use crate::text;
use crate::web::fields::Fields;
use crate::web::view::Field;

/// The largest number in the field "Every".
pub const MAX_EVERY: u8 = 99;
/// The largest number of dates.
pub const MAX_TIMES: u32 = 9_999;

/// The texts of all fields as they were typed or sent, unchecked, and what is wrong with each.
#[derive(Debug, Clone, Default)]
pub struct ScheduleFields {
    /// Its date is the first one, or the next one of a schedule that is changed.
    pub expense: ExpenseFields,
    /// 1 to [`MAX_EVERY`].
    pub every: Field,
    /// See [`RepeatUnit`].
    pub unit: Field,
    /// The last possible date; may be empty.
    pub until: Field,
    /// The number of dates from `date` on; may be empty.
    pub times: Field,
    /// See [`Mode`].
    pub mode: Field,
    /// Whether the form is sent again after it has asked about many dates of the past.
    pub is_confirmed: bool,
}

impl ScheduleFields {
    /// Of an expense, every month from `date` on.
    pub fn monthly(mut expense: ExpenseFields, date: Option<Date>) -> Self {
        let date = date.map(format_date).unwrap_or_default();
        expense.set_text(ExpenseField::Date, date);
        Self {
            expense,
            every: Field::new("1"),
            unit: Field::new(RepeatUnit::Month.as_str()),
            mode: Field::new(Mode::Post.name()),
            ..Self::default()
        }
    }

    /// The fields of a posted form. Without `every`, `unit` and `mode` it is every month and posts.
    pub fn of_form(form: &Fields) -> Self {
        let text = |name: &str| Field::new(form.get(name));
        let or = |name: &str, default: &str| Field::new(form.get_opt(name).unwrap_or(default));
        Self {
            expense: ExpenseFields::of_form(form),
            every: or("every", "1"),
            unit: or("unit", RepeatUnit::Month.as_str()),
            until: text("until"),
            times: text("times"),
            mode: or("mode", Mode::Post.name()),
            is_confirmed: false,
        }
    }

    /// The texts that fill the form of a stored schedule, from its next date on. `last` is the last date that was decided,
    /// for a schedule that has no next one.
    pub fn of_stored(row: &Schedule, category: &CategoryRef, last: Option<Date>, person: &Person) -> Self {
        let preferences = &person.preferences;
        let next = row.next_on.or_else(|| next_beyond_end(row, last));
        let mut expense = ExpenseFields::new(|field| match field {
            ExpenseField::Amount => row.amount.format_input(preferences.currency, preferences.locale),
            ExpenseField::Category => category.name.clone(),
            ExpenseField::Date => next.map(format_date).unwrap_or_default(),
            ExpenseField::Description => row.description.clone(),
            ExpenseField::PaidBy => paid_by::person(row.paid_by, person.book_context.made_by)
                .0
                .to_string(),
        });
        expense.kind = Some(category.kind.name().to_owned());
        Self {
            expense,
            every: Field::new(row.every.to_string()),
            unit: Field::new(row.unit.clone()),
            until: Field::new(row.until.map(format_date).unwrap_or_default()),
            times: Field::new(times_left(row).map(|times| times.to_string()).unwrap_or_default()),
            mode: Field::new(row.mode.clone()),
            is_confirmed: false,
        }
    }

    /// The texts that fill the form from an expense: "Repeat this". The first date is a month later.
    pub fn of_expense(row: &Expense, category: &CategoryRef, person: &Person) -> Self {
        let next = found::next(row.spent_on, RepeatUnit::Month, 1);
        Self::monthly(ExpenseFields::of_stored(row, category, person), next)
    }

    /// The same in another rhythm from `last` on, if that is one.
    #[must_use]
    pub fn with_rhythm(mut self, last: Date, unit: Option<&str>, every: Option<&str>) -> Self {
        self.unit.value = unit.unwrap_or(&self.unit.value).to_owned();
        self.every.value = every.unwrap_or(&self.every.value).to_owned();
        if let (Ok(unit), Ok(every)) = (check_unit(&self.unit.value), check_every(&self.every.value))
            && let Some(next) = found::next(last, unit, every)
        {
            self.expense.set_text(ExpenseField::Date, format_date(next));
        }
        self
    }

    /// Checks every field.
    pub fn check(&self, preferences: &Preferences, style: AmountStyle) -> Result<NewSchedule, FieldErrors> {
        let (mut errors, expense) = match self.expense.check(preferences, style) {
            Ok(expense) => (FieldErrors::default(), Some(expense)),
            Err(errors) => (errors, None),
        };
        let every = errors.ok_or_add("every", check_every(&self.every.value));
        let unit = errors.ok_or_add("unit", check_unit(&self.unit.value));
        let mode = errors.ok_or_add("mode", check_mode(&self.mode.value));
        let first = parse_date(self.expense[ExpenseField::Date].value.trim());
        let until = errors.ok_or_add("until", check_until(&self.until.value, first));
        let times = errors.ok_or_add("times", check_times(&self.times.value));
        if matches!((until, times), (Some(Some(_)), Some(Some(_)))) {
            errors.add("times", "Enter a last date or a number of times, not both.");
        }
        match (expense, every, unit, mode, until, times) {
            (Some(expense), Some(every), Some(unit), Some(mode), Some(until), Some(times))
                if errors.is_empty() =>
            {
                let first = expense.date;
                Ok(NewSchedule {
                    expense,
                    recurrence: Recurrence {
                        first,
                        unit,
                        every,
                        until,
                        times,
                    },
                    mode,
                })
            }
            _ => Err(errors),
        }
    }

    /// The same with messages only at the fields that decide about dates, for the form that prints them.
    #[must_use]
    pub fn with_date_errors(self, preferences: &Preferences) -> Self {
        let Err(mut errors) = self.check(preferences, AmountStyle::Typed) else {
            return self;
        };
        let date = ExpenseField::Date.name();
        errors
            .0
            .retain(|error| [date, "every", "unit", "until", "times"].contains(&error.field.as_str()));
        self.with_errors(&errors)
    }

    /// The dates that the fields mean, even while others are wrong; `None` while they mean none.
    pub fn dates(&self) -> Option<Recurrence> {
        let first = parse_date(self.expense[ExpenseField::Date].value.trim())?;
        Some(Recurrence {
            first,
            unit: check_unit(&self.unit.value).ok()?,
            every: check_every(&self.every.value).ok()?,
            until: check_until(&self.until.value, Some(first)).ok()?,
            times: check_times(&self.times.value).ok()?,
        })
    }

    /// The same with a message at each field that has one in `errors`.
    #[must_use]
    pub fn with_errors(mut self, errors: &FieldErrors) -> Self {
        self.expense = self.expense.with_errors(errors);
        for (field, name) in [
            (&mut self.every, "every"),
            (&mut self.unit, "unit"),
            (&mut self.until, "until"),
            (&mut self.times, "times"),
            (&mut self.mode, "mode"),
        ] {
            field.error = errors.of(name).map(str::to_owned);
        }
        self
    }
}

fn check_every(text: &str) -> Result<u8, String> {
    let number = text::number(text).parse().ok();
    number
        .filter(|number| (1..=MAX_EVERY).contains(number))
        .ok_or_else(|| format!("Enter a whole number from 1 to {MAX_EVERY}."))
}

fn check_unit(text: &str) -> Result<RepeatUnit, String> {
    RepeatUnit::parse(text).ok_or_else(|| "Choose day, week, month or year.".to_owned())
}

fn check_mode(text: &str) -> Result<Mode, String> {
    Mode::parse(text).ok_or_else(|| "Choose “post” or “ask”.".to_owned())
}

fn check_until(text: &str, first: Option<Date>) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let until = parse_date(text).ok_or_else(|| "Enter a valid date, e.g. 2026-11-26.".to_owned())?;
    if first.is_some_and(|first| until < first) {
        return Err("The last date is before the first one. Choose a later one.".to_owned());
    }
    Ok(Some(until))
}

fn check_times(text: &str) -> Result<Option<u32>, String> {
    let text = text::number(text);
    if text.is_empty() {
        return Ok(None);
    }
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MAX_TIMES).contains(number));
    number
        .map(Some)
        .ok_or_else(|| format!("Enter a whole number from 1 to {MAX_TIMES}, or leave it empty."))
}
