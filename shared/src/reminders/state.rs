use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|state| state.as_str() == text)
            }
        }
    };
}

states! {
    /// Where a reminder stands. All but the first two are final.
    ReminderState {
        Planned = "planned",
        /// Handed to its deliveries.
        Sending = "sending",
        /// A push service took it for at least one device.
        Sent = "sent",
        /// Became useless before it could be sent.
        Missed = "missed",
        Cancelled = "cancelled",
        /// Another one took its place: the occurrence was moved.
        Superseded = "superseded",
        /// Held back: pause, quiet hours or daily cap.
        Suppressed = "suppressed",
        /// Was due before its item was made.
        Skipped = "skipped",
        /// Every device's push service refused it.
        Failed = "failed",
        /// The client has no device that can be reached.
        NoDevice = "no_device",
    }
}

states! {
    /// Where one delivery to one device stands.
    DeliveryState {
        Due = "due",
        Sending = "sending",
        /// The push service took it. That is not yet "shown".
        Accepted = "accepted",
        /// The subscription does not exist any more.
        Gone = "gone",
        Failed = "failed",
        Expired = "expired",
        Cancelled = "cancelled",
    }
}

impl ReminderState {
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Planned | Self::Sending)
    }
}
