//! Posts sealed messages to push services.
//!
//! What may be called is checked three times: the endpoint's text, the address its name leads to, and, by not following
//! redirects, that nothing else is called in its place. No proxy is taken from the environment, since it would do the
//! looking up for us.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_shared::devices::endpoint::{Endpoint, EndpointPolicy};
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::dns::Resolve;
use reqwest::{Certificate, Client, Response, redirect};

use super::address::{AddressClass, classify};
use super::answer::{Outage, PushAnswer, Refusal, read_answer};
use super::encrypt::{self, EncryptError, encrypt};
use super::message::PushRequest;
use super::resolver::{CheckedResolver, ForbiddenAddress, SystemResolver};
use super::vapid::VapidSigner;

const TTL: HeaderName = HeaderName::from_static("ttl");
const URGENCY: HeaderName = HeaderName::from_static("urgency");
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// An answer's body says nothing we use. So much of it is read, for so long, to keep the connection for the next
/// message.
const MAX_BODY: usize = 4096;
const BODY_WAIT: Duration = Duration::from_secs(1);
const IDLE_CONNECTIONS: usize = 128;

/// How long a push service is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name, connection and TLS.
    pub connect: Duration,
    /// All of it.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(8) }
    }
}

/// A sender that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    #[error("the extra certificates for push services are not PEM")]
    ExtraCa,
    #[error("the push origin `{0}` has an address that is never called")]
    Address(String),
    #[error("the HTTP client for push services cannot be built: {0}")]
    Client(#[from] reqwest::Error),
}

pub struct PushSender {
    policy: EndpointPolicy,
    signer: VapidSigner,
    /// For the known push services: public addresses only.
    public: Client,
    /// For the origins that the operator listed. A client of its own, so that a listed name opens no other origin.
    listed: Client,
}

impl PushSender {
    /// Trusts the platform's certificates and those in `extra_ca_pem`.
    pub fn new(policy: EndpointPolicy, signer: VapidSigner, extra_ca_pem: Option<&[u8]>) -> Result<Self, SenderError> {
        Self::with(policy, signer, extra_ca_pem, Timeouts::default(), Arc::new(SystemResolver))
    }

    /// As [`PushSender::new`], with other waiting times and another way to look names up. Addresses are checked all the
    /// same.
    pub fn with(
        policy: EndpointPolicy,
        signer: VapidSigner,
        extra_ca_pem: Option<&[u8]>,
        timeouts: Timeouts,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, SenderError> {
        for origin in policy.extra_origins() {
            if literal_address(origin.as_str()).is_some_and(|ip| classify(ip) == AddressClass::Never) {
                return Err(SenderError::Address(origin.to_string()));
            }
        }
        // The client takes the process's provider and panics without one. When another part of the program was first,
        // this changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let extra = match extra_ca_pem {
            None => Vec::new(),
            Some(pem) => Certificate::from_pem_bundle(pem).map_err(|_| SenderError::ExtraCa)?,
        };
        if extra_ca_pem.is_some() && extra.is_empty() {
            return Err(SenderError::ExtraCa);
        }
        let client = |resolver| client(&extra, timeouts, resolver);
        let public = client(CheckedResolver::public_only(resolver.clone()))?;
        let listed = client(CheckedResolver::for_listed_origins(resolver))?;
        Ok(Self { policy, signer, public, listed })
    }

    /// Sends one message. `now_ms` is the time since 1970. Never fails: what went wrong is an answer too.
    pub async fn send(&self, request: &PushRequest, now_ms: i64) -> PushAnswer {
        let (endpoint, headers, body) = match self.prepare(request, now_ms) {
            Ok(prepared) => prepared,
            Err(refusal) => return PushAnswer::NotSent(refusal),
        };
        let client = if endpoint.is_listed() { &self.listed } else { &self.public };
        match client.post(endpoint.as_str()).headers(headers).body(body).send().await {
            Ok(response) => {
                let answer = read_answer(response.status().as_u16(), response.headers(), now_ms);
                let _ = tokio::time::timeout(BODY_WAIT, discard(response)).await;
                answer
            }
            Err(error) => PushAnswer::no_answer(outage(&error)),
        }
    }

    fn prepare(&self, request: &PushRequest, now_ms: i64) -> Result<(Endpoint, HeaderMap, Vec<u8>), Refusal> {
        let endpoint = self.policy.endpoint(&request.endpoint).map_err(|_| Refusal::Endpoint)?;
        let body = encrypt(&request.keys, &request.payload).map_err(|error| match error {
            EncryptError::Length => Refusal::Payload,
            EncryptError::Keys => Refusal::Keys,
        })?;
        let authorization = self.signer.authorization(endpoint.origin(), now_ms).map_err(|_| Refusal::Signature)?;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encrypt::CONTENT_ENCODING));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(TTL, HeaderValue::from(request.ttl_seconds));
        headers.insert(URGENCY, HeaderValue::from_static(request.urgency.as_str()));
        if let Some(topic) = request.topic.as_ref().and_then(|topic| HeaderValue::from_str(topic.as_str()).ok()) {
            headers.insert(TOPIC, topic);
        }
        Ok((endpoint, headers, body))
    }
}

fn client(extra: &[Certificate], timeouts: Timeouts, resolver: CheckedResolver) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_certs_merge(extra.iter().cloned())
        .dns_resolver(resolver)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .build()
}

/// The address that is written in an origin. Such a host is connected to without being looked up.
fn literal_address(origin: &str) -> Option<IpAddr> {
    let url = url::Url::parse(origin).ok()?;
    match url.host()? {
        url::Host::Ipv4(ip) => Some(ip.into()),
        url::Host::Ipv6(ip) => Some(ip.into()),
        url::Host::Domain(_) => None,
    }
}

async fn discard(mut response: Response) {
    let mut read = 0;
    while read <= MAX_BODY {
        match response.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            Ok(None) | Err(_) => return,
        }
    }
}

/// The error itself is never kept: it can contain the endpoint.
fn outage(error: &reqwest::Error) -> Outage {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<ForbiddenAddress>() {
            return Outage::ForbiddenAddress;
        }
        cause = inner.source();
    }
    if error.is_timeout() { Outage::Timeout } else { Outage::Connection }
}

#[cfg(test)]
mod tests;
