/// Where the alert to one member of staff stands. All but the first are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertState {
    /// Handed to its deliveries.
    Sending,
    /// A push service took it for at least one device.
    Sent,
    Failed,
    /// Became useless before it could be sent.
    Missed,
    /// Somebody took the matter over before it was sent.
    Cancelled,
    /// This person has no device that takes push messages.
    NoDevice,
}

impl AlertState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::NoDevice => "no_device",
        }
    }
}

/// Where an escalation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalationState {
    /// Nobody has taken it over yet; the next step has its time.
    Running,
    /// Somebody took it over.
    Settled,
    /// Everybody was asked as often as is asked; what it is about stays open.
    Exhausted,
}

impl EscalationState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Settled => "settled",
            Self::Exhausted => "exhausted",
        }
    }
}
