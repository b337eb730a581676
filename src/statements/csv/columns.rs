//! Determines the roles of columns by the words of their headers and by their cells.

use super::fold::fold;
use super::header_words::{self, OTHER, OTHER_ID, Role};
use super::own::REJECTED_BECAUSE;
use super::table::names;
use super::tally::Tally;
use super::words::{IN, OUT};
use super::{exclusion_words, layout};

/// The header and the cells of a file, by column.
pub(super) struct Columns {
    pub header: Vec<String>,
    pub tallies: Vec<Tally>,
    /// The number of counted rows.
    pub rows: u32,
}

/// The number of ways in which a header can match a word, exact match first.
const WAYS: u32 = 4;
/// The penalty of a match with a part of the header.
const INSIDE: u32 = 100;

impl Columns {
    pub fn count(&self) -> usize {
        self.header.len().max(self.tallies.len())
    }

    /// The columns with a header for this role, best first.
    pub fn by_role(&self, role: Role) -> Vec<(u32, usize)> {
        let mut found: Vec<(u32, usize)> = (0..self.header.len())
            .filter_map(|at| Some((rank(role, &self.header[at])?, at)))
            .collect();
        found.sort_unstable();
        found
    }

    /// Whether the cells pass the check, or the file has no rows.
    pub fn is(&self, at: usize, check: impl Fn(&Tally) -> bool) -> bool {
        self.rows == 0 || self.tallies.get(at).is_some_and(check)
    }

    /// The name of a column in a description: its header, or its position if the header is not unique.
    pub fn name(&self, at: usize) -> String {
        match self.header.get(at) {
            Some(text) if is_unique(&self.header, text) => text.clone(),
            _ => format!("#{}", at + 1),
        }
    }

    pub fn date(&self) -> Option<usize> {
        let by_words = self.by_role(Role::Date);
        let fits = |at: &usize| self.is(*at, Tally::is_mostly_date);
        by_words.into_iter().map(|(_, at)| at).find(fits).or_else(|| {
            let dates = (0..self.tallies.len()).filter(|at| self.tallies[*at].is_date());
            // The first of the columns with the most dates.
            dates.rev().max_by_key(|at| self.tallies[*at].dates.count)
        })
    }

    pub fn amount(&self) -> Option<usize> {
        let by_words = self.by_role(Role::Amount).into_iter().map(|(_, at)| at);
        by_words
            .into_iter()
            .find(|at| self.is(*at, |tally| tally.is_mostly_number() && !is_date_only(tally)))
    }

    /// The columns of money out and money in.
    pub fn pair(&self) -> Option<(usize, usize)> {
        let numbers = |role: Role| -> Vec<usize> {
            let by_words = self.by_role(role).into_iter().filter(|(rank, _)| *rank < INSIDE);
            by_words
                .map(|(_, at)| at)
                .filter(|at| self.is(*at, |tally| tally.filled == 0 || tally.is_mostly_number()))
                .collect()
        };
        let (debit, credit) = (*numbers(Role::Debit).first()?, *numbers(Role::Credit).first()?);
        let has_numbers = self.rows == 0
            || [debit, credit]
                .iter()
                .any(|at| self.is(*at, Tally::is_mostly_number));
        (debit != credit && has_numbers).then_some((debit, credit))
    }

    /// The only two columns of numbers one of which has a word for money out in its header, and the other one for money in:
    /// "Debit EUR" and "Credit EUR".
    pub fn pair_by_parts(&self) -> Option<(usize, usize)> {
        let mut found = [Vec::new(), Vec::new()];
        for (at, header) in self.header.iter().enumerate() {
            let name = &names(header)[0];
            let words: Vec<&str> = name.split(' ').collect();
            // A short word such as "in" may be any part of speech.
            let says = |word: &&&str| word.len() > 3 || ["dr", "cr"].contains(*word);
            let has = |role: Role| {
                let mut saying = words.iter().filter(says);
                saying.any(|word| header_words::rank(role, word).is_some())
            };
            let is_number = self.is(at, |tally| tally.filled == 0 || tally.is_mostly_number());
            if !is_number || words.iter().any(|word| OTHER.contains(word)) {
                continue;
            }
            match (has(Role::Debit), has(Role::Credit)) {
                (true, false) => found[0].push(at),
                (false, true) => found[1].push(at),
                _ => {}
            }
        }
        match found.each_ref().map(Vec::as_slice) {
            [[debit], [credit]] => Some((*debit, *credit)),
            _ => None,
        }
    }

    /// Columns of numbers that can be amounts although no header says so.
    pub fn possible_amounts(&self) -> Vec<usize> {
        let other: Vec<usize> = [Role::Balance, Role::Id, Role::Account]
            .into_iter()
            .flat_map(|role| self.by_role(role))
            .map(|(_, at)| at)
            .collect();
        (0..self.tallies.len())
            .filter(|at| {
                let tally = &self.tallies[*at];
                tally.is_number() && tally.numbers.money > 0 && !tally.is_date() && !other.contains(at)
            })
            .collect()
    }

    /// The column of directions: all of its words are known, and at least one is a direction.
    pub fn indicator(&self) -> Option<usize> {
        let by_words = self.by_role(Role::Indicator).into_iter().map(|(_, at)| at);
        by_words
            .chain(0..self.tallies.len())
            .find(|at| self.tallies.get(*at).is_some_and(is_direction))
    }

    /// The columns of texts, the most important first.
    pub fn description(&self, taken: &[usize]) -> Vec<usize> {
        let by_role = |role: Role, offset: u32| {
            let exact = self.by_role(role).into_iter().filter(|(rank, _)| *rank < INSIDE);
            exact.map(move |(rank, at)| (rank + offset, at))
        };
        let mut found: Vec<(u32, usize)> = by_role(Role::Payee, 0)
            .chain(by_role(Role::Text, 2 * WAYS))
            .filter(|(_, at)| !taken.contains(at))
            .filter(|(_, at)| {
                self.header
                    .get(*at)
                    .is_none_or(|name| fold(name) != REJECTED_BECAUSE)
            })
            .filter(|(_, at)| {
                self.is(*at, |tally| {
                    tally.filled > 0 && !is_direction(tally) && !tally.is_date() && !tally.is_account()
                })
            })
            .collect();
        found.sort_unstable();
        let varied: Vec<usize> = found
            .iter()
            .map(|(_, at)| *at)
            .filter(|at| !self.is_constant(*at))
            .collect();
        let mut columns = if varied.is_empty() {
            found.into_iter().map(|(_, at)| at).collect()
        } else {
            varied
        };
        let mut seen = Vec::new();
        columns.retain(|at| {
            let is_new = !seen.contains(at);
            seen.push(*at);
            is_new
        });
        if columns.is_empty() {
            self.longest_texts(taken)
        } else {
            columns
        }
    }

    fn is_constant(&self, at: usize) -> bool {
        self.tallies.get(at).is_some_and(Tally::is_constant)
    }

    /// If no header names a text: the columns of phrases, else the column of the longest words.
    fn longest_texts(&self, taken: &[usize]) -> Vec<usize> {
        let texts: Vec<usize> = (0..self.tallies.len())
            .filter(|at| {
                let tally = &self.tallies[*at];
                let is_text = !tally.is_date()
                    && !tally.is_number()
                    && !tally.is_account()
                    && tally.codes < tally.filled;
                !taken.contains(at) && tally.filled > 0 && is_text
            })
            .collect();
        let phrases = texts
            .iter()
            .copied()
            .filter(|at| self.tallies[*at].phrases * 2 >= self.tallies[*at].filled);
        let mut phrases: Vec<usize> = phrases.collect();
        if phrases.is_empty() {
            let mean = |at: &usize| self.tallies[*at].length / u64::from(self.tallies[*at].filled.max(1));
            phrases.extend(texts.into_iter().rev().max_by_key(mean));
        }
        phrases
    }

    pub fn category(&self) -> Option<usize> {
        self.by_role(Role::Category).first().map(|(_, at)| *at)
    }

    /// The column of currency codes; of several the one beside the amount.
    pub fn currency(&self, amount: usize) -> Option<usize> {
        let is_currency = |tally: &Tally| tally.filled > 0 && !tally.is_number() && !tally.is_date();
        let mut found = self.by_role(Role::Currency);
        found.retain(|(rank, at)| *rank < INSIDE && self.is(*at, is_currency));
        found
            .into_iter()
            .min_by_key(|(rank, at)| (*rank, *at < amount, at.abs_diff(amount)))
            .map(|(_, at)| at)
    }

    pub fn id(&self) -> Option<usize> {
        let named = self
            .by_role(Role::Id)
            .into_iter()
            .filter(|(rank, _)| *rank < INSIDE);
        // A reference is an id only if it is unique.
        let is_id = |tally: &Tally| {
            tally.phrases == 0
                && tally.with_digit == tally.filled
                && (tally.has_many_words || tally.words.len() as u64 == u64::from(tally.filled))
        };
        let mut found =
            named.filter(|(rank, at)| *rank < WAYS || self.is(*at, |tally| tally.filled > 0 && is_id(tally)));
        found.next().map(|(_, at)| at).or_else(|| {
            let is_own_id = |header: &String| {
                let name = fold(header);
                name.ends_with(" id") && !name.split(' ').any(|word| OTHER_ID.contains(&word))
            };
            self.header.iter().position(is_own_id)
        })
    }

    pub fn account(&self) -> Option<usize> {
        let found = self.by_role(Role::Account);
        found
            .into_iter()
            .find(|(rank, _)| *rank < INSIDE)
            .map(|(_, at)| at)
    }
}

fn is_unique(header: &[String], text: &str) -> bool {
    let is_number = text
        .strip_prefix('#')
        .is_some_and(|rest| rest.parse::<usize>().is_ok());
    !text.is_empty() && !is_number && header.iter().filter(|cell| *cell == text).count() == 1
}

/// Whether the digits are dates without separators.
fn is_date_only(tally: &Tally) -> bool {
    tally.is_date() && tally.numbers.money == 0
}

pub(super) fn is_direction(tally: &Tally) -> bool {
    let known = |word: &String| -> Option<bool> {
        let key = layout::key(word);
        let is_way = OUT.contains(&key.as_str()) || IN.contains(&key.as_str());
        (is_way || exclusion_words::direction(&key).is_some()).then_some(is_way)
    };
    let ways: Option<Vec<bool>> = tally.words.iter().map(known).collect();
    ways.is_some_and(|ways| ways.contains(&true))
}

/// The rank of a header for a role.
fn rank(role: Role, header: &str) -> Option<u32> {
    let names = names(header);
    let exact = names.iter().zip(0..).filter_map(|(name, at): (&String, u32)| {
        let rank = header_words::rank(role, name)?;
        Some(rank * WAYS + at.min(WAYS - 1))
    });
    let exact = exact.min();
    if exact.is_some() || !matches!(role, Role::Date | Role::Amount | Role::Balance) {
        return exact;
    }
    let parts: Vec<&str> = names[0].split(' ').collect();
    if parts.iter().any(|part| OTHER.contains(part)) && role != Role::Balance {
        return None;
    }
    let sides = (1..parts.len()).flat_map(|at| [parts[..at].join(" "), parts[at..].join(" ")]);
    sides
        .filter_map(|side| header_words::rank(role, &side))
        .min()
        .map(|rank| rank * WAYS + INSIDE)
}
