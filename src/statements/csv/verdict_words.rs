//! What words of a row say against it: pending, reverted, a transfer, an opening balance, a split.

use super::fold::fold;
use crate::statements::row::LeftOut;

/// A word or phrase, and what it means.
type Word = (&'static str, LeftOut);

use LeftOut::{Neutral, OpeningBalance, Pending, Reverted, Split, Transfer};

/// The whole text of a cell that states something about its row.
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

/// The whole text of a cell that names the kind or the category of its row.
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

/// The whole text of a category, beside the kinds.
const CATEGORIES: [Word; 7] = [
    ("payment", Transfer),
    ("transfer", Transfer),
    ("transfers", Transfer),
    ("umbuchungen", Transfer),
    ("virements internes", Transfer),
    ("transferencias", Transfer),
    ("trasferimenti", Transfer),
];

/// The third direction beside money out and money in.
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

/// Parts of the words of any cell that states something.
const PHRASES: [Word; 18] = [
    ("umsatz vorgemerkt", Pending),
    ("einbehaltung", Reverted),
    ("account hold", Reverted),
    ("hold for open authorization", Reverted),
    ("transferred balance", Transfer),
    ("payment thank you", Transfer),
    ("thank you payment", Transfer),
    ("paiement merci", Transfer),
    ("payment received thank you", Transfer),
    ("autopay payment", Transfer),
    ("split into", Split),
    ("transfer to own account", Transfer),
    ("uberweisung auf eigenes konto", Transfer),
    ("from own account", Transfer),
    ("ihre zahlung vielen dank", Transfer),
    ("to own account", Transfer),
    ("starting balance", OpeningBalance),
    ("opening balance", OpeningBalance),
];

/// How the cell begins, in small letters but otherwise as it stands.
const BEGINNINGS: [Word; 12] = [
    ("transfer :", Transfer),
    ("transfer:", Transfer),
    ("[transfer", Transfer),
    ("to '", Transfer),
    ("from '", Transfer),
    ("transfer from:", Transfer),
    ("transfer to:", Transfer),
    ("充值-", Transfer),
    ("提现-", Transfer),
    ("转入零钱", Transfer),
    ("零钱提现", Transfer),
    ("零钱充值", Transfer),
];

/// Words of a neutral row that say that money came back.
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

/// Headers of columns that say yes or no to "is this a transfer".
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

/// Which kind of cell is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// The state of the row, in a word.
    Status,
    /// The kind of the row.
    Kind,
    Category,
    /// Text for people, of which only phrases that can't mean anything else count.
    Text,
    /// Yes or no.
    TransferFlag,
}

/// What a cell says against its row.
pub(super) fn verdict(says: Says, cell: &str) -> Option<LeftOut> {
    if cell.is_empty() || cell.len() > 512 {
        return None;
    }
    if says == Says::TransferFlag {
        return YES.contains(&fold(cell).as_str()).then_some(Transfer);
    }
    let folded = fold(cell);
    let lists: &[&[Word]] = match says {
        Says::Status => &[&STATUS],
        Says::Kind => &[&KINDS],
        Says::Category => &[&KINDS, &CATEGORIES],
        Says::Text | Says::TransferFlag => &[],
    };
    let small = cell.to_lowercase();
    let found = lists
        .iter()
        .flat_map(|list| list.iter())
        .find(|(word, _)| *word == folded)
        .or_else(|| PHRASES.iter().find(|(phrase, _)| folded.contains(phrase)))
        .or_else(|| {
            BEGINNINGS
                .iter()
                .find(|(beginning, _)| small.starts_with(beginning))
        });
    found.map(|(_, left_out)| *left_out)
}

/// What a folded word of a direction column means that is neither in nor out.
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
