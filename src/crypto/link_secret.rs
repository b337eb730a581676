//! Secrets `{owner}_{secret}`: tokens of the API and invitation links.
//!
//! The database has only a hash of the secret. The owner, in base 62, routes the lookup to its shard.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::encoding::{base62, from_base62};
use crate::error::AppError;

const BYTES: usize = 32;

/// A new secret of `owner`: its text, and the hash to store.
pub fn new(owner: i64) -> Result<(String, String), AppError> {
    let mut random = [0; BYTES];
    getrandom::fill(&mut random).map_err(AppError::internal)?;
    let secret = URL_SAFE_NO_PAD.encode(random);
    let hash = hash(&secret);
    Ok((format!("{}_{secret}", base62(owner)), hash))
}

/// The owner and the hash of the secret; `None` for a text of another format.
pub fn parse(text: &str) -> Option<(i64, String)> {
    let (owner, secret) = text.split_once('_')?;
    Some((from_base62(owner)?, hash(secret)))
}

/// SHA-256 of the secret's text, in base64url.
fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
