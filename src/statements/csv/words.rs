//! Words of directions, footers, months and weekdays, folded, in the languages of banks and trackers.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use time::Month;

/// Words for money out.
pub(super) const OUT: [&str; 58] = [
    "exp",
    "af",
    "debit",
    "debits",
    "d",
    "dr",
    "db",
    "dbit",
    "debet",
    "expense",
    "expenses",
    "spending",
    "soll",
    "s",
    "out",
    "withdrawal",
    "withdraw",
    "payment sent",
    "sent",
    "outgoing",
    "money out",
    "outflow",
    "spend",
    "支出",
    "借",
    "出",
    "ausgabe",
    "ausgang",
    "lastschrift",
    "belastung",
    "abgang",
    "расход",
    "uscita",
    "uscite",
    "gasto",
    "gastos",
    "egreso",
    "depense",
    "depenses",
    "sortie",
    "saida",
    "despesa",
    "despesas",
    "utgift",
    "uttag",
    "udgift",
    "uitgave",
    "uitgaven",
    "cargo",
    "debito",
    "dare",
    "addebito",
    "wydatek",
    "vydaj",
    "gider",
    "chi",
    "debit card",
    "purchase",
];

/// Words for money in.
pub(super) const IN: [&str; 53] = [
    "bij",
    "credit",
    "credits",
    "c",
    "cr",
    "crdt",
    "kredit",
    "income",
    "haben",
    "h",
    "in",
    "deposit",
    "payment received",
    "received",
    "incoming",
    "money in",
    "inflow",
    "refund",
    "收入",
    "贷",
    "入",
    "einnahme",
    "einnahmen",
    "eingang",
    "gutschrift",
    "zugang",
    "доход",
    "entrata",
    "entrate",
    "ingreso",
    "ingresos",
    "recette",
    "revenu",
    "revenus",
    "entree",
    "entrada",
    "receita",
    "receitas",
    "inkomst",
    "insattning",
    "indtaegt",
    "inkomsten",
    "abono",
    "credito",
    "avere",
    "accredito",
    "przychod",
    "wplyw",
    "prijem",
    "gelir",
    "thu",
    "salary",
    "interest",
];

/// Words at the beginning of a footer.
pub(super) const TOTALS: [&str; 34] = [
    "total",
    "totals",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "saldo",
    "endsaldo",
    "anfangssaldo",
    "kontostand",
    "balance",
    "closing balance",
    "opening balance",
    "ending balance",
    "beginning balance",
    "solde",
    "totaal",
    "totale",
    "subtotal",
    "grand total",
    "somme",
    "suma",
    "summa",
    "合计",
    "总计",
    "总额",
    "итого",
    "brought forward",
    "carried forward",
    "balance brought forward",
    "balance carried forward",
    "alter kontostand",
    "neuer kontostand",
    "toplam",
];

const MONTHS: [&str; 12] = [
    "jan|januar|january|janvier|janv|januari|enero|ene|janeiro|gennaio|gen|janner|styczen|stycznia|sty|ocak",
    "feb|februar|february|fevrier|fevr|fev|februari|febrero|fevereiro|febbraio|feber|luty|lutego|lut|subat",
    "mar|march|marz|maerz|mrz|mars|maart|mrt|marzo|marco|marec|marzec|marca|mart",
    "apr|april|avril|avr|abril|abr|aprile|kwiecien|kwietnia|kwi|nisan",
    "may|mai|mei|mayo|maio|maggio|mag|maj|maja|mayis",
    "jun|june|juni|juin|junio|junho|giugno|giu|czerwiec|czerwca|cze|haziran",
    "jul|july|juli|juillet|juil|julio|julho|luglio|lug|lipiec|lipca|lip|temmuz",
    "aug|august|aout|augustus|augusti|agosto|ago|sierpien|sierpnia|sie|agustos",
    "sep|sept|september|septembre|septiembre|setembro|set|settembre|wrzesien|wrzesnia|wrz|eylul",
    "oct|okt|october|oktober|octobre|octubre|outubro|out|ottobre|ott|pazdziernik|pazdziernika|paz|ekim",
    "nov|november|novembre|noviembre|novembro|listopad|listopada|lis|kasim",
    "dec|dez|dic|december|dezember|decembre|diciembre|dezembro|dicembre|grudzien|grudnia|gru|aralik",
];

const WEEKDAYS: &str = "mon|monday|tue|tues|tuesday|wed|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday|\
    mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|\
    samedi|dimanche|lun|mer|jeu|ven|sam|dim|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag";

/// The months by all of their names: each cell of a file asks for some.
static MONTH_NAMES: LazyLock<HashMap<&str, Month>> = LazyLock::new(|| {
    let months = MONTHS
        .iter()
        .zip((1..).map_while(|number| Month::try_from(number).ok()));
    months
        .flat_map(|(names, month)| names.split('|').map(move |name| (name, month)))
        .collect()
});
static WEEKDAY_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| WEEKDAYS.split('|').map(str::trim).collect());

/// The month of that name.
pub(super) fn month(name: &str) -> Option<Month> {
    if !(3..=24).contains(&name.len()) {
        return None;
    }
    MONTH_NAMES.get(crate::text::folded(name).as_str()).copied()
}

pub(super) fn is_weekday(name: &str) -> bool {
    WEEKDAY_NAMES.contains(crate::text::folded(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn the_words_are_folded() {
        let words = [&OUT[..], &IN, &TOTALS].into_iter().flatten().copied();
        let wrong: Vec<&str> = words.filter(|word| fold(word) != *word).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn no_word_is_in_both_directions() {
        let both: Vec<&&str> = OUT.iter().filter(|word| IN.contains(word)).collect();
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn months_have_names_in_many_languages() {
        assert_eq!(month("Mai"), Some(Month::May));
        assert_eq!(month("août"), Some(Month::August));
        assert_eq!(month("März"), Some(Month::March));
        assert_eq!(month("Foo"), None);
    }
}
