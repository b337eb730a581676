//! Parts of XML besides elements: currencies, character references, encoding.

use encoding_rs::Encoding;
use quick_xml::events::BytesStart;

use super::super::clean::present;

/// The attribute of an amount.
pub fn currency(amount: &BytesStart<'_>) -> Option<String> {
    let attribute = amount.try_get_attribute("Ccy").ok()??;
    present(&attribute.value)
}

/// Decodes one of the five references of XML, or a number. Any other is left unchanged.
pub fn reference(name: &str, text: &mut String) {
    let number = name
        .strip_prefix('#')
        .and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
    match (name, number.and_then(char::from_u32)) {
        (_, Some(character)) => text.push(character),
        ("amp", _) => text.push('&'),
        ("lt", _) => text.push('<'),
        ("gt", _) => text.push('>'),
        ("quot", _) => text.push('"'),
        ("apos", _) => text.push('\''),
        (name, None) => {
            text.push('&');
            text.push_str(name);
            text.push(';');
        }
    }
}

/// The encoding in the XML declaration.
pub fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
}
