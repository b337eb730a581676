//! The income of the dashboard: what came in, and what is left of it.

use super::view::IncomeSums;
use crate::accounts::current::CurrentUser;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::{KindSums, Kinds};

/// Those of a book with income. `list` is the path of the list.
pub(super) fn sums(sums: KindSums, filter: &Filter, user: &CurrentUser, list: &str) -> IncomeSums {
    let preferences = &user.preferences;
    IncomeSums {
        income: preferences.money(sums.income.amount),
        income_href: filter.with_kind(Kinds::Income).address(list),
        net: preferences.money(sums.net()),
        net_href: filter.with_kind(Kinds::All).address(list),
        kept: sums.share_kept().map_or_else(
            || "—".to_owned(),
            |share| preferences.locale.format_percent(share),
        ),
    }
}
