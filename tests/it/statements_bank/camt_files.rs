//! Variants of CAMT files.

use expense_tracker::statements::row::{LeftOut, Reason};

use super::{Read, cents, descriptions, read};

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
fn camt_details_are_rows_only_if_they_add_up() {
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
    // An entry with a text only.
    let text = "<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Me</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr>\
                </RltdPties></TxDtls></NtryDtls>";
    let found = camt(
        &(entry("1.00", "DBIT", &(DAY.to_owned() + text)) + &entry("1.00", "CRDT", &(DAY.to_owned() + text))),
    );
    assert_eq!(descriptions(&found), ["Shop", "Shop"]);
}

#[test]
fn a_truncated_camt_file_is_reported() {
    let found = read(format!("<Document><BkToCstmrStmt><Stmt>{}", entry("1.00", "CRDT", DAY)).as_bytes());
    assert_eq!((found.rows().len(), found.rejected().len()), (1, 1));
    let found = camt(&(entry("1.00", "CRDT", DAY) + "<Ntry></Stmt>"));
    assert_eq!((found.rows().len(), found.rejected().len()), (1, 1));
}
