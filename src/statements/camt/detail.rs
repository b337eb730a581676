//! One transaction inside an entry: parties, purpose and references.

use super::super::clean::{self, folded, present};

/// The maximum length of a line of the purpose. A line of this length can end inside a word.
const FULL_LINE: usize = 140;

/// Placeholders of banks for a missing name or reference, in lower case.
const NOTHING: [&str; 8] = [
    "notprovided",
    "not provided",
    "keine information vorhanden",
    "nicht angegeben",
    "n/a",
    "unknown",
    "none",
    "-",
];

#[derive(Debug)]
pub struct Detail {
    pub line: u64,
    pub direction: String,
    pub source_id: String,
    /// `AddtlTxInf`.
    pub text: String,
    amount: Option<(String, String)>,
    transaction_amount: Option<(String, String)>,
    instructed_amount: Option<(String, String)>,
    debtor: Party,
    creditor: Party,
    purpose: String,
    is_purpose_full: bool,
    references: Vec<String>,
}

#[derive(Debug, Default)]
struct Party {
    name: String,
    ultimate_name: String,
    account: String,
}

impl Detail {
    pub fn new(line: u64) -> Self {
        Self {
            line,
            direction: String::new(),
            source_id: String::new(),
            text: String::new(),
            amount: None,
            transaction_amount: None,
            instructed_amount: None,
            debtor: Party::default(),
            creditor: Party::default(),
            purpose: String::new(),
            is_purpose_full: false,
            references: Vec::new(),
        }
    }

    /// Stores the text of the element at `path` below the transaction.
    pub fn set(&mut self, path: &str, text: &str, currency: Option<&str>) {
        let amount = || Some((folded(text), currency.unwrap_or_default().to_owned()));
        let field = match path {
            "Amt" => return self.amount = amount(),
            "AmtDtls/TxAmt/Amt" => return self.transaction_amount = amount(),
            "AmtDtls/InstdAmt/Amt" => return self.instructed_amount = amount(),
            "RmtInf/Ustrd" => return self.add_purpose(text),
            "CdtDbtInd" => &mut self.direction,
            "Refs/AcctSvcrRef" => &mut self.source_id,
            "AddtlTxInf" => &mut self.text,
            // Since version 8 the name is in `Pty`. The party can also be an agent.
            "RltdPties/Dbtr/Nm" | "RltdPties/Dbtr/Pty/Nm" | "RltdPties/Dbtr/Agt/FinInstnId/Nm" => {
                &mut self.debtor.name
            }
            "RltdPties/Cdtr/Nm" | "RltdPties/Cdtr/Pty/Nm" | "RltdPties/Cdtr/Agt/FinInstnId/Nm" => {
                &mut self.creditor.name
            }
            "RltdPties/UltmtDbtr/Nm" | "RltdPties/UltmtDbtr/Pty/Nm" => &mut self.debtor.ultimate_name,
            "RltdPties/UltmtCdtr/Nm" | "RltdPties/UltmtCdtr/Pty/Nm" => &mut self.creditor.ultimate_name,
            "RltdPties/DbtrAcct/Id/IBAN" | "RltdPties/DbtrAcct/Id/Othr/Id" => &mut self.debtor.account,
            "RltdPties/CdtrAcct/Id/IBAN" | "RltdPties/CdtrAcct/Id/Othr/Id" => &mut self.creditor.account,
            "Refs/EndToEndId"
            | "Refs/MndtId"
            | "Refs/ChqNb"
            | "RmtInf/Strd/CdtrRefInf/Ref"
            | "RmtInf/Strd/CdtrRefInf/CdtrRef"
            | "RmtInf/Strd/AddtlRmtInf"
            | "RmtInf/Strd/RfrdDocInf/Nb" => {
                return self.references.extend(meaningful(text));
            }
            _ => return,
        };
        if let Some(text) = meaningful(text).filter(|_| field.is_empty()) {
            *field = text;
        }
    }

    fn add_purpose(&mut self, text: &str) {
        if !self.is_purpose_full {
            self.purpose.push(' ');
        }
        self.purpose.push_str(text);
        self.is_purpose_full = text.chars().count() >= FULL_LINE;
    }

    pub fn amount(&self) -> Option<&(String, String)> {
        self.amount.as_ref().or(self.transaction_amount.as_ref())
    }

    pub fn instructed(&self) -> Option<&(String, String)> {
        self.instructed_amount.as_ref()
    }

    /// The other party. In a return it can be in the element for the account's owner.
    pub fn party(&self, is_out: bool, owner: Option<&str>) -> Option<String> {
        let (other, own) = if is_out {
            (&self.creditor, &self.debtor)
        } else {
            (&self.debtor, &self.creditor)
        };
        [&other.name, &other.ultimate_name, &own.name]
            .into_iter()
            .find(|name| !name.is_empty() && Some(name.as_str()) != owner)
            .cloned()
    }

    pub fn purpose(&self) -> Option<String> {
        present(&self.purpose)
    }

    pub fn reference(&self) -> Option<String> {
        self.references.first().cloned()
    }

    /// All texts, those for people first.
    pub fn texts(&self, is_out: bool, owner: Option<&str>) -> Vec<String> {
        let other = if is_out { &self.creditor } else { &self.debtor };
        let party = self.party(is_out, owner);
        let ultimate = Some(&other.ultimate_name).filter(|name| Some(name.as_str()) != owner);
        let mut texts = vec![clean::folded(&self.purpose), self.text.clone()];
        texts.extend(party);
        texts.extend(ultimate.cloned());
        texts.extend(self.references.iter().cloned());
        texts.push(other.account.clone());
        texts
    }
}

/// The text, unless it is empty or a placeholder.
fn meaningful(text: &str) -> Option<String> {
    present(text).filter(|text| !NOTHING.contains(&text.to_lowercase().as_str()))
}
