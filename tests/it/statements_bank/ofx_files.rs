//! Variants of OFX files.

use expense_tracker::statements::detect::Format;
use expense_tracker::statements::row::{LeftOut, Reason};

use super::{Read, cents, descriptions, read, rows};

fn ofx(rows: &str) -> Read {
    read(
        format!("<OFX><STMTRS><CURDEF>USD<ACCTID>1<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></OFX>")
            .as_bytes(),
    )
}

#[test]
fn an_ofx_amount_is_exact_or_rejected() {
    for (amount, expected) in [
        ("-1,234.56", Some(-123_456)),
        ("1.234,56", Some(123_456)),
        ("+12", Some(1200)),
        ("-0.5000", Some(-50)),
        ("1,234", None),
        ("12.50 USD", None),
        ("1e3", None),
    ] {
        let found = ofx(&format!(
            "<STMTTRN><DTPOSTED>20260101<TRNAMT>{amount}<NAME>A</STMTTRN>"
        ));
        let amounts: Vec<i64> = found.rows().into_iter().map(cents).collect();
        assert_eq!(amounts, expected.into_iter().collect::<Vec<_>>(), "{amount}");
        let reasons: Vec<Reason> = found.rejected().iter().map(|row| row.reason).collect();
        assert_eq!(reasons.is_empty(), expected.is_some(), "{amount} {reasons:?}");
    }
}

#[test]
fn an_ofx_transaction_in_another_currency_says_so() {
    let found = ofx(
        "<STMTTRN><DTPOSTED>20260101<TRNAMT>-1<CURRENCY><CURRATE>1.1<CURSYM>CAD</CURRENCY></STMTTRN>\
         <STMTTRN><DTPOSTED>20260101<TRNAMT>-1<ORIGCURRENCY><CURRATE>1.1<CURSYM>CAD</ORIGCURRENCY></STMTTRN>",
    );
    let currencies: Vec<_> = found
        .rows()
        .iter()
        .map(|row| row.currency.clone().unwrap())
        .collect();
    assert_eq!(currencies, ["CAD", "USD"]);
}

#[test]
fn an_ofx_transaction_keeps_its_account_when_it_names_another() {
    let found = ofx(
        "<STMTTRN><TRNTYPE>XFER<DTPOSTED>20260101<TRNAMT>-1<PAYEE><NAME>Ann</NAME><CITY>X</PAYEE>\
         <BANKACCTTO><BANKID>9<ACCTID>99</BANKACCTTO></STMTTRN>\
         <STMTTRN><DTPOSTED>20260101<TRNAMT>-2<NAME>B</STMTTRN>",
    );
    assert_eq!(descriptions(&found), ["Ann", "B"]);
    assert!(found.rows().iter().all(|row| row.account.as_deref() == Some("1")));
}

#[test]
fn ofx_rows_that_are_not_booked_are_left_out() {
    let found = ofx(
        "<STMTTRN><TRNTYPE>HOLD<DTPOSTED>20260101<TRNAMT>-1<NAME>A</STMTTRN>\
         <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260101<TRNAMT>0.00<NAME>B</STMTTRN>\
         <STMTTRN><DTPOSTED>20260101<TRNAMT>-3<CORRECTFITID>7<CORRECTACTION>DELETE<NAME>C</STMTTRN>\
         </BANKTRANLIST><BANKTRANLISTP><STMTTRNP><DTTRAN>20260102<TRNAMT>-2<NAME>D</STMTTRNP></BANKTRANLISTP>",
    );
    assert_eq!(
        found.reasons(),
        [
            LeftOut::Pending,
            LeftOut::Zero,
            LeftOut::Reverted,
            LeftOut::Pending
        ]
    );
    assert!(found.rows().is_empty() && found.rejected().is_empty());
}

#[test]
fn ofx_bookings_between_securities_are_read() {
    let found = read(
        b"<OFX><INVSTMTRS><CURDEF>USD<INVACCTFROM><ACCTID>7</INVACCTFROM><INVTRANLIST>\
          <BUYSTOCK><INVBUY><INVTRAN><FITID>1<DTTRADE>20260101<MEMO>Shares</INVTRAN><TOTAL>-500.00</INVBUY></BUYSTOCK>\
          <INVBANKTRAN><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260102<TRNAMT>-3.65<FITID>2<MEMO>Fee</STMTTRN>\
          <SUBACCTFUND>CASH</INVBANKTRAN>\
          <TRANSFER><INVTRAN><FITID>3<DTTRADE>20260103</INVTRAN><UNITS>5</TRANSFER></INVTRANLIST></INVSTMTRS></OFX>",
    );
    assert_eq!(rows(&found), [("2026-01-02".to_owned(), -365, "Fee", "")]);
    assert_eq!(found.reasons(), [LeftOut::Neutral, LeftOut::Neutral]);
}

#[test]
fn ofx_in_small_letters_with_prefixes_and_comments_is_read() {
    let found = read(
        b"<!-- export --><?xml version='1.0'?><o:ofx xmlns:o='x'><o:stmtrs><o:curdef>eur</o:curdef><o:stmttrn>\
          <o:dtposted>20260101</o:dtposted><o:trnamt>-1.50</o:trnamt><o:name><![CDATA[A & B]]></o:name>\
          <o:memo/><!-- <o:memo>no</o:memo> --></o:stmttrn></o:stmtrs></o:ofx>",
    );
    assert_eq!(found.format, Format::Ofx);
    assert_eq!(rows(&found), [("2026-01-01".to_owned(), -150, "A & B", "")]);
    assert_eq!(found.rows()[0].currency.as_deref(), Some("EUR"));
}

#[test]
fn an_ofx_header_with_the_wrong_encoding_is_ignored() {
    let file = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><STMTTRN><DTPOSTED>20260101<TRNAMT>-1<NAME>Caf\u{e9}\u{20ac}\n</STMTTRN></OFX>";
    assert_eq!(descriptions(&read(file.as_bytes())), ["Café€"]);
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(file.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(descriptions(&read(&utf16)), ["Café€"]);
}

#[test]
fn an_ofx_category_is_read_if_it_is_a_word() {
    let found = ofx(
        "<STMTTRN><DTPOSTED>20260101<TRNAMT>-1<SIC>Health &amp; Care</STMTTRN>\
         <STMTTRN><DTPOSTED>20260101<TRNAMT>-1<SIC>5411</STMTTRN>",
    );
    let categories: Vec<_> = found.rows().iter().map(|row| row.category.as_deref()).collect();
    assert_eq!(categories, [Some("Health & Care"), None]);
}
