use std::time::{Duration, Instant};

use cairn_shared::devices::vapid::VapidKey;
use serde_json::Value;

use super::*;
use crate::push::message::{Topic, Urgency};
use crate::push::testing::FixedResolver;
use crate::push::testing::browser::Browser;
use crate::push::testing::stub::{Act, Stub};
use crate::push::testing::verify::verified_claims;

const NOW_MS: i64 = 1_800_000_000_000;
const QUICK: Timeouts = Timeouts { connect: Duration::from_millis(700), total: Duration::from_millis(1500) };
const HOSTILE: &str = include_str!("../../../../shared/src/devices/endpoint/hostile_urls.json");

struct Setup {
    sender: PushSender,
    browser: Browser,
    public_key: String,
}

fn setup(listed: &str, ca_pem: Option<&str>, resolver: impl Resolve + 'static) -> Setup {
    let key = VapidKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let signer = VapidSigner::new(&key, "mailto:ops@example.org").unwrap();
    let policy = EndpointPolicy::with_extra_origins(listed).unwrap();
    let sender = PushSender::with(policy, signer, ca_pem.map(str::as_bytes), QUICK, Arc::new(resolver)).unwrap();
    Setup { sender, browser: Browser::new(), public_key: key.public_key() }
}

/// A sender that may call the stub and trusts it.
fn for_stub(stub: &Stub) -> Setup {
    setup(&stub.origin(), Some(&stub.ca_pem), SystemResolver)
}

impl Setup {
    fn request(&self, endpoint: &str) -> PushRequest {
        PushRequest {
            endpoint: endpoint.to_owned(),
            keys: self.browser.keys.clone(),
            payload: b"You have a reminder".to_vec(),
            ttl_seconds: 3600,
            urgency: Urgency::High,
            topic: Topic::new("abc-_123"),
        }
    }

    async fn send(&self, endpoint: &str) -> PushAnswer {
        self.sender.send(&self.request(endpoint), NOW_MS).await
    }
}

async fn answer_to(act: Act) -> (PushAnswer, Duration) {
    let stub = Stub::start(act, &[]).await;
    let setup = for_stub(&stub);
    let started = Instant::now();
    (setup.send(&format!("{}/w/1", stub.origin())).await, started.elapsed())
}

#[tokio::test]
async fn a_message_arrives_sealed_signed_and_with_its_headers() {
    let stub = Stub::start(Act::status(201, ""), &[]).await;
    let setup = for_stub(&stub);
    assert_eq!(setup.send(&format!("{}/w/abc?d=e", stub.origin())).await, PushAnswer::Accepted { status: 201 });
    let request = stub.requests().pop().unwrap();
    let header = |name: &str| request.headers[name].to_str().unwrap();
    assert_eq!(request.path, "/w/abc?d=e");
    assert_eq!((header("ttl"), header("urgency"), header("topic")), ("3600", "high", "abc-_123"));
    assert_eq!((header("content-encoding"), header("content-type")), ("aes128gcm", "application/octet-stream"));
    let claims = verified_claims(&request.headers["authorization"], &setup.public_key);
    assert_eq!(claims.aud, format!("https://localhost:{}", stub.port), "the port belongs to the origin");
    assert!((NOW_MS / 1000..=NOW_MS / 1000 + 86_400).contains(&claims.exp));
    assert_eq!(setup.browser.open(&request.body).unwrap(), b"You have a reminder");
}

#[tokio::test]
async fn a_listed_origin_may_be_plain_http_on_this_machine() {
    let stub = Stub::start_plain(Act::status(201, "")).await;
    let origin = format!("http://127.0.0.1:{}", stub.port);
    let setup = setup(&origin, None, SystemResolver);
    assert_eq!(setup.send(&format!("{origin}/w/1")).await, PushAnswer::Accepted { status: 201 });
    let request = stub.requests().pop().unwrap();
    assert_eq!(verified_claims(&request.headers["authorization"], &setup.public_key).aud, origin);
    let elsewhere = format!("http://localhost:{}/w/1", stub.port);
    assert_eq!(setup.send(&elsewhere).await, PushAnswer::NotSent(Refusal::Endpoint));
}

#[tokio::test]
async fn connections_are_kept() {
    let stub = Stub::start(Act::status(201, ""), &[]).await;
    let setup = for_stub(&stub);
    for number in 0..20 {
        setup.send(&format!("{}/w/{number}", stub.origin())).await;
    }
    assert_eq!((stub.connections(), stub.requests().len()), (1, 20));
}

#[tokio::test]
async fn answers_are_told_apart() {
    let unavailable = |outage, retry_after_ms| PushAnswer::Unavailable { outage, retry_after_ms };
    let cases = [
        (Act::status(200, ""), PushAnswer::Accepted { status: 200 }),
        (Act::status(202, ""), PushAnswer::Accepted { status: 202 }),
        (Act::status(404, ""), PushAnswer::Gone { status: 404 }),
        (Act::status(410, ""), PushAnswer::Gone { status: 410 }),
        (Act::status(400, ""), PushAnswer::OurFault { status: 400 }),
        (Act::status(401, ""), PushAnswer::OurFault { status: 401 }),
        (Act::status(403, ""), PushAnswer::OurFault { status: 403 }),
        (Act::status(413, ""), PushAnswer::TooLarge),
        (Act::status(429, "retry-after: 7\r\n"), PushAnswer::SlowDown { retry_after_ms: 7000 }),
        (
            Act::status(429, "Retry-After: Fri, 15 Jan 2027 08:02:00 GMT\r\n"),
            PushAnswer::SlowDown { retry_after_ms: 120_000 },
        ),
        (Act::status(429, ""), PushAnswer::SlowDown { retry_after_ms: 60_000 }),
        (Act::status(500, ""), unavailable(Outage::Status(500), None)),
        (Act::status(503, "retry-after: 3\r\n"), unavailable(Outage::Status(503), Some(3000))),
    ];
    for (act, expected) in cases {
        assert_eq!(answer_to(act).await.0, expected);
    }
}

#[tokio::test]
async fn trouble_on_the_way_is_told_apart_and_bounded_in_time() {
    let ok = "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n".to_owned();
    let cases = [
        (Act::WriteAfter(Duration::from_millis(600), ok.clone()), PushAnswer::Accepted { status: 201 }),
        (Act::WriteAfter(Duration::from_secs(20), ok), PushAnswer::no_answer(Outage::Timeout)),
        (Act::Hang, PushAnswer::no_answer(Outage::Timeout)),
        (Act::Write("HTTP/1.1 201 Crea".to_owned()), PushAnswer::no_answer(Outage::Timeout)),
        (Act::NoHandshake, PushAnswer::no_answer(Outage::Timeout)),
        (Act::Reset, PushAnswer::no_answer(Outage::Connection)),
        (Act::Write("garbage\r\n\r\n".to_owned()), PushAnswer::no_answer(Outage::Connection)),
        (Act::Write("\0\u{1}\u{2}\u{3}".to_owned()), PushAnswer::no_answer(Outage::Connection)),
        (Act::Write("HTTP/1.1 99999 No\r\n\r\n".to_owned()), PushAnswer::no_answer(Outage::Connection)),
    ];
    for (number, (act, expected)) in cases.into_iter().enumerate() {
        let limit = if matches!(act, Act::NoHandshake) { QUICK.connect } else { QUICK.total };
        let (answer, took) = answer_to(act).await;
        assert_eq!(answer, expected, "case {number}");
        assert!(took < limit + Duration::from_millis(600), "case {number}: {took:?}");
    }
    let nobody = setup("https://localhost:1", None, FixedResolver::new(&["127.0.0.1:1"]));
    assert_eq!(nobody.send("https://localhost:1/w").await, PushAnswer::no_answer(Outage::Connection));
}

#[tokio::test]
async fn a_body_that_does_not_end_costs_little_and_changes_nothing() {
    let head = "HTTP/1.1 201 Created\r\ncontent-length: 999999999999\r\n\r\n".to_owned();
    let stub = Stub::start(Act::WriteForEver(head.clone()), &[]).await;
    let setup = for_stub(&stub);
    let started = Instant::now();
    assert_eq!(setup.send(&format!("{}/w", stub.origin())).await, PushAnswer::Accepted { status: 201 });
    assert!(started.elapsed() < BODY_WAIT + Duration::from_secs(1));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(stub.written() < 16 << 20, "{} bytes", stub.written());

    let (answer, took) = answer_to(Act::Write(head)).await;
    assert_eq!(answer, PushAnswer::Accepted { status: 201 });
    assert!(took < BODY_WAIT + Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let inside = Stub::start(Act::status(201, ""), &["127.0.0.1"]).await;
        for target in [format!("https://127.0.0.1:{}/secret", inside.port), format!("{}/secret", inside.origin())] {
            let outside = Stub::start(Act::status(status, &format!("location: {target}\r\n")), &[]).await;
            // Trusted and listed, so that only the redirect policy keeps the sender from going there.
            let ca = format!("{}{}", outside.ca_pem, inside.ca_pem);
            let setup = setup(&format!("{},{}", outside.origin(), inside.origin()), Some(&ca), SystemResolver);
            let answer = setup.send(&format!("{}/w", outside.origin())).await;
            assert_eq!(answer, PushAnswer::OurFault { status });
            assert_eq!((outside.requests().len(), inside.connections()), (1, 0));
        }
    }
}

#[tokio::test]
async fn hostile_endpoints_reach_nothing() {
    let stub = Stub::start(Act::status(201, ""), &["fcm.googleapis.com"]).await;
    let everywhere = format!("127.0.0.1:{}", stub.port);
    let setup = setup("https://push.example.org", Some(&stub.ca_pem), FixedResolver::new(&[&everywhere]));
    let table: Vec<Value> = serde_json::from_str(HOSTILE).unwrap();
    for entry in &table {
        let url = entry["url"].as_str().unwrap().replace("9443", &stub.port.to_string());
        assert_eq!(setup.send(&url).await, PushAnswer::NotSent(Refusal::Endpoint), "{url}");
    }
    assert_eq!((table.len() >= 60, stub.connections()), (true, 0));
}

#[tokio::test]
async fn a_known_name_that_leads_inside_is_not_called() {
    let stub = Stub::start(Act::status(201, ""), &["fcm.googleapis.com"]).await;
    let inside = format!("127.0.0.1:{}", stub.port);
    for addresses in [&[inside.as_str()][..], &["[::ffff:127.0.0.1]:443", "10.0.0.1:443"], &["169.254.169.254:80"]] {
        let setup = setup("", Some(&stub.ca_pem), FixedResolver::new(addresses));
        let answer = setup.send("https://fcm.googleapis.com/fcm/send/1").await;
        assert_eq!(answer, PushAnswer::no_answer(Outage::ForbiddenAddress));
    }
    // Listing one origin of a host does not open the others.
    let setup_listed = setup("https://fcm.googleapis.com:8443", Some(&stub.ca_pem), FixedResolver::new(&[&inside]));
    let answer = setup_listed.send("https://fcm.googleapis.com/fcm/send/1").await;
    assert_eq!(answer, PushAnswer::no_answer(Outage::ForbiddenAddress));
    assert_eq!(stub.connections(), 0);
    // The stub would have been reached: listed, the same name and address are.
    let open = setup("https://fcm.googleapis.com", Some(&stub.ca_pem), FixedResolver::new(&[&inside]));
    assert_eq!(open.send("https://fcm.googleapis.com/fcm/send/1").await, PushAnswer::Accepted { status: 201 });
    assert_eq!(stub.connections(), 1);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let stub = Stub::start(Act::status(201, ""), &[]).await;
    let setup_without = setup(&stub.origin(), None, SystemResolver);
    let answer = setup_without.send(&format!("{}/w", stub.origin())).await;
    assert_eq!(answer, PushAnswer::no_answer(Outage::Connection));
    let other_name = setup(&format!("https://127.0.0.1:{}", stub.port), Some(&stub.ca_pem), SystemResolver);
    let answer = other_name.send(&format!("https://127.0.0.1:{}/w", stub.port)).await;
    assert_eq!(answer, PushAnswer::no_answer(Outage::Connection));
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_tried() {
    let stub = Stub::start(Act::status(201, ""), &[]).await;
    let setup = for_stub(&stub);
    let mut request = setup.request(&format!("{}/w", stub.origin()));
    for payload in [Vec::new(), vec![0; 3001]] {
        request.payload = payload;
        assert_eq!(setup.sender.send(&request, NOW_MS).await, PushAnswer::NotSent(Refusal::Payload));
    }
    assert_eq!(stub.connections(), 0);
}

#[tokio::test]
async fn a_wrong_configuration_is_refused() {
    let make = |listed: &str, ca: Option<&[u8]>| {
        let key = VapidKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        let signer = VapidSigner::new(&key, "mailto:ops@example.org").unwrap();
        PushSender::new(EndpointPolicy::with_extra_origins(listed).unwrap(), signer, ca)
    };
    for origin in ["https://169.254.169.254", "https://0.0.0.0:8443", "https://[::ffff:7f00:1]", "https://[fe80::1]"] {
        assert!(matches!(make(origin, None), Err(SenderError::Address(_))), "{origin}");
    }
    assert!(matches!(make("", Some(b"no certificate")), Err(SenderError::ExtraCa)));
    assert!(make("http://127.0.0.1:9000,https://[::1]:9443", None).is_ok());
    let defaults = Timeouts { connect: Duration::from_secs(3), total: Duration::from_secs(8) };
    assert_eq!(Timeouts::default(), defaults);
}
