//! The rows of a draft: each record of the file with its verdict and its category.

use std::sync::Arc;

use super::entry::{Entry, is_shortened};
use super::import::Import;
use super::judge::Judgement;
use super::reading::Reading;
use super::row::ImportRow;
use super::verdict::{Reason, Verdict};
use crate::ledger::kinds::Kinds;
use crate::ledger::suggestion::History;
use crate::money::{Currency, Money};

/// What the rows are made of.
pub(super) struct Source {
    pub(super) reading: Reading,
    pub(super) currency: Currency,
    pub(super) bytes: Arc<Vec<u8>>,
    /// By the position of the row in the file.
    pub(super) judgements: Vec<Option<Judgement>>,
    pub(super) history: History,
}

impl Source {
    /// The row at a position of the file.
    pub(super) fn row(&self, draft: &Import, at: usize, entry: Entry) -> ImportRow {
        let judgement = self.judgements.get(at).copied().flatten();
        let judgement = judgement.map(|judgement| {
            let is_shortened = is_shortened(judgement.verdict, entry.raw.is_some());
            without_money_in(draft, entry.amount, judgement).noted(is_shortened)
        });
        let (verdict, reason, expense_id) = match (entry.fault, judgement) {
            (Some((verdict, reason)), _) => (verdict, Some(reason), None),
            (None, Some(judgement)) => (judgement.verdict, judgement.reason, judgement.expense),
            // Every row without a fault was judged.
            (None, None) => (Verdict::Rejected, Some(Reason::WrongAmount), None),
        };
        let text_key = entry.text_key();
        let (category, category_reason) = self.category(&entry);
        ImportRow {
            book_id: draft.book_id,
            import_id: draft.id,
            row_number: i32::try_from(at + 1).unwrap_or(i32::MAX),
            line: i64::try_from(entry.line).unwrap_or(i64::MAX),
            verdict: verdict.name().to_owned(),
            reason: reason.map(|reason| reason.name().to_owned()),
            take: verdict == Verdict::New,
            booked_on: entry.date,
            amount: entry.amount,
            currency: entry.currency,
            description: entry.description,
            memo: entry.memo,
            category,
            source_id: entry.source_id,
            account: entry.account,
            text_key,
            expense_id,
            raw: entry.raw,
            category_reason,
            is_income: entry.is_income,
        }
    }

    /// The category of the file, or else the suggested one with its reason. Money in may be a refund.
    fn category(&self, entry: &Entry) -> (Option<String>, Option<String>) {
        if entry.category.is_some() || entry.fault.is_some() {
            return (entry.category.clone(), None);
        }
        let is_money_out = entry.amount.is_some_and(Money::is_negative);
        let kinds = if is_money_out { Kinds::Spending } else { Kinds::All };
        let suggested = self.history.suggest(&entry.description, kinds);
        suggested
            .map(|suggestion| (suggestion.category, suggestion.reason))
            .unzip()
    }
}

/// New money in is left out if the import says so.
pub(super) fn without_money_in(draft: &Import, amount: Option<Money>, judgement: Judgement) -> Judgement {
    let is_money_in = amount.is_some_and(|amount| !amount.is_negative());
    if draft.money_in.is_some() || !is_money_in || judgement.verdict != Verdict::New {
        return judgement;
    }
    Judgement {
        verdict: Verdict::LeftOut,
        reason: Some(Reason::MoneyIn),
        expense: None,
    }
}
