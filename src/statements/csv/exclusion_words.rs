//! Words that exclude a row from the expenses: pending, reverted, a transfer, an opening balance, a split.
//!
//! More than 300 lines, because two thirds of the file are tables of words.

use super::fold::fold;
use crate::statements::row::LeftOut;

/// A word or phrase, and what it means.
type Word = (&'static str, LeftOut);

use LeftOut::{Neutral, OpeningBalance, Pending, Reverted, Split, Transfer};

/// Complete texts of status cells.
const STATUS: [Word; 64] = [
    ("venter", Pending),
    ("offen", Pending),
    ("pending", Pending),
    ("ausstehend", Pending),
    ("vorgemerkt", Pending),
    ("umsatz vorgemerkt", Pending),
    ("en attente", Pending),
    ("in behandeling", Pending),
    ("pendiente", Pending),
    ("pendente", Pending),
    ("in attesa", Pending),
    ("vantande", Pending),
    ("reserverad", Pending),
    ("reserveret", Pending),
    ("reservert", Pending),
    ("authorized", Pending),
    ("authorised", Pending),
    ("authorization", Pending),
    ("processing", Pending),
    ("scheduled", Pending),
    ("nicht gebucht", Pending),
    ("gereserveerd", Pending),
    ("в обработке", Pending),
    ("待处理", Pending),
    ("处理中", Pending),
    ("等待付款", Pending),
    ("交易创建", Pending),
    ("reverted", Reverted),
    ("reversed", Reverted),
    ("cancelled", Reverted),
    ("canceled", Reverted),
    ("declined", Reverted),
    ("failed", Reverted),
    ("rejected", Reverted),
    ("refused", Reverted),
    ("denied", Reverted),
    ("voided", Reverted),
    ("void", Reverted),
    ("expired", Reverted),
    ("storniert", Reverted),
    ("abgelehnt", Reverted),
    ("abgebrochen", Reverted),
    ("fehlgeschlagen", Reverted),
    ("annule", Reverted),
    ("annulee", Reverted),
    ("refuse", Reverted),
    ("geannuleerd", Reverted),
    ("geweigerd", Reverted),
    ("cancelado", Reverted),
    ("cancelada", Reverted),
    ("rechazado", Reverted),
    ("anulado", Reverted),
    ("annullato", Reverted),
    ("annullata", Reverted),
    ("rifiutato", Reverted),
    ("recusado", Reverted),
    ("avvisad", Reverted),
    ("avbruten", Reverted),
    ("交易关闭", Reverted),
    ("已关闭", Reverted),
    ("已撤销", Reverted),
    ("отменен", Reverted),
    ("отклонено", Reverted),
    ("not booked", Pending),
];

/// Complete texts of cells with the kind or the category of the row.
const KINDS: [Word; 46] = [
    ("pot transfer", Transfer),
    ("standard transfer", Transfer),
    ("instant transfer", Transfer),
    ("internal transfer", Transfer),
    ("own transfer", Transfer),
    ("transfer between accounts", Transfer),
    ("account transfer", Transfer),
    ("self transfer", Transfer),
    ("balance transfer", Transfer),
    ("umbuchung", Transfer),
    ("interne umbuchung", Transfer),
    ("eigenubertrag", Transfer),
    ("uberweisung als zahlungsquelle", Transfer),
    ("bank deposit to pp account", Transfer),
    ("general withdrawal", Transfer),
    ("virement interne", Transfer),
    ("interne overboeking", Transfer),
    ("traspaso", Transfer),
    ("traspaso interno", Transfer),
    ("giroconto", Transfer),
    ("egen overforing", Transfer),
    ("credit card payment", Transfer),
    ("transfer withdraw", Transfer),
    ("opening balance", OpeningBalance),
    ("starting balance", OpeningBalance),
    ("starting balances", OpeningBalance),
    ("initial balance", OpeningBalance),
    ("balance modification", OpeningBalance),
    ("balance correction", OpeningBalance),
    ("balance adjustment", OpeningBalance),
    ("reconciliation balance adjustment", OpeningBalance),
    ("anfangssaldo", OpeningBalance),
    ("anfangsbestand", OpeningBalance),
    ("eroffnungssaldo", OpeningBalance),
    ("saldovortrag", OpeningBalance),
    ("saldokorrektur", OpeningBalance),
    ("solde initial", OpeningBalance),
    ("solde d ouverture", OpeningBalance),
    ("beginsaldo", OpeningBalance),
    ("saldo inicial", OpeningBalance),
    ("saldo iniziale", OpeningBalance),
    ("ingaende saldo", OpeningBalance),
    ("期初余额", OpeningBalance),
    ("余额调整", OpeningBalance),
    ("修改余额", OpeningBalance),
    ("balance brought forward", OpeningBalance),
];

/// Complete texts of category cells only.
const CATEGORIES: [Word; 7] = [
    ("payment", Transfer),
    ("transfer", Transfer),
    ("transfers", Transfer),
    ("umbuchungen", Transfer),
    ("virements internes", Transfer),
    ("transferencias", Transfer),
    ("trasferimenti", Transfer),
];

/// Directions other than money out and money in.
const DIRECTIONS: [Word; 30] = [
    ("transfer", Transfer),
    ("transfers", Transfer),
    ("umbuchung", Transfer),
    ("virement", Transfer),
    ("overboeking", Transfer),
    ("transferencia", Transfer),
    ("trasferimento", Transfer),
    ("giroconto", Transfer),
    ("traspaso", Transfer),
    ("overforing", Transfer),
    ("перевод", Transfer),
    ("转账", Transfer),
    ("transfert", Transfer),
    ("transfer in", Transfer),
    ("transfer out", Transfer),
    ("transfer withdraw", Transfer),
    ("不计收支", Neutral),
    ("neutral", Neutral),
    ("/", Neutral),
    ("其他", Neutral),
    ("memo", Neutral),
    ("none", Neutral),
    ("balance modification", OpeningBalance),
    ("opening balance", OpeningBalance),
    ("initial balance", OpeningBalance),
    ("starting balance", OpeningBalance),
    ("balance adjustment", OpeningBalance),
    ("修改余额", OpeningBalance),
    ("reconciliation", OpeningBalance),
    ("anfangssaldo", OpeningBalance),
];

/// Phrases in cells with a kind or a status. In a text for people they mean something else.
const KIND_PHRASES: [Word; 4] = [
    ("einbehaltung", Reverted),
    ("account hold", Reverted),
    ("hold for open authorization", Reverted),
    ("autopay payment", Transfer),
];

/// Phrases in any cell.
const PHRASES: [Word; 11] = [
    ("umsatz vorgemerkt", Pending),
    ("transferred balance", Transfer),
    ("payment thank you", Transfer),
    ("thank you payment", Transfer),
    ("paiement merci", Transfer),
    ("ihre zahlung vielen dank", Transfer),
    ("payment received thank you", Transfer),
    ("to own account", Transfer),
    ("from own account", Transfer),
    ("auf eigenes konto", Transfer),
    ("split into", Split),
];

/// Beginnings of texts of rows that are no bookings, folded.
const TEXT_BEGINNINGS: [Word; 6] = [
    ("opening balance", OpeningBalance),
    ("starting balance", OpeningBalance),
    ("initial balance", OpeningBalance),
    ("balance brought forward", OpeningBalance),
    ("saldovortrag", OpeningBalance),
    ("anfangssaldo", OpeningBalance),
];

/// Beginnings of any cell, in lower case but not folded.
const BEGINNINGS: [Word; 8] = [
    ("transfer :", Transfer),
    ("transfer:", Transfer),
    ("[transfer", Transfer),
    ("transfer from:", Transfer),
    ("transfer to:", Transfer),
    ("充值-", Transfer),
    ("提现-", Transfer),
    ("余额宝-", Transfer),
];

/// Beginnings of cells with a kind or a category.
const KIND_BEGINNINGS: [Word; 5] = [
    ("to '", Transfer),
    ("from '", Transfer),
    ("转入零钱", Transfer),
    ("零钱提现", Transfer),
    ("零钱充值", Transfer),
];

/// Words for refunds in neutral rows.
const REFUNDS: [&str; 8] = [
    "退款",
    "refund",
    "erstattung",
    "ruckerstattung",
    "remboursement",
    "terugbetaling",
    "reembolso",
    "rimborso",
];

/// Headers of columns that answer "is this a transfer" with yes or no.
const TRANSFER_FLAGS: [&str; 11] = [
    "excluded",
    "is reimbursement",
    "reimbursement",
    "transfer",
    "is transfer",
    "umbuchung",
    "ist umbuchung",
    "istransfer",
    "transfert",
    "transferencia",
    "exclude",
];

const YES: [&str; 9] = ["true", "yes", "1", "ja", "oui", "si", "sim", "x", "y"];

/// The kind of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Status,
    Kind,
    Category,
    /// Text for people. Only unambiguous phrases count.
    Text,
    /// Yes or no.
    TransferFlag,
}

/// Why the cell excludes its row, if it does.
pub(super) fn exclusion(says: Says, cell: &str) -> Option<LeftOut> {
    if cell.is_empty() || cell.len() > 512 {
        return None;
    }
    if says == Says::TransferFlag {
        return YES.contains(&fold(cell).as_str()).then_some(Transfer);
    }
    let folded = fold(cell);
    let small = cell.to_lowercase();
    let is_text = says == Says::Text;
    let whole: &[&[Word]] = match says {
        Says::Status => &[&STATUS],
        Says::Kind => &[&KINDS],
        Says::Category => &[&KINDS, &CATEGORIES],
        Says::Text | Says::TransferFlag => &[],
    };
    let (parts, beginnings): (&[&[Word]], &[&[Word]]) = if is_text {
        (&[&PHRASES], &[&BEGINNINGS])
    } else {
        (&[&PHRASES, &KIND_PHRASES], &[&BEGINNINGS, &KIND_BEGINNINGS])
    };
    find(whole, |word| word == folded)
        .or_else(|| find(parts, |phrase| folded.contains(phrase)))
        .or_else(|| find(beginnings, |beginning| small.starts_with(beginning)))
        .or_else(|| find(&[&TEXT_BEGINNINGS], |beginning| folded.starts_with(beginning)))
}

fn find(lists: &[&[Word]], fits: impl Fn(&str) -> bool) -> Option<LeftOut> {
    let mut words = lists.iter().flat_map(|list| list.iter());
    words.find(|(word, _)| fits(word)).map(|(_, left_out)| *left_out)
}

/// Why a folded word of a direction column that means neither in nor out excludes its row.
pub(super) fn direction(word: &str) -> Option<LeftOut> {
    let words = DIRECTIONS.iter().chain(&KINDS);
    words
        .into_iter()
        .find(|(known, _)| *known == word)
        .map(|(_, left_out)| *left_out)
}

pub(super) fn says_refund(cell: &str) -> bool {
    let folded = fold(cell);
    REFUNDS.iter().any(|word| folded.contains(word))
}

pub(super) fn is_transfer_flag(header: &str) -> bool {
    TRANSFER_FLAGS.contains(&header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_its_column_lets_it_mean() {
        for (says, cell, expected) in [
            (Says::Status, "PENDING", Some(Pending)),
            (Says::Status, "Umsatz gebucht", None),
            (Says::Status, "REVERTED", Some(Reverted)),
            (Says::Kind, "Pot transfer", Some(Transfer)),
            (Says::Kind, "Transfer", None),
            (Says::Kind, "Payment", None),
            (
                Says::Kind,
                "Einbehaltung für offene Autorisierung",
                Some(Reverted),
            ),
            (Says::Category, "Transfer", Some(Transfer)),
            (Says::Category, "To 'Savings'", Some(Transfer)),
            (Says::Text, "Einbehaltung der Kapitalertragsteuer", None),
            (Says::Text, "VERIZON AUTOPAY PAYMENT", None),
            (Says::Text, "PAYMENT - THANK YOU", Some(Transfer)),
            (Says::Text, "Transfer : Savings", Some(Transfer)),
            (Says::Text, "Opening balance", Some(OpeningBalance)),
            (Says::Text, "invoice of the opening balance", None),
            (Says::Text, "to 'Bob' for lunch", None),
            (Says::TransferFlag, "true", Some(Transfer)),
            (Says::TransferFlag, "No", None),
        ] {
            assert_eq!(exclusion(says, cell), expected, "{cell}");
        }
    }
}
