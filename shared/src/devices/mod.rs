//! A client's phones: how one is activated, and where reminders for it are pushed.

mod activation;
pub mod endpoint;
pub mod entity;
mod subscriptions;
pub mod vapid;

pub use activation::{Activated, ActivationCode, activate, issue_code, issue_own_code};
pub use subscriptions::{
    DeviceView, NewSubscription, Registered, SubscriptionView, list_devices, list_subscriptions, names_of_devices,
    reachable_clients, register, remove, revoke, revoke_of_client,
};
