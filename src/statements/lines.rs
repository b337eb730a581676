//! Physical lines: LF, CR LF and a lone CR each end one.

use memchr::{memchr2, memchr2_iter};

/// Counts lines up to positions that never go back.
#[derive(Debug)]
pub struct LineCounter {
    counted_to: usize,
    line: u64,
}

impl LineCounter {
    pub fn new() -> Self {
        Self {
            counted_to: 0,
            line: 1,
        }
    }

    /// The line, from 1, in which `position` of `text` stands.
    pub fn line_of(&mut self, text: &[u8], position: usize) -> u64 {
        if position > self.counted_to {
            let part = &text[self.counted_to..position];
            let ends = memchr2_iter(b'\n', b'\r', part)
                .filter(|at| part[*at] == b'\n' || text.get(self.counted_to + at + 1) != Some(&b'\n'))
                .count();
            self.line += ends as u64;
            self.counted_to = position;
        }
        self.line
    }
}

/// The line that starts at `position` without its end, and where the next one starts.
pub fn line_at(text: &str, position: usize) -> Option<(&str, usize)> {
    let rest = text.get(position..).filter(|rest| !rest.is_empty())?;
    Some(match memchr2(b'\n', b'\r', rest.as_bytes()) {
        Some(end) => {
            let length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            (&rest[..end], position + end + length)
        }
        None => (rest, text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::{LineCounter, line_at};

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\r\nb\nc\rd\r\n\r\ne";
        let mut counter = LineCounter::new();
        let lines: Vec<u64> = (0..text.len())
            .filter(|at| text.as_bytes()[*at].is_ascii_lowercase())
            .map(|at| counter.line_of(text.as_bytes(), at))
            .collect();
        assert_eq!(lines, [1, 2, 3, 4, 6]);
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((line, next)) = line_at(text, at) {
            found.push(line);
            at = next;
        }
        assert_eq!(found, ["a", "b", "c", "d", "", "e"]);
    }
}
