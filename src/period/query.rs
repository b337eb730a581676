//! A period as query parameters: `period` and `on`, or `from` and `to`.

use std::fmt;

use time::Date;

use super::date::{format_date, parse_date};
use super::range::DateRange;
use super::span::Period;
use super::unit::Unit;

/// The query parameters of a period, unchecked. An empty one counts as missing, because forms send empty fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodParams {
    /// `day`, `week`, `month`, `year` or `all`.
    pub period: Option<String>,
    /// A date in the period.
    pub on: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// An invalid parameter; the response is a 400 that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError {
    pub param: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl ParamError {
    pub(crate) fn new(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            param,
            message: message.into(),
        }
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.param, self.message)
    }
}

impl std::error::Error for ParamError {}

impl Period {
    /// Without `period`, `from` and `to`, the unit is `default_unit`; without `on`, the period contains `today`.
    ///
    /// Errors: an unknown `period`, an invalid date, `from` after `to`, or `from` or `to` together with `period` or `on`.
    pub(crate) fn parse(params: &PeriodParams, default_unit: Unit, today: Date) -> Result<Self, ParamError> {
        let unit = non_empty(params.period.as_deref())
            .map(|text| {
                Unit::parse(text).ok_or_else(|| {
                    ParamError::new("period", "Use day, week, month, year or all as the period.")
                })
            })
            .transpose()?;
        let on = date("on", params.on.as_deref())?;
        let from = date("from", params.from.as_deref())?;
        let to = date("to", params.to.as_deref())?;

        if from.is_none() && to.is_none() {
            return Ok(match (unit.unwrap_or(default_unit), on) {
                (Unit::All, on) => Self::All(on),
                (unit, on) => Self::containing(unit, on.unwrap_or(today)),
            });
        }
        if unit.is_some() {
            return Err(ParamError::new(
                "period",
                "Use either “period” or “from” and “to”, not both.",
            ));
        }
        if on.is_some() {
            return Err(ParamError::new(
                "on",
                "Use “on” with “period”, not with “from” and “to”.",
            ));
        }
        match (from, to) {
            (Some(from), Some(to)) => DateRange::new(from, to)
                .map(Self::Range)
                .ok_or_else(|| ParamError::new("from", "The date “from” is after the date “to”.")),
            (Some(from), None) => Ok(Self::From(from)),
            (None, Some(to)) => Ok(Self::Until(to)),
            (None, None) => Ok(Self::All(None)),
        }
    }

    /// The parameters from which [`parse`](Self::parse) reads this period. The values need no escaping.
    pub(crate) fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::with_capacity(2);
        if let Some(unit) = self.unit() {
            pairs.push(("period", unit.as_str().to_owned()));
        }
        if let Some(on) = self.on() {
            pairs.push(("on", format_date(on)));
        }
        if let Self::From(from) = *self {
            pairs.push(("from", format_date(from)));
        }
        if let Self::Until(to) = *self {
            pairs.push(("to", format_date(to)));
        }
        if let Self::Range(range) = *self {
            pairs.push(("from", format_date(range.first())));
            pairs.push(("to", format_date(range.last())));
        }
        pairs
    }
}

fn non_empty(value: Option<&str>) -> Option<&str> {
    value.filter(|text| !text.is_empty())
}

fn date(param: &'static str, value: Option<&str>) -> Result<Option<Date>, ParamError> {
    non_empty(value)
        .map(|text| {
            parse_date(text).ok_or_else(|| {
                ParamError::new(
                    param,
                    "Use a date from 1900-01-01 to 9999-12-31 in the form YYYY-MM-DD, for example 2026-11-22.",
                )
            })
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::strategies::{dates, periods, units};
    use super::*;

    /// Reads `period=month&on=2026-11-22` with today 2026-11-22.
    fn parse(query: &str, default_unit: Unit) -> Result<Period, ParamError> {
        let mut params = PeriodParams::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = Some(value.to_owned());
            match name {
                "period" => params.period = value,
                "on" => params.on = value,
                "from" => params.from = value,
                "to" => params.to = value,
                _ => unreachable!("{name}"),
            }
        }
        Period::parse(&params, default_unit, parse_date("2026-11-22").unwrap())
    }

    fn canonical(period: &Period) -> String {
        let pairs = period.query_pairs();
        let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("&")
    }

    #[test]
    fn parameters_are_read() {
        for (query, meant) in [
            ("", "period=month&on=2026-11-22"),
            ("period=&on=&from=&to=", "period=month&on=2026-11-22"),
            ("on=2020-02-29", "period=month&on=2020-02-29"),
            ("period=day", "period=day&on=2026-11-22"),
            ("period=week&on=1900-01-01", "period=week&on=1900-01-01"),
            ("period=month&on=2026-03-01", "period=month&on=2026-03-01"),
            ("period=year&on=9999-12-31", "period=year&on=9999-12-31"),
            ("period=all", "period=all"),
            ("period=all&on=2026-03-01", "period=all&on=2026-03-01"),
            ("from=2026-01-01&to=2026-01-01", "from=2026-01-01&to=2026-01-01"),
            ("from=1900-01-01&to=9999-12-31", "from=1900-01-01&to=9999-12-31"),
            ("from=2026-01-01", "from=2026-01-01"),
            ("from=2026-01-01&to=", "from=2026-01-01"),
            ("period=&on=&to=2026-01-01", "to=2026-01-01"),
        ] {
            let period = parse(query, Unit::Month).unwrap();
            assert_eq!(canonical(&period), meant, "{query}");
        }
    }

    #[test]
    fn without_parameters_the_default_unit_is_used() {
        assert_eq!(parse("", Unit::All), Ok(Period::All(None)));
        let today = parse_date("2026-11-22").unwrap();
        assert_eq!(parse("", Unit::Year), Ok(Period::Year(today)));
    }

    #[test]
    fn an_error_names_the_invalid_parameter() {
        for (query, param) in [
            ("period=fortnight", "period"),
            ("period=Month", "period"),
            ("period=month%20", "period"),
            ("period= ", "period"),
            ("on=2026-02-30", "on"),
            ("period=month&on=20261122", "on"),
            ("period=all&on=yesterday", "on"),
            ("on=1899-12-31", "on"),
            ("on=10000-01-01", "on"),
            ("on=2026-2-3", "on"),
            ("from=2026-02-30", "from"),
            ("from=2026-01-01&to=2026-13-01", "to"),
            ("to=-", "to"),
            ("from=2026-01-02&to=2026-01-01", "from"),
            ("period=month&from=2026-01-01", "period"),
            ("period=all&to=2026-01-01", "period"),
            ("period=day&from=2026-01-01&to=2026-01-02", "period"),
            ("on=2026-01-01&from=2026-01-01", "on"),
            ("on=2026-01-01&from=2026-01-01&to=2026-01-02", "on"),
        ] {
            let error = parse(query, Unit::Month).unwrap_err();
            assert_eq!(error.param, param, "{query}");
            assert!(error.message.ends_with('.'), "{query}");
            assert!(error.to_string().starts_with(param));
        }
    }

    proptest! {
        #[test]
        fn a_period_is_read_from_its_parameters(here in periods(), default_unit in units(), today in dates()) {
            let mut params = PeriodParams::default();
            for (name, value) in here.query_pairs() {
                prop_assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
                match name {
                    "period" => params.period = Some(value),
                    "on" => params.on = Some(value),
                    "from" => params.from = Some(value),
                    _ => params.to = Some(value),
                }
            }
            prop_assert_eq!(Period::parse(&params, default_unit, today), Ok(here));
        }

        #[test]
        fn no_parameters_make_it_panic(
            period in prop::option::of(".{0,8}|month|all"), on in prop::option::of(".{0,12}"),
            from in prop::option::of("[0-9]{4}-[0-9]{2}-[0-9]{2}"), to in prop::option::of("[0-9-]{10}"),
            today in dates(),
        ) {
            let params = PeriodParams { period, on, from, to };
            if let Err(error) = Period::parse(&params, Unit::Month, today) {
                prop_assert!(["period", "on", "from", "to"].contains(&error.param));
            }
        }
    }
}
