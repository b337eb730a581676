//! Which categories count as spending: the one place that decides it. Every list, sum, budget, chart and export asks for the
//! rows of a `CategoryScope` that comes from here.

use super::category::Categories;
use super::category_kind::CategoryKind;
use super::sum::Sum;
use crate::money::Money;

/// An id that no category has.
pub(super) const NO_CATEGORY: i64 = 0;

/// The kinds of categories whose rows a filter asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kinds {
    #[default]
    Spending,
    Income,
    All,
}

impl Kinds {
    pub const ALL: [Self; 3] = [Self::Spending, Self::Income, Self::All];

    /// The value of the parameter `kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spending => CategoryKind::Spending.name(),
            Self::Income => CategoryKind::Income.name(),
            Self::All => "all",
        }
    }

    /// The inverse of [`Kinds::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kinds| kinds.name() == name)
    }

    /// As a choice on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Spending => CategoryKind::Spending.label(),
            Self::Income => CategoryKind::Income.label(),
            Self::All => "Spending and income",
        }
    }

    /// Whether categories of `kind` are among them.
    pub fn contain(self, kind: CategoryKind) -> bool {
        self == Self::All || self == Self::from(kind)
    }
}

impl From<CategoryKind> for Kinds {
    fn from(kind: CategoryKind) -> Self {
        match kind {
            CategoryKind::Spending => Self::Spending,
            CategoryKind::Income => Self::Income,
        }
    }
}

/// The categories whose rows a selection has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CategoryScope {
    Everything,
    /// A category, or [`NO_CATEGORY`], so that nothing matches.
    One(i64),
    Only(Vec<i64>),
    Except(Vec<i64>),
}

impl CategoryScope {
    /// All categories of these kinds. Without a category of income it is the same for spending as for all, so that a book
    /// without income is read as if there were no kinds.
    pub(super) fn of_kinds(kinds: Kinds, categories: &Categories) -> Self {
        let income = categories.income();
        match kinds {
            Kinds::All => Self::Everything,
            Kinds::Spending if income.is_empty() => Self::Everything,
            Kinds::Spending => Self::Except(income.to_vec()),
            Kinds::Income => Self::Only(income.to_vec()),
        }
    }

    pub(super) fn contains(&self, category: i64) -> bool {
        match self {
            Self::Everything => true,
            Self::One(id) => *id == category,
            Self::Only(ids) => ids.contains(&category),
            Self::Except(ids) => !ids.contains(&category),
        }
    }

    /// The ids of which it consists, if it lists them.
    pub(super) fn ids(&self) -> &[i64] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Only(ids) => ids,
            Self::Everything | Self::Except(_) => &[],
        }
    }

    /// The condition on `category_id`; `None` for all of them. The ids are part of the text: a restored backup may have more
    /// categories than a statement takes values.
    pub(super) fn condition(&self) -> Option<String> {
        let list = |ids: &[i64]| {
            let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
            ids.join(", ")
        };
        match self {
            Self::Everything => None,
            Self::One(id) => Some(format!("category_id = {id}")),
            Self::Only(ids) if ids.is_empty() => Some(format!("category_id = {NO_CATEGORY}")),
            Self::Only(ids) => Some(format!("category_id IN ({})", list(ids))),
            Self::Except(ids) => Some(format!("category_id NOT IN ({})", list(ids))),
        }
    }
}

/// The sums of the two kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindSums {
    pub spending: Sum,
    pub income: Sum,
}

impl KindSums {
    /// The sums of categories, added up by kind.
    pub fn add_up<'a>(categories: &Categories, sums: impl IntoIterator<Item = &'a (i64, Sum)>) -> Self {
        let mut all = Self::default();
        for (id, sum) in sums {
            match categories.kind(*id) {
                CategoryKind::Spending => all.spending += *sum,
                CategoryKind::Income => all.income += *sum,
            }
        }
        all
    }

    /// Spending − income, of all rows: what a list of both kinds adds up to.
    pub fn balance(&self) -> Sum {
        self.spending + self.income.with_opposite_amount()
    }

    /// Income − spending.
    pub fn net(&self) -> Money {
        self.income.amount + -self.spending.amount
    }

    /// What is left of the income, in whole percent, cut toward zero; `None` without income.
    pub fn share_kept(&self) -> Option<i64> {
        let (net, income) = (i128::from(self.net().minor()), self.income.amount.minor());
        let percent = (income > 0).then(|| net * 100 / i128::from(income))?;
        Some(i64::try_from(percent).unwrap_or(if percent < 0 { i64::MIN } else { i64::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(spending: i64, income: i64) -> KindSums {
        let sum = |minor| Sum {
            amount: Money::from_minor(minor),
            count: 1,
        };
        KindSums {
            spending: sum(spending),
            income: sum(income),
        }
    }

    #[test]
    fn the_share_kept_is_cut_toward_zero_and_not_clamped() {
        for (spending, income, share) in [
            (100, 300, Some(66)),
            (0, 300, Some(100)),
            (300, 300, Some(0)),
            (301, 300, Some(0)),
            (700, 300, Some(-133)),
            (-30, 300, Some(110)),
            (100, 0, None),
            (100, -5, None),
            (i64::MAX, 1, Some(i64::MIN)),
        ] {
            assert_eq!(
                sums(spending, income).share_kept(),
                share,
                "{spending} of {income}"
            );
        }
    }

    #[test]
    fn a_list_of_both_kinds_adds_up_to_spending_less_income() {
        let sums = sums(100, 300);
        assert_eq!(sums.balance().amount, -sums.net());
        assert_eq!(sums.balance().count, 2);
    }
}
