//! The secret, signed tokens, password hashes, and encodings of binary data.

pub(crate) mod encoding;
pub(crate) mod hash;
mod hs256;
pub(crate) mod keyed_lock;
pub(crate) mod link_secret;
pub mod password;
pub(crate) mod phc;
pub mod secret;
pub mod signer;
mod strength;
