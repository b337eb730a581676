//! The filter of a list of expenses.

use super::category::Categories;
use super::kinds::Kinds;
use super::paid_by::PaidBy;
use crate::accounts::current::Person;
use crate::accounts::preferences::Preferences;
use crate::db::UserId;
use crate::error::{AppError, FieldErrors};
use crate::money::Money;
use crate::period::{Calendar, DateRange, Period, PeriodParams, Unit, parse_date};
use crate::text;
use crate::web::fields::{self, Fields};
use crate::web::path_id::parse_id;

const NOT_A_DATE: &str = "Enter a date such as 2026-11-22, from 1900-01-01 to 9999-12-31.";
/// The maximum length of a search text in characters.
const LONGEST_SEARCH: usize = 200;

/// The filter of a list, as its address names it.
#[derive(Debug, Clone)]
pub struct Filter {
    pub period: Period,
    /// The calendar that gives the period its bounds.
    pub calendar: Calendar,
    /// A category's name; empty for all.
    pub category: String,
    /// As the address names them; `None` for the default, see [`Filter::kinds`].
    pub kind: Option<Kinds>,
    /// Only what this person has paid.
    pub(super) paid_by: Option<PaidBy>,
    /// That person as the address names them; empty for all.
    pub person: String,
    /// Only what this import has made.
    pub import: Option<i64>,
    /// The text searched for, as typed; empty for none.
    pub q: String,
    /// `q` read as an amount, where it is one: it finds that amount, spent or refunded.
    pub(super) amount: Option<Money>,
}

impl Filter {
    /// Reads the filter from an address. An invalid parameter is a 400 that names it.
    pub fn read(query: &Fields, person: &Person, default: Unit) -> Result<Self, AppError> {
        let preferences = &person.preferences;
        let params = PeriodParams {
            period: query.non_empty("period"),
            on: query.non_empty("on"),
            from: query.non_empty("from"),
            to: query.non_empty("to"),
        };
        let period = Period::parse(&params, default, person.today)
            .map_err(|error| AppError::BadRequest(format!("“{}”: {}", error.param, error.message)))?;
        let q = text::line(query.get("q"), LONGEST_SEARCH)
            .map_err(|message| AppError::BadRequest(format!("“q”: {message}")))?;
        let category = text::line(query.get("category"), 60)
            .map_err(|message| AppError::BadRequest(format!("“category”: {message}")))?;
        let kind = query.non_empty("kind").map(|name| {
            Kinds::parse(&name)
                .ok_or_else(|| AppError::BadRequest("“kind” is spending, income or all.".to_owned()))
        });
        let payer = query.non_empty("person");
        let paid_by = payer.as_deref().map(parse_id).transpose();
        let paid_by =
            paid_by.map_err(|_| AppError::BadRequest("“person” is the id of a member.".to_owned()))?;
        let import = query.non_empty("import").as_deref().map(parse_id).transpose();
        let import =
            import.map_err(|_| AppError::BadRequest("“import” is the id of an import.".to_owned()))?;
        let amount = Money::parse_typed(&q, preferences.currency, preferences.locale).ok();
        Ok(Self {
            period,
            calendar: preferences.calendar,
            category,
            kind: kind.transpose()?,
            paid_by: paid_by.map(|id| PaidBy::of(UserId(id), person.book_context.made_by)),
            person: payer.unwrap_or_default(),
            import,
            q,
            amount,
        })
    }

    /// Checks what people enter in the form of the filter: two dates and a text. A form with errors is shown again, whereas the
    /// rest of an address comes from links and choices, so that [`Filter::read`] refuses it.
    pub fn check_entered(query: &Fields) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let [from, to] = ["from", "to"].map(|name| {
            let text = query.non_empty(name)?;
            let date = parse_date(&text).ok_or(NOT_A_DATE);
            errors.ok_or_add(name, date)
        });
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            errors.add("to", "The end date is before the start date.");
        }
        errors.ok_or_add("q", text::line(query.get("q"), LONGEST_SEARCH));
        errors
    }

    /// Everything of one period.
    pub fn of_period(period: Period, preferences: &Preferences) -> Self {
        Self {
            period,
            calendar: preferences.calendar,
            category: String::new(),
            kind: None,
            paid_by: None,
            person: String::new(),
            import: None,
            q: String::new(),
            amount: None,
        }
    }

    /// The parameters that name this filter, without those that are not set.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.period.query_pairs();
        pairs.push(("category", self.category.clone()));
        pairs.push(("kind", self.kind.map_or("", Kinds::name).to_owned()));
        pairs.push(("person", self.person.clone()));
        pairs.push((
            "import",
            self.import.map_or_else(String::new, |id| id.to_string()),
        ));
        pairs.push(("q", self.q.clone()));
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The address of `path` with this filter.
    pub fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        fields::address(path, pairs.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// The address of `path` with this filter, without the date in its period: the one that contains today when the address
    /// is followed.
    pub fn address_today(&self, path: &str) -> String {
        let mut pairs = self.pairs();
        pairs.retain(|(name, _)| *name != "on");
        fields::address(path, pairs.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// What sets this filter apart from the others of a person as they are now.
    pub fn cache_key(&self, person: &Person) -> String {
        self.address(&format!("{} ", person.presentation_key()))
    }

    /// The same filter over another period.
    #[must_use]
    pub fn with_period(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }

    /// The same period, only this category.
    #[must_use]
    pub fn with_category(&self, category: &str) -> Self {
        Self {
            category: category.to_owned(),
            ..self.clone()
        }
    }

    /// The same for these kinds; `None` for the default.
    #[must_use]
    pub fn with_kind(&self, kind: impl Into<Option<Kinds>>) -> Self {
        Self {
            kind: kind.into(),
            ..self.clone()
        }
    }

    /// The same for these kinds, unless it names some.
    #[must_use]
    pub fn or_kind(&self, kind: Kinds) -> Self {
        self.with_kind(self.kind.unwrap_or(kind))
    }

    /// The kinds that it asks for. By default that of the category it names, else spending.
    pub fn kinds(&self, categories: &Categories) -> Kinds {
        let of_category = || Some(categories.named(&self.category)?.kind.into());
        self.kind.or_else(of_category).unwrap_or_default()
    }

    /// The same period, only what this person has paid.
    #[must_use]
    pub fn with_payer(&self, person: UserId, maker: UserId) -> Self {
        Self {
            paid_by: Some(PaidBy::of(person, maker)),
            person: person.0.to_string(),
            ..self.clone()
        }
    }

    /// The same for all payers.
    #[must_use]
    pub fn without_payer(&self) -> Self {
        Self {
            paid_by: None,
            person: String::new(),
            ..self.clone()
        }
    }

    /// The same for all imports, and for what was typed.
    #[must_use]
    pub fn without_import(&self) -> Self {
        Self {
            import: None,
            ..self.clone()
        }
    }

    /// The same without the search.
    #[must_use]
    pub fn without_search(&self) -> Self {
        Self {
            q: String::new(),
            amount: None,
            ..self.clone()
        }
    }

    /// The whole period.
    #[must_use]
    pub fn period_only(&self) -> Self {
        self.without_search()
            .without_payer()
            .without_import()
            .with_category("")
            .with_kind(None)
    }

    /// Whether there are other conditions than the period.
    pub fn is_narrowed(&self) -> bool {
        !self.category.is_empty()
            || self.kind.is_some()
            || !self.person.is_empty()
            || self.import.is_some()
            || !self.q.is_empty()
    }

    /// The days of its period.
    pub(super) fn days(&self) -> DateRange {
        self.period.span(&self.calendar)
    }
}
