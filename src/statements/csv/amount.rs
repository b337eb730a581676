//! Reads the amount of a row. Negative is money out.

use super::cells::{Cells, Problem};
use super::exclusion_words::{direction, says_refund};
use super::file_stats::FileStats;
use super::fold::cell_text;
use super::layout::{AmountColumns, key};
use super::number::{self, is_blank};
use crate::statements::decimal::Decimal;
use crate::statements::row::{LeftOut, Reason};

/// Whether a column of amounts has a number.
pub(super) fn is_some(row: &Cells<'_, '_>) -> bool {
    let columns = row.layout.amount_columns();
    columns
        .iter()
        .any(|column| number::parse(row.text(*column), row.layout.marks).is_some())
}

/// The amount, and whether the word of its direction excludes the row.
pub(super) fn read(row: &Cells<'_, '_>, stats: &FileStats) -> Result<(Decimal, Option<LeftOut>), Problem> {
    match &row.layout.amount {
        AmountColumns::Signed(column) => Ok((single(row, *column)?, None)),
        AmountColumns::SpentPositive(column) => Ok((single(row, *column)?.negated(), None)),
        AmountColumns::DebitCredit { debit, credit } => Ok((pair(row, *debit, *credit, stats)?, None)),
        AmountColumns::Indicator {
            column,
            indicator,
            out,
            into,
        } => {
            let amount = single(row, *column)?;
            let word = key(row.text(*indicator));
            let size = if stats.is_out_negative && amount.units < 0 {
                amount.negated()
            } else {
                amount
            };
            if out.contains(&word) {
                Ok((size.negated(), None))
            } else if into.contains(&word) {
                Ok((size, None))
            } else {
                match direction(&word) {
                    Some(LeftOut::Neutral) if row.cells.iter().any(|cell| says_refund(cell)) => {
                        Ok((size, None))
                    }
                    Some(left_out) => Ok((amount, Some(left_out))),
                    None => Err((*indicator, Reason::UnknownDirection)),
                }
            }
        }
    }
}

fn single(row: &Cells<'_, '_>, column: usize) -> Result<Decimal, Problem> {
    optional(row, column)?.ok_or((column, Reason::MissingAmount))
}

fn optional(row: &Cells<'_, '_>, column: usize) -> Result<Option<Decimal>, Problem> {
    let cell = cell_text(row.text(column));
    if is_blank(cell) {
        return Ok(None);
    }
    match number::parse(cell, row.layout.marks) {
        Some(amount) => Ok(Some(amount)),
        None => Err((column, Reason::WrongAmount)),
    }
}

fn pair(row: &Cells<'_, '_>, debit: usize, credit: usize, stats: &FileStats) -> Result<Decimal, Problem> {
    let out = optional(row, debit)?.map(|out| if stats.is_out_negative { out } else { out.negated() });
    let into = optional(row, credit)?.map(|into| {
        if stats.is_in_negative {
            into.negated()
        } else {
            into
        }
    });
    match (out, into) {
        (None, None) => Err((debit, Reason::MissingAmount)),
        (Some(amount), None) | (None, Some(amount)) => Ok(amount),
        (Some(out), Some(into)) if into.is_zero() => Ok(out),
        (Some(out), Some(into)) if out.is_zero() => Ok(into),
        (Some(out), Some(into)) => sum(out, into).ok_or((debit, Reason::WrongAmount)),
    }
}

fn sum(one: Decimal, other: Decimal) -> Option<Decimal> {
    let scale = one.scale.max(other.scale);
    let units = one.minor_units(scale)?.checked_add(other.minor_units(scale)?)?;
    Some(Decimal { units, scale })
}
