//! What the latest uses of a description agree on.

/// The latest uses that decide.
const DECIDING: usize = 5;
/// How many of them must agree.
pub(super) const NEEDED: usize = 3;
/// Most uses that a reason counts.
pub(super) const COUNTED: u8 = 20;

/// The latest uses of a description, by their categories.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LatestUses<Category> {
    deciding: [Category; DECIDING],
    count: u8,
    /// The first ones that have the category of the latest.
    equal: u8,
}

impl<Category: Copy + Default + PartialEq> LatestUses<Category> {
    /// Adds the next older use.
    pub(super) fn add(&mut self, category: Category) {
        if let Some(place) = self.deciding.get_mut(usize::from(self.count)) {
            *place = category;
        }
        if self.count == self.equal && self.count < COUNTED && self.deciding[0] == category {
            self.equal += 1;
        }
        self.count = self.count.saturating_add(1);
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// The category of at least [`NEEDED`] of the deciding uses.
    pub(super) fn decide(&self) -> Option<(Category, Agreement)> {
        let deciding = &self.deciding[..self.len().min(DECIDING)];
        let count = |category: &Category| deciding.iter().filter(|other| *other == category).count();
        let category = *deciding.iter().find(|category| count(category) >= NEEDED)?;
        let is_latest = usize::from(self.equal) >= NEEDED;
        let agreement = if is_latest {
            Agreement {
                agreeing: self.equal.into(),
                of: self.equal.into(),
            }
        } else {
            Agreement {
                agreeing: count(&category),
                of: deciding.len(),
            }
        };
        Some((category, agreement))
    }
}

/// How many of the latest uses agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreement {
    agreeing: usize,
    of: usize,
}

impl Agreement {
    /// "as the last 9 times", "as 4 of the last 5 times".
    pub(super) fn words(self) -> String {
        let Self { agreeing, of } = self;
        if agreeing == of {
            format!("as the last {of} times")
        } else {
            format!("as {agreeing} of the last {of} times")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(newest_first: &str) -> Option<(char, String)> {
        let mut uses = LatestUses::default();
        newest_first.chars().for_each(|category| uses.add(category));
        uses.decide()
            .map(|(category, agreement)| (category, agreement.words()))
    }

    #[test]
    fn three_of_the_last_five_decide() {
        for (uses, category, words) in [
            ("aaa", 'a', "as the last 3 times"),
            ("aaaaaaaaa", 'a', "as the last 9 times"),
            ("aaaabaaaa", 'a', "as the last 4 times"),
            ("baaa", 'a', "as 3 of the last 4 times"),
            ("ababa", 'a', "as 3 of the last 5 times"),
            ("abbbbbb", 'b', "as 4 of the last 5 times"),
        ] {
            assert_eq!(decided(uses), Some((category, words.to_owned())), "{uses}");
        }
        assert_eq!(
            decided(&"a".repeat(300)),
            Some(('a', "as the last 20 times".to_owned()))
        );
    }

    #[test]
    fn fewer_decide_nothing() {
        for uses in ["", "a", "aa", "aabb", "aabbc", "abcdeaaaaaaa"] {
            assert_eq!(decided(uses), None, "{uses}");
        }
    }
}
