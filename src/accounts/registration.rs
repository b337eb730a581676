//! New accounts, from a form, from JSON or from the command line.

use actix_web::HttpRequest;

use super::authenticate;
use super::email::Email;
use super::preferences::Preferences;
use super::users::{self, User};
use crate::books::invitation;
use crate::db::{BookId, set_owner};
use crate::error::{AppError, FieldErrors};
use crate::state::State;

#[derive(Debug, Clone)]
pub struct Registration {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
    pub preferences: Preferences,
    pub door: Door,
}

/// What allows a registration.
#[derive(Debug, Clone, Default)]
pub enum Door {
    /// The setting `REGISTRATION`, or the administrator.
    #[default]
    Open,
    /// An invitation to this book with this hash. It is kept for the new account.
    Invitation(BookId, String),
}

/// The error on a server that takes no registrations.
pub(super) fn closed() -> AppError {
    AppError::Forbidden("Sign-ups are closed. Ask the server's administrator for an account.".to_owned())
}

/// Fails with [`AppError::Forbidden`] if this server takes no registrations.
pub(super) fn must_be_open(state: &State) -> Result<(), AppError> {
    if state.site.settings.registration_open {
        Ok(())
    } else {
        Err(closed())
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
        let (row, own, door) = (user.clone(), user.new_book(&self.preferences), self.door);
        state
            .db
            .write_shared(move |conn| {
                users::create(conn, &row, &own)?;
                let Door::Invitation(book, hash) = &door else {
                    return Ok(());
                };
                set_owner(conn, *book)?;
                invitation::reserve(conn, *book, hash, row.id(), row.created_at).map_err(
                    |error| match error {
                        // The link was used meanwhile.
                        AppError::NotFound => closed(),
                        other => other,
                    },
                )
            })
            .await?;
        Ok(user)
    }
}
