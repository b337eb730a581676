//! The API call that decides about one date of a recurring entry.

use actix_web::{HttpRequest, HttpResponse};
use time::Date;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::accounts::preferences::Preferences;
use crate::api::json_body::{JsonBody, Object};
use crate::books::zone;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::{AppError, FieldErrors};
use crate::expenses::field_values::{AmountStyle, set_fields};
use crate::expenses::fields::ExpenseField;
use crate::ledger::expense::NewExpense;
use crate::ledger::schedule::decide;
use crate::ledger::schedule::occurrence::{self, Decision};
use crate::ledger::schedule::post::{self, Posting};
use crate::ledger::schedule::row::{self, Schedule};
use crate::money::Money;
use crate::period::parse_date;
use crate::recurring::json::DecidedJson;
use crate::state::State;
use crate::web::path_id::{PathId, parse_id};

/// A date of a recurring entry.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes the parameters")]
pub struct DatePath {
    /// The id of the recurring entry.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
    /// One of its dates.
    #[param(format = Date)]
    date: String,
}

/// What happens on one date.
#[derive(ToSchema)]
#[schema(as = DateDecision)]
#[schema(example = json!({"action": "post", "amount": "905.00"}))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct DateDecisionJson {
    /// `post` enters it, also before its day; `skip` leaves it out; `change` gives it another amount or description while it
    /// is to come; `restore` takes a `skip` or a `change` back.
    #[schema(pattern = "^(post|skip|change|restore)$", example = "post")]
    action: String,
    /// For `post` and `change`: another amount than that of the recurring entry.
    #[schema(nullable = false, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "905.00")]
    amount: Option<String>,
    /// For `post`: the date of the expense. Default: its day, or today before its day.
    #[schema(nullable = false, format = Date, example = "2026-12-02")]
    date: Option<String>,
    /// For `post` and `change`.
    #[schema(nullable = false, max_length = 500, example = "Flat, with heating")]
    description: Option<String>,
}

/// Post, skip, change or restore one date
#[utoipa::path(
    post, path = "/api/v1/recurring/{id}/{date}", tag = "Recurring", operation_id = "decideRecurring",
    description = "The same action again is answered alike.",
    params(DatePath),
    request_body = DateDecisionJson,
    responses(
        (status = 200, description = "What holds for the date now", body = DecidedJson),
        (status = 404, description = "There is no such recurring entry"),
        (status = 409, description = "The date was posted or skipped meanwhile, or the currency of the book was changed"),
    ),
)]
pub async fn decide(
    req: HttpRequest,
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let (preferences, clock) = (user.preferences.clone(), state.clock.clone());
    let due_on = parse_date(req.match_info().get("date").unwrap_or_default());
    let decided = state.db.write(user.writable(), move |conn| {
        let schedule = row::find(conn, owner, id)?;
        let wanted = Wanted::read(object, &preferences).map_err(AppError::Invalid)?;
        let due_on = due_on.ok_or_else(post::not_its_date)?;
        let today = clock.today(&zone::of(conn, owner)?);
        wanted.apply(conn, owner, (schedule, due_on), today, &context)?;
        let found = occurrence::find(conn, owner, id, due_on)?;
        let schedule = row::find(conn, owner, id)?;
        let currency = preferences.currency;
        Ok(DecidedJson::new(&schedule, due_on, found.as_ref(), currency))
    });
    Ok(HttpResponse::Ok().json(decided.await?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Post,
    Skip,
    Change,
    Restore,
}

impl Action {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "post" => Some(Self::Post),
            "skip" => Some(Self::Skip),
            "change" => Some(Self::Change),
            "restore" => Some(Self::Restore),
            _ => None,
        }
    }

    fn takes(self, field: ExpenseField) -> bool {
        match field {
            ExpenseField::Amount | ExpenseField::Description => matches!(self, Self::Post | Self::Change),
            ExpenseField::Date => self == Self::Post,
            ExpenseField::Category | ExpenseField::PaidBy => false,
        }
    }
}

/// A checked body.
struct Wanted {
    action: Action,
    amount: Option<Money>,
    date: Option<Date>,
    description: Option<String>,
}

impl Wanted {
    fn read(mut sent: Object, preferences: &Preferences) -> Result<Self, FieldErrors> {
        let action = sent.text("action");
        let fields = [
            ExpenseField::Amount,
            ExpenseField::Date,
            ExpenseField::Description,
        ];
        let mut texts = Vec::new();
        for field in fields {
            texts.extend(sent.text_if_given(field.name()).map(|text| (field, text)));
        }
        let is_given = |field: ExpenseField| texts.iter().any(|(given, _)| *given == field);
        let mut values = NewExpense::new(Money::ZERO, String::new(), Date::MIN);
        let checked = texts.iter().map(|(field, text)| (*field, text.as_str()));
        let mut errors = set_fields(&mut values, checked, preferences, AmountStyle::Plain);
        let action = errors.ok_or_add(
            "action",
            Action::parse(&action).ok_or("Send “post”, “skip”, “change” or “restore”."),
        );
        if let Some(action) = action {
            for (field, _) in texts.iter().filter(|(field, _)| !action.takes(*field)) {
                errors.add(field.name(), "This action does not take it.");
            }
            if action == Action::Change && texts.is_empty() {
                errors.add("amount", "Send an amount or a description.");
            }
        }
        let wanted = action.filter(|_| errors.is_empty()).map(|action| Self {
            action,
            amount: is_given(ExpenseField::Amount).then_some(values.amount),
            date: is_given(ExpenseField::Date).then_some(values.date),
            description: is_given(ExpenseField::Description).then_some(values.description),
        });
        sent.finish(wanted.ok_or(errors))
    }

    fn apply(
        self,
        conn: &mut Conn,
        owner: BookId,
        (schedule, due_on): (Schedule, Date),
        today: Date,
        context: &WriteContext,
    ) -> Result<(), AppError> {
        let id = schedule.id;
        match self.action {
            Action::Post => self.post(conn, owner, (schedule, due_on), today, context),
            Action::Skip => decide::skip(conn, owner, id, due_on, context).map(drop),
            Action::Change => self.change(conn, owner, (&schedule, due_on), context),
            Action::Restore => {
                let restored = decide::restore(conn, owner, id, due_on)?;
                post::post_due_of(conn, owner, restored, today, context).map(drop)
            }
        }
    }

    fn post(
        self,
        conn: &mut Conn,
        owner: BookId,
        (schedule, due_on): (Schedule, Date),
        today: Date,
        context: &WriteContext,
    ) -> Result<(), AppError> {
        let posting = Posting {
            amount: self.amount,
            date: self.date,
            description: self.description,
        };
        post::post_one(conn, owner, schedule.id, due_on, (posting, today), context).map(drop)
    }

    fn change(
        self,
        conn: &mut Conn,
        owner: BookId,
        (schedule, due_on): (&Schedule, Date),
        context: &WriteContext,
    ) -> Result<(), AppError> {
        let before = occurrence::find(conn, owner, schedule.id, due_on)?;
        let before = before.filter(|row| row.is(Decision::Changed));
        let (amount, description) = before.map_or((None, None), |row| (row.amount, row.description));
        let amount = self.amount.or(amount).unwrap_or(schedule.amount);
        let description = self.description.or(description);
        let description = description.unwrap_or_else(|| schedule.description.clone());
        decide::change(conn, owner, schedule.id, due_on, (amount, description), context).map(drop)
    }
}
