//! Where a browser lets us deliver push messages, and the keys to seal them with.
//!
//! A subscription comes from the browser, so from anybody: an endpoint that is not checked makes our server post to any
//! address an attacker likes. Only the push services of the big browsers are accepted, plus the exact origins that the
//! operator lists. The text must already be written the way a browser writes it: every rewriting that a URL parser
//! would do on the host (octal addresses, look-alike letters, back slashes) is a refusal.

use std::fmt;

use url::{Host, Url};

pub use keys::{KeyFault, SubscriptionKeys};

mod keys;

/// Longest endpoint accepted, in characters.
pub const MAX_ENDPOINT_CHARS: usize = 2048;

/// Chrome and its relatives.
const ALLOWED_HOSTS: [&str; 1] = ["fcm.googleapis.com"];
/// Firefox, Safari, Edge: the host is any name under one of these.
const ALLOWED_PARENTS: [&str; 3] = [".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];

/// What is wrong with a subscription: the member of the browser's object and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    #[error("endpoint {0}")]
    Endpoint(EndpointFault),
    #[error("keys.p256dh {0}")]
    P256dh(KeyFault),
    #[error("keys.auth {0}")]
    Auth(KeyFault),
}

impl SubscriptionError {
    /// The member of `PushSubscription.toJSON()`: `endpoint`, `keys.p256dh` or `keys.auth`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Endpoint(_) => "endpoint",
            Self::P256dh(_) => "keys.p256dh",
            Self::Auth(_) => "keys.auth",
        }
    }

    /// The reason alone, a sentence part for people: `must use https`.
    pub fn reason(self) -> String {
        match self {
            Self::Endpoint(fault) => fault.to_string(),
            Self::P256dh(fault) | Self::Auth(fault) => fault.to_string(),
        }
    }
}

/// Why an endpoint is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    #[error("is longer than 2048 characters")]
    TooLong,
    #[error("is not a plain absolute URL")]
    NotAUrl,
    #[error("must use https")]
    NotHttps,
    #[error("must not carry a user name or password")]
    UserInfo,
    #[error("must not have a fragment")]
    Fragment,
    #[error("must use port 443")]
    Port,
    #[error("does not write its host the plain way")]
    HostNotPlain,
    #[error("is not at a known push service")]
    HostNotAllowed,
}

/// A configured extra origin that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("push origin `{origin}` {reason}")]
pub struct OriginError {
    pub origin: String,
    pub reason: &'static str,
}

/// `scheme://host[:port]` with the port left out when it is the scheme's own (RFC 6454 section 6.2), in lower case. No
/// secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    fn of(url: &Url) -> Self {
        Self(url.origin().ascii_serialization())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An accepted endpoint. Whoever knows it can address the device, so it prints as its origin only.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    origin: Origin,
    listed: bool,
}

impl Endpoint {
    /// The canonical form: what is stored, compared and posted to.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// `scheme://host[:port]`, the port left out when it is the scheme's own. No secret.
    pub fn origin(&self) -> &str {
        self.origin.as_str()
    }

    /// Whether the operator listed this very origin, which may then have a loopback or private address.
    pub fn is_listed(&self) -> bool {
        self.listed
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}/...)", self.origin)
    }
}

/// Which endpoints are accepted. The default accepts the known push services only.
#[derive(Debug, Clone, Default)]
pub struct EndpointPolicy {
    extra: Vec<Origin>,
}

impl EndpointPolicy {
    /// Adds exact origins from the configuration, separated by commas:
    /// `https://push.example.org:8443,http://127.0.0.1:9000`. Plain http is for this machine and private networks:
    /// `localhost` or a loopback or private address.
    ///
    /// # Errors
    /// The first entry that is not an origin, and why.
    pub fn with_extra_origins(list: &str) -> Result<Self, OriginError> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let extra = entries.map(extra_origin).collect::<Result<_, _>>()?;
        Ok(Self { extra })
    }

    pub fn extra_origins(&self) -> &[Origin] {
        &self.extra
    }

    /// Checks an endpoint and brings it to its canonical form.
    ///
    /// # Errors
    /// Always on the field `endpoint`.
    pub fn endpoint(&self, text: &str) -> Result<Endpoint, SubscriptionError> {
        let url = plain_url(text).map_err(SubscriptionError::Endpoint)?;
        let origin = Origin::of(&url);
        let listed = self.extra.contains(&origin);
        if !listed {
            known_service(&url).map_err(SubscriptionError::Endpoint)?;
        }
        Ok(Endpoint { url: url.into(), origin, listed })
    }

    /// Checks a whole subscription.
    ///
    /// # Errors
    /// All that is wrong, at most one error a field.
    pub fn subscription(
        &self,
        endpoint: &str,
        p256dh: &str,
        auth: &str,
    ) -> Result<(Endpoint, SubscriptionKeys), Vec<SubscriptionError>> {
        match (self.endpoint(endpoint), SubscriptionKeys::parse(p256dh, auth)) {
            (Ok(endpoint), Ok(keys)) => Ok((endpoint, keys)),
            (endpoint, keys) => Err(endpoint.err().into_iter().chain(keys.err().into_iter().flatten()).collect()),
        }
    }
}

/// Parses a URL whose authority is written exactly as the parser would write it, but for case and an explicit default
/// port.
fn plain_url(text: &str) -> Result<Url, EndpointFault> {
    if text.len() > MAX_ENDPOINT_CHARS {
        return Err(EndpointFault::TooLong);
    }
    // Neither blanks nor controls nor letters beyond ASCII, nor what RFC 3986 keeps out of a URI: parsers drop or
    // rewrite these.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !br#"\"<>^`{|}"#.contains(&byte)) {
        return Err(EndpointFault::NotAUrl);
    }
    if text.contains('#') {
        return Err(EndpointFault::Fragment);
    }
    let (scheme, rest) = text.split_once("://").ok_or(EndpointFault::NotAUrl)?;
    let written = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
    if written.contains('@') {
        return Err(EndpointFault::UserInfo);
    }
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "https" => 443,
        "http" => 80,
        _ => return Err(EndpointFault::NotHttps),
    };
    let url = Url::parse(text).map_err(|_| EndpointFault::NotAUrl)?;
    let host = url.host_str().ok_or(EndpointFault::NotAUrl)?;
    let port = url.port().unwrap_or(default_port);
    let plain = written == format!("{host}:{port}") || (port == default_port && written == host);
    if plain { Ok(url) } else { Err(EndpointFault::HostNotPlain) }
}

fn known_service(url: &Url) -> Result<(), EndpointFault> {
    if url.scheme() != "https" {
        return Err(EndpointFault::NotHttps);
    }
    let Some(Host::Domain(host)) = url.host() else {
        return Err(EndpointFault::HostNotAllowed);
    };
    let under = |parent: &&str| host.strip_suffix(*parent).is_some_and(is_host_name);
    if !ALLOWED_HOSTS.contains(&host) && !ALLOWED_PARENTS.iter().any(under) {
        return Err(EndpointFault::HostNotAllowed);
    }
    match url.port() {
        None => Ok(()),
        Some(_) => Err(EndpointFault::Port),
    }
}

/// RFC 1123 section 2.1.
fn is_host_name(name: &str) -> bool {
    name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn extra_origin(text: &str) -> Result<Origin, OriginError> {
    let refuse = |reason| OriginError { origin: text.to_owned(), reason };
    let url = plain_url(text).map_err(|_| refuse("is not a plain http or https origin"))?;
    if url.path() != "/" || url.query().is_some() {
        return Err(refuse("must be only scheme, host and port"));
    }
    let near = match url.host() {
        Some(Host::Domain(name)) if !is_host_name(name) => {
            return Err(refuse("has no plain host name"));
        }
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        None => false,
    };
    if url.scheme() == "http" && !near {
        return Err(refuse("must use https, because it is not on this machine or a private network"));
    }
    Ok(Origin::of(&url))
}

#[cfg(test)]
mod tests;
