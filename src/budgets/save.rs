//! Saves the budgets of a form: what was changed in it, all or none.

use super::model;
use super::month::name;
use super::redisplayed::RedisplayedForm;
use super::view::FIELD;
use crate::accounts::preferences::Preferences;
use crate::books::currency::check_decimals;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::category::{Categories, Category};
use crate::money::Money;
use crate::period::Month;
use crate::text;
use crate::web::fields::Fields;

/// The budgets that a form sends.
pub(super) struct Sent {
    month: Result<Month, String>,
    budgets: Vec<SentBudget>,
    /// Whether it is one budget of a script, which is written also where it holds already.
    is_single: bool,
}

struct SentBudget {
    target: Target,
    typed: String,
    /// `None` removes the budget.
    amount: Result<Option<Money>, String>,
    /// Whether it differs from what the form was rendered with.
    is_changed: bool,
}

enum Target {
    Overall,
    /// `amount_{id}`; the text may be no id.
    Id(String),
    /// The field `category` of a script.
    Name(String),
}

/// What was saved.
pub(super) struct Saved {
    month: Month,
    budgets: Vec<(Option<Category>, Option<Money>)>,
}

impl Sent {
    pub(super) fn of_form(form: &Fields, preferences: &Preferences, month: Result<Month, String>) -> Self {
        let mut budgets: Vec<SentBudget> = form
            .pairs()
            .filter_map(|(name, typed)| {
                let key = name.strip_prefix(FIELD)?;
                let target = match key {
                    "all" => Target::Overall,
                    id => Target::Id(id.to_owned()),
                };
                let is_changed = form.changed(name).is_some();
                Some(SentBudget::new(target, typed, preferences, is_changed))
            })
            .collect();
        let is_single = budgets.is_empty();
        if is_single {
            let target = match form.get("category").trim() {
                "" => Target::Overall,
                name => Target::Name(name.to_owned()),
            };
            budgets.push(SentBudget::new(target, form.get("amount"), preferences, true));
        }
        Self {
            month,
            budgets,
            is_single,
        }
    }

    /// Writes what was changed, or nothing if anything is wrong.
    pub(super) fn save(
        self,
        conn: &mut Conn,
        owner: BookId,
        context: &WriteContext,
    ) -> Result<Result<Saved, RedisplayedForm>, AppError> {
        let categories = Categories::of(conn, owner)?;
        let (mut refused, mut budgets) = (RedisplayedForm::default(), Vec::new());
        let month = self.month.as_ref();
        for sent in &self.budgets {
            let category = sent.category(&categories);
            let id = category
                .as_ref()
                .ok()
                .and_then(|found| found.map(|found| found.id));
            // Where the page has no field for it, the message is shown at the overall budget.
            let wrong = [month.err(), category.as_ref().err(), sent.amount.as_ref().err()];
            let wrong = wrong.into_iter().flatten().next().cloned();
            match (category, &sent.amount) {
                (Ok(category), Ok(amount)) if wrong.is_none() && sent.is_changed => {
                    budgets.push((category.cloned(), *amount));
                }
                _ => {}
            }
            refused.add(id, &sent.typed, wrong);
        }
        let month = match month {
            Ok(month) if !refused.is_wrong() => *month,
            _ => return Ok(Err(refused)),
        };
        check_decimals(conn, owner, context.decimals)?;
        let holding = model::in_force(conn, owner, month)?;
        budgets.retain(|(category, amount)| {
            let id = category.as_ref().map(|category: &Category| category.id);
            let holds = holding.iter().find(|budget| budget.category_id == id);
            self.is_single || holds.map(|budget| budget.amount) != *amount
        });
        for (category, amount) in &budgets {
            let category = category.as_ref().map(|category| category.id);
            model::set(conn, owner, category, month, *amount, context.ids.next())?;
        }
        Ok(Ok(Saved { month, budgets }))
    }
}

impl SentBudget {
    fn new(target: Target, typed: &str, preferences: &Preferences, is_changed: bool) -> Self {
        Self {
            target,
            typed: typed.to_owned(),
            amount: read_amount(typed, preferences),
            is_changed,
        }
    }

    /// The category of the budget; `None` for the overall one.
    fn category<'a>(&self, categories: &'a Categories) -> Result<Option<&'a Category>, String> {
        let (found, name) = match &self.target {
            Target::Overall => return Ok(None),
            Target::Id(id) => (id.parse().ok().and_then(|id| categories.get(id)), id),
            Target::Name(name) => (categories.named(name), name),
        };
        match found {
            Some(category) if category.kind.is_income() => Err(no_budget(category)),
            Some(category) => Ok(Some(category)),
            None => Err(format!("You have no category “{}”.", text::truncated(name, 60))),
        }
    }
}

impl Saved {
    /// "Budget for Coffee: $60.00 from November 2026 on", "3 budgets saved from November 2026 on".
    pub(super) fn words(&self, preferences: &Preferences) -> String {
        let month = name(self.month, preferences);
        let [(category, amount)] = self.budgets.as_slice() else {
            return match self.budgets.len() {
                0 => "No budget was changed".to_owned(),
                count => format!("{count} budgets saved from {month} on"),
            };
        };
        let budget = category.as_ref().map_or_else(
            || "Monthly budget".to_owned(),
            |category| format!("Budget for {}", category.name),
        );
        match amount {
            Some(amount) => format!("{budget}: {} from {month} on", preferences.words(*amount)),
            None => format!("{budget} removed from {month} on"),
        }
    }
}

/// Why a category of income can't have a budget.
pub(super) fn no_budget(category: &Category) -> String {
    format!("“{}” is income, and only spending has budgets.", category.name)
}

/// A typed budget: `None` removes it. Zero is valid, a negative amount is not.
fn read_amount(text: &str, preferences: &Preferences) -> Result<Option<Money>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Money::parse_typed_any(text, preferences.currency, preferences.locale)
        .and_then(Money::non_negative)
        .map(Some)
        .map_err(|error| error.message(preferences.currency, preferences.locale))
}
