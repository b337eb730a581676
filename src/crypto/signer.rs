//! Signs and verifies session tokens (JWTs, HMAC-SHA256 only), cursors and cookies.
//!
//! More than 300 lines, because more than half of the file is tests with forged tokens.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::hs256;

/// A longer token is refused without verifying it; tokens of this program have less than 250 bytes.
const MAX_TOKEN_BYTES: usize = 1024;

/// Verified tokens that are cached, at up to 1 KiB each.
const MAX_VERIFIED: usize = 256;

/// The claims of a token. Times are whole seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// `sub`
    pub user_id: i64,
    /// `sid`: the token is valid only while this session row exists.
    pub session_id: i64,
    /// `iat`
    pub issued_at: i64,
    /// `exp`: the first second in which the token is no longer valid.
    pub expires_at: i64,
}

/// The claims in JSON. Ids are decimal text, because many JSON parsers round large numbers.
#[derive(Serialize, Deserialize)]
struct Wire {
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
    /// Never written; a token with it is refused.
    #[serde(default, skip_serializing)]
    nbf: Option<serde_json::Value>,
}

/// Signs and reads tokens with one secret.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    secret: Vec<u8>,
    /// Tokens with a correct signature: verifying costs more than a lookup, and a client sends its token with every request.
    verified: Arc<Mutex<HashMap<String, Claims>>>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(secret)")
    }
}

impl Signer {
    /// A signer for this secret (at least 32 bytes, see `secret`).
    pub fn new(secret: &[u8]) -> Self {
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_required_spec_claims(&["sub", "exp"]);
        // `read` checks the expiry against the given time; the crate would use the system clock.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            secret: secret.to_vec(),
            verified: Arc::default(),
        }
    }

    /// The signed token of these claims.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "an HMAC takes any key, and four plain fields always serialize"
    )]
    pub fn sign(&self, claims: &Claims) -> String {
        let wire = Wire {
            sub: claims.user_id.to_string(),
            sid: claims.session_id.to_string(),
            iat: claims.issued_at,
            exp: claims.expires_at,
            nbf: None,
        };
        encode(&Header::new(Algorithm::HS256), &wire, &self.encoding).expect("HS256 signing")
    }

    /// The signature of a cursor. Its prefix keeps it from being valid for anything else.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "an HMAC takes any key"
    )]
    pub fn tag(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key");
        mac.update(b"cursor\0");
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// A signature over `parts` as text, for a cookie. It is valid for this `purpose` only.
    pub fn seal(&self, purpose: &str, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.sealed(purpose, parts).finalize().into_bytes())
    }

    /// Whether [`Signer::seal`] made `seal` of this.
    pub fn is_seal(&self, purpose: &str, parts: &[&[u8]], seal: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(seal)
            .is_ok_and(|seal| self.sealed(purpose, parts).verify_slice(&seal).is_ok())
    }

    #[expect(clippy::expect_used, reason = "an HMAC takes any key")]
    fn sealed(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        for part in parts {
            // The length makes the encoding of a list of parts unique.
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// The claims of a token signed with this secret and not expired at `now` (seconds since 1970), else `None`.
    pub fn read(&self, token: &str, now: i64) -> Option<Claims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let cached = self.lock_verified().get(token).copied();
        let claims = match cached {
            Some(claims) => claims,
            None => self.verify_and_cache(token)?,
        };
        (now < claims.expires_at).then_some(claims)
    }

    fn lock_verified(&self) -> std::sync::MutexGuard<'_, HashMap<String, Claims>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verify_and_cache(&self, token: &str) -> Option<Claims> {
        let claims = self.verify(token)?;
        let mut verified = self.lock_verified();
        if verified.len() >= MAX_VERIFIED {
            verified.clear();
        }
        verified.insert(token.to_owned(), claims);
        Some(claims)
    }

    /// The claims of a token signed with this secret, expired or not.
    fn verify(&self, token: &str) -> Option<Claims> {
        let token = decode::<Wire>(token, &self.decoding, &self.validation).ok()?;
        let wire = token.claims;
        // Both restrict the validity of a token in ways that are not checked here.
        if token.header.crit.is_some() || wire.nbf.is_some() {
            return None;
        }
        Some(Claims {
            user_id: id(&wire.sub)?,
            session_id: id(&wire.sid)?,
            issued_at: wire.iat,
            expires_at: wire.exp,
        })
    }
}

/// An id in the exact form that `sign` writes: no sign, space or leading zero.
fn id(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .filter(|id: &i64| *id > 0 && id.to_string() == text)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use sha2::Sha256;

    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_795_000_000;
    const CLAIMS: Claims = Claims {
        user_id: 7,
        session_id: 9,
        issued_at: NOW - 60,
        expires_at: NOW + 60,
    };

    /// A token of any header and claims, correctly signed with `secret`.
    fn forge(header: &Value, claims: &Value, secret: &[u8]) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let mac = Hmac::<Sha256>::new_from_slice(secret)
            .unwrap()
            .chain_update(&message);
        format!(
            "{message}.{}",
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        )
    }

    fn good_claims() -> Value {
        json!({"sub": "7", "sid": "9", "iat": NOW - 60, "exp": NOW + 60})
    }

    fn hs256() -> Value {
        json!({"typ": "JWT", "alg": "HS256"})
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let signer = Signer::new(SECRET);
        let token = signer.sign(&CLAIMS);
        assert_eq!(signer.read(&token, NOW), Some(CLAIMS));
        assert!(token.len() < 250, "{token}");
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(
            signer.read(&forge(&hs256(), &good_claims(), SECRET), NOW),
            Some(CLAIMS)
        );
    }

    #[test]
    fn a_token_runs_out_exactly_at_its_last_second() {
        let signer = Signer::new(SECRET);
        let token = signer.sign(&CLAIMS);
        assert!(signer.read(&token, CLAIMS.expires_at - 1).is_some());
        assert!(signer.read(&token, CLAIMS.expires_at).is_none());
        assert!(signer.read(&token, i64::MAX).is_none());
    }

    #[test]
    fn tokens_are_told_apart_however_many_there_are() {
        let signer = Signer::new(SECRET);
        let claims = |id| Claims {
            user_id: id,
            session_id: id + 1,
            ..CLAIMS
        };
        let ids = 1..=3 * i64::try_from(MAX_VERIFIED).unwrap();
        let tokens: Vec<String> = ids.clone().map(|id| signer.sign(&claims(id))).collect();
        for _ in 0..2 {
            for (id, token) in ids.clone().zip(&tokens) {
                assert_eq!(signer.read(token, NOW), Some(claims(id)));
                assert_eq!(signer.read(token, NOW), Some(claims(id)));
                assert_eq!(signer.read(token, CLAIMS.expires_at), None);
            }
        }
        assert!(signer.lock_verified().len() <= MAX_VERIFIED);
    }

    #[test]
    fn a_token_of_another_secret_is_refused() {
        let token = Signer::new(b"another secret of thirty-two byte").sign(&CLAIMS);
        assert_eq!(Signer::new(SECRET).read(&token, NOW), None);
    }

    #[test]
    fn any_changed_or_missing_character_makes_a_token_worthless() {
        let signer = Signer::new(SECRET);
        let token = signer.sign(&CLAIMS);
        for at in 0..token.len() {
            assert_eq!(signer.read(&token[..at], NOW), None, "cut at {at}");
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(signer.read(&changed, NOW), None, "changed at {at}");
        }
        let (message, _) = token.rsplit_once('.').unwrap();
        for odd in [
            format!("{message}."),
            message.to_owned(),
            format!("{token}."),
            format!("{token}.x"),
            format!(" {token}"),
            format!("{token}="),
        ] {
            assert_eq!(signer.read(&odd, NOW), None, "{odd}");
        }
    }

    #[test]
    fn no_other_algorithm_is_accepted_however_it_is_signed() {
        let signer = Signer::new(SECRET);
        for alg in [
            "none", "None", "NONE", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256", "",
        ] {
            let header = json!({"typ": "JWT", "alg": alg});
            let token = forge(&header, &good_claims(), SECRET);
            assert_eq!(signer.read(&token, NOW), None, "{alg}");
            let (message, _) = token.rsplit_once('.').unwrap();
            assert_eq!(
                signer.read(&format!("{message}."), NOW),
                None,
                "{alg} without signature"
            );
        }
        assert_eq!(
            signer.read(&forge(&json!({"typ": "JWT"}), &good_claims(), SECRET), NOW),
            None
        );
    }

    #[test]
    fn restrictions_that_are_not_understood_are_refused() {
        let signer = Signer::new(SECRET);
        let header = json!({"typ": "JWT", "alg": "HS256", "crit": ["b64"], "b64": false});
        assert_eq!(signer.read(&forge(&header, &good_claims(), SECRET), NOW), None);
        let mut claims = good_claims();
        claims["nbf"] = json!(NOW + 30);
        assert_eq!(signer.read(&forge(&hs256(), &claims, SECRET), NOW), None);
    }

    #[test]
    fn a_seal_fits_what_it_was_made_for_and_nothing_else() {
        let signer = Signer::new(SECRET);
        let seal = signer.seal("flash", &[b"7", b"words"]);
        assert!(signer.is_seal("flash", &[b"7", b"words"], &seal));
        for (purpose, parts) in [
            ("device", &[&b"7"[..], b"words"][..]),
            ("flash", &[b"7w", b"ords"]),
            ("flash", &[b"7words"]),
            ("flash", &[b"8", b"words"]),
        ] {
            assert!(!signer.is_seal(purpose, parts, &seal), "{purpose} {parts:?}");
        }
        for other in ["", "x", "é", &seal[1..]] {
            assert!(!signer.is_seal("flash", &[b"7", b"words"], other), "{other}");
        }
    }

    #[test]
    fn every_claim_is_required_and_has_one_form() {
        let signer = Signer::new(SECRET);
        for name in ["sub", "sid", "iat", "exp"] {
            let mut claims = good_claims();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(
                signer.read(&forge(&hs256(), &claims, SECRET), NOW),
                None,
                "no {name}"
            );
        }
        let odd = [
            ("sub", json!(7)),
            ("sub", json!("")),
            ("sub", json!("seven")),
            ("sub", json!("07")),
            ("sub", json!("+7")),
            ("sub", json!("-7")),
            ("sub", json!("0")),
            ("sub", json!(" 7")),
            ("sub", json!("7.0")),
            ("sub", json!("9223372036854775808")),
            ("sub", json!(null)),
            ("sid", json!("x")),
            ("sid", json!(["9"])),
            ("iat", json!("now")),
            ("exp", json!(null)),
            ("exp", json!("1795000060")),
            ("exp", json!(1e300)),
            ("exp", json!(-1)),
            ("exp", json!(NOW)),
        ];
        for (name, value) in odd {
            let mut claims = good_claims();
            claims[name] = value.clone();
            assert_eq!(
                signer.read(&forge(&hs256(), &claims, SECRET), NOW),
                None,
                "{name} = {value}"
            );
        }
    }

    #[test]
    fn the_largest_ids_and_a_huge_text_are_no_trouble() {
        let signer = Signer::new(SECRET);
        let claims = Claims {
            user_id: i64::MAX,
            session_id: i64::MAX,
            issued_at: NOW,
            expires_at: NOW + 2_592_000,
        };
        assert_eq!(signer.read(&signer.sign(&claims), NOW), Some(claims));
        assert_eq!(signer.read(&"a.".repeat(500_000), NOW), None);
        let mut padded = good_claims();
        padded["pad"] = json!("x".repeat(2_000));
        assert_eq!(signer.read(&forge(&hs256(), &padded, SECRET), NOW), None);
    }

    #[test]
    fn a_signer_does_not_print_its_secret() {
        let printed = format!("{:?}", Signer::new(SECRET));
        assert!(!printed.contains("0123"), "{printed}");
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,300}") {
            prop_assert_eq!(Signer::new(SECRET).read(&text, NOW), None);
        }
    }
}
