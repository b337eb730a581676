//! Numbered pages of a list. The whole list is read anyway; only rendering it is limited.

use super::fields::{self, Fields};
use crate::error::AppError;

pub const ROWS_PER_PAGE: usize = 50;

/// The parameter `page`, counted from 1; the first page without it.
pub fn read(query: &Fields) -> Result<usize, AppError> {
    let Some(text) = query.non_empty("page") else {
        return Ok(1);
    };
    text.parse()
        .ok()
        .filter(|page| *page > 0)
        .ok_or_else(|| AppError::BadRequest("“page” must be a whole number, 1 or more.".to_owned()))
}

/// The page of the row at `index`, counted from 0.
pub fn of_index(index: usize) -> usize {
    index / ROWS_PER_PAGE + 1
}

/// The address of a page of `path`; that of the first has no number.
pub fn address(path: &str, pairs: &[(&str, &str)], page: usize) -> String {
    let number = if page > 1 { page.to_string() } else { String::new() };
    fields::address(path, pairs.iter().copied().chain([("page", number.as_str())]))
}

/// The links to the pages of a list.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The number of the shown page, from 1.
    pub current: usize,
    /// In order; empty if there is one page.
    pub hrefs: Vec<String>,
}

impl Pages {
    /// Page `wanted` of a list with `rows` rows, or the last page if there are fewer.
    pub fn new(wanted: usize, rows: usize, href: impl Fn(usize) -> String) -> Self {
        let pages = rows.div_ceil(ROWS_PER_PAGE).max(1);
        let hrefs = (1..=pages).map(href);
        Self {
            current: wanted.clamp(1, pages),
            hrefs: if pages > 1 { hrefs.collect() } else { Vec::new() },
        }
    }

    /// The rows of the shown page.
    pub fn rows<T>(&self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        all.skip((self.current - 1) * ROWS_PER_PAGE).take(ROWS_PER_PAGE)
    }

    /// Number and address of each page.
    pub fn links(&self) -> impl Iterator<Item = (usize, &String)> {
        (1..).zip(&self.hrefs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_end_is_the_last_one() {
        let href = |page: usize| address("/x", &[("month", "2026-11")], page);
        for (rows, wanted, current, pages, first) in [
            (0, 1, 1, 0, None),
            (50, 7, 1, 0, Some(0)),
            (51, 1, 1, 2, Some(0)),
            (51, 2, 2, 2, Some(50)),
            (2_000, 99, 40, 40, Some(1_950)),
        ] {
            let shown = Pages::new(wanted, rows, href);
            assert_eq!(
                (shown.current, shown.hrefs.len()),
                (current, pages),
                "{rows} {wanted}"
            );
            assert_eq!(shown.rows(0..rows).next(), first);
        }
        assert_eq!(
            Pages::new(1, 60, href).hrefs,
            ["/x?month=2026-11", "/x?month=2026-11&page=2"]
        );
    }
}
