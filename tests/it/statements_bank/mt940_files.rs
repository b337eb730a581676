//! Variants of MT940 files.

use expense_tracker::statements::balance::Balance;
use expense_tracker::statements::detect::Format;
use expense_tracker::statements::row::LeftOut;

use super::{descriptions, read, rows};

#[test]
fn mt940_in_swift_blocks_with_padding_is_read() {
    let found = read(
        b"{1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:\r\n:20:0\r\n:25:NL81ASNB9999999999\r\n:28C:1/1\r\n\
          :60F:C200101EUR444,29\r\n:61:200101    D65,00NOVBNL47INGB9999999999\r\nhr jansen\r\n\
          :86:NL47INGB9999999999 hr jansen\r\n          \r\nBetaling sieraden   \r\n\r\n:62F:C200101EUR379,29\r\n-}{5:}\r\n\
          {1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:\r\n:20:0\r\n:25:NL81ASNB9999999999\r\n\
          :60F:C200102EUR379,29\r\n:62F:C200102EUR379,29\r\n-}{5:}\r\n",
    );
    assert_eq!(found.format, Format::Mt940);
    let [(date, cents, description, memo)] = &rows(&found)[..] else {
        panic!("{:?}", found.records)
    };
    assert_eq!(
        (date.as_str(), *cents, *description),
        ("2020-01-01", -6500, "hr jansen")
    );
    assert!(memo.contains("Betaling sieraden"), "{memo}");
    assert_eq!(
        (found.statements.len(), found.balance()),
        (2, Some(Balance::Explained))
    );
}

#[test]
fn mt940_of_rabobank_postfinance_triodos_and_citibank_is_read() {
    let rabobank = read(
        b":940:\r\n:20:940S130101\r\n:25:NL71RABO0123456789\r\n:28C:0\r\n:60F:C130101EUR000000001000,00\r\n\
          :61:130101D000000000025,00N102EREF            \r\nNL70ABNA0987654321\r\n\
          :86:/EREF/01-01-2013 12:00 0030000987654321/BENM//NAME/CONTRA ACCOUN\r\nT HOLDER/REMI//ISDT/2013-07-11\r\n\
          :62F:C130108EUR000000000975,00\r\n",
    );
    assert_eq!(descriptions(&rabobank), ["CONTRA ACCOUNT HOLDER"]);
    assert_eq!(rabobank.balance(), Some(Balance::Explained));
    let postfinance = read(
        b":20:1\n:25:1\n:28C:1\n:60F:C131130CHF0,\n:61:1312091209C79,7FMSC01916//NONREF\n20131209007602198765432000000012\n\
          :86:GIRO AUS ONLINE-SIC 80532 AUFTRAGGEBER: JANE DOE EXAMPLESTRASSE\n 10 1234 XXXX\n:62M:C140407CHF79,7\n-\n",
    );
    assert_eq!(postfinance.balance(), Some(Balance::Explained));
    assert!(descriptions(&postfinance)[0].ends_with("EXAMPLESTRASSE 10 1234 XXXX"));
    let triodos = read(
        b":20:1\n:25:T/1\n:28:1\n:60F:C110101EUR100,\n:61:110125D70,00N000NONREF\n:86:000>100133967858\n\
          >20 HUUR>21 KANTOOR - FEB 2010\n:62F:C110201EUR30,\n-\n\n",
    );
    assert_eq!(descriptions(&triodos), ["HUUR KANTOOR - FEB 2010"]);
    let citibank = read(
        b":20:a\n:25:1\n:28:1/1\n:60F:C240312USD300,\n:61:240312    DD212,39NMSCNONREF//\n/ABC/DEF/MISCELLANEOUS\n\
          :86:/PT/FT/PY/SOMETHING FOO BAR          112233\n   123456789\n:61:240312    CD0,00NDEFNONREF//\n:62F:C240312USD87,61\n-",
    );
    assert_eq!(descriptions(&citibank), ["SOMETHING FOO BAR 112233 123456789"]);
    assert_eq!(
        (citibank.reasons(), citibank.balance()),
        (vec![LeftOut::Zero], Some(Balance::Explained))
    );
}

#[test]
fn mt940_numbered_lines_are_the_text_of_their_booking() {
    let found = read(
        b":20:STARTUMS\n:25:1\n:28:46\n:NS:22JOHN DOE\n23John Doe\n\n:60F:C171011HUF627311,30\n:61:1710111011DF2402,00S   X\n\
          :NS:01526715\n09Illetek:7.21HUF\n15ERGO AG Fiokte\n16lep\n17G200000137791678\n:62F:C171011HUF624909,30\n",
    );
    assert_eq!(descriptions(&found), ["ERGO AG Fiokte lep"]);
    assert!(found.rows()[0].memo.contains("526715 Illetek:7.21HUF"));
    assert_eq!(found.balance(), Some(Balance::Explained));
}

#[test]
fn mt940_text_of_the_statement_is_no_text_of_a_booking() {
    let found = read(
        b":20:X\n:25:1\n:60F:C260101EUR10,\n:61:260101D1,00NMSCREF 1\n:62F:C260101EUR9,\n:64:C260101EUR9,\n:86:FREE TEXT\n-\n",
    );
    assert_eq!(rows(&found), [("2026-01-01".to_owned(), -100, "REF 1", "")]);
}

#[test]
fn mt940_announcements_are_left_out() {
    let found = read(
        b":20:STARTDISPE\n:25:1\n:28C:0\n:34F:EUR0,\n:13:2601011200\n:61:2601010101DR1,00NMSCX\n:86:105?00Karte?32Shop\n-\n\
          :20:STARTUMS\n:25:1\n:60F:C260101EUR10,\n:61:2601010101ED2,00NMSCX\n:61:2601010101D3,00NMSCX\n:62F:C260101EUR7,\n-\n",
    );
    assert_eq!(found.reasons(), [LeftOut::Pending, LeftOut::Pending]);
    assert_eq!(
        (found.rows().len(), found.balance()),
        (1, Some(Balance::Explained))
    );
}

#[test]
fn mt940_lines_in_odd_places_are_read() {
    let found = read(
        b":20:X\n:25:1\n:28C:00000/001\n:60M:C140106EUR1,00\n-\n:61:1401060106CR\n1,00N062NONREF\nSecond\n:86:-TX A\n:62M:C140106EUR2,00\n-\n",
    );
    assert_eq!(rows(&found), [("2014-01-06".to_owned(), 100, "-TX A", "Second")]);
    assert_eq!(
        (found.statements.len(), found.balance()),
        (1, Some(Balance::Explained))
    );
}
