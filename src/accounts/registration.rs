//! New accounts, from a form, from JSON or from the command line.

use actix_web::HttpRequest;

use super::authenticate;
use super::email::Email;
use super::preferences::Preferences;
use super::users::{self, User};
use crate::error::{AppError, FieldErrors};
use crate::state::State;

#[derive(Debug, Clone)]
pub struct Registration {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
    pub preferences: Preferences,
}

/// Fails with [`AppError::Forbidden`] if this server takes no registrations.
pub(super) fn must_be_open(state: &State) -> Result<(), AppError> {
    if state.site.settings.registration_open {
        Ok(())
    } else {
        Err(AppError::Forbidden(
            "Sign-ups are closed. Ask the server's administrator for an account.".to_owned(),
        ))
    }
}

impl Registration {
    /// Like [`Registration::create`], within the limit of new accounts per client address.
    pub(super) async fn create_for(self, req: &HttpRequest, state: &State) -> Result<User, AppError> {
        let client = authenticate::guard(req, state)?;
        state.new_accounts.admit(client).map_err(AppError::TooMany)?;
        let created = self.create(state).await;
        if created.is_ok() {
            state.guard.forgive(client);
        } else {
            state.new_accounts.forgive(client);
        }
        created
    }

    /// Creates the account. Wrong input is [`AppError::Invalid`] with all errors, a taken address
    /// [`AppError::Conflict`].
    pub async fn create(self, state: &State) -> Result<User, AppError> {
        let mut errors = FieldErrors::default();
        let email = errors.ok_or_add("email", Email::parse(&self.email));
        let strength = state
            .hasher
            .judge(self.password.clone(), self.email.clone())
            .await
            .map_err(AppError::internal)?;
        errors.ok_or_add("password", strength);
        let Some(email) = email.filter(|_| errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let hash = state
            .hasher
            .hash(self.password)
            .await
            .map_err(AppError::internal)?;
        let user = User::new(
            state.ids.next(),
            &email,
            hash,
            &self.preferences,
            state.clock.now(),
        );
        let (row, own) = (user.clone(), user.new_book(&self.preferences));
        state
            .db
            .write_shared(move |conn| users::create(conn, &row, &own))
            .await?;
        Ok(user)
    }
}
