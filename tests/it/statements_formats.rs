//! Short made-up CSV files in the formats of banks and trackers of many countries.

use expense_tracker::statements::csv::{Choices, Proposal, propose, rows};
use expense_tracker::statements::row::{Record, Row};

/// The questions of a file, and its rows.
fn read(text: &str) -> (Vec<String>, Vec<String>, Proposal) {
    let proposal = propose(text.as_bytes(), &Choices::default(), None).unwrap();
    let questions = proposal.questions.iter().map(|question| {
        let value = serde_json::to_value(question).unwrap();
        value["about"].as_str().unwrap().to_owned()
    });
    let rows = rows(text.as_bytes(), &proposal.read_as)
        .unwrap()
        .map(|record| match record {
            Record::Row(row) => brief(&row),
            Record::Rejected(row) => format!("{} {:?} {}", row.line, row.reason, row.column),
        });
    (questions.collect(), rows.collect(), proposal)
}

fn brief(row: &Row) -> String {
    let amount = row.amount.minor_units(2).unwrap();
    let against = row
        .left_out
        .map(|left_out| format!(" {left_out:?}"))
        .unwrap_or_default();
    format!("{} {amount} {}{against}", row.date.unwrap(), row.description)
}

/// Checks that nothing is asked, and the rows.
fn check(text: &str, expected: &[&str]) {
    let (questions, rows, proposal) = read(text);
    assert!(questions.is_empty(), "{questions:?} {proposal:#?}");
    assert_eq!(rows, expected, "{proposal:#?}");
}

#[test]
fn debit_and_credit_in_two_columns() {
    check(
        "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n\
         2025-03-01,2025-03-02,1234,COFFEE BAR,Dining,4.50,\n\
         2025-03-03,2025-03-04,1234,PAYMENT - THANK YOU,Payment/Credit,,100.00\n",
        &[
            "2025-03-02 -450 COFFEE BAR",
            "2025-03-04 10000 PAYMENT - THANK YOU Transfer",
        ],
    );
    // Money in is negative as well.
    check(
        "Status,Date,Description,Debit,Credit,Member Name\n\
         Cleared,01/25/2025,COFFEE BAR,4.50,,A B\n\
         Cleared,01/26/2025,SHOE SHOP REFUND,,-20.00,A B\n",
        &["2025-01-25 -450 COFFEE BAR", "2025-01-26 2000 SHOE SHOP REFUND"],
    );
    check(
        "Umsätze Girokonto;;;;;\nBuchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN;Betrag;Soll;Haben;Währung\n\
         25.11.2025;25.11.2025;Lastschrift;Bäcker;Brot;DE02120300000000202051;;-4,50;;EUR\n\
         26.11.2025;26.11.2025;Gehalt;Firma;Lohn;DE02120300000000202051;;;2.000,00;EUR\n\
         Kontostand;26.11.2025;;;;;;;2.100,00;EUR\n",
        &["2025-11-25 -450 Bäcker", "2025-11-26 200000 Firma"],
    );
    check(
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n\
         25/01/25,UPI-TEA STALL,25/01/25,        20.00,         0.00,0000501234567890,      980.00\n\
         26/01/25,NEFT SALARY,26/01/25,         0.00,     50000.00,0000501234567891,    50980.00\n",
        &["2025-01-25 -2000 UPI-TEA STALL", "2025-01-26 5000000 NEFT SALARY"],
    );
    check(
        "\"Date\",\"Account\",\"Category\",\"Tags\",\"Expense amount\",\"Income amount\",\"Currency\",\"Description\"\n\
         \"25/01/25\",\"Cash\",\"Food\",\"\",\"4.50\",\"0\",\"EUR\",\"Tea\"\n\
         \"26/01/25\",\"Cash\",\"Work\",\"\",\"0\",\"1,000\",\"EUR\",\"Pay\"\n",
        &["2025-01-25 -450 Tea", "2025-01-26 100000 Pay"],
    );
}

#[test]
fn a_column_with_the_direction() {
    check(
        "Buchungstag;Valuta;Auftraggeber/Zahlungsempfänger;Vorgang/Verwendungszweck;Währung;Umsatz; \n\
         25.11.2025;25.11.2025;Bäcker;Brot;EUR;4,50;S\n26.11.2025;26.11.2025;Firma;Lohn;EUR;2.000,00;H\n",
        &["2025-11-25 -450 Bäcker", "2025-11-26 200000 Firma"],
    );
    check(
        "\"Date\",\"Description\",\"Original Description\",\"Amount\",\"Transaction Type\",\"Category\",\"Account Name\"\n\
         \"1/25/2025\",\"Coffee\",\"SQ COFFEE\",\"4.50\",\"debit\",\"Coffee Shops\",\"Checking\"\n\
         \"1/26/2025\",\"To card\",\"PAYMENT\",\"50.00\",\"debit\",\"Credit Card Payment\",\"Checking\"\n\
         \"1/27/2025\",\"Work\",\"ACME\",\"2000.00\",\"credit\",\"Paycheck\",\"Checking\"\n\
         \"Date\",\"Description\",\"Original Description\",\"Amount\",\"Transaction Type\",\"Category\",\"Account Name\"\n",
        &[
            "2025-01-25 -450 Coffee",
            "2025-01-26 -5000 To card Transfer",
            "2025-01-27 200000 Work",
        ],
    );
    check(
        "微信支付账单明细,,,,,,,,\n微信昵称：[x],,,,,,,,\n,,,,,,,,\n\
         交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号\n\
         2025-01-25 08:00:00,商户消费,面包店,\"面包\",支出,¥4.50,零钱,支付成功,\"1000001\t\"\n\
         2025-01-26 08:00:00,零钱提现,银行,\"/\",/,¥50.00,银行,提现已到账,\"1000002\t\"\n",
        &["2025-01-25 -450 面包店", "2025-01-26 5000 银行 Transfer"],
    );
    check(
        "Sl. No.,Date,Description,Chq / Ref number,Amount,Dr / Cr,Balance,Dr / Cr\n\
         1,25-01-2025,TEA,123,20.00,DR,980.00,CR\n2,26-01-2025,PAY,124,100.00,CR,1080.00,CR\n",
        &["2025-01-25 -2000 TEA", "2025-01-26 10000 PAY"],
    );
}

#[test]
fn lists_without_a_header() {
    check(
        "\"01/25/2025\",\"-4.50\",\"*\",\"\",\"PURCHASE COFFEE BAR\"\n\"01/26/2025\",\"2000.00\",\"*\",\"\",\"ACME PAYROLL\"\n\"01/27/2025\",\"-5.00\",\"*\",\"\",\"TEA ROOM\"\n",
        &[
            "2025-01-25 -450 PURCHASE COFFEE BAR",
            "2025-01-26 200000 ACME PAYROLL",
            "2025-01-27 -500 TEA ROOM",
        ],
    );
    // Money out, money in, balance.
    check(
        "01/25/2025,COFFEE BAR,4.50,,95.50\n01/26/2025,ACME PAY,,100.00,195.50\n01/27/2025,TEA ROOM,5.50,,190.00\n01/28/2025,TEA ROOM,10.00,,180.00\n",
        &[
            "2025-01-25 -450 COFFEE BAR",
            "2025-01-26 10000 ACME PAY",
            "2025-01-27 -550 TEA ROOM",
            "2025-01-28 -1000 TEA ROOM",
        ],
    );
    check(
        "123456789\tEUR\t20250125\t1000,00\t995,50\t20250125\t-4,50\tBEA Bakker Jansen\n\
         123456789\tEUR\t20250126\t995,50\t1095,50\t20250126\t100,00\tSEPA Overboeking Werk\n\
         123456789\tEUR\t20250127\t1095,50\t1090,00\t20250127\t-5,50\tBEA Thee Huis\n",
        &[
            "2025-01-25 -450 BEA Bakker Jansen",
            "2025-01-26 10000 SEPA Overboeking Werk",
            "2025-01-27 -550 BEA Thee Huis",
        ],
    );
}

#[test]
fn signed_amounts_in_many_languages() {
    check(
        "Number,Date,Account,Amount,Subcategory,Memo\n\t,25/01/2025,20-00-00 123,-4.50,PAYMENT,COFFEE BAR\n\t,26/01/2025,20-00-00 123,-5.00,PAYMENT,TEA\n",
        &["2025-01-25 -450 COFFEE BAR", "2025-01-26 -500 TEA"],
    );
    check(
        "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes\n\
         25/01/2025,Coffee Bar,COFFEE BAR LONDON,CONTACTLESS,-4.50,95.50,EATING_OUT,\n26/01/2025,A Friend,rent,FASTER PAYMENT,-5.00,90.50,NONE,\n",
        &["2025-01-25 -450 Coffee Bar", "2025-01-26 -500 A Friend"],
    );
    check(
        "\"Booking Date\",\"Value Date\",\"Partner Name\",\"Partner Iban\",Type,\"Payment Reference\",\"Account Name\",\"Amount (EUR)\",\"Original Amount\",\"Original Currency\",\"Exchange Rate\"\n\
         2025-01-25,2025-01-25,\"Coffee\",,Presentment,,\"Main\",-4.5,-4.5,EUR,1\n2025-01-26,2025-01-26,\"B\",DE02120300000000202051,\"Debit Transfer\",rent,\"Main\",-500.0,,,\n",
        &["2025-01-25 -450 Coffee", "2025-01-26 -50000 B"],
    );
    check(
        "\"Date\",\"Interest Date\",\"Amount\",\"Account\",\"Counterparty\",\"Name\",\"Description\"\n\
         \"2025-01-25\",\"2025-01-25\",\"-4,50\",\"NL02ABNA0123456789\",\"NL91ABNA0417164300\",\"Bakker\",\"brood\"\n\
         \"2025-01-26\",\"2025-01-26\",\"-5,50\",\"NL02ABNA0123456789\",\"NL91ABNA0417164300\",\"Thee\",\"groen\"\n",
        &["2025-01-25 -450 Bakker", "2025-01-26 -550 Thee"],
    );
    check(
        "#Data operacji;#Opis operacji;#Rachunek;#Kategoria;#Kwota;\n2025-01-25;\"CHLEB   ZAKUP\";\"eKonto 1\";\"Zakupy\";-4,50 PLN;\n2025-01-26;\"PENSJA\";\"eKonto 1\";\"Praca\";1 000,00 PLN;\n2025-01-27;\"CHLEB\";\"eKonto 1\";\"Zakupy\";-4,50 PLN;\n",
        &[
            "2025-01-25 -450 CHLEB ZAKUP",
            "2025-01-26 100000 PENSJA",
            "2025-01-27 -450 CHLEB",
        ],
    );
    check(
        "Bokföringsdag;Belopp;Avsändare;Mottagare;Namn;Rubrik;Saldo;Valuta\n2025/01/25;-45,50;123;;;Kaffe AB;1000,00;SEK\n2025/01/24;-5,50;123;;;Te AB;1045,50;SEK\n",
        &["2025-01-25 -4550 Kaffe AB", "2025-01-24 -550 Te AB"],
    );
    check(
        "Data_Operazione;Data_Valuta;Entrate;Uscite;Descrizione;Descrizione_Completa\n25/01/2025;25/01/2025;;-4,50;Bar;Caffe al bar\n26/01/2025;26/01/2025;100,00;;Stipendio;Stipendio ACME\n",
        &["2025-01-25 -450 Bar", "2025-01-26 10000 Stipendio"],
    );
    check(
        "\"Дата операции\";\"Дата платежа\";\"Статус\";\"Сумма операции\";\"Валюта операции\";\"Категория\";\"Описание\"\n\
         \"25.01.2025 10:00:00\";\"25.01.2025\";\"OK\";\"-450,00\";\"RUB\";\"Кафе\";\"Кофе\"\n\"26.01.2025 10:00:00\";\"\";\"FAILED\";\"-10,00\";\"RUB\";\"Кафе\";\"Чай\"\n",
        &["2025-01-25 -45000 Кофе", "2025-01-26 -1000 Чай Reverted"],
    );
}

#[test]
fn a_table_about_the_account_is_skipped() {
    check(
        "Description,,Summary Amt.\nBeginning balance as of 01/01/2025,,\"1,000.00\"\nTotal credits,,\"0.00\"\nEnding balance as of 01/31/2025,,\"990.00\"\n\n\
         Date,Description,Amount,Running Bal.\n01/01/2025,Beginning balance as of 01/01/2025,,\"1,000.00\"\n01/25/2025,COFFEE,\"-4.50\",\"995.50\"\n01/26/2025,TEA,\"-5.50\",\"990.00\"\n",
        &["2025-01-25 -450 COFFEE", "2025-01-26 -550 TEA"],
    );
    check(
        ";\n\"Umsätze Girokonto\";\"Zeitraum: 30 Tage\";\n\"Neuer Kontostand\";\"1.090,00 EUR\";\n\n\
         \"Buchungstag\";\"Wertstellung (Valuta)\";\"Vorgang\";\"Buchungstext\";\"Umsatz in EUR\";\n\
         \"25.11.2025\";\"25.11.2025\";\"Lastschrift\";\"Auftraggeber: Strom AG Buchungstext: Abschlag\";\"-45,00\";\n\
         \"24.11.2025\";\"24.11.2025\";\"Lastschrift\";\"Auftraggeber: Wasser AG Buchungstext: Abschlag\";\"-1.005,00\";\n\
         \n\"Alter Kontostand\";\"2.140,00 EUR\";\n",
        &[
            "2025-11-25 -4500 Auftraggeber: Strom AG Buchungstext: Abschlag",
            "2025-11-24 -100500 Auftraggeber: Wasser AG Buchungstext: Abschlag",
        ],
    );
}

#[test]
fn a_card_with_more_payments_than_refunds_is_asked_about() {
    for text in [
        "date,title,amount\n2025-01-25,Padaria,4.50\n2025-01-26,Mercado,20.00\n2025-01-27,Pagamento recebido,-24.50\n",
        "Transaction Date,Clearing Date,Description,Merchant,Category,Type,Amount (USD),Purchased By\n01/25/2025,01/26/2025,COFFEE,Coffee,Food,Purchase,4.50,A\n01/26/2025,01/27/2025,TEA,Tea,Food,Installment,5.50,A\n",
    ] {
        assert_eq!(read(text).0, ["direction"], "{text}");
    }
}
