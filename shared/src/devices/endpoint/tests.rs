use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;

/// `[{"url", "why"}]`: endpoints that must never be posted to. The sender's tests post to each of them too.
const HOSTILE: &str = include_str!("hostile_urls.json");

/// The browser's key and secret of RFC 8291 section 5.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn listed(list: &str) -> EndpointPolicy {
    EndpointPolicy::with_extra_origins(list).unwrap()
}

#[test]
fn endpoints_of_the_known_services_are_accepted() {
    let accepted = [
        ("https://fcm.googleapis.com/fcm/send/abc:APA91bH-x_y", "https://fcm.googleapis.com"),
        ("https://fcm.googleapis.com/wp/abc", "https://fcm.googleapis.com"),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAAA", "https://updates.push.services.mozilla.com"),
        ("https://web.push.apple.com/QOXg-3_x", "https://web.push.apple.com"),
        ("https://db5p.notify.windows.com/w/?token=BQYAAA%2bx%3d", "https://db5p.notify.windows.com"),
        ("https://a.b.notify.windows.com/w/", "https://a.b.notify.windows.com"),
    ];
    for (url, origin) in accepted {
        let endpoint = EndpointPolicy::default().endpoint(url).unwrap();
        assert_eq!((endpoint.as_str(), endpoint.origin(), endpoint.is_listed()), (url, origin, false));
    }
}

#[test]
fn the_canonical_form_has_a_lower_case_host_and_no_default_port() {
    for text in [
        "https://FCM.googleapis.com/a?B=%2F",
        "HTTPS://fcm.GOOGLEAPIS.com:443/a?B=%2F",
        "https://fcm.googleapis.com/x/../a?B=%2F",
    ] {
        assert_eq!(EndpointPolicy::default().endpoint(text).unwrap().as_str(), "https://fcm.googleapis.com/a?B=%2F");
    }
}

#[test]
fn hostile_endpoints_are_refused() {
    let table: Vec<Value> = serde_json::from_str(HOSTILE).unwrap();
    assert!(table.len() >= 60, "{} entries", table.len());
    // The second policy lists origins of its own: listing one must not open another.
    let policies =
        [EndpointPolicy::default(), listed("http://127.0.0.1:9000,https://localhost:8912,https://push.example.org")];
    for entry in &table {
        let (url, why) = (entry["url"].as_str().unwrap(), &entry["why"]);
        for policy in &policies {
            let error = policy.endpoint(url).expect_err(&format!("{url} was accepted, but: {why}"));
            assert_eq!(error.field(), "endpoint");
        }
    }
}

#[test]
fn each_fault_has_its_reason() {
    let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2022));
    let cases = [
        (long.as_str(), EndpointFault::TooLong),
        ("fcm.googleapis.com/a", EndpointFault::NotAUrl),
        ("https://fcm.googleapis.com/a b", EndpointFault::NotAUrl),
        ("http://fcm.googleapis.com/a", EndpointFault::NotHttps),
        ("ftp://fcm.googleapis.com/a", EndpointFault::NotHttps),
        ("https://me@fcm.googleapis.com/a", EndpointFault::UserInfo),
        ("https://fcm.googleapis.com/a#b", EndpointFault::Fragment),
        ("https://fcm.googleapis.com:8443/a", EndpointFault::Port),
        ("https://0x7f.1/a", EndpointFault::HostNotPlain),
        ("https://push.apple.com/a", EndpointFault::HostNotAllowed),
    ];
    for (url, fault) in cases {
        assert_eq!(EndpointPolicy::default().endpoint(url), Err(SubscriptionError::Endpoint(fault)), "{url}");
    }
    let just = format!("https://fcm.googleapis.com/{}", "a".repeat(2021));
    assert_eq!((just.len(), EndpointPolicy::default().endpoint(&just).is_ok()), (MAX_ENDPOINT_CHARS, true));
}

#[test]
fn a_listed_origin_is_accepted_exactly() {
    let policy =
        listed(" http://127.0.0.1:9000 ,https://localhost:8912/,, https://push.example.org:443,http://[::1]:9000");
    for url in [
        "http://127.0.0.1:9000/w/1",
        "https://localhost:8912/w/1",
        "https://push.example.org/w/1",
        "http://[::1]:9000/w/1",
    ] {
        assert!(policy.endpoint(url).unwrap().is_listed(), "{url}");
    }
    for url in [
        "https://127.0.0.1:9000/w/1",
        "http://127.0.0.1:9001/w/1",
        "http://127.0.0.1/w/1",
        "http://127.1:9000/w/1",
        "http://0177.0.0.1:9000/w/1",
        "http://[::ffff:127.0.0.1]:9000/w/1",
        "http://localhost:9000/w/1",
        "https://localhost.:8912/w/1",
        "https://a.localhost:8912/w/1",
        "https://push.example.org:8443/w/1",
        "https://a.push.example.org/w/1",
        "http://a@127.0.0.1:9000/w/1",
    ] {
        assert!(policy.endpoint(url).is_err(), "{url}");
    }
    assert!(!policy.endpoint("https://fcm.googleapis.com/a").unwrap().is_listed());
}

#[test]
fn an_origin_that_is_not_one_stops_the_configuration() {
    for list in [
        "push.example.org",
        "https://push.example.org/path",
        "https://push.example.org/?a",
        "https://push.example.org/#a",
        "https://me@push.example.org",
        "ws://127.0.0.1:9000",
        "http://push.example.org",
        "http://192.0.2.7:9000",
        "http://0x7f.0.0.1:9000",
        "https://*.example.org",
        "https://fcm.googleapis.com, nonsense",
    ] {
        assert!(EndpointPolicy::with_extra_origins(list).is_err(), "{list}");
    }
    assert!(listed("").extra_origins().is_empty());
}

#[test]
fn keys_are_read_with_and_without_padding() {
    let keys = SubscriptionKeys::parse(P256DH, AUTH).unwrap();
    let padded = SubscriptionKeys::parse(&URL_SAFE.encode(keys.p256dh()), &URL_SAFE.encode(keys.auth())).unwrap();
    assert!(keys == padded);
    assert_eq!(keys.to_bytes().len(), 81);
    assert!(keys == SubscriptionKeys::from_bytes(&keys.to_bytes()).unwrap());
    assert!(SubscriptionKeys::from_bytes(&keys.to_bytes()[..80]).is_err());
    assert!(SubscriptionKeys::from_bytes(&[0; 81]).is_err());
    assert!(SubscriptionKeys::from_bytes(&[]).is_err());
}

#[test]
fn keys_that_cannot_seal_are_refused() {
    let good = *SubscriptionKeys::parse(P256DH, AUTH).unwrap().p256dh();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.to_vec();
        change(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let p256dh = [
        (String::new(), KeyFault::Length),
        ("!".to_owned(), KeyFault::NotBase64Url),
        (P256DH.replace('_', "/"), KeyFault::NotBase64Url),
        (changed(&|bytes| bytes.truncate(64)), KeyFault::Length),
        (changed(&|bytes| bytes.push(0)), KeyFault::Length),
        (changed(&|bytes| bytes.truncate(33)), KeyFault::Length),
        (changed(&|bytes| bytes[64] ^= 1), KeyFault::NotOnCurve),
        (changed(&|bytes| bytes[1] ^= 1), KeyFault::NotOnCurve),
        (changed(&|bytes| bytes[0] = 2), KeyFault::NotOnCurve),
        (changed(&|bytes| bytes[0] = 6), KeyFault::NotOnCurve),
        (changed(&|bytes| bytes[1..].fill(0)), KeyFault::NotOnCurve),
        (changed(&|bytes| bytes[1..].fill(0xff)), KeyFault::NotOnCurve),
    ];
    for (text, fault) in p256dh {
        assert_eq!(SubscriptionKeys::parse(&text, AUTH), Err(vec![SubscriptionError::P256dh(fault)]), "{text}");
    }
    for (text, fault) in
        [("", KeyFault::Length), ("BTBZMqHH6r4Tts7J_aSI", KeyFault::Length), ("*", KeyFault::NotBase64Url)]
    {
        assert_eq!(SubscriptionKeys::parse(P256DH, text), Err(vec![SubscriptionError::Auth(fault)]), "{text}");
    }
}

#[test]
fn all_faults_of_a_subscription_are_named_together() {
    let faults = EndpointPolicy::default().subscription("https://127.0.0.1/", "x", "y").unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field()).collect();
    assert_eq!(fields, ["endpoint", "keys.p256dh", "keys.auth"]);
    assert_eq!(faults[0].to_string(), "endpoint is not at a known push service");
    assert!(EndpointPolicy::default().subscription("https://fcm.googleapis.com/a", P256DH, AUTH).is_ok());
}

#[test]
fn secrets_do_not_print() {
    let (endpoint, keys) =
        EndpointPolicy::default().subscription("https://fcm.googleapis.com/device", P256DH, AUTH).unwrap();
    let shown = format!("{endpoint:?} {keys:?}");
    assert_eq!(shown, "Endpoint(https://fcm.googleapis.com/...) SubscriptionKeys(...)");
}
