//! Bank files (OFX, QFX, QIF, MT940, CAMT) are read exactly.

mod answers;
mod camt_files;
mod damaged;
pub mod generated;
mod mt940_files;
mod ofx_files;
mod qif_files;
pub mod writers;

use expense_tracker::statements::balance::{Balance, Statement, over_all};
use expense_tracker::statements::detect::{Format, detect};
use expense_tracker::statements::row::{LeftOut, Record, Rejected, Row};
use expense_tracker::statements::{camt, mt940, ofx, qif};

/// The result of reading a file.
struct Read {
    format: Format,
    records: Vec<Record>,
    statements: Vec<Statement>,
}

impl Read {
    fn rows(&self) -> Vec<&Row> {
        self.all_rows().filter(|row| row.left_out.is_none()).collect()
    }

    fn left_out(&self) -> Vec<&Row> {
        self.all_rows().filter(|row| row.left_out.is_some()).collect()
    }

    fn reasons(&self) -> Vec<LeftOut> {
        self.all_rows().filter_map(|row| row.left_out).collect()
    }

    fn rejected(&self) -> Vec<&Rejected> {
        self.records
            .iter()
            .filter_map(|record| match record {
                Record::Rejected(rejected) => Some(rejected),
                Record::Row(_) => None,
            })
            .collect()
    }

    fn all_rows(&self) -> impl Iterator<Item = &Row> {
        self.records.iter().filter_map(|record| match record {
            Record::Row(row) => Some(row),
            Record::Rejected(_) => None,
        })
    }

    fn balance(&self) -> Option<Balance> {
        over_all(&self.statements)
    }
}

/// Reads a file in its detected format, with the most likely order of dates.
fn read(bytes: &[u8]) -> Read {
    read_as(detect(bytes), bytes)
}

fn read_as(format: Format, bytes: &[u8]) -> Read {
    let (records, statements) = match format {
        Format::Ofx => (ofx::read(bytes).collect(), Vec::new()),
        Format::Mt940 => {
            let mut reader = mt940::read(bytes);
            let records = reader.by_ref().collect();
            (records, reader.statements().to_vec())
        }
        Format::Camt => {
            let mut reader = camt::read(bytes);
            let records = reader.by_ref().collect();
            (records, reader.statements().to_vec())
        }
        Format::Qif => (
            qif::read(bytes, qif::survey(bytes, None).date_orders[0], None).collect(),
            Vec::new(),
        ),
        Format::Csv => (Vec::new(), Vec::new()),
    };
    Read {
        format,
        records,
        statements,
    }
}

fn cents(row: &Row) -> i64 {
    row.amount.minor_units(2).expect("two decimals")
}

/// Date, cents, description and memo of the rows that are not excluded.
fn rows(found: &Read) -> Vec<(String, i64, &str, &str)> {
    found
        .rows()
        .into_iter()
        .map(|row| {
            (
                row.date.unwrap().to_string(),
                cents(row),
                row.description.as_str(),
                row.memo.as_str(),
            )
        })
        .collect()
}

fn descriptions(found: &Read) -> Vec<&str> {
    found
        .rows()
        .into_iter()
        .map(|row| row.description.as_str())
        .collect()
}
