//! Finds the opening and the closing balance of a CAMT statement.

use super::super::balance::{Balance, Sum};
use super::super::decimal::Decimal;
use super::entry::{in_direction, size};

/// The elements of a balance.
#[derive(Debug, Default)]
pub struct RawBalance {
    kind: String,
    amount: String,
    currency: String,
    direction: String,
    date: String,
}

impl RawBalance {
    /// Stores the text of the element at `path` below the balance.
    pub fn set(&mut self, path: &str, text: &str, currency: Option<&str>) {
        let field = match path {
            "Tp/CdOrPrtry/Cd" => &mut self.kind,
            "Amt" => {
                currency.unwrap_or_default().clone_into(&mut self.currency);
                &mut self.amount
            }
            "CdtDbtInd" => &mut self.direction,
            "Dt/Dt" | "Dt/DtTm" => &mut self.date,
            _ => return,
        };
        text.trim().clone_into(field);
    }

    fn amount(&self) -> Option<Decimal> {
        in_direction(size(&self.amount)?, &self.direction)
    }
}

/// Whether the opening balance and `booked` add up to the closing balance; `None` if a balance is missing.
pub fn explained(balances: &[RawBalance], booked: Sum) -> Option<Balance> {
    let of = |kind: &str| {
        balances
            .iter()
            .filter(move |balance| balance.kind == kind)
            .collect::<Vec<_>>()
    };
    let interim = of("ITBD");
    // The statement of a month can have the balances of each day.
    let opening = [of("OPBD"), of("PRCD")]
        .into_iter()
        .find_map(|found| found.into_iter().min_by(|one, other| one.date.cmp(&other.date)));
    let closing = of("CLBD")
        .into_iter()
        .rev()
        .max_by(|one, other| one.date.cmp(&other.date));
    // The pages of a long statement begin and end with interim balances.
    let opening = opening.or_else(|| interim.first().copied())?;
    let closing = closing.or_else(|| interim.last().copied())?;
    if std::ptr::eq(opening, closing) || opening.currency != closing.currency {
        return None;
    }
    Some(booked.explains(opening.amount()?, closing.amount()?))
}
