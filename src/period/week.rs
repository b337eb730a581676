//! The weekday that starts a week.

use time::Date;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WeekStart {
    /// As in Europe.
    #[default]
    Monday,
    /// As in the United States.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

impl WeekStart {
    /// In the order of the settings form.
    pub(crate) const ALL: [Self; 3] = [Self::Monday, Self::Sunday, Self::Saturday];

    /// Reads `monday`, `sunday` or `saturday`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.as_str() == text)
    }

    /// The value in forms, in the database and in the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    /// Days from the start of the week to `date`, 0 to 6.
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
    fn week_starts_are_read_as_written() {
        for start in WeekStart::ALL {
            assert_eq!(WeekStart::parse(start.as_str()), Some(start));
        }
        for text in ["", "Monday", "tuesday", "mon"] {
            assert_eq!(WeekStart::parse(text), None);
        }
    }
}
