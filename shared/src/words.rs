//! Enumerations whose values are the same words in code, tables and API.

/// Makes an enumeration with its words: `as_str`, `parse` and `ALL`, and the same words on the wire.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $word:tt,)+ }) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        $(#[$meta])*
        pub enum $name {
            $($(#[$inner])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }

            /// A word of a column of ours.
            pub fn stored(text: &str) -> crate::error::Result<Self> {
                Self::parse(text).ok_or_else(|| crate::error::Error::internal(concat!("an unknown ", stringify!($name))))
            }
        }
    };
}

pub(crate) use words;
