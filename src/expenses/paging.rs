//! Pages of an order. One row more than a page is read, which shows whether there is another page.

use super::cursor::{Cursor, Key};
use super::view::Pager;
use crate::crypto::signer::Signer;
use crate::ledger::page_position::PagePosition;
use crate::web::fields;

/// Drops the extra row that was read to see whether there is a next page `rows`, which were read from `position` on; `true` if there was one.
pub fn cut<Row, K>(rows: &mut Vec<Row>, position: &PagePosition<K>, size: i64) -> bool {
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > size;
    if more {
        // It lies at the far end.
        if matches!(position, PagePosition::Before(..)) {
            drop(rows.remove(0));
        } else {
            drop(rows.pop());
        }
    }
    more
}

/// The addresses of the pages beside the one that was read from `position` on, with `ends` its first and last row.
pub fn pager<K: Key>(
    path: &str,
    pairs: &[(&'static str, String)],
    position: &PagePosition<K>,
    more: bool,
    ends: Option<(Cursor<K>, Cursor<K>)>,
    signer: &Signer,
) -> Pager {
    let (newer, older) = match position {
        PagePosition::Start => (false, more),
        PagePosition::After(..) => (true, more),
        PagePosition::Before(..) => (more, true),
    };
    let href = |name, cursor: Cursor<K>| {
        let text = cursor.sign(signer);
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        fields::address(path, pairs.chain([(name, text.as_str())]))
    };
    Pager {
        newer: ends.filter(|_| newer).map(|(first, _)| href("before", first)),
        older: ends.filter(|_| older).map(|(_, last)| href("after", last)),
    }
}
