//! Words of headers, folded, in the languages of banks and trackers. Support for another bank needs words here and no code.

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Date,
    Amount,
    Debit,
    Credit,
    /// The direction of the money.
    Indicator,
    /// The payee, or a title.
    Payee,
    Text,
    Category,
    Currency,
    Id,
    Account,
    Balance,
    /// The state or kind of a row.
    Status,
}

/// Header words of each role, best first. Words on one line have the same rank.
pub(super) const HEADERS: [(Role, &[&str]); 13] = [
    (
        Role::Date,
        &[
            "booking date|bookingdate|date booked|buchungsdatum|buchungstag|buchung|posting date|post date|posted date|date posted|posted|completed date|date completed|boekdatum|boekingsdatum|date de comptabilisation|date comptable|date operation|date de l operation|date d operation|fecha operacion|fecha de operacion|f operacion|fecha contable|data contabile|data operazione|data lancamento|data movimento|bokforingsdag|bokforingsdatum|bokforingsdato|bogforingsdato|bogfort|kirjauspaiva|datum knjizenja|data ksiegowania|data operacji|记账日期|交易创建时间|交易时间|入账日期|finished on|data registrazione|data mov|reskontradatum|bokford|bokforingsdatum|run date|利用日|こ利用日|取扱日|年月日|дата платежа",
            "date|datum|fecha|data|dato|fecha hora|dia|datetime|date time|datum zeit|timestamp|time|zeit|dag|paivamaara|datum transakce|date of transaction|日期|时间|交易日期|日付|取引日|날짜|дата|дата операции|تاريخ|التاريخ|tarih|islem tarihi|ngay",
            "transaction date|trans date|txn date|tran date|transaction posted date|original date|transaktionsdatum|transactiedatum|fecha transaccion|data transacao|transactiondate|transaktionsdag|kaufdatum|umsatzdatum|belegdatum|purchase date|date transaction|date achat|data transakcji|data zaksiegowania|authorised on|created on|date created|expense date",
            "value date|valuta|value dat|wert|wert datum|arvopaiva|data disponibile|data mov valor|datum valuty|valutadatum|valuta date|wertstellung|wertstellungsdatum|date de valeur|date valeur|rentedatum|valutadag|fecha valor|data valuta|data valor|起息日",
            "started date|created date|created at|created|created time|付款时间|最近修改时间",
        ],
    ),
    (
        Role::Amount,
        &[
            "amount|betrag|transaction amount|amount num|maara|maara euroa|kwota transakcji|objem|zuctovana ciastka|сумма операции|сумма платежа|利用金額|こ利用金額|お支払金額|movimiento|movimientos|umsatzbetrag|monto total|buchungsbetrag eur|betrag in eur|umsatz|umsatz in eur|montant|bedrag|transactiebedrag|importe|importe eur|cantidad|monto|valor|valor r|quantia|importo|belopp|belob|belop|summa|kwota|kwota operacji|castka|suma|osszeg|сумма|tutar|so tien|金额|交易金额|发生额|金額|금액|مبلغ|المبلغ|transaction amount|amount total|total amount|booked amount|buchungsbetrag|transaktionsbetrag|billing amount|amount in account currency|cost",
            "net|netto|net amount|nettobetrag|importe neto|montant net|netto bedrag|kosten|kost|price|preis|prix|precio|prezzo|spent|paid amount|value|wert",
            "gross|brutto|gross amount|bruttobetrag|total|gesamt|gesamtbetrag|summe|sum",
        ],
    ),
    (
        Role::Debit,
        &[
            "debit|debits|debet|dr|payment|outgoings|spending|retrait|retraits|sollbetrag|sollumsatz|withdrawal amount inr|expense amount|expenses amount|ut fra konto|ut av konto|お引出し|お引出金額|支払い金額|出金額|money out gbp|debit gbp|amount out|cargos y cheques|importe cargo|valor debito|montant debit|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|withdrawal amt|money out|paid out|out|outflow|outgoing|soll|belastung|belastungen|lastschrift|ausgabe|ausgaben|ausgang|abgang|af|afschrift|uitgaven|depense|depenses|sortie|debito|debitos|cargo|cargos|gasto|gastos|dare|uscite|uscita|addebito|addebiti|saida|saidas|ut|uttag|utgift|ud|obciazenia|wydatki|расход|списание|支出|支出金额|借方|借方金额|出金|payments|charge|charges|spent|expense|expenses",
        ],
    ),
    (
        Role::Credit,
        &[
            "credit|credits|kredit|cr|incomings|depot|depots|habenbetrag|habenumsatz|deposit amount inr|income amount|incomes amount|inn pa konto|お預入れ|お預り金額|預かり金額|入金額|credit gbp|amount in|depositos|importe abono|valor credito|montant credit|credit amount|amount credit|deposit|deposits|deposit amount|deposit amt|money in|paid in|in|inflow|incoming|haben|gutschrift|gutschriften|einnahme|einnahmen|eingang|zugang|bij|bijschrift|inkomsten|recette|recettes|entree|credito|creditos|abono|abonos|ingreso|ingresos|avere|entrate|entrata|accredito|accrediti|entrada|entradas|insattning|ind|uznania|wplywy|доход|поступление|зачисление|收入|收入金额|贷方|贷方金额|入金|receipts|received|income",
        ],
    ),
    (
        Role::Indicator,
        &[
            "af bij|income expense|debit credit|credit debit|dr cr|cr dr|debit credit indicator|credit debit indicator|soll haben|s h|soll haben kennzeichen|debet credit|debito credito|dare avere|d c|d k|direction|richtung|sens|收 支|收支|借贷标志|indicator|auswirkung auf guthaben|balance impact|debit or credit|transaction direction",
            "type|typ|art|kind|transaction type|transaktionstyp|tipo|soort|umsatztyp|umsatzart|income|is income|类型|交易类型|тип|details|dr|cr",
        ],
    ),
    (
        Role::Payee,
        &[
            "payee|payee name|saaja maksaja|saaja|naam tegenpartij bevat|nazev protiuctu|begunstigter|auftraggeber|zahlungspflichtiger|target name|利用店名|こ利用店名|vendor|shop|store|partner|beneficiary name|name of counterparty|counterparty details|operazione con|merchant|merchant name|counterparty|counter party|counterparty name|counter party name|name|beneficiary|recipient|auftraggeber empfanger|empfanger auftraggeber|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|beguenstigter auftraggeber|auftraggeber begunstigter|name zahlungsbeteiligter|zahlungsempfanger in|zahlungsempfanger|empfanger|partner name|partnername|gegenkonto name|name des partners|zahlungspartner|handler|name gegenpartei|naam omschrijving|naam tegenpartij|tegenpartij|naam|omschrijving naam|nom|beneficiaire|nom du tiers|tiers|contrepartie|beneficiario|nombre|ordenante beneficiario|beneficiario ordenante|controparte|nome|mottagare|avsandare mottagare|mottagare avsandare|navn|modtager|odbiorca|nadawca odbiorca|dane kontrahenta|交易对方|对方户名|对方名称|получатель",
            "title|titel|rubrik|custom name|namn|titulo|titolo|titre|item|商品名称|商品说明|商品",
        ],
    ),
    (
        Role::Text,
        &[
            "description|beschreibung|forklaring|selitys|transaction remarks|remarks|transaction|details of transaction|descrizione completa|vorgang verwendungszweck|action|action description|お取り扱い内容|お取扱内容|適用|applicazione|omschrijving|libelle|libelle operation|libelle de l operation|descripcion|concepto|descrizione|descrizione operazione|causale|descricao|historico|beskrivning|beskrivelse|text|tekst|opis|opis operacji|popis|описание|aciklama|mo ta|摘要|交易摘要|交易说明|摘要说明|内容|merchant description|transaction description|transaction details|particulars|narration|narrative|bezeichnung|statement description",
            "notes|note|notes and tags|zprava pro prijemce|poznamka|viesti|meddelelse|referens|memo|comment|comments|verwendungszweck|zweck|zahlungsreferenz|betreff|reason|details|kommentar|bemerkung|notiz|notizen|mededelingen|mededeling|opmerking|communication|communications|commentaire|comentario|comentarios|observaciones|referencia|osservazioni|observacao|nota|artikelbezeichnung|item title|meddelande|viesti|tytul|tytul operacji|备注|商品备注|附言|примечание|payment reference|reference text|reden",
            "description 1|omschrijving 1|beschreibung 1|beschreibung1|verwendungszweck 1|libelle 1|description1",
            "description 2|omschrijving 2|beschreibung 2|beschreibung2|verwendungszweck 2|libelle 2|description2",
            "description 3|omschrijving 3|beschreibung 3|beschreibung3|verwendungszweck 3|libelle 3|description3",
            "to|destination name",
            "from|source name|sender|absender|hinweis|subject|extended details|buchungstext|mutatiesoort|posting text|booking text|vorgang|buchungsdetails|original description|original statement|appears on your statement as",
        ],
    ),
    (
        Role::Category,
        &[
            "category|category name|kategorie|categorie|categoria|kategori|kategoria|kategoriename|分类|类别|类目|カテコリ|категория|rubrique|envelope",
            "expense category|main category|hauptkategorie|parent category|category parent|sub category|subcategory|unterkategorie|category group",
        ],
    ),
    (
        Role::Currency,
        &[
            "currency|currency code|devies|source currency|валюта операции|валюта платежа|mena uctu|account ccy|valuta konto|wahrung|waehrung|devise|munt|munteenheid|muntsoort|moneda|divisa|moeda|monnaie|monn|valuta|valuta code|valutakode|waluta|mena|валюта|币种|货币|通貨|para birimi|account currency|wahrg|whg|curr|ccy|currency symbol|billing currency|transaction currency",
        ],
    ),
    (
        Role::Id,
        &[
            "id|transaction id|identificador|id pohybu|id operazione|id transakcji|verifikationsnummer|fitid|お取引番号|transactionid|txn id|transaktions id|transaktionsid|transaktionscode|transaktionsnummer|transaction number|transaction no|transaction code|n de transaction|numero de transaction|transaction reference|transactiereferentie id|transaktionsreferenz|journal id|entry id|external id|volgnr|volgnummer|sequence number|buchungsnummer|buchungs id|umsatz id|transaction hash|uuid|guid|id transaccion|id operacion|交易号|交易订单号|交易单号|流水号|交易流水号|bank reference|archive id|arkistointitunnus",
            "reference|reference number|referenz|referenznummer|ref|ref no|referentie|numero de reference|unique id|reference id|operation number|numero operacion",
        ],
    ),
    (
        Role::Account,
        &[
            "account|account name|auftragskonto|iban auftragskonto|rekening|rekeningnummer|iban bban|own account|wallet|compte|cuenta|conto|conta|konto|kontoname|账户|счет",
        ],
    ),
    (
        Role::Balance,
        &[
            "balance|running balance|running bal|saldo|saldo nach buchung|solde|kontostand|saldo na mutatie|saldo na trn|saldo na boeking|guthaben|balance after transaction|account balance|closing balance|available balance|saldo disponible|saldo contabile|saldo posterior|kontosaldo|余额|账户余额|残高|остаток|bakiye|saldo efter",
        ],
    ),
    (
        Role::Status,
        &[
            "status|state|state type|transaction status|transaktionsstatus|buchungsstatus|zustand|statut|etat|estado|stato|estatus|stan|交易状态|当前状态|状态|статус|info|bemerkung|booking status|booked",
        ],
    ),
];

/// Words that rule a header out, although it contains a word of a role.
pub(super) const OTHER: [&str; 39] = [
    "original",
    "foreign",
    "local",
    "fee",
    "fees",
    "gebuhr",
    "gebuhren",
    "balance",
    "saldo",
    "solde",
    "exchange",
    "rate",
    "tax",
    "vat",
    "steuer",
    "umsatzsteuer",
    "ref",
    "converted",
    "split",
    "ursprungsbetrag",
    "budget",
    "objective",
    "due",
    "statement",
    "2",
    "account2",
    "versand",
    "versicherungsbetrag",
    "cashback",
    "tip",
    "tags",
    "urspr",
    "oorspr",
    "fremdwahrung",
    "limit",
    "available",
    "points",
    "compensation",
    "auslagenersatz",
];

/// Words that make an id the id of something other than a booking.
pub(super) const OTHER_ID: [&str; 16] = [
    "glaubiger",
    "glaeubiger",
    "creditor",
    "mandate",
    "mandats",
    "card",
    "account",
    "customer",
    "batch",
    "incassant",
    "merchant",
    "category",
    "user",
    "parent",
    "originator",
    "payee",
];

/// Headers of columns in which a positive amount is money out.
pub(super) const SPENT: [&str; 16] = [
    "cost",
    "spent",
    "price",
    "preis",
    "prix",
    "precio",
    "prezzo",
    "kosten",
    "kost",
    "ausgabe",
    "ausgaben",
    "depense",
    "gasto",
    "expense",
    "expense amount",
    "paid amount",
];

/// The rank of a folded header for a role: 0 is best, `None` means no match.
pub(super) fn rank(role: Role, header: &str) -> Option<u32> {
    let (_, groups) = HEADERS.iter().find(|(known, _)| *known == role)?;
    let position = groups
        .iter()
        .position(|words| words.split('|').any(|word| word == header))?;
    u32::try_from(position).ok()
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn the_words_are_folded() {
        let words = HEADERS
            .iter()
            .flat_map(|(_, groups)| groups.iter())
            .flat_map(|group| group.split('|'));
        let lists = [&OTHER[..], &OTHER_ID, &SPENT].into_iter().flatten().copied();
        let wrong: Vec<&str> = words.chain(lists).filter(|word| fold(word) != *word).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
