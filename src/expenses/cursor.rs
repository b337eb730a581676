//! Keyset cursors: a row's place in the order, signed, so that only ours are taken.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::Date;

use super::filter::Place;
use super::model::Expense;
use crate::accounts::token::Signer;
use crate::error::AppError;
use crate::web::fields::Fields;

/// Bytes of the day, of the id, and of the signature.
const LENGTHS: (usize, usize, usize) = (4, 8, 8);

/// The place of one row in the order newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    day: Date,
    id: i64,
}

impl Cursor {
    /// The place of `row`.
    pub fn of(row: &Expense) -> Self {
        Self {
            day: row.spent_on,
            id: row.id,
        }
    }

    /// Its text for an address.
    pub fn sign(self, signer: &Signer) -> String {
        let mut bytes = Vec::with_capacity(LENGTHS.0 + LENGTHS.1 + LENGTHS.2);
        bytes.extend(self.day.to_julian_day().to_be_bytes());
        bytes.extend(self.id.to_be_bytes());
        let tag = signer.tag(&bytes);
        bytes.extend(&tag[..LENGTHS.2]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Cursor::sign`] wrote; `None` for anything else.
    pub fn read(text: &str, signer: &Signer) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (place, tag) = bytes.split_at_checked(LENGTHS.0 + LENGTHS.1)?;
        if tag != &signer.tag(place)[..LENGTHS.2] {
            return None;
        }
        let (day, id) = place.split_at(LENGTHS.0);
        let day = Date::from_julian_day(i32::from_be_bytes(day.try_into().ok()?)).ok()?;
        Some(Self {
            day,
            id: i64::from_be_bytes(id.try_into().ok()?),
        })
    }

    /// The rows older than this one.
    pub fn after(self) -> Place {
        Place::After(self.day, self.id)
    }

    /// The place that `before` or `after` in an address names.
    pub fn place(query: &Fields, signer: &Signer) -> Result<Place, AppError> {
        let read = |name: &str| {
            query
                .given(name)
                .map(|text| {
                    Self::read(&text, signer).ok_or_else(|| {
                        AppError::BadRequest(format!(
                            "“{name}” is not a place in this list. Start from its first page."
                        ))
                    })
                })
                .transpose()
        };
        match (read("before")?, read("after")?) {
            (Some(_), Some(_)) => Err(AppError::BadRequest(
                "“before” and “after” don't go together.".to_owned(),
            )),
            (Some(Self { day, id }), None) => Ok(Place::Before(day, id)),
            (None, Some(Self { day, id })) => Ok(Place::After(day, id)),
            (None, None) => Ok(Place::Start),
        }
    }
}
