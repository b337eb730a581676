//! The filters of a review.

use crate::error::AppError;
use crate::imports::row::RowFilter;
use crate::imports::verdict::Verdict;

/// The filters of the review: the value of `filter`, its verdict, and what it is called.
pub(super) const FILTERS: [(&str, Option<Verdict>, &str); 6] = [
    ("all", None, "All"),
    ("new", Some(Verdict::New), "New"),
    ("known", Some(Verdict::Known), "Already there"),
    ("maybe", Some(Verdict::Maybe), "Maybe there"),
    ("left-out", Some(Verdict::LeftOut), "Left out"),
    ("rejected", Some(Verdict::Rejected), "Rejected"),
];
/// The filter for money in, whatever its verdict.
pub(super) const MONEY_IN: &str = "money-in";

/// The rows of a filter; an unknown one is a 400.
pub(super) fn read_filter(name: &str) -> Result<(&'static str, RowFilter), AppError> {
    if name == MONEY_IN {
        let filter = RowFilter {
            is_money_in: true,
            ..RowFilter::default()
        };
        return Ok((MONEY_IN, filter));
    }
    let name = if name.is_empty() { "all" } else { name };
    let found = FILTERS.iter().find(|(known, ..)| *known == name);
    let (name, verdict, _) =
        found.ok_or_else(|| AppError::BadRequest("“filter” isn't a filter of this page.".to_owned()))?;
    let filter = RowFilter {
        verdict: *verdict,
        ..RowFilter::default()
    };
    Ok((name, filter))
}
