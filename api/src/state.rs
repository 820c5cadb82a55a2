use std::net::IpAddr;
use std::sync::Arc;

use cairn_shared::db::Database;
use cairn_shared::devices::endpoint::EndpointPolicy;
use cairn_shared::identity::Passwords;
use ipnet::IpNet;

use crate::calendars::FeedPace;
use crate::events::EventHub;
use crate::running::{Health, Metrics};

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    pub database: Database,
    pub passwords: Arc<Passwords>,
    /// The origin that browsers use; cookie requests must come from it.
    pub public_url: Arc<str>,
    pub vapid_public_key: Arc<str>,
    pub push_endpoints: Arc<EndpointPolicy>,
    pub trusted_proxies: Arc<[IpNet]>,
    pub metrics: Arc<Metrics>,
    pub health: Arc<Health>,
    pub events: Arc<EventHub>,
    pub feed_pace: Arc<FeedPace>,
}

impl AppState {
    /// The address of whoever asks: the peer, or behind trusted proxies the nearest address that is not one of them.
    pub fn client_ip(&self, peer: Option<IpAddr>, forwarded_for: &str) -> Option<IpAddr> {
        let mut address = peer?.to_canonical();
        let trusted = |ip: &IpAddr| self.trusted_proxies.iter().any(|net| net.contains(ip));
        for hop in forwarded_for.rsplit(',') {
            if !trusted(&address) {
                break;
            }
            let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
            address = next.to_canonical();
        }
        Some(address)
    }
}
