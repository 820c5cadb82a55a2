//! Looks names up for the sender and keeps back every address that is not public.
//!
//! The name of an endpoint was checked, but whoever controls a name's records decides where it leads, and may change
//! that between the check and the call. So the addresses themselves are checked, and the connection is made to the
//! checked ones.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{AddressClass, classify};

/// The name led to no address that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no address that may be called")]
pub struct ForbiddenAddress;

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Passes on what `inner` finds, without the addresses that may not be called.
pub struct CheckedResolver {
    inner: Arc<dyn Resolve>,
    allow_local: bool,
}

impl CheckedResolver {
    /// For the known push services: public addresses only.
    pub fn public_only(inner: Arc<dyn Resolve>) -> Self {
        Self { inner, allow_local: false }
    }

    /// For origins that the operator listed: loopback and private addresses too.
    pub fn for_listed_origins(inner: Arc<dyn Resolve>) -> Self {
        Self { inner, allow_local: true }
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let looking = self.inner.resolve(name);
        let allow_local = self.allow_local;
        Box::pin(async move {
            let allowed: Vec<SocketAddr> = looking.await?.filter(|found| may_call(*found, allow_local)).collect();
            if allowed.is_empty() {
                return Err(ForbiddenAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn may_call(address: SocketAddr, allow_local: bool) -> bool {
    match classify(address.ip()) {
        AddressClass::Public => true,
        AddressClass::Local => allow_local,
        AddressClass::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::testing::FixedResolver;

    async fn found(resolver: CheckedResolver) -> Result<Vec<String>, bool> {
        match resolver.resolve("fcm.googleapis.com".parse().unwrap()).await {
            Ok(addresses) => Ok(addresses.map(|address| address.ip().to_string()).collect()),
            Err(error) => Err(error.is::<ForbiddenAddress>()),
        }
    }

    #[tokio::test]
    async fn local_addresses_are_for_listed_origins_only() {
        let inner = || {
            Arc::new(FixedResolver::new(&["127.0.0.1:0", "8.8.8.8:0", "[::1]:0", "10.0.0.1:0", "169.254.169.254:0"]))
        };
        assert_eq!(found(CheckedResolver::public_only(inner())).await.unwrap(), ["8.8.8.8"]);
        let listed = found(CheckedResolver::for_listed_origins(inner())).await.unwrap();
        assert_eq!(listed, ["127.0.0.1", "8.8.8.8", "::1", "10.0.0.1"]);
    }

    #[tokio::test]
    async fn nothing_left_is_an_error_of_its_own() {
        for addresses in [&["127.0.0.1:443"][..], &["[::ffff:127.0.0.1]:443", "0.0.0.0:443"], &[]] {
            assert_eq!(found(CheckedResolver::public_only(Arc::new(FixedResolver::new(addresses)))).await, Err(true));
        }
        let never = Arc::new(FixedResolver::new(&["169.254.169.254:80", "[::]:80", "[::ffff:10.0.0.1]:80"]));
        assert_eq!(found(CheckedResolver::for_listed_origins(never)).await, Err(true));
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let inner = Arc::new(SystemResolver);
        let resolve =
            |resolver: CheckedResolver| async move { resolver.resolve("localhost".parse().unwrap()).await.is_ok() };
        assert!(resolve(CheckedResolver::for_listed_origins(inner.clone())).await);
        assert!(!resolve(CheckedResolver::public_only(inner)).await);
    }
}
