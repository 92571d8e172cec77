//! Secrets that are given out once: 256 random bits as hex; stored as their SHA-256.

use sha2::{Digest, Sha256};

/// A new secret: 64 hexadecimal digits.
pub fn new() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// What is stored of a secret. A plain hash does, since nobody guesses 256 bits.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
