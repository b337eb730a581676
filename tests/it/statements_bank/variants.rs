//! What banks write differently from each other, in files of a few lines.

use expense_tracker::statements::balance::Balance;
use expense_tracker::statements::detect::Format;
use expense_tracker::statements::qif::{self, DateOrder};
use expense_tracker::statements::row::{LeftOut, Reason};

use super::{Read, cents, read};

fn ofx(rows: &str) -> Read {
    read(
        format!("<OFX><STMTRS><CURDEF>USD<ACCTID>1<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></OFX>")
            .as_bytes(),
    )
}

/// Date, cents, description and memo of the rows that are not left out.
fn rows(found: &Read) -> Vec<(String, i64, &str, &str)> {
    found
        .rows()
        .into_iter()
        .map(|row| {
            (
                row.date.to_string(),
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
fn an_ofx_header_that_lies_about_utf_8_does_no_harm() {
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
fn a_qif_file_asks_for_the_order_only_where_two_fit() {
    let file = |first: &str| format!("!Type:Bank\nD{first}\nT-1.00\nPA\n^\nD04/05/2020\nT-2.00\nPB\n^\n");
    for (first, orders) in [
        ("13/01/2020", vec![DateOrder::DayFirst]),
        ("01/13/2020", vec![DateOrder::MonthFirst]),
        ("01/02/2020", vec![DateOrder::MonthFirst, DateOrder::DayFirst]),
        ("01.02.20", vec![DateOrder::DayFirst, DateOrder::MonthFirst]),
        ("2020-13-01", vec![DateOrder::MonthFirst, DateOrder::DayFirst]),
    ] {
        assert_eq!(qif::date_orders(file(first).as_bytes()), orders, "{first}");
    }
    let stated = "!Option:MDY\n".to_owned() + &file("01/02/2020");
    assert_eq!(qif::date_orders(stated.as_bytes()), [DateOrder::MonthFirst]);
    let by_order = |order| {
        let file = file("01/02/2020");
        qif::read(file.as_bytes(), order)
            .map(|record| format!("{record:?}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(by_order(DateOrder::DayFirst).contains("2020-02-01"));
    assert!(by_order(DateOrder::MonthFirst).contains("2020-01-02"));
}

#[test]
fn the_decimal_mark_of_a_qif_file_is_that_of_all_its_rows() {
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
fn qif_accounts_and_sections_are_told_apart() {
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

fn camt(inside: &str) -> Read {
    read(
        format!(
            "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08\"><BkToCstmrAcctRpt><Rpt>\
             <Acct><Id><IBAN>DE1</IBAN></Id><Ownr><Nm>Me</Nm></Ownr></Acct>{inside}</Rpt></BkToCstmrAcctRpt></Document>"
        )
        .as_bytes(),
    )
}

fn entry(amount: &str, direction: &str, rest: &str) -> String {
    format!("<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{rest}</Ntry>")
}

const DAY: &str = "<BookgDt><Dt>2026-03-10</Dt></BookgDt>";

#[test]
fn camt_details_are_rows_only_where_they_are_the_entry() {
    let detail = |amount: &str, currency: &str, name: &str| {
        format!(
            "<TxDtls><Amt Ccy=\"{currency}\">{amount}</Amt><RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties></TxDtls>"
        )
    };
    let batch = |parts: &[String]| {
        let found = camt(&entry(
            "10.00",
            "DBIT",
            &format!("{DAY}<NtryDtls>{}</NtryDtls>", parts.concat()),
        ));
        found.rows().into_iter().map(cents).collect::<Vec<_>>()
    };
    assert_eq!(
        batch(&[detail("4.00", "EUR", "A"), detail("6.00", "EUR", "B")]),
        [-400, -600]
    );
    assert_eq!(
        batch(&[detail("4.00", "EUR", "A"), detail("5.00", "EUR", "B")]),
        [-1000]
    );
    assert_eq!(
        batch(&[detail("4.00", "EUR", "A"), detail("6.00", "USD", "B")]),
        [-1000]
    );
    assert_eq!(
        batch(&[detail("4.00", "EUR", "A"), "<TxDtls></TxDtls>".to_owned()]),
        [-1000]
    );
    assert_eq!(batch(&[detail("4.00", "EUR", "A")]), [-1000]);
    assert_eq!(
        batch(&[detail("10.00", "EUR", "A"), detail("10.00", "EUR", "B")]),
        [-1000]
    );
}

#[test]
fn camt_entries_that_can_not_be_read_are_rejected_one_by_one() {
    let good = entry("1.00", "CRDT", DAY);
    for (bad, reason) in [
        (entry("1.00", "DBIT", ""), Reason::MissingDate),
        (
            entry("1.00", "DBIT", "<BookgDt><Dt>2026-02-30</Dt></BookgDt>"),
            Reason::WrongDate,
        ),
        (entry("", "DBIT", DAY), Reason::MissingAmount),
        (entry("1,0.0", "DBIT", DAY), Reason::WrongAmount),
        (entry("-1.00", "DBIT", DAY), Reason::WrongAmount),
        (entry("1.00", "", DAY), Reason::UnknownDirection),
    ] {
        let found = camt(&format!("{good}{bad}{good}"));
        assert_eq!(
            found.rejected().iter().map(|row| row.reason).collect::<Vec<_>>(),
            [reason],
            "{bad}"
        );
        assert_eq!(found.rows().len(), 2);
        assert_eq!(found.rejected()[0].raw, bad);
    }
}

#[test]
fn camt_entries_that_are_not_booked_are_left_out() {
    let status = |status: &str| {
        entry(
            "1.00",
            "DBIT",
            &format!("<Sts>{status}</Sts><ValDt><Dt>2026-03-10</Dt></ValDt>"),
        )
    };
    let found =
        camt(&(status("PDNG") + &status("<Cd>FUTR</Cd>") + &status("<Cd>INFO</Cd>") + &status("BOOK")));
    assert_eq!(
        found.reasons(),
        [LeftOut::Pending, LeftOut::Pending, LeftOut::Neutral]
    );
    assert_eq!(found.rows().len(), 1);
    // The text is what there is.
    let text = "<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Me</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr>\
                </RltdPties></TxDtls></NtryDtls>";
    let found = camt(
        &(entry("1.00", "DBIT", &(DAY.to_owned() + text)) + &entry("1.00", "CRDT", &(DAY.to_owned() + text))),
    );
    assert_eq!(descriptions(&found), ["Shop", "Shop"]);
}

#[test]
fn a_camt_file_that_breaks_off_says_so() {
    let found = read(format!("<Document><BkToCstmrStmt><Stmt>{}", entry("1.00", "CRDT", DAY)).as_bytes());
    assert_eq!((found.rows().len(), found.rejected().len()), (1, 1));
    let found = camt(&(entry("1.00", "CRDT", DAY) + "<Ntry></Stmt>"));
    assert_eq!((found.rows().len(), found.rejected().len()), (1, 1));
}
