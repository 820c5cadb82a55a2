//! Each rule on its own, by facts written down.

use super::*;
