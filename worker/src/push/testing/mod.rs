//! What the tests of sending share: a browser that opens messages, a check of signatures, a push service that
//! misbehaves.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

pub mod browser;
pub mod stub;
pub mod verify;

/// Answers every name with the same addresses.
pub struct FixedResolver(Vec<SocketAddr>);

impl FixedResolver {
    pub fn new(addresses: &[&str]) -> Self {
        Self(addresses.iter().map(|address| address.parse().unwrap()).collect())
    }
}

impl Resolve for FixedResolver {
    fn resolve(&self, _name: Name) -> Resolving {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(Box::new(addresses.into_iter()) as Addrs) })
    }
}
