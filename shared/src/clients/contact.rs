//! How a client is reached by other means, and by what other programs know them.

use crate::error::FieldErrors;

/// An e-mail address as it is kept and compared: trimmed, in lower case. What is plainly none goes to `errors`.
pub fn read_email(errors: &mut FieldErrors, text: &str) -> String {
    let email = text.trim().to_lowercase();
    let plausible = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.len() > 2);
    if !plausible || email.len() > 254 || email.contains(|c: char| c.is_whitespace() || c.is_control()) {
        errors.add("email", "invalid_email", "not an e-mail address");
    }
    email
}

/// A telephone number as written; digits, spaces and `+ - ( ) . / x #` only.
pub fn read_phone(errors: &mut FieldErrors, text: &str) -> String {
    let phone = text.trim();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let allowed = phone.chars().all(|c| c.is_ascii_digit() || " +-().x/#".contains(c));
    if !allowed || !(3..=20).contains(&digits) || phone.len() > 40 {
        errors.add("phone", "invalid_phone", "not a telephone number");
    }
    phone.to_owned()
}

/// What two spellings of one number share: its digits, and whether a country comes first.
pub fn comparable_phone(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers() {
        let email = |text| {
            let mut errors = FieldErrors::default();
            let email = read_email(&mut errors, text);
            errors.into_result().map(|()| email).ok()
        };
        assert_eq!(email(" Ana@Example.ORG "), Some("ana@example.org".to_owned()));
        for wrong in ["ana", "@x.org", "a b@x.org", "ana@x", ""] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
        let phone = |text| {
            let mut errors = FieldErrors::default();
            let phone = read_phone(&mut errors, text);
            errors.into_result().map(|()| comparable_phone(&phone)).ok()
        };
        assert_eq!(phone("+1 (208) 555-0123"), Some("+12085550123".to_owned()));
        for wrong in ["", "call me", "12", "<script>"] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }
}
