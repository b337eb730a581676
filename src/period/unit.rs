//! Day, week, month, year or all: the choices of the period navigation.

/// What the links of the navigation "Period" choose between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// One date.
    Day,
    /// A week of the user's calendar.
    Week,
    /// A named month of the user's calendar.
    Month,
    /// The twelve months named in a year.
    Year,
    /// The whole history.
    All,
}

impl Unit {
    /// In the order the navigation shows them.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Year, Self::All];

    /// Reads `day`, `week`, `month`, `year` or `all`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    /// The word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::All => "all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_their_words() {
        for unit in Unit::ALL {
            assert_eq!(Unit::parse(unit.as_str()), Some(unit));
        }
        for text in ["", "Day", "fortnight", "month "] {
            assert_eq!(Unit::parse(text), None, "{text:?}");
        }
    }
}
