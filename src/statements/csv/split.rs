//! Splits text into records of cells. No crate is used, because line numbers must be those of the file (a lone CR and a line
//! break in quotes count), and because an unmatched quote must not extend to the end of the file.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use super::limits::{MAX_CELL, MAX_CELLS};

/// Unsuccessful steps in the whole text. Bounds the time for a file of quotes.
const MAX_WASTED: u32 = 500_000;
/// Steps in each cell after that.
const FEW_STEPS: u32 = 16;

/// An iterator over the records of a text, without empty lines.
#[derive(Clone)]
pub(super) struct Splitter<'a> {
    text: &'a str,
    position: Position,
    delimiter: u8,
}

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    at: usize,
    line: u64,
    wasted: u32,
}

/// The position of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent<'a> {
    /// Its first physical line.
    pub line: u64,
    /// Its text, without the line end.
    pub raw: &'a str,
}

impl<'a> Splitter<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        let start = Position {
            at: 0,
            line: 1,
            wasted: 0,
        };
        Self::resume(text, delimiter, start)
    }

    /// Continues at `position`.
    pub fn resume(text: &'a str, delimiter: u8, position: Position) -> Self {
        Self {
            text,
            position,
            delimiter,
        }
    }

    pub fn position(&self) -> Position {
        self.position
    }

    pub fn go_to(&mut self, position: Position) {
        self.position = position;
    }

    /// Reads the next record into `cells` and returns its position.
    pub fn next(&mut self, cells: &mut Vec<Cow<'a, str>>) -> Option<Extent<'a>> {
        cells.clear();
        self.skip_empty_lines();
        if self.position.at == self.text.len() {
            return None;
        }
        let (start, line) = (self.position.at, self.position.line);
        loop {
            cells.push(self.cell());
            if self.byte() != Some(self.delimiter) {
                break;
            }
            // One cell over the limit is enough to reject the row.
            if cells.len() > MAX_CELLS {
                let rest = &self.text.as_bytes()[self.position.at..];
                self.position.at += memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                break;
            }
            self.position.at += 1;
        }
        let raw = &self.text[start..self.position.at];
        self.skip_line_end();
        Some(Extent { line, raw })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position.at).copied()
    }

    fn skip_empty_lines(&mut self) {
        while matches!(self.byte(), Some(b'\n' | b'\r')) {
            self.skip_line_end();
        }
    }

    fn skip_line_end(&mut self) {
        let length = match &self.text.as_bytes()[self.position.at..] {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => return,
        };
        self.position.at += length;
        self.position.line += 1;
    }

    /// Reads a cell up to its delimiter, line end or the end of the text.
    fn cell(&mut self) -> Cow<'a, str> {
        let rest = &self.text[self.position.at..];
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        if rest.as_bytes().get(spaces) == Some(&b'"')
            && let Some(quoted) = self.quoted(&rest[spaces..])
        {
            let length = spaces + quoted.length;
            self.position.line += line_ends(&rest[..length]);
            self.position.at += length;
            return quoted.cell;
        }
        let end = memchr3(self.delimiter, b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        self.position.at += end;
        Cow::Borrowed(&rest[..end])
    }

    /// The quoted cell at the beginning of `text`. A quote ends it only before a delimiter, a line end or the end of the
    /// text; other quotes are text. `None` if no quote ends it: then the first quote is text as well.
    fn quoted(&mut self, text: &'a str) -> Option<Quoted<'a>> {
        let bytes = text.as_bytes();
        let (mut at, mut has_double, mut steps) = (1, false, 0);
        let most = if self.position.wasted > MAX_WASTED {
            FEW_STEPS
        } else {
            u32::MAX
        };
        loop {
            let found = bytes.get(at..).and_then(|rest| memchr(b'"', rest));
            let Some(found) = found.filter(|found| at + found <= MAX_CELL * 2 && steps < most) else {
                self.position.wasted = self.position.wasted.saturating_add(steps);
                return None;
            };
            at += found;
            steps += 1;
            if bytes.get(at + 1) == Some(&b'"') {
                has_double = true;
                at += 2;
                continue;
            }
            let after = &text[at + 1..];
            let spaces = after.len() - after.trim_start_matches(' ').len();
            match after.as_bytes().get(spaces) {
                Some(b'\n' | b'\r') | None => {}
                Some(byte) if *byte == self.delimiter => {}
                Some(_) => {
                    at += 1;
                    continue;
                }
            }
            let inside = &text[1..at];
            let cell = if has_double {
                Cow::Owned(inside.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(inside)
            };
            let length = at + 1 + spaces;
            return Some(Quoted { cell, length });
        }
    }
}

struct Quoted<'a> {
    cell: Cow<'a, str>,
    /// The length with both quotes and the spaces after the second one.
    length: usize,
}

/// The number of line ends: LF, CRLF or a lone CR.
fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (0, 0);
    while let Some(found) = memchr2(b'\n', b'\r', &bytes[at..]) {
        at += found + 1;
        if bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut splitter = Splitter::new(text, b',');
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        while let Some(extent) = splitter.next(&mut cells) {
            let cells = cells.iter().map(|cell| cell.clone().into_owned());
            found.push((extent.line, cells.collect()));
        }
        found
    }

    fn cells(line: &str) -> Vec<String> {
        let found = records(line);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].1.clone()
    }

    #[test]
    fn cells_are_those_of_the_format() {
        for (line, expected) in [
            ("a,b,c", &["a", "b", "c"][..]),
            ("a,,", &["a", "", ""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"a \"\"b\"\"\",c", &["a \"b\"", "c"]),
            ("\"\",\"\"\"\",x", &["", "\"", "x"]),
            ("\"a\" ,b", &["a", "b"]),
            (" \"a,b\", \"c\"", &["a,b", "c"]),
            ("\"a\"", &["a"]),
            (",", &["", ""]),
            ("a\"b\",c", &["a\"b\"", "c"]),
        ] {
            assert_eq!(cells(line), expected, "{line}");
        }
    }

    #[test]
    fn a_stray_quote_is_text() {
        for (line, expected) in [
            ("\"a\",b\",\"c\"", &["a", "b\"", "c"][..]),
            ("\"the \"best\" shop\",1", &["the \"best\" shop", "1"]),
            ("\"never closed,1", &["\"never closed", "1"]),
            ("5\" pipe,1", &["5\" pipe", "1"]),
        ] {
            assert_eq!(cells(line), expected, "{line}");
        }
        let two = records("\"open,1\nb,2\n");
        assert_eq!(two.len(), 2, "the next line is not swallowed: {two:?}");
    }

    #[test]
    fn a_text_of_quotes_takes_no_longer_than_another() {
        for part in ["\"x,", "\"\"x,", "\"\"\"x,", "\"x\n", "\"\"x\n", "\""] {
            let text = part.repeat(100_000);
            let started = std::time::Instant::now();
            let mut splitter = Splitter::new(&text, b',');
            let mut cells = Vec::new();
            while splitter.next(&mut cells).is_some() {
                assert!(cells.len() <= MAX_CELLS + 1);
            }
            assert!(started.elapsed().as_secs() < 10, "{part:?}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let found = records("a\r\n\r\n\"b\nb\r\nb\",1\rc\n\n\nd");
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 6, 9]);
        assert_eq!(found[1].1[0], "b\nb\r\nb");
    }
}
