//! Hashes that are stored, so they never change.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// 64 bits of SHA-256: of texts that are compared together with a date and an amount.
pub fn key(text: &str) -> i64 {
    let hash = Sha256::digest(text);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

/// SHA-256 in hex.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
