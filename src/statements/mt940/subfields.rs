//! Details in numbered parts: a sign and a code of two digits before each, or a number at the start of each line.

use super::super::clean::{folded, present};
use super::parts::Details;

/// `159?00RETOURE?20EREF+…?21…?32name?33…`: the first digits are a code, and lines are cut inside words.
pub fn subfield_details(text: &str, separator: char) -> Details {
    let (mut name, mut remittance, mut bank) = (String::new(), String::new(), [String::new(), String::new()]);
    let mut details = Details::default();
    for (code, value) in subfields(text, separator) {
        match code {
            0 => details.posting.push_str(value),
            20..=29 | 60..=65 => remittance.push_str(value),
            32 | 33 => name.push_str(value),
            30 | 31 => bank[usize::from(code - 30)].push_str(value),
            // Batch numbers and return codes of the banks among themselves.
            10 | 34 => {}
            _ => details.references.extend(present(value)),
        }
    }
    details.posting = folded(&details.posting);
    details.name = folded(&name);
    details.add_sepa(&remittance);
    details
        .references
        .extend(bank.iter().rev().filter_map(|value| present(value)));
    details
}

/// Field `:NS:`, whose lines begin with a number each.
pub fn numbered_details(lines: &[&str]) -> Details {
    let mut details = Details::default();
    let (mut name, mut text) = (Vec::new(), Vec::new());
    for line in lines {
        let number = line.get(..2).and_then(|number| number.parse::<u8>().ok());
        let value = line.get(2..).unwrap_or_default();
        match number {
            Some(1..=14) => text.push(value),
            Some(15 | 16) => name.push(value),
            Some(17) => details.posting = folded(value),
            _ => details.references.extend(present(line)),
        }
    }
    details.name = folded(&name.join(" "));
    details.text = folded(&text.join(" "));
    details
}

/// The character before each code of two digits: `?` in Germany; Poland has others.
pub fn separator(text: &str) -> Option<char> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let separator = rest.chars().next()?;
    let is_code = |code: &str| matches!(code.as_bytes(), [tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit());
    let after = &rest[separator.len_utf8()..];
    let codes = rest.split(separator).skip(1).filter(|part| is_code(part)).count();
    // A code of three digits before one of the usual signs settles it; else the order of the fields does.
    let is_usual = digits == 3 && "?~^<>|§".contains(separator);
    let is_in_order = digits <= 3 && codes > 1 && after.starts_with(['0', '1', '2']);
    let is_sign = "?~^<>|§*@&+#!".contains(separator);
    (is_sign && is_code(after) && (is_usual || is_in_order)).then_some(separator)
}

/// The fields with their codes. What follows the separator but is no code belongs to the text.
fn subfields(text: &str, separator: char) -> Vec<(u8, &str)> {
    let mut fields: Vec<(u8, usize, usize)> = Vec::new();
    for (at, _) in text.match_indices(separator) {
        let start = at + separator.len_utf8();
        let code = text
            .get(start..start + 2)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(code) = code.and_then(|code| code.parse().ok()) else {
            continue;
        };
        if !matches!(code, 0..=39 | 60..=65) {
            continue;
        }
        if let Some(last) = fields.last_mut() {
            last.2 = at;
        }
        fields.push((code, start + 2, text.len()));
    }
    fields
        .into_iter()
        .map(|(code, start, end)| (code, &text[start..end.max(start)]))
        .collect()
}
