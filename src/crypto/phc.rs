//! Password hashes as PHC strings: `$pbkdf2-sha256$i=600000,l=32$SALT$HASH`.
//!
//! The traits of `password-hash` are not used: a check must take the time of the current rounds also for a hash with fewer,
//! and the traits do not give the rounds of the stored hash.

use std::fmt;

use pbkdf2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use unicode_normalization::UnicodeNormalization;

const ALGORITHM: &str = "pbkdf2-sha256";
const SALT_BYTES: usize = 16;
const HASH_BYTES: u32 = 32;

/// The result of checking a password against a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The password is right.
    pub ok: bool,
    /// The password is right, but its hash has too few rounds and should be replaced.
    pub needs_rehash: bool,
}

impl Verdict {
    const WRONG: Self = Self {
        ok: false,
        needs_rehash: false,
    };
}

/// Why no hash could be computed; never because of the input.
#[derive(Debug)]
pub enum HashFailed {
    /// The system returned no random bytes for a salt.
    NoRandomness(String),
    /// The PHC string could not be built.
    Encoding(String),
    /// The blocking thread panicked, or the server is stopping.
    Stopped(String),
}

impl fmt::Display for HashFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRandomness(source) => write!(f, "no random bytes for a salt: {source}"),
            Self::Encoding(source) => write!(f, "could not write a password hash: {source}"),
            Self::Stopped(source) => write!(f, "password work stopped: {source}"),
        }
    }
}

impl std::error::Error for HashFailed {}

/// The same password typed on systems that compose accents differently must give the same bytes (RFC 8265).
fn bytes_of(password: &str) -> Vec<u8> {
    password.nfc().collect::<String>().into_bytes()
}

fn derive(password: &str, salt: &[u8], rounds: u32, out: &mut [u8]) {
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(&bytes_of(password), salt, rounds, out);
}

/// The PHC string of a password, with a new salt. Fails without randomness.
pub fn make(password: &str, rounds: u32) -> Result<String, HashFailed> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|e| HashFailed::NoRandomness(e.to_string()))?;
    let mut hash = [0; HASH_BYTES as usize];
    derive(password, &salt, rounds, &mut hash);
    write(&salt, &hash, rounds).map_err(|e| HashFailed::Encoding(e.to_string()))
}

fn write(
    salt: &[u8],
    hash: &[u8; HASH_BYTES as usize],
    rounds: u32,
) -> pbkdf2::password_hash::phc::Result<String> {
    let mut params = ParamsString::new();
    params.add_decimal("i", rounds)?;
    params.add_decimal("l", HASH_BYTES)?;
    let phc = PasswordHash {
        algorithm: Ident::new(ALGORITHM)?,
        version: None,
        params,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(hash)?),
    };
    Ok(phc.to_string())
}

/// The parts of a stored hash; `None` if the text is no PBKDF2-SHA256 hash.
fn parse(phc: &str) -> Option<(u32, Salt, Output)> {
    let stored = PasswordHash::new(phc).ok()?;
    let rounds = stored.params.get_decimal("i").filter(|rounds| *rounds > 0)?;
    let known = stored.algorithm.as_str() == ALGORITHM && stored.version.is_none();
    known.then_some((rounds, stored.salt?, stored.hash?))
}

/// Whether `phc` is a hash of `password`. Takes at least the time of `rounds` rounds.
pub fn check(password: &str, phc: &str, rounds: u32) -> Verdict {
    let Some((stored_rounds, salt, stored)) = parse(phc) else {
        spend(password, rounds);
        return Verdict::WRONG;
    };
    let mut hash = vec![0; stored.len()];
    derive(password, salt.as_ref(), stored_rounds, &mut hash);
    // `Output` compares in constant time.
    let ok = Output::new(&hash).is_ok_and(|hash| hash == stored);
    if !ok && stored_rounds < rounds {
        spend(password, rounds - stored_rounds);
    }
    Verdict {
        ok,
        needs_rehash: ok && stored_rounds < rounds,
    }
}

/// Takes the time of `rounds` rounds.
pub fn spend(password: &str, rounds: u32) {
    let mut hash = [0; HASH_BYTES as usize];
    derive(password, &[0; SALT_BYTES], rounds, &mut hash);
    std::hint::black_box(hash);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    fn right(needs_rehash: bool) -> Verdict {
        Verdict {
            ok: true,
            needs_rehash,
        }
    }

    #[test]
    fn a_hash_is_a_phc_string_that_verifies() {
        let phc = make(PASSWORD, 7).unwrap();
        assert!(phc.starts_with("$pbkdf2-sha256$i=7,l=32$"), "{phc}");
        assert_eq!(phc.split('$').map(str::len).skip(3).collect::<Vec<_>>(), [22, 43]);
        assert_eq!(check(PASSWORD, &phc, 7), right(false));
        assert_eq!(check("correct horse battery stable", &phc, 7), Verdict::WRONG);
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(make(PASSWORD, 1).unwrap(), make(PASSWORD, 1).unwrap());
    }

    #[test]
    fn the_bytes_are_those_of_the_published_test_vector() {
        // RFC 7914, section 11: P = "passwd", S = "salt", c = 1; the first 32 bytes.
        let mut out = [0; 32];
        derive("passwd", b"salt", 1, &mut out);
        let expected = "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw";
        assert_eq!(Output::new(&out).unwrap().to_string(), expected);
    }

    #[test]
    fn a_hash_written_by_another_program_verifies() {
        // The example of the pbkdf2 crate's documentation of PHC strings: 40 bytes, 4096 rounds.
        let phc = "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0\
                   $NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q";
        assert_eq!(check("passwordPASSWORDpassword", phc, 4096), right(false));
    }

    #[test]
    fn fewer_rounds_ask_for_a_new_hash_and_more_do_not() {
        let phc = make(PASSWORD, 10).unwrap();
        assert_eq!(check(PASSWORD, &phc, 11), right(true));
        assert_eq!(check(PASSWORD, &phc, 9), right(false));
        assert_eq!(check("wrong", &phc, 11), Verdict::WRONG);
    }

    #[test]
    fn a_broken_hash_is_a_wrong_password() {
        let good = make(PASSWORD, 1).unwrap();
        let other_algorithm = good.replacen("sha256", "sha512", 1);
        let no_rounds = good.replacen("i=1,", "", 1);
        let zero_rounds = good.replacen("i=1,", "i=0,", 1);
        for phc in [
            "",
            "x",
            "$",
            "$pbkdf2-sha256$i=1",
            &good[..30],
            &other_algorithm,
            &no_rounds,
            &zero_rounds,
        ] {
            assert_eq!(check(PASSWORD, phc, 1), Verdict::WRONG, "{phc}");
        }
    }

    #[test]
    fn composed_and_decomposed_accents_are_one_password() {
        let phc = make("cafe\u{301} au lait", 1).unwrap();
        assert_eq!(check("caf\u{e9} au lait", &phc, 1), right(false));
    }
}
