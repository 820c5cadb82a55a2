//! Settings: from `CAIRN_*` variables, or a TOML file with the same names in lower case without the prefix; variables win.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;

use crate::db::DatabaseUrl;
use crate::devices::endpoint::EndpointPolicy;

/// Every setting by its name in a file; the variable is `CAIRN_` and the name in capitals.
pub const NAMES: [&str; 15] = [
    "data_dir",
    "listen",
    "database_url",
    "database_connections",
    "public_url",
    "metrics_listen",
    "push_allowed_origins",
    "push_extra_ca",
    "push_max_in_flight",
    "push_max_rate",
    "vapid_subject",
    "tls_cert",
    "tls_key",
    "trusted_proxies",
    "log",
];

#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("{path}: {cause}")]
    File { path: PathBuf, cause: String },
    #[error("{path}: unknown setting {name}")]
    Unknown { path: PathBuf, name: String },
    #[error("{name}: {message}")]
    Value { name: String, message: String },
}

/// The settings of a process, checked.
#[derive(Clone)]
pub struct Settings {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub database_url: DatabaseUrl,
    pub database_connections: u32,
    /// Where browsers reach the server; no slash at the end.
    pub public_url: String,
    pub metrics_listen: Option<SocketAddr>,
    pub push_endpoints: EndpointPolicy,
    pub push_extra_ca: Option<PathBuf>,
    pub push_max_in_flight: usize,
    pub push_max_rate: Option<u32>,
    /// Whom a push service can reach about this server (RFC 8292 section 2.1): a mailto: or https: URI.
    pub vapid_subject: String,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub trusted_proxies: Vec<String>,
    pub log: String,
}

impl Settings {
    /// Reads the settings of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut values = BTreeMap::new();
        if let Some(path) = file {
            values = read_file(path)?;
        }
        for name in NAMES {
            let variable = format!("CAIRN_{}", name.to_uppercase());
            if let Some(value) = std::env::var(variable).ok().filter(|value| !value.is_empty()) {
                values.insert(name.to_owned(), value);
            }
        }
        Self::from_values(&values)
    }

    /// Reads settings from names and texts.
    pub fn from_values(values: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let text = |name: &str| values.get(name).cloned();
        let data_dir = PathBuf::from(text("data_dir").unwrap_or_else(|| "./var".to_owned()));
        let database_url = match text("database_url") {
            Some(url) => parse("database_url", &url)?,
            None => DatabaseUrl::Sqlite(data_dir.join("cairn.db")),
        };
        let listen: SocketAddr = parse("listen", &text("listen").unwrap_or_else(|| "127.0.0.1:8080".to_owned()))?;
        let public_url = text("public_url").unwrap_or_else(|| format!("http://{listen}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        check_public_url(&public_url)?;
        let tls = match (text("tls_cert"), text("tls_key")) {
            (Some(cert), Some(key)) => Some((PathBuf::from(cert), PathBuf::from(key))),
            (None, None) => None,
            _ => return Err(wrong("tls_cert", "tls_cert and tls_key go together")),
        };
        let vapid_subject = text("vapid_subject").unwrap_or_else(|| default_subject(&public_url));
        if !vapid_subject.starts_with("mailto:") && !vapid_subject.starts_with("https://") {
            return Err(wrong("vapid_subject", "must be a mailto: or https: address"));
        }
        let endpoints = EndpointPolicy::with_extra_origins(&text("push_allowed_origins").unwrap_or_default())
            .map_err(|error| wrong("push_allowed_origins", error))?;
        let in_flight = text("push_max_in_flight").map_or(Ok(128), |value| parse("push_max_in_flight", &value))?;
        if in_flight == 0 {
            return Err(wrong("push_max_in_flight", "must be at least 1"));
        }
        Ok(Self {
            data_dir,
            listen,
            database_url,
            database_connections: text("database_connections")
                .map_or(Ok(8), |value| parse("database_connections", &value))?,
            public_url,
            metrics_listen: text("metrics_listen").map(|value| parse("metrics_listen", &value)).transpose()?,
            push_endpoints: endpoints,
            push_extra_ca: text("push_extra_ca").map(PathBuf::from),
            push_max_in_flight: in_flight,
            push_max_rate: text("push_max_rate").map(|value| parse("push_max_rate", &value)).transpose()?,
            vapid_subject,
            tls,
            trusted_proxies: text("trusted_proxies")
                .map(|list| list.split(',').map(|entry| entry.trim().to_owned()).filter(|e| !e.is_empty()).collect())
                .unwrap_or_default(),
            log: text("log").unwrap_or_else(|| "info".to_owned()),
        })
    }

    /// Where the keys lie.
    pub fn key_dir(&self) -> PathBuf {
        self.data_dir.join("keys")
    }

    /// True when browsers reach the server on this machine only.
    pub fn is_loopback(&self) -> bool {
        let host = url::Url::parse(&self.public_url).ok();
        match host.as_ref().and_then(url::Url::host) {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }
}

fn wrong(name: &str, message: impl ToString) -> ConfigError {
    ConfigError::Value { name: format!("CAIRN_{}", name.to_uppercase()), message: message.to_string() }
}

fn parse<T: FromStr>(name: &str, value: &str) -> Result<T, ConfigError>
where
    T::Err: std::fmt::Display,
{
    value.parse().map_err(|error: T::Err| wrong(name, error))
}

fn check_public_url(text: &str) -> Result<(), ConfigError> {
    let url = url::Url::parse(text).map_err(|error| wrong("public_url", error))?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !["http", "https"].contains(&url.scheme()) || !plain {
        return Err(wrong("public_url", "must be an address such as https://cairn.example.org, without a path"));
    }
    Ok(())
}

fn default_subject(public_url: &str) -> String {
    if public_url.starts_with("https://") {
        public_url.to_owned()
    } else {
        "mailto:operator@localhost.invalid".to_owned()
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let fault = |cause: String| ConfigError::File { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| fault(error.message().to_owned()))?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        if !NAMES.contains(&name.as_str()) {
            return Err(ConfigError::Unknown { path: path.to_owned(), name });
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Array(entries) => {
                let texts: Option<Vec<&str>> = entries.iter().map(toml::Value::as_str).collect();
                texts.ok_or_else(|| fault(format!("{name}: a list of texts")))?.join(",")
            }
            other => other.to_string(),
        };
        values.insert(name, text);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn nothing_set_serves_on_this_machine_from_a_folder() {
        let settings = Settings::from_values(&BTreeMap::new()).expect("defaults");
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert!(settings.is_loopback());
        assert!(matches!(settings.database_url, DatabaseUrl::Sqlite(_)));
    }

    #[test]
    fn mistakes_name_the_setting() {
        for (name, value) in [
            ("listen", "8080"),
            ("public_url", "cairn.example.org"),
            ("public_url", "https://cairn.example.org/app"),
            ("database_url", "mysql://x"),
            ("push_max_in_flight", "0"),
            ("tls_cert", "cert.pem"),
            ("vapid_subject", "me"),
        ] {
            let error = Settings::from_values(&values(&[(name, value)])).err().expect("refused").to_string();
            assert!(error.starts_with(&format!("CAIRN_{}", name.to_uppercase())), "{error}");
        }
    }
}
