//! Proposals for CSV files: questions, choices, the app's own export, limits.
//!
//! More than 300 lines, because each test contains the files that it reads.

use expense_tracker::expenses::export::{Style, Writer};
use expense_tracker::ledger::category_kind::CategoryKind;
use expense_tracker::ledger::expense::ExportRow;
use expense_tracker::money::Currency;
use expense_tracker::money::Money;
use expense_tracker::statements::csv::limits::{MAX_BYTES, MAX_CELL, MAX_CELLS, MAX_ROWS};
use expense_tracker::statements::csv::{AmountAs, Choices, Proposal, ReadAs, Unreadable, propose, rows};
use expense_tracker::statements::row::{LeftOut, Reason, Record, Rejected, Row};
use serde_json::{Value, json};

fn proposed(text: &str) -> Proposal {
    propose(text.as_bytes(), &Choices::default(), None).unwrap()
}

fn chosen(text: &str, choices: Value) -> Proposal {
    let choices: Choices = serde_json::from_value(choices).unwrap();
    propose(text.as_bytes(), &choices, None).unwrap()
}

fn questions(text: &str) -> Value {
    serde_json::to_value(proposed(text).questions).unwrap()
}

fn records(text: &str, read_as: &ReadAs) -> Vec<Record> {
    rows(text.as_bytes(), read_as).unwrap().collect()
}

fn read(text: &str) -> (Vec<Row>, Vec<Rejected>) {
    let (mut read, mut rejected) = (Vec::new(), Vec::new());
    for record in records(text, &proposed(text).read_as) {
        match record {
            Record::Row(row) => read.push(row),
            Record::Rejected(row) => rejected.push(row),
        }
    }
    (read, rejected)
}

/// Date, hundredths and description of each row.
fn brief(text: &str) -> Vec<(String, i64, String)> {
    let (rows, rejected) = read(text);
    assert!(rejected.is_empty(), "{rejected:?}");
    rows.into_iter()
        .map(|row| {
            (
                row.date.unwrap().to_string(),
                row.amount.minor_units(2).unwrap(),
                row.description,
            )
        })
        .collect()
}

#[test]
fn two_readings_of_a_date_are_asked_for() {
    let text = "Date,Payee,Amount\n06/12/2021,Baker,-1.50\n07/11/2021,Baker,-2.50\n";
    assert_eq!(
        questions(text),
        json!([{"about": "date_order", "options": ["DD/MM/YYYY", "MM/DD/YYYY"], "example": "06/12/2021"}])
    );
    let answered = chosen(text, json!({"date": {"format": "MM/DD/YYYY"}}));
    assert!(answered.questions.is_empty());
    assert_eq!(answered.read_as.date.column, "Date");
    let Record::Row(row) = &records(text, &answered.read_as)[0] else {
        panic!()
    };
    assert_eq!(row.date.unwrap().to_string(), "2021-06-12");
}

#[test]
fn two_columns_of_dates_determine_each_other() {
    let text = "Date,Value date,Payee,Amount\n06/12/2021,06/12/2021,Baker,-1.50\n07/11/2021,17/11/2021,Baker,-2.50\n";
    assert_eq!(questions(text), json!([]));
    assert_eq!(proposed(text).read_as.date.format, "DD/MM/YYYY");
}

#[test]
fn two_readings_of_an_amount_are_asked_for() {
    let text = "Date,Payee,Amount\n2021-06-12,Baker,-1.500\n2021-06-13,Baker,-2.750\n";
    assert_eq!(
        questions(text),
        json!([{"about": "decimal_mark", "options": [".", ","], "example": "-1.500"}])
    );
    let answered = chosen(text, json!({"decimal": ","}));
    assert!(answered.questions.is_empty());
    assert_eq!(answered.read_as.thousands, Some('.'));
}

#[test]
fn amounts_without_a_direction_are_asked_for() {
    let text = "Date,Payee,Amount\n2021-06-12,Baker,1.50\n2021-06-13,Baker,2.75\n";
    assert_eq!(
        questions(text),
        json!([{"about": "direction", "options": ["signed", "spent_positive"]}])
    );
    let answered = chosen(
        text,
        json!({"amount": {"mode": "spent_positive", "column": "Amount"}}),
    );
    assert!(answered.questions.is_empty());
}

#[test]
fn balances_determine_the_direction_of_amounts() {
    let card = "Date,Payee,Amount,Balance\n2021-06-12,Baker,1.50,-1.50\n2021-06-13,Baker,2.75,-4.25\n2021-06-14,Pay,-4.00,-0.25\n";
    assert_eq!(
        proposed(card).read_as.amount,
        AmountAs::SpentPositive {
            column: "Amount".to_owned()
        }
    );
    let savings = "Date,Payee,Amount,Balance\n2021-06-14,A,5.00,9.25\n2021-06-13,B,4.00,4.25\n2021-06-12,C,1.50,0.25\n2021-06-12,D,-1.00,-1.25\n";
    assert_eq!(
        proposed(savings).read_as.amount,
        AmountAs::Signed {
            column: "Amount".to_owned()
        }
    );
    assert_eq!(questions(card), json!([]));
    assert_eq!(questions(savings), json!([]));
}

#[test]
fn a_list_without_header_is_read_by_its_cells() {
    let bank = "12/25/2021,-1.50,COFFEE SHOP,98.50\n12/24/2021,-2.00,BOOK STORE,100.00\n12/23/2021,50.00,SALARY ACME,102.00\n";
    assert_eq!(questions(bank), json!([]));
    assert_eq!(
        brief(bank),
        [
            ("2021-12-25".to_owned(), -150, "COFFEE SHOP".to_owned()),
            ("2021-12-24".to_owned(), -200, "BOOK STORE".to_owned()),
            ("2021-12-23".to_owned(), 5_000, "SALARY ACME".to_owned()),
        ]
    );
}

#[test]
fn headers_in_many_languages_are_known() {
    for (header, row) in [
        ("Fecha;Concepto;Importe;Saldo", "25/12/2021;Pan;-1,50;98,50"),
        ("Data;Descrizione;Uscite;Entrate", "25/12/2021;Pane;1,50;"),
        ("Data;Descrição;Valor", "25/12/2021;Pao;-1,50"),
        ("Date;Libellé;Débit;Crédit", "25/12/2021;Pain;1,50;"),
        ("Datum;Omschrijving;Bedrag;Af/Bij", "25-12-2021;Brood;1,50;Af"),
        ("Bokföringsdag;Text;Belopp;Saldo", "2021-12-25;Brod;-1,50;98,50"),
        ("Buchungstag;Empfänger;Soll;Haben", "25.12.21;Brot;1,50;"),
        ("Data operacji;Opis operacji;Kwota", "2021-12-25;Chleb;-1,50"),
        (
            "交易时间,交易对方,收/支,金额(元)",
            "2021-12-25 08:00:00,面包,支出,¥1.50",
        ),
    ] {
        let text = format!("{header}\n{row}\n");
        assert_eq!(questions(&text), json!([]), "{header}");
        let found = brief(&text);
        assert_eq!(
            (found[0].0.as_str(), found[0].1),
            ("2021-12-25", -150),
            "{header}"
        );
        assert!(!found[0].2.is_empty(), "{header}");
    }
}

#[test]
fn states_and_kinds_exclude_rows() {
    let text = "Date,Type,Payee,Amount,Status\n\
        2021-06-12,Expense,Baker,-1.50,Completed\n\
        2021-06-12,Expense,Hotel,-99.00,Pending\n\
        2021-06-12,Expense,Shop,-5.00,Declined\n\
        2021-06-12,Transfer,Savings,-50.00,Completed\n\
        2021-06-12,Income,Opening balance,10.00,Completed\n";
    let (rows, _) = read(text);
    let verdicts: Vec<Option<LeftOut>> = rows.iter().map(|row| row.left_out).collect();
    assert_eq!(
        verdicts,
        [
            None,
            Some(LeftOut::Pending),
            Some(LeftOut::Reverted),
            Some(LeftOut::Transfer),
            Some(LeftOut::OpeningBalance),
        ]
    );
}

#[test]
fn an_unreadable_row_is_rejected_at_its_column() {
    let text = "Date,Payee,Amount,Balance\n\
        2021-06-12,A,-1.50,1.00\n\
        31/31/2021,B,-1.50,1.00\n\
        2021-06-12,C,1.2.3,1.00\n\
        ,D,-1.50,1.00\n\
        2021-06-12,E,,1.00\n\
        2021-06-12,F,1.00\n\
        2021-06-12,G,x,-1.50,1.00\n\
        Total,,-9.00,\n\
        2021-06-13,H,-1.50,1.00\n";
    let (rows, rejected) = read(text);
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 10]);
    let reasons: Vec<(u64, Reason, &str)> = rejected
        .iter()
        .map(|row| (row.line, row.reason, row.column.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            (3, Reason::WrongDate, "Date"),
            (4, Reason::WrongAmount, "Amount"),
            (5, Reason::MissingDate, "Date"),
            (6, Reason::MissingAmount, "Amount"),
            (7, Reason::TooFewCells, "Balance"),
            (8, Reason::TooLong, "#5"),
        ]
    );
}

#[test]
fn a_choice_changes_what_is_found_after_it() {
    let text = "Datum;Kurs;Text;Betrag\n01.02.2025;1,0;a,b;-1,50\n13.02.2025;1,0;c;-2,50\n";
    let found = proposed(text);
    assert_eq!(found.columns, ["Datum", "Kurs", "Text", "Betrag"]);
    let without_header = chosen(text, json!({"header_line": null}));
    assert_eq!(without_header.columns, ["#1", "#2", "#3", "#4"]);
    assert_eq!(without_header.read_as.first_row_line, Some(1));
    assert_eq!(without_header.read_as.date.column, "#1");
    let other = chosen(
        text,
        json!({"description": ["Betrag"], "id": "Text", "thousands": null}),
    );
    assert_eq!(other.read_as.description, ["Betrag"]);
    assert_eq!(other.read_as.thousands, None);
    let wrong = Choices {
        id: Some(Some("Nothing".to_owned())),
        ..Choices::default()
    };
    let read_as = propose(text.as_bytes(), &wrong, None).unwrap().read_as;
    assert_eq!(
        rows(text.as_bytes(), &read_as).unwrap_err(),
        Unreadable::NoSuchColumn("id")
    );
}

#[test]
fn undecodable_bytes_reject_their_row() {
    let mut bytes = "Datum;Text;Betrag\n13.02.2025;Grüße aus Köln, Zürich, Düsseldorf, Göttingen, Münster, Fürth;-1,50\n13.02.2025;Caf".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xc3;-2,50\n");
    let proposal = propose(
        &bytes,
        &Choices {
            encoding: Some("utf-8".to_owned()),
            ..Choices::default()
        },
        None,
    )
    .unwrap();
    let records: Vec<Record> = rows(&bytes, &proposal.read_as).unwrap().collect();
    assert!(
        matches!(&records[0], Record::Row(row) if row.description.starts_with("Grüße")),
        "{records:?}"
    );
    assert!(
        matches!(&records[1], Record::Rejected(row) if row.reason == Reason::NotText && row.column == "Text"),
        "{records:?}"
    );
}

#[test]
fn the_own_export_reads_back_as_it_was() {
    own_export_reads_back(Style::PLAIN);
}

#[test]
fn the_own_export_for_spreadsheets_reads_back_as_it_was() {
    own_export_reads_back(Style::DECIMAL_COMMA);
}

fn own_export_reads_back(style: Style) {
    let mut writer = Writer::new(Currency::USD, style);
    let texts = [
        "lunch",
        "=1+1",
        "-5 off; '=x",
        "'quoted'",
        "a, \"b\"",
        "@home",
        "＝1",
    ];
    for (id, text) in (1..).zip(texts) {
        let row = ExportRow {
            id,
            day: expense_tracker::db::Day(time::macros::date!(2026 - 02 - 03)),
            category_id: 1,
            amount: Money::from_minor(if id == 2 { -390 } else { 1_250 }),
            description: text.to_owned(),
            paid_by: None,
        };
        writer.write(&row, ("=Food", CategoryKind::Spending), "");
    }
    let text = String::from_utf8(writer.take().to_vec()).unwrap();
    assert_eq!(questions(&text), json!([]));
    let (rows, _) = read(&text);
    let found: Vec<(&str, Option<&str>, i64)> = rows
        .iter()
        .map(|row| {
            (
                row.description.as_str(),
                row.source_id.as_deref(),
                row.amount.minor_units(2).unwrap(),
            )
        })
        .collect();
    assert_eq!(found.len(), texts.len());
    for (at, text) in texts.iter().enumerate() {
        assert_eq!(found[at].0, *text);
        assert_eq!(found[at].1, Some(format!("E{}", at + 1).as_str()));
        assert_eq!(found[at].2, if at == 1 { 390 } else { -1_250 });
    }
    assert!(
        rows.iter()
            .all(|row| row.category.as_deref() == Some("=Food") && row.currency.as_deref() == Some("USD"))
    );
}

#[test]
fn the_export_with_kinds_distinguishes_income_and_spending() {
    let text = "date,amount,currency,category,description,kind,paid_by,id\n\
        2026-02-03,12.50,USD,Food,lunch,spending,,E1\n\
        2026-02-03,-3.90,USD,Food,refund,spending,,E2\n\
        2026-02-03,2400.00,USD,Salary,work,income,,E3\n\
        2026-02-03,-100.00,USD,Salary,taken back,income,,E4\n";
    assert_eq!(questions(text), json!([]));
    let (rows, rejected) = read(text);
    assert!(rejected.is_empty());
    let amounts: Vec<i64> = rows
        .iter()
        .map(|row| row.amount.minor_units(2).unwrap())
        .collect();
    assert_eq!(amounts, [-1_250, 390, 240_000, -10_000]);
    assert!(rows.iter().all(|row| row.left_out.is_none()));
    assert_eq!(rows[3].source_id.as_deref(), Some("E4"));
}

#[test]
fn limits_hold() {
    let unreadable = |bytes: &[u8]| propose(bytes, &Choices::default(), None).unwrap_err();
    assert_eq!(unreadable(b""), Unreadable::Empty);
    assert_eq!(unreadable(b"%PDF-1.4"), Unreadable::Pdf);
    assert_eq!(unreadable(&vec![b'a'; MAX_BYTES + 1]), Unreadable::TooLarge);
    let header = "Date,Payee,Amount\n";
    let line = "2021-06-12,A,-1.50\n";
    let most = header.to_owned() + &line.repeat(MAX_ROWS);
    assert_eq!(records(&most, &proposed(&most).read_as).len(), MAX_ROWS);
    assert_eq!(unreadable((most + line).as_bytes()), Unreadable::TooManyRows);

    let read_as = proposed(&format!("{header}{line}")).read_as;
    for (row, is_taken) in [
        (format!("2021-06-12,{},-1.50\n", "a".repeat(MAX_CELL)), true),
        (format!("2021-06-12,{},-1.50\n", "a".repeat(MAX_CELL + 1)), false),
        (format!("2021-06-12,A,-1.50{}\n", ",".repeat(MAX_CELLS - 3)), true),
        (format!("2021-06-12,A,-1.50{}\n", ",".repeat(MAX_CELLS)), false),
    ] {
        let found = records(&format!("{header}{line}{row}{line}"), &read_as);
        assert_eq!(found.len(), 3);
        match &found[1] {
            Record::Row(_) => assert!(is_taken),
            Record::Rejected(row) => assert!(!is_taken && row.reason == Reason::TooLong),
        }
    }
}

#[test]
fn a_pair_of_columns_is_found_by_a_word_in_each_header() {
    for (out, into) in [
        ("Débit euros", "Crédit euros"),
        ("Belastung CHF", "Gutschrift CHF"),
        ("Lastschrift in CHF", "Gutschrift in CHF"),
        ("Montant au débit", "Montant au crédit"),
        ("Debit USD", "Credit USD"),
        ("Soll EUR", "Haben EUR"),
        ("Betrag Soll", "Betrag Haben"),
        ("Sollbetrag", "Habenbetrag"),
        ("DR Amount", "CR Amount"),
        ("Debit Transaction", "Credit Transaction"),
        ("Payment", "Deposit"),
        ("Outgoings", "Incomings"),
        ("Retraits ($)", "Dépôts ($)"),
    ] {
        let text = format!(
            "Date;Libellé;{out};{into}\n22/01/2026;Courses;45,90;\n23/01/2026;Salaire;;1 100,00\n24/01/2026;Loyer;1 000,00;\n"
        );
        assert_eq!(questions(&text), json!([]), "{out}");
        let amounts: Vec<i64> = brief(&text).into_iter().map(|(_, amount, _)| amount).collect();
        assert_eq!(amounts, [-4_590, 110_000, -100_000], "{out}");
    }
    // Both are filled in a row, so they are not two sides of one amount.
    let both = "Date,Text,Debit total,Credit total\n2026-01-22,a,1.00,2.00\n2026-01-23,b,3.00,4.00\n";
    assert_ne!(questions(both), json!([]));
}
