//! Limits on the size of a file and its parts.

/// Bytes of a file.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Records below the header.
pub const MAX_ROWS: usize = 200_000;
/// Bytes of one cell, as UTF-8.
pub const MAX_CELL: usize = 8 * 1024;
/// Cells of one row.
pub const MAX_CELLS: usize = 256;
/// Lines before the header.
pub const MAX_PREAMBLE: usize = 30;
