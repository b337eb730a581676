//! Dates, months and periods in the calendar of an account, and the buckets of a chart.

mod buckets;
mod calendar;
mod date;
mod month;
mod neighbours;
mod presets;
mod query;
mod range;
mod recurrence;
mod span;
#[cfg(test)]
mod strategies;
mod unit;
mod week;

pub use buckets::{Buckets, Granularity};
pub use calendar::Calendar;
pub use date::{FIRST_DAY, LAST_DAY};
pub(crate) use date::{clamp_day, date_bytes, format_date, parse_date};
pub use month::Month;
pub(crate) use presets::presets;
pub use query::{ParamError, PeriodParams};
pub use range::DateRange;
pub use recurrence::{Recurrence, RepeatUnit};
pub use span::Period;
pub use unit::Unit;
pub use week::WeekStart;
