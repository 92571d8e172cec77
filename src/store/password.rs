//! Passwords: argon2id with the crate's defaults (19 MiB, 2 passes), as OWASP asks.

use super::StoreError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::OnceLock;

/// Shortest password that is accepted.
pub const PASSWORD_MIN_CHARS: usize = 10;

/// The PHC string of a password. Takes some 30 ms: call it where blocking is allowed.
pub fn hash(password: &str) -> Result<String, StoreError> {
    let hash: PasswordHash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| StoreError::Password(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether the password is right. Without a hash (no such user) it takes as long and says no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let (hash, known) = match hash {
        Some(hash) => (hash, true),
        None => (decoy(), false),
    };
    let Ok(parsed) = PasswordHash::new(hash) else {
        return false;
    };
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    right && known
}

/// A hash of nothing that anybody knows, so that unknown users cost the same time.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash(&super::secret::new()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_a_known_user_passes() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", Some(&stored)));
        assert!(!verify("wrong horse", Some(&stored)));
        assert!(!verify("correct horse", None));
        assert!(!verify("correct horse", Some("not a hash")));
    }
}
