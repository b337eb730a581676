//! The current CAMT statement.

use super::super::balance::{Statement, Sum};
use super::super::clean::present;
use super::balances::{RawBalance, explained};
use super::entry::Account;

/// More than any statement has. Bounds the memory.
const MOST_BALANCES: usize = 1_000;

#[derive(Debug)]
pub struct OpenStatement {
    line: u64,
    /// The length of its path.
    pub path: usize,
    pub account: Account,
    currency: Option<String>,
    balances: Vec<RawBalance>,
    /// Set if there are too many balances, or if the file is truncated, so that they don't match its rows.
    pub has_no_balances: bool,
    pub booked: Sum,
}

impl OpenStatement {
    pub fn new(line: u64, path: usize) -> Self {
        Self {
            line,
            path,
            account: Account::default(),
            currency: None,
            balances: Vec::new(),
            has_no_balances: false,
            booked: Sum::default(),
        }
    }

    pub fn add_balance(&mut self) {
        self.has_no_balances |= self.balances.len() >= MOST_BALANCES;
        if self.has_no_balances {
            self.balances.clear();
        }
        self.balances.push(RawBalance::default());
    }

    /// Stores the text of the element at `path` below the statement.
    pub fn set(&mut self, path: &str, text: &str, currency: Option<&str>) {
        match path {
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" | "Acct/Id/PrtryAcct/Id" if self.account.id.is_none() => {
                self.account.id = present(text);
            }
            "Acct/Ccy" => self.currency = present(text),
            "Acct/Ownr/Nm" | "Acct/Ownr/Pty/Nm" => self.account.owner = present(text),
            path => {
                if let (Some(path), Some(balance)) = (path.strip_prefix("Bal/"), self.balances.last_mut()) {
                    balance.set(path, text, currency);
                }
            }
        }
    }

    pub fn finished(self) -> Statement {
        let balance = (!self.has_no_balances).then(|| explained(&self.balances, self.booked));
        Statement {
            line: self.line,
            balance: balance.flatten(),
            account: self.account.id,
            currency: self.currency,
        }
    }
}
