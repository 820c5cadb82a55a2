//! Who somebody is: staff and their roles, sign-ins and their end, passwords, and the brake on guessing.

mod account;
pub mod entity;
mod passwords;
mod sign_ins;
mod staff;
mod throttle;

pub use account::{change_password, find_by_email, set_disabled, set_password};
pub use passwords::{PasswordError, Passwords};
pub use sign_ins::{
    Authenticated, Carrier, NewSignIn, Token, authenticate, end_all_of_device, end_sign_in, list_sign_ins, sign_in,
    start_sign_in, touch,
};
pub use staff::{NewStaff, StaffView, add_staff, find_staff, list_staff, names_of, supervise};
pub use throttle::{Brake, check, clear, fail};
