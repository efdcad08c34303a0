//! The address of the server: who does not know it is not answered.

use std::fmt::{self, Write as _};

use anyhow::anyhow;

/// How many bytes the secret has.
const BYTES: usize = 16;

/// An address on this machine, with a secret in it.
#[derive(Clone, Debug)]
pub struct Address {
    port: u16,
    secret: String,
}

impl Address {
    /// One at a port, with a secret that nobody has known before.
    pub fn new(port: u16) -> anyhow::Result<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("this machine gives no random bytes: {error}"))?;
        let mut secret = String::with_capacity(2 * BYTES);
        for byte in bytes {
            write!(secret, "{byte:02x}")?;
        }
        Ok(Self { port, secret })
    }

    /// What a path asks for, if it has the secret.
    pub fn asked_for<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix('/')?.strip_prefix(&self.secret)?.strip_prefix('/')
    }

    /// Whether a request was sent to this address by name. A page of elsewhere could let its own name lead here.
    pub fn is_named(&self, host: &str) -> bool {
        let port = self.port;
        host == format!("127.0.0.1:{port}") || host == format!("localhost:{port}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://127.0.0.1:{}/{}/", self.port, self.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_who_knows_the_secret_asks_for_anything() {
        let [one, other] = [8_000, 8_000].map(|port| Address::new(port).expect("there are random bytes"));
        assert_ne!(one.secret, other.secret);
        assert_eq!(one.secret.len(), 32);
        let path = format!("/{}/run/0", one.secret);
        assert_eq!(one.asked_for(&path), Some("run/0"));
        assert_eq!(other.asked_for(&path), None);
        for wrong in [
            "",
            "/",
            "//",
            "/run/0",
            &format!("/{}", one.secret),
            &format!("/{}0/run", one.secret),
        ] {
            assert_eq!(one.asked_for(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn another_name_for_this_machine_is_not_taken() {
        let address = Address::new(8_000).expect("there are random bytes");
        assert!(address.is_named("127.0.0.1:8000") && address.is_named("localhost:8000"));
        for wrong in [
            "",
            "evil.example:8000",
            "127.0.0.1",
            "127.0.0.1:8001",
            "localhost:8000.evil.example",
        ] {
            assert!(!address.is_named(wrong), "{wrong}");
        }
    }
}
