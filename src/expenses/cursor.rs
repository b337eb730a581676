//! Keyset cursors: the position of a row in an order, signed so that forged ones are refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::crypto::signer::Signer;
use crate::error::AppError;
use crate::ledger::expense::Expense;
use crate::ledger::page_position::PagePosition;
use crate::web::fields::Fields;

/// Bytes of the kind, of the key, and of the id; the signature's first bytes follow.
const POSITION_BYTES: usize = 1 + 8 + 8;
const TAG_BYTES: usize = 8;

/// What an order sorts by, before the id.
pub trait Key: Copy {
    /// Sets the cursors of one order apart from those of another.
    const KIND: u8;
    /// The key as a number.
    fn number(self) -> i64;
    /// The key of a number.
    fn of_number(number: i64) -> Option<Self>;
}

/// The day of an expense.
impl Key for Date {
    const KIND: u8 = b'd';

    fn number(self) -> i64 {
        self.to_julian_day().into()
    }

    fn of_number(number: i64) -> Option<Self> {
        Self::from_julian_day(number.try_into().ok()?).ok()
    }
}

/// The moment an expense went to the trash, whole microseconds.
impl Key for PrimitiveDateTime {
    const KIND: u8 = b't';

    fn number(self) -> i64 {
        let at = self.as_utc();
        at.unix_timestamp() * 1_000_000 + i64::from(at.microsecond())
    }

    fn of_number(number: i64) -> Option<Self> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(number) * 1000).ok()?;
        Some(Self::new(at.date(), at.time()))
    }
}

/// The position of one row in an order, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor<K = Date> {
    key: K,
    id: i64,
}

impl Cursor {
    /// The position of `row` in a list.
    pub fn of(row: &Expense) -> Self {
        Self::new(row.spent_on, row.id)
    }
}

impl<K: Key> Cursor<K> {
    /// The position of the row `id` with this key.
    pub fn new(key: K, id: i64) -> Self {
        Self { key, id }
    }

    /// Its text for an address.
    pub fn sign(self, signer: &Signer) -> String {
        let mut bytes = Vec::with_capacity(POSITION_BYTES + TAG_BYTES);
        bytes.push(K::KIND);
        bytes.extend(self.key.number().to_be_bytes());
        bytes.extend(self.id.to_be_bytes());
        let tag = signer.tag(&bytes);
        bytes.extend(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Cursor::sign`] wrote; `None` for anything else.
    pub fn read(text: &str, signer: &Signer) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (position, tag) = bytes.split_at_checked(POSITION_BYTES)?;
        if tag != &signer.tag(position)[..TAG_BYTES] || position[0] != K::KIND {
            return None;
        }
        let (key, id) = position[1..].split_at(8);
        Some(Self {
            key: K::of_number(i64::from_be_bytes(key.try_into().ok()?))?,
            id: i64::from_be_bytes(id.try_into().ok()?),
        })
    }

    /// The rows older than this one.
    pub fn after(self) -> PagePosition<K> {
        PagePosition::After(self.key, self.id)
    }

    /// The position that `before` or `after` in an address names.
    pub fn position(query: &Fields, signer: &Signer) -> Result<PagePosition<K>, AppError> {
        let read = |name: &str| {
            query
                .non_empty(name)
                .map(|text| {
                    Self::read(&text, signer).ok_or_else(|| {
                        AppError::BadRequest(format!(
                            "“{name}” is not a valid page of this list. Go to the first page."
                        ))
                    })
                })
                .transpose()
        };
        match (read("before")?, read("after")?) {
            (Some(_), Some(_)) => Err(AppError::BadRequest("Use either “before” or “after”.".to_owned())),
            (Some(Self { key, id }), None) => Ok(PagePosition::Before(key, id)),
            (None, Some(Self { key, id })) => Ok(PagePosition::After(key, id)),
            (None, None) => Ok(PagePosition::Start),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::period::{FIRST_DAY, LAST_DAY};

    fn days() -> impl Strategy<Value = Date> {
        (FIRST_DAY.to_julian_day()..=LAST_DAY.to_julian_day())
            .prop_map(|number| Date::from_julian_day(number).unwrap())
    }

    fn signer() -> Signer {
        Signer::new(b"a key of the tests, 32 bytes or more")
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_and_no_other_text_does(day in days(), id in any::<i64>(), other in ".{0,40}") {
            let cursor = Cursor::new(day, id);
            let text = cursor.sign(&signer());
            prop_assert_eq!(Cursor::read(&text, &signer()), Some(cursor));
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(Cursor::<Date>::read(&other, &signer()), None);
            prop_assert_eq!(Cursor::<PrimitiveDateTime>::read(&text, &signer()), None);
            prop_assert_eq!(Cursor::<Date>::read(&text, &Signer::new(b"another key of the tests, of 32 bytes")), None);
        }

        #[test]
        fn one_flipped_bit_is_no_cursor(day in days(), id in any::<i64>(), bit in 0_usize..200) {
            let text = Cursor::new(day, id).sign(&signer());
            let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Cursor::<Date>::read(&URL_SAFE_NO_PAD.encode(bytes), &signer()), None);
        }
    }
}
