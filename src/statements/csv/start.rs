//! Finds the delimiter and the first row after the header.

use super::fold::cell_text;
use super::read_as::ReadAs;
use super::split::Splitter;
use super::unreadable::Unreadable;

/// The byte that separates cells.
pub(super) fn delimiter(delimiter: char) -> Result<u8, Unreadable> {
    match u8::try_from(delimiter) {
        Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
        _ => Err(Unreadable::WrongDelimiter),
    }
}

/// Moves the splitter to the first row and returns the header.
pub(super) fn skip_to_rows(splitter: &mut Splitter<'_>, read_as: &ReadAs) -> Vec<String> {
    let wanted = read_as.header_line.or(read_as.first_row_line).unwrap_or(1);
    let mut cells = Vec::new();
    loop {
        let position = splitter.position();
        let Some(extent) = splitter.next(&mut cells) else {
            return Vec::new();
        };
        if extent.line < wanted {
            continue;
        }
        if read_as.header_line.is_none() {
            splitter.go_to(position);
            return Vec::new();
        }
        return cells.iter().map(|cell| cell_text(cell).to_owned()).collect();
    }
}
