//! The weekday a user's week starts on.

use time::Date;

/// The weekday a week starts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WeekStart {
    /// As in Europe, and the default.
    #[default]
    Monday,
    /// As in the United States.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

impl WeekStart {
    /// In the order a form offers them.
    pub const ALL: [Self; 3] = [Self::Monday, Self::Sunday, Self::Saturday];

    /// Reads `monday`, `sunday` or `saturday`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.as_str() == text)
    }

    /// The word in forms, in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    /// Days since the start of `date`'s week, 0 to 6.
    pub(super) fn days_into(self, date: Date) -> i32 {
        let weekday = date.weekday();
        i32::from(match self {
            Self::Monday => weekday.number_days_from_monday(),
            Self::Sunday => weekday.number_days_from_sunday(),
            Self::Saturday => (weekday.number_days_from_sunday() + 1) % 7,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn week_starts_have_their_words() {
        for start in WeekStart::ALL {
            assert_eq!(WeekStart::parse(start.as_str()), Some(start));
        }
        for text in ["", "Monday", "tuesday", "mon"] {
            assert_eq!(WeekStart::parse(text), None);
        }
    }
}
