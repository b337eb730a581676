//! The path of an element by local names.

/// The local names from the outermost to the innermost element, separated by slashes.
#[derive(Debug, Default)]
pub struct Path {
    names: String,
    lengths: Vec<usize>,
}

impl Path {
    pub fn push(&mut self, name: &str) {
        self.lengths.push(self.names.len());
        self.names.push('/');
        self.names.push_str(name);
    }

    pub fn pop(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.names.truncate(length);
        }
    }

    pub fn depth(&self) -> usize {
        self.lengths.len()
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn last(&self) -> &str {
        self.lengths.last().map_or("", |length| &self.names[length + 1..])
    }

    /// The path below the first `length` bytes.
    pub fn below(&self, length: usize) -> &str {
        self.names.get(length + 1..).unwrap_or_default()
    }
}
