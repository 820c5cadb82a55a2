//! Who somebody is: staff and their roles, sign-ins and their end, passwords, and the brake on guessing.

mod alive;
pub mod entity;
mod passwords;
mod sign_ins;
mod staff;
mod throttle;

pub use alive::alive;
pub use passwords::{PasswordError, Passwords};
pub use sign_ins::{
    Authenticated, Carrier, NewSignIn, Token, authenticate, end_all_of_device, end_sign_in, list_sign_ins, sign_in,
    start_sign_in, touch,
};
pub use staff::{NewStaff, StaffView, add_staff, find_staff, list_staff, names_of, open_names, supervise};
pub use throttle::{Brake, check, clear, fail};
