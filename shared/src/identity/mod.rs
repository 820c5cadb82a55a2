//! Who somebody is: staff and their roles, sign-ins and their end, passwords,
//! second factors, and the brake on guessing.

mod account;
mod alive;
pub mod entity;
mod passwords;
pub mod second_factor;
mod sign_ins;
mod staff;
mod throttle;

pub use account::{change_password, set_disabled, set_password};
pub use alive::alive;
pub use passwords::{PasswordError, Passwords};
pub use sign_ins::{
    Authenticated, Carrier, NewSignIn, Token, authenticate, end_all_of_device, end_all_of_staff, end_sign_in,
    list_sign_ins, sign_in, start_sign_in, touch,
};
pub use staff::{
    NewStaff, StaffView, add_staff, find_by_email, find_staff, is_enabled, joined_at, list_staff, names_of, open_names,
};
pub use throttle::{Brake, Counted, check, clear, count, fail};
