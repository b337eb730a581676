//! A ledger written in each format is read back unchanged.

use expense_tracker::statements::balance::Balance;
use expense_tracker::statements::detect::Format;
use expense_tracker::statements::qif::{self, DateOrder};
use expense_tracker::statements::row::{Record, Row};
use proptest::prelude::*;
use time::{Duration, macros::date};

use super::super::support::cases;
use super::writers::{Booking, camt, mt940, ofx1, ofx2, qif as qif_file};
use super::{Read, cents, read};

fn text() -> impl Strategy<Value = String> {
    "[A-Za-zÄÖäöüéß][A-Za-zäöüéß0-9 .,&<>()'\"#%*]{0,90}"
        .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Bookings in euros.
pub fn ledger() -> impl Strategy<Value = Vec<Booking>> {
    let cents = prop_oneof![-9_999_999_999_i64..=-1, 1_i64..=9_999_999_999, -5_000_i64..=-1];
    let booking =
        (0_i64..3_000, cents, text(), text(), 1_u32..).prop_map(|(day, cents, name, memo, id)| Booking {
            date: date!(2019 - 12 - 20) + Duration::days(day),
            cents,
            name,
            memo,
            id,
        });
    proptest::collection::vec(booking, 0..12)
}

fn check(found: &Read, ledger: &[Booking], has_ids: bool) {
    assert!(
        found.rejected().is_empty() && found.left_out().is_empty(),
        "{:#?}",
        found.records
    );
    check_rows(&found.rows(), ledger);
    for (row, booking) in found.rows().iter().zip(ledger) {
        assert_eq!(row.currency.as_deref(), Some("EUR"));
        assert_eq!(row.source_id, has_ids.then(|| booking.id.to_string()));
    }
}

fn check_rows(rows: &[&Row], ledger: &[Booking]) {
    assert_eq!(rows.len(), ledger.len());
    let mut before = 0;
    for (row, booking) in rows.iter().zip(ledger) {
        assert_eq!((row.date.unwrap(), cents(row)), (booking.date, booking.cents));
        assert_eq!(row.description, booking.name);
        assert!(
            booking.memo == booking.name || row.memo.contains(&booking.memo),
            "{row:?} {booking:?}"
        );
        assert_eq!(row.account.as_deref(), Some("12 34"));
        assert!(row.line > before, "{row:?}");
        before = row.line;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(96)))]

    #[test]
    fn a_ledger_is_read_back_from_ofx_as_sgml(ledger in ledger(), comma: bool) {
        let found = read(&ofx1(&ledger, if comma { "," } else { "." }));
        assert_eq!(found.format, Format::Ofx);
        check(&found, &ledger, true);
    }

    #[test]
    fn a_ledger_is_read_back_from_ofx_as_xml(ledger in ledger()) {
        let found = read(&ofx2(&ledger));
        assert_eq!(found.format, Format::Ofx);
        check(&found, &ledger, true);
    }

    #[test]
    fn a_ledger_is_read_back_from_qif(ledger in ledger(), order in 0_usize..3) {
        let order = [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst][order];
        let file = qif_file(&ledger, order);
        let records: Vec<Record> = qif::read(&file, order, None).collect();
        let rows: Vec<&Row> = records
            .iter()
            .map(|record| match record {
                Record::Row(row) => row,
                Record::Rejected(rejected) => panic!("{rejected:?}"),
            })
            .collect();
        check_rows(&rows, &ledger);
        // The order is the only one that fits, or one of several.
        let orders = qif::survey(&file, None).date_orders;
        assert!(order == DateOrder::YearFirst || orders.contains(&order) || ledger.iter().all(|booking| {
            booking.date.day() == u8::from(booking.date.month())
        }), "{orders:?}");
    }

    #[test]
    fn a_ledger_is_read_back_from_mt940(ledger in ledger()) {
        let found = read(&mt940(&ledger));
        assert_eq!(found.format, Format::Mt940);
        check(&found, &ledger, false);
        assert_eq!(found.balance(), Some(Balance::Explained));
    }

    #[test]
    fn a_ledger_is_read_back_from_camt(ledger in ledger(), version in 1_u8..=14) {
        let found = read(&camt(&ledger, version));
        assert_eq!(found.format, Format::Camt);
        check(&found, &ledger, true);
        assert_eq!(found.balance(), Some(Balance::Explained));
    }

    #[test]
    fn a_missing_row_leaves_the_balances_unexplained(ledger in ledger()) {
        prop_assume!(!ledger.is_empty());
        let whole = String::from_utf8(camt(&ledger, 8)).unwrap();
        let (start, end) = (whole.find("<Ntry>").unwrap(), whole.find("</Ntry>").unwrap() + 7);
        let found = read((whole[..start].to_owned() + &whole[end..]).as_bytes());
        assert_eq!(found.balance(), Some(Balance::NotExplained));
        let whole = String::from_utf8(mt940(&ledger)).unwrap();
        let (start, end) = (whole.find(":61:").unwrap(), whole.find(":86:").unwrap());
        let found = read((whole[..start].to_owned() + &whole[end..]).as_bytes());
        assert_eq!(found.balance(), Some(Balance::NotExplained));
    }
}
