//! Pages of a long list by their number, for lists that are read whole anyway.

use super::fields::{self, Fields};
use crate::error::AppError;

/// Rows of one page.
pub const ROWS: usize = 50;

/// The page that an address asks for, from 1 on; without the parameter the first.
pub fn read(query: &Fields) -> Result<usize, AppError> {
    let Some(text) = query.non_empty("page") else {
        return Ok(1);
    };
    text.parse()
        .ok()
        .filter(|page| *page > 0)
        .ok_or_else(|| AppError::BadRequest("“page” is a whole number from 1 on.".to_owned()))
}

/// The page that holds the row at `place`, counted from 0.
pub fn of_place(place: usize) -> usize {
    place / ROWS + 1
}

/// The address of a page of `path`; the first needs no number.
pub fn address(path: &str, pairs: &[(&str, &str)], page: usize) -> String {
    let number = if page > 1 { page.to_string() } else { String::new() };
    fields::address(path, pairs.iter().copied().chain([("page", number.as_str())]))
}

/// The links to the pages of a list, ready to print.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The one that is shown, from 1 on.
    pub current: usize,
    /// The addresses, in order; empty where one page holds everything.
    pub hrefs: Vec<String>,
}

impl Pages {
    /// Page `wanted`, or the last one where there are fewer, of a list with `rows` rows.
    pub fn new(wanted: usize, rows: usize, href: impl Fn(usize) -> String) -> Self {
        let pages = rows.div_ceil(ROWS).max(1);
        let hrefs = (1..=pages).map(href);
        Self {
            current: wanted.clamp(1, pages),
            hrefs: if pages > 1 { hrefs.collect() } else { Vec::new() },
        }
    }

    /// The rows of the page that is shown.
    pub fn rows<T>(&self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        all.skip((self.current - 1) * ROWS).take(ROWS)
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
