//! Variants of QIF files.

use expense_tracker::statements::qif::{self, DateOrder};
use expense_tracker::statements::row::{LeftOut, Reason};

use super::{cents, descriptions, read};

#[test]
fn a_qif_file_is_ambiguous_only_if_two_orders_fit() {
    let file = |first: &str| format!("!Type:Bank\nD{first}\nT-1.00\nPA\n^\nD04/05/2020\nT-2.00\nPB\n^\n");
    for (first, orders) in [
        ("13/01/2020", vec![DateOrder::DayFirst]),
        ("01/13/2020", vec![DateOrder::MonthFirst]),
        ("01/02/2020", vec![DateOrder::MonthFirst, DateOrder::DayFirst]),
        ("01.02.20", vec![DateOrder::DayFirst, DateOrder::MonthFirst]),
        ("2020-13-01", vec![DateOrder::MonthFirst, DateOrder::DayFirst]),
    ] {
        assert_eq!(
            qif::survey(file(first).as_bytes(), None).date_orders,
            orders,
            "{first}"
        );
    }
    let stated = "!Option:MDY\n".to_owned() + &file("01/02/2020");
    assert_eq!(
        qif::survey(stated.as_bytes(), None).date_orders,
        [DateOrder::MonthFirst]
    );
    let by_order = |order| {
        let file = file("01/02/2020");
        qif::read(file.as_bytes(), order, None)
            .map(|record| format!("{record:?}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(by_order(DateOrder::DayFirst).contains("2020-02-01"));
    assert!(by_order(DateOrder::MonthFirst).contains("2020-01-02"));
}

#[test]
fn the_decimal_mark_of_a_qif_file_is_determined_from_all_rows() {
    let amounts = |amounts: &[&str]| {
        let row = |amount: &&str| format!("D2020-01-01\nT{amount}\nPA\n^\n");
        let rows = amounts.iter().map(row).collect::<Vec<_>>().concat();
        let found = read(format!("!Type:Bank\n{rows}").as_bytes());
        (
            found.rows().into_iter().map(cents).collect::<Vec<_>>(),
            found.rejected().len(),
        )
    };
    assert_eq!(
        amounts(&["1,100.00", "4,884", "-3.5"]),
        (vec![110_000, 488_400, -350], 0)
    );
    assert_eq!(
        amounts(&["1.100,00", "4.884", "-3,5"]),
        (vec![110_000, 488_400, -350], 0)
    );
    assert_eq!(amounts(&["1'100.00", "7"]), (vec![110_000, 700], 0));
    assert_eq!(amounts(&["4,884", "7"]), (vec![700], 1));
    assert_eq!(
        amounts(&["1,000", "22,500", "3,100"]),
        (vec![100_000, 2_250_000, 310_000], 0)
    );
    assert_eq!(amounts(&["$5.00", "abc", ""]), (vec![], 3));
}

#[test]
fn qif_accounts_and_sections_are_distinguished() {
    let found = read(
        b"!Option:AutoSwitch\n!Account\nNFirst\nTBank\n^\nNSecond\nTCash\n^\n!Clear:AutoSwitch\n!Account\nNFirst\nTBank\n^\n\
          !Type:Bank \nD2020-01-01\nT-1.00\nPA\nNATM\n^\n!Account\nNSecond\nTCash\n^\n!Type:Cash\nD2020-01-02\nT-2.00\nPB\nL[First]\n^\n\
          D2020-01-03\nPC\n^\n!Type:Memorized\nKP\nT-9.00\nPD\n^\n!Type:Prices\n\"X\",1.0,\"1/1/20\"\n^\n\
          !Type:Tag\nNx\n^\n!Type:Oth L\nD2020-01-04\nT-4.00\nPE\nAStreet 1\n",
    );
    assert_eq!(descriptions(&found), ["A", "E"]);
    let accounts: Vec<_> = found
        .all_rows()
        .map(|row| row.account.as_deref().unwrap())
        .collect();
    assert_eq!(accounts, ["First", "Second", "Second"]);
    assert_eq!(found.rows()[0].memo, "ATM");
    assert_eq!(found.reasons(), [LeftOut::Transfer]);
    let rejected = found.rejected();
    assert_eq!(
        (rejected.len(), rejected[0].reason, rejected[0].line),
        (1, Reason::MissingAmount, 30)
    );
}

#[test]
fn a_qif_split_that_does_not_add_up_stays_whole() {
    let found = read(b"!Type:Bank\nD2020-01-01\nT-10.00\nPA\nLX\nSY\n$-4.00\nSZ\n$-5.00\n^\nD2020-01-02\nT-3.00\nPB\nSY\n$-3.00\n^\n");
    assert_eq!(
        found.rows().iter().map(|row| cents(row)).collect::<Vec<_>>(),
        [-1000, -300]
    );
    assert_eq!(found.rows()[0].category.as_deref(), Some("X"));
    assert_eq!(found.rows()[1].category.as_deref(), Some("Y"));
}

#[test]
fn qif_splits_of_quicken_are_read() {
    let found = read(
        b"!Type:Bank\nD2/22'19\nU-119.48\nT-119.48\nPStore\nL[Cash]\nS[Cash]\nEcash\n$-60.00\nS\n$0.00\nSFood\n$-59.48\n^\n\
          D9/ 4' 3\nT-1.00\nPLoan\nL[Konto 2]\nS[Konto 2]\n$-1.00\n^\n",
    );
    assert_eq!(found.rows().into_iter().map(cents).collect::<Vec<_>>(), [-5948]);
    assert_eq!(found.reasons(), [LeftOut::Transfer, LeftOut::Transfer]);
    assert_eq!(found.left_out()[1].date.unwrap().to_string(), "2003-09-04");
}
