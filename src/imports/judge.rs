//! The verdict of each row of a file, by what the ledger and earlier imports have.
//!
//! A row is known if an earlier import has made an expense of a row with the same account, date and amount and the same id,
//! or, where one of the two has no id, the same description; or if an expense that a person has entered has its date, amount
//! and description. Equal rows are counted: of n in the file and m known ones, n − m are new. A row that is not
//! known is a possible duplicate ("maybe") if an unmatched expense has the same amount and is dated at most three days away,
//! unless both have ids of the same account and the ids differ. Each expense matches at most one row.
//!
//! More than 300 lines, because half of the file is tests.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroI64;

use super::booking::{Booking, Key};
use super::candidates::{Amounts, Chains, DAYS_APART, Source};
use super::verdict::{Reason, Verdict};
/// An expense of the ledger.
#[derive(Debug, Clone)]
pub struct Present {
    pub id: i64,
    pub booking: Booking,
    pub is_in_trash: bool,
    /// Whether an earlier import made it: then the row of that import is compared instead of the expense, which may have been
    /// edited.
    pub is_imported: bool,
}

/// A row of an earlier import that was confirmed.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub import: i64,
    pub booking: Booking,
    /// The expense that was made of it, or that it was known to be; `None` if it was left out by a person.
    pub expense: Option<i64>,
}

/// What a file is compared with.
#[derive(Debug, Default)]
pub struct Ledger {
    pub expenses: Vec<Present>,
    pub earlier: Vec<Earlier>,
}

/// The verdict of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    /// The expense that it is, or may be.
    pub expense: Option<i64>,
}

impl Judgement {
    const NEW: Self = Self {
        verdict: Verdict::New,
        reason: None,
        expense: None,
    };

    /// Says of a new row that it is shortened.
    #[must_use]
    pub fn noted(self, is_shortened: bool) -> Self {
        let reason = (is_shortened && self.verdict == Verdict::New).then_some(Reason::Shortened);
        Self {
            reason: self.reason.or(reason),
            ..self
        }
    }

    fn maybe(expense: i64) -> Self {
        Self {
            verdict: Verdict::Maybe,
            reason: Some(Reason::SimilarDate),
            expense: Some(expense),
        }
    }

    fn known(reason: Reason, expense: Option<i64>) -> Self {
        Self {
            verdict: Verdict::Known,
            reason: Some(reason),
            expense,
        }
    }
}

/// A booking of the ledger that answers for one row.
#[derive(Debug, Clone)]
struct Candidate<'a> {
    booking: &'a Booking,
    expense: Option<i64>,
    is_used: bool,
}

/// Rows that a person left out, by what is equal and by import.
type Declined<'a> = HashMap<(Key, Option<NonZeroI64>), BTreeMap<i64, Vec<&'a Booking>>>;

/// Judges the bookings of a file; the result has the same order. `own_ids` has the expenses that rows of the app's own export
/// name, by their positions in `rows`.
pub fn judge(rows: &[Booking], ledger: &Ledger, own_ids: &HashMap<usize, i64>) -> Vec<Judgement> {
    let mut judge = Judge::new(ledger);
    let mut judged: Vec<Option<Judgement>> = vec![None; rows.len()];
    // The most certain matches first, for all rows, so that a weak match never uses an expense that another row matches
    // better.
    for (at, judgement) in judged.iter_mut().enumerate() {
        *judgement = own_ids.get(&at).and_then(|id| judge.by_own_id(*id));
    }
    let mut pass = |find: &mut dyn FnMut(&Booking) -> Option<Judgement>| {
        for (row, judgement) in rows.iter().zip(&mut judged) {
            if judgement.is_none() {
                *judgement = find(row);
            }
        }
    };
    let mut by_id = judge.chains(|booking| booking.id.map(NonZeroI64::get));
    pass(&mut |row| judge.by_id(row, &mut by_id));
    drop(by_id);
    let mut by_text = judge.chains(|booking| Some(booking.text));
    pass(&mut |row| judge.by_content(row, &mut by_text));
    drop(by_text);
    let mut by_amount = judge.free_amounts(ledger);
    for days in 0..=DAYS_APART {
        pass(&mut |row| by_amount.take(row, days).map(Judgement::maybe));
    }
    judged
        .into_iter()
        .map(|judgement| judgement.unwrap_or(Judgement::NEW))
        .collect()
}

struct Judge<'a> {
    expenses: HashMap<i64, &'a Present>,
    candidates: Vec<Candidate<'a>>,
    used: HashSet<i64>,
}

impl<'a> Judge<'a> {
    fn new(ledger: &'a Ledger) -> Self {
        let present = ledger.expenses.iter();
        let mut judge = Self {
            expenses: present.map(|present| (present.id, present)).collect(),
            candidates: Vec::with_capacity(ledger.earlier.len()),
            used: HashSet::new(),
        };
        judge.add_earlier(&ledger.earlier);
        for present in ledger.expenses.iter().filter(|present| !present.is_imported) {
            judge.add(&present.booking, Some(present.id));
        }
        judge
    }

    /// An expense is added once for each distinct booking. Of equal rows that a person left out, as many count as in the
    /// import that has most of them.
    fn add_earlier(&mut self, earlier: &'a [Earlier]) {
        let mut seen: HashSet<(i64, &Booking)> = HashSet::new();
        let mut declined: Declined<'_> = HashMap::new();
        let is_alone = earlier.iter().all(|row| row.import == earlier[0].import);
        for row in earlier {
            let key = row.booking.key(row.booking.text);
            match row.expense {
                // One import books each expense once.
                Some(expense) if is_alone => self.add(&row.booking, Some(expense)),
                Some(expense) => {
                    if seen.insert((expense, &row.booking)) {
                        self.add(&row.booking, Some(expense));
                    }
                }
                None => declined
                    .entry((key, row.booking.id))
                    .or_default()
                    .entry(row.import)
                    .or_default()
                    .push(&row.booking),
            }
        }
        for imports in declined.into_values() {
            let most = imports.into_values().max_by_key(Vec::len).unwrap_or_default();
            for booking in most {
                self.add(booking, None);
            }
        }
    }

    fn add(&mut self, booking: &'a Booking, expense: Option<i64>) {
        self.candidates.push(Candidate {
            booking,
            expense,
            is_used: false,
        });
    }

    /// The candidates by date, amount and `part`.
    fn chains(&self, part: impl Fn(&Booking) -> Option<i64>) -> Chains<Key> {
        Chains::of(self.candidates.iter().map(|candidate| {
            let booking = candidate.booking;
            Some(booking.key(part(booking)?))
        }))
    }

    /// A row of the app's own export names its expense.
    fn by_own_id(&mut self, id: i64) -> Option<Judgement> {
        let present = self.expenses.get(&id)?;
        let is_in_trash = present.is_in_trash;
        if !self.used.insert(id) {
            return None;
        }
        let reason = if is_in_trash {
            Reason::InTrash
        } else {
            Reason::SameId
        };
        Some(Judgement::known(reason, Some(id)))
    }

    fn by_id(&mut self, row: &Booking, chains: &mut Chains<Key>) -> Option<Judgement> {
        let found = chains.first(
            &row.key(row.id?.get()),
            |at| !self.is_free(at),
            |at| is_same_account(row, self.candidates[at].booking),
        )?;
        Some(self.take(found, Reason::SameId))
    }

    fn by_content(&mut self, row: &Booking, chains: &mut Chains<Key>) -> Option<Judgement> {
        let found = chains.first(
            &row.key(row.text),
            |at| !self.is_free(at),
            |at| {
                let other = self.candidates[at].booking;
                let has_other_id = row.id.is_some() && other.id.is_some();
                is_same_account(row, other) && !has_other_id
            },
        )?;
        Some(self.take(found, Reason::SameContent))
    }

    /// The expenses that no row is, with what their files said of them.
    fn free_amounts(&self, ledger: &Ledger) -> Amounts {
        let is_free = |id: &i64| !self.used.contains(id);
        let mut sources: HashMap<i64, Source> = HashMap::new();
        for earlier in &ledger.earlier {
            if let Some(expense) = earlier.expense.filter(is_free) {
                sources
                    .entry(expense)
                    .or_insert((earlier.booking.id, earlier.booking.account));
            }
        }
        let free = ledger
            .expenses
            .iter()
            .filter(|present| !present.is_in_trash && is_free(&present.id));
        Amounts::of(free.map(|present| {
            let (id, account) = sources.get(&present.id).copied().unwrap_or_default();
            let booking = Booking {
                id,
                account,
                ..present.booking
            };
            (present.id, booking)
        }))
    }

    fn is_free(&self, at: usize) -> bool {
        let candidate = &self.candidates[at];
        !candidate.is_used && candidate.expense.is_none_or(|id| !self.used.contains(&id))
    }

    fn take(&mut self, at: usize, reason: Reason) -> Judgement {
        let candidate = &mut self.candidates[at];
        candidate.is_used = true;
        let Some(id) = candidate.expense else {
            return Judgement::known(Reason::Declined, None);
        };
        self.used.insert(id);
        match self.expenses.get(&id) {
            Some(present) if present.is_in_trash => Judgement::known(Reason::InTrash, Some(id)),
            Some(_) => Judgement::known(reason, Some(id)),
            None => Judgement::known(Reason::Deleted, None),
        }
    }
}

/// Whether the two can be of one account: a file that names none may be of any.
fn is_same_account(one: &Booking, other: &Booking) -> bool {
    one.account.is_none() || other.account.is_none() || one.account == other.account
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::money::Money;

    fn booking(day: u8, amount: i64, text: i64) -> Booking {
        Booking {
            date: date!(2026 - 10 - 01).replace_day(day).unwrap(),
            amount: Money::from_minor(amount),
            text,
            id: None,
            account: None,
        }
    }

    fn with_id(booking: Booking, id: i64) -> Booking {
        Booking {
            id: NonZeroI64::new(id),
            ..booking
        }
    }

    fn present(id: i64, booking: Booking) -> Present {
        Present {
            id,
            booking,
            is_in_trash: false,
            is_imported: false,
        }
    }

    fn verdicts(rows: &[Booking], ledger: &Ledger) -> Vec<(Verdict, Option<i64>)> {
        judge(rows, ledger, &HashMap::new())
            .into_iter()
            .map(|judgement| (judgement.verdict, judgement.expense))
            .collect()
    }

    fn imported(rows: &[Booking]) -> Ledger {
        let mut ledger = Ledger::default();
        for (id, booking) in (1..).zip(rows) {
            ledger.expenses.push(Present {
                is_imported: true,
                ..present(id, *booking)
            });
            ledger.earlier.push(Earlier {
                import: 1,
                booking: *booking,
                expense: Some(id),
            });
        }
        ledger
    }

    #[test]
    fn equal_rows_are_counted() {
        let coffee = booking(3, -450, 7);
        let found = verdicts(&[coffee; 3], &imported(&[coffee; 2]));
        let known: Vec<_> = found
            .iter()
            .filter(|(verdict, _)| *verdict == Verdict::Known)
            .collect();
        assert_eq!(known.len(), 2);
        assert_eq!(
            found
                .iter()
                .filter(|(verdict, _)| *verdict == Verdict::New)
                .count(),
            1
        );
    }

    #[test]
    fn an_exact_row_later_in_the_file_is_not_used_up_by_a_similar_one() {
        let ledger = imported(&[booking(3, -450, 7)]);
        let found = verdicts(&[booking(2, -450, 8), booking(3, -450, 7)], &ledger);
        assert_eq!(found, [(Verdict::New, None), (Verdict::Known, Some(1))]);
    }

    #[test]
    fn another_id_of_the_same_account_is_another_booking() {
        let coffee = booking(3, -450, 7);
        let ledger = imported(&[with_id(coffee, 1)]);
        let found = verdicts(&[with_id(coffee, 2), with_id(coffee, 1)], &ledger);
        assert_eq!(found, [(Verdict::New, None), (Verdict::Known, Some(1))]);
        // Without an id the text decides.
        assert_eq!(verdicts(&[coffee], &ledger), [(Verdict::Known, Some(1))]);
    }

    #[test]
    fn the_same_id_on_another_day_is_another_booking() {
        let ledger = imported(&[with_id(booking(3, -450, 7), 1)]);
        let found = verdicts(&[with_id(booking(20, -450, 7), 1)], &ledger);
        assert_eq!(found, [(Verdict::New, None)]);
    }

    #[test]
    fn an_edited_expense_is_still_its_row() {
        let mut ledger = imported(&[booking(3, -450, 7)]);
        ledger.expenses[0].booking = booking(9, -999, 12);
        assert_eq!(
            verdicts(&[booking(3, -450, 7)], &ledger),
            [(Verdict::Known, Some(1))]
        );
        // And is no other row.
        let found = verdicts(&[booking(9, -999, 12)], &ledger);
        assert_eq!(found, [(Verdict::Maybe, Some(1))]);
    }

    #[test]
    fn the_same_amount_may_be_there_up_to_three_days_apart() {
        let ledger = Ledger {
            expenses: vec![present(5, booking(10, -1200, 1))],
            ..Ledger::default()
        };
        for (day, verdict) in [
            (6, Verdict::New),
            (7, Verdict::Maybe),
            (13, Verdict::Maybe),
            (14, Verdict::New),
        ] {
            assert_eq!(
                verdicts(&[booking(day, -1200, 2)], &ledger)[0].0,
                verdict,
                "{day}"
            );
        }
        // One expense answers for one row, the nearest one.
        let found = verdicts(&[booking(10, -1200, 2), booking(11, -1200, 2)], &ledger);
        assert_eq!(found, [(Verdict::Maybe, Some(5)), (Verdict::New, None)]);
        // A refund of the amount is another booking.
        assert_eq!(verdicts(&[booking(10, 1200, 2)], &ledger)[0].0, Verdict::New);
    }

    #[test]
    fn what_was_deleted_or_left_out_is_not_new() {
        let coffee = booking(3, -450, 7);
        let mut ledger = imported(&[coffee]);
        ledger.expenses[0].is_in_trash = true;
        let reason = |ledger: &Ledger| judge(&[coffee], ledger, &HashMap::new())[0].reason;
        assert_eq!(reason(&ledger), Some(Reason::InTrash));
        ledger.expenses.clear();
        assert_eq!(reason(&ledger), Some(Reason::Deleted));
        ledger.earlier[0].expense = None;
        assert_eq!(reason(&ledger), Some(Reason::Declined));
        // The same file was imported twice; the row is still one row.
        ledger.earlier.push(Earlier {
            import: 2,
            ..ledger.earlier[0].clone()
        });
        assert_eq!(verdicts(&[coffee; 2], &ledger)[1].0, Verdict::New);
    }

    #[test]
    fn an_account_that_differs_leaves_a_doubt() {
        let coffee = booking(3, -450, 7);
        let of_account = |account| Booking {
            account: NonZeroI64::new(account),
            ..coffee
        };
        let ledger = imported(&[of_account(1)]);
        assert_eq!(verdicts(&[of_account(1)], &ledger)[0].0, Verdict::Known);
        assert_eq!(verdicts(&[coffee], &ledger)[0].0, Verdict::Known);
        assert_eq!(verdicts(&[of_account(2)], &ledger)[0].0, Verdict::Maybe);
    }

    #[test]
    fn a_row_of_the_own_export_is_the_expense_that_it_names() {
        let ledger = Ledger {
            expenses: vec![
                present(5, booking(10, -1200, 1)),
                present(6, booking(10, -1200, 1)),
            ],
            ..Ledger::default()
        };
        let own = HashMap::from([(0, 6)]);
        let found = judge(&[booking(10, -1200, 1)], &ledger, &own);
        assert_eq!(found[0].expense, Some(6));
    }
}
