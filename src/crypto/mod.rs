//! The secret, signed tokens, password hashes, and encodings of binary data.

pub(crate) mod encoding;
mod hs256;
pub mod keyed_lock;
pub mod link_secret;
pub mod password;
pub mod phc;
pub mod secret;
pub mod signer;
mod strength;
