//! The states of an import.

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// A question is open, or the file can't be read.
    ReadAs,
    /// Each row has its verdict; nothing is written.
    Review,
    Done,
    Undone,
}

impl ImportState {
    /// As in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadAs => "read_as",
            Self::Review => "review",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }

    /// The inverse of [`ImportState::name`]; an unknown one can still be read again.
    pub fn parse(name: &str) -> Self {
        match name {
            "review" => Self::Review,
            "done" => Self::Done,
            "undone" => Self::Undone,
            _ => Self::ReadAs,
        }
    }

    /// Whether the import is not confirmed yet.
    pub fn is_draft(self) -> bool {
        matches!(self, Self::ReadAs | Self::Review)
    }
}
