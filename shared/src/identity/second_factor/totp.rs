//! Time-based one-time passwords: RFC 6238 over RFC 4226, with HMAC-SHA-1, six digits and steps of thirty seconds, which is
//! what every authenticator app understands.

use ring::hmac;

use crate::clock::Timestamp;

/// RFC 4226 asks for at least 128 bits and recommends 160.
pub const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 6;
/// A clock may be wrong by one step either way (RFC 6238, 5.2).
const DRIFT: i64 = 1;

/// The step of a moment: how many times thirty seconds have passed since 1970.
fn step_of(at: Timestamp) -> i64 {
    at.0.div_euclid(STEP_MS)
}

/// One password of RFC 4226: HMAC-SHA-1 of the counter, truncated to `digits` decimal digits.
fn password(secret: &[u8], counter: i64, digits: u32) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &counter.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let bits = tag[offset..offset + 4].iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
    (bits & 0x7fff_ffff) % 10_u32.pow(digits)
}

/// The step of which this is the code, if it is of a step that is near `now` and later than `last_used`. All candidates
/// are computed and compared whatever the code is.
pub fn accepted_step(secret: &[u8], code: &str, now: Timestamp, last_used: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|c| *c != ' ').collect();
    let typed = (digits.len() == DIGITS as usize && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse::<u32>().ok())
        .flatten()?;
    let here = step_of(now);
    let mut found = None;
    for step in here - DRIFT..=here + DRIFT {
        if password(secret, step, DIGITS) == typed && step > last_used {
            found = Some(step);
        }
    }
    found
}

/// The code that an authenticator app shows at a moment: six digits.
pub fn code_at(secret: &[u8], at: Timestamp) -> String {
    format!("{:06}", password(secret, step_of(at), DIGITS))
}

/// The secret as people type it and apps read it: base32 of RFC 4648 without padding.
pub fn spell(secret: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(secret.len().div_ceil(5) * 8);
    for chunk in secret.chunks(5) {
        let mut block = [0_u8; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        for at in 0..(chunk.len() * 8).div_ceil(5) {
            text.push(char::from(ALPHABET[usize::try_from(bits >> (35 - at * 5) & 31).unwrap_or(0)]));
        }
    }
    text
}

/// What the QR code of an enrolment holds (the key URI format that authenticator apps agree on).
pub fn uri(secret: &[u8], account: &str) -> String {
    let account: String = url::form_urlencoded::byte_serialize(account.as_bytes()).collect();
    format!("otpauth://totp/Cairn:{account}?secret={}&issuer=Cairn&algorithm=SHA1&digits=6&period=30", spell(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn passwords_are_those_of_rfc_4226_appendix_d() {
        let expected = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (counter, expected) in (0..).zip(expected) {
            assert_eq!(password(SECRET, counter, 6), expected, "counter {counter}");
        }
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        for (second, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(password(SECRET, step_of(Timestamp(second * 1000)), 8), expected, "at {second} s");
        }
        assert_eq!(code_at(SECRET, Timestamp(1_111_111_109_000)), "081804", "leading zeros are shown");
    }

    #[test]
    fn one_step_of_drift_is_forgiven_and_no_used_step_accepted() {
        let now = Timestamp(1_800_000_015_000);
        let step = step_of(now);
        let code = |away: i64| code_at(SECRET, Timestamp(now.0 + away * STEP_MS));
        let accepted = |away: i64, last: i64| accepted_step(SECRET, &code(away), now, last);
        assert_eq!(
            [-2, -1, 0, 1, 2].map(|away| accepted(away, 0)),
            [None, Some(step - 1), Some(step), Some(step + 1), None]
        );
        assert_eq!(accepted(0, step), None, "used");
        assert_eq!(accepted(-1, step), None, "older than the used one");
        assert_eq!(accepted(1, step), Some(step + 1));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let now = Timestamp(59_000);
        assert_eq!(accepted_step(SECRET, "287 082", now, 0), Some(1), "as apps show it");
        for code in ["", "28708", "2870820", "+28708", "28708a", "٢٨٧٠٨٢", "287-082"] {
            assert_eq!(accepted_step(SECRET, code, now, 0), None, "{code}");
        }
    }

    #[test]
    fn secrets_are_spelt_as_rfc_4648_says() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
            ("12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ] {
            assert_eq!(spell(bytes.as_bytes()), text);
        }
        let uri = uri(SECRET, "sam+1@hope.example");
        assert!(uri.starts_with("otpauth://totp/Cairn:sam%2B1%40hope.example?secret=GEZDGNBV"), "{uri}");
    }
}
