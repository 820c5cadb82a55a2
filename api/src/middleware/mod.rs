//! What happens around every request: its id and trace, its time limit, the headers of its answer, who asks, and
//! whether it was asked before; what is refused goes to the audit log.

mod authenticate;
mod headers;
mod idempotency;
mod limits;
mod refusals;
mod request_id;

pub use authenticate::authenticate;
pub use headers::security_headers;
pub use idempotency::idempotency;
pub use limits::{BODY_LIMIT, panic_answer, time_limit};
pub use refusals::refusals;
pub use request_id::{RequestId, current_request_id, observe};
