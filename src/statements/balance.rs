//! Checks that the opening balance and the rows of a statement add up to its closing balance.

use super::decimal::Decimal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    Explained,
    NotExplained,
}

/// One statement of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The line on which it starts.
    pub line: u64,
    pub account: Option<String>,
    pub currency: Option<String>,
    /// `None` if the file does not have both balances.
    pub balance: Option<Balance>,
}

/// No bank file has more. Further ones are added to the last one, which bounds the memory.
const MOST_STATEMENTS: usize = 10_000;

/// Adds a statement.
pub fn push(statements: &mut Vec<Statement>, statement: Statement) {
    if statements.len() < MOST_STATEMENTS {
        statements.push(statement);
    } else if let Some(last) = statements.last_mut()
        && statement.balance == Some(Balance::NotExplained)
    {
        last.balance = statement.balance;
    }
}

/// The result for all statements of a file; `None` if none has both balances.
pub fn over_all(statements: &[Statement]) -> Option<Balance> {
    let known = || statements.iter().filter_map(|statement| statement.balance);
    if known().any(|balance| balance == Balance::NotExplained) {
        return Some(Balance::NotExplained);
    }
    known().next()
}

/// An exact sum of numbers with any number of decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(i128);

impl Sum {
    /// The maximum in a number of a file.
    const DECIMALS: u8 = 18;

    pub fn add(&mut self, number: Decimal) {
        let factor = 10_i128.pow(u32::from(Self::DECIMALS.saturating_sub(number.scale)));
        self.0 = self.0.saturating_add(i128::from(number.units) * factor);
    }

    pub fn of(numbers: impl IntoIterator<Item = Decimal>) -> Self {
        let mut sum = Self::default();
        for number in numbers {
            sum.add(number);
        }
        sum
    }

    /// Whether the opening balance and this sum add up to the closing balance.
    pub fn explains(mut self, opening: Decimal, closing: Decimal) -> Balance {
        self.add(opening);
        if self == Self::of([closing]) {
            Balance::Explained
        } else {
            Balance::NotExplained
        }
    }
}
