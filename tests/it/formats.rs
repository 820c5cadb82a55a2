//! Leaves messages of every kind in a file, for programs that are not ours to open and to check their signatures:
//! `tests/conformance/push/check_messages.py`. The file is named by `CAIRN_MESSAGES_OUT`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_tests::{Backend, Phone, TestApp};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_every_kind_for_independent_readers() {
    let app = TestApp::start(Backend::Sqlite).await;
    let sam = app.specialist().await;
    let mut messages = Vec::new();
    for language in ["en", "es"] {
        for detail in ["none", "time", "title"] {
            let members = json!({ "language": language, "notification_detail": detail, "quiet_hours": null });
            let ana = app.client_with(&sam, members).await;
            let phone = app.phone(&sam, ana).await;
            let rules = json!([{ "minutes_before": 60 }]);
            let item = app.appointment(&sam, ana, "2027-03-01T18:00", rules).await;
            let id = item["id"].as_str().unwrap();
            let occurrence = format!("{id}.20270301T1800");
            app.post(format!("/v1/occurrences/{occurrence}/reminders"), json!({})).by(&sam).await.expect(202);
            app.deliver().await;
            let later = json!({ "starts_at_local": "2027-03-01T19:00" });
            app.patch(format!("/v1/agenda-items/{id}"), later).by(&sam).await.expect(200);
            app.deliver().await;
            app.delete(format!("/v1/agenda-items/{id}")).by(&sam).await.expect(204);
            app.deliver().await;
            let posts = messages_of(&app, &phone, &format!("{language} {detail}"));
            assert_eq!(posts.len(), 3, "sent by hand, moved, cancelled");
            messages.extend(posts);
        }
    }
    for (kind, language) in [("routine", "en"), ("to_do", "es"), ("meeting", "en"), ("milestone", "es")] {
        let members = json!({ "language": language, "quiet_hours": null });
        let ben = app.client_with(&sam, members).await;
        let phone = app.phone(&sam, ben).await;
        let members = json!({
            "kind": kind, "title": "Anything", "starts_at_local": "2027-03-02T11:00", "time_zone": "client",
            "duration_minutes": 30, "reminders": [{ "minutes_before": 30 }],
        });
        let item = app.item(&sam, ben, members).await;
        let occurrence = format!("{}.20270302T1100", item["id"].as_str().unwrap());
        app.post(format!("/v1/occurrences/{occurrence}/reminders"), json!({})).by(&sam).await.expect(202);
        app.deliver().await;
        messages.extend(messages_of(&app, &phone, kind));
    }
    assert!(messages.len() >= 20, "{}", messages.len());
    let file = json!({
        "public_key": app.state.vapid_public_key.to_string(),
        "subject": app.settings.vapid_subject,
        "now": app.now().0 / 1000,
        "messages": messages,
    });
    let path = std::env::var("CAIRN_MESSAGES_OUT")
        .map_or_else(|_| std::env::temp_dir().join("cairn-messages.json"), Into::into);
    std::fs::write(path, file.to_string()).expect("the file is written");
    app.close().await;
}

fn messages_of(app: &TestApp, phone: &Phone, name: &str) -> Vec<Value> {
    let keys = phone.browser.subscription("")["keys"].clone();
    let message = |(index, post): (usize, &cairn_tests::Post)| {
        json!({
            "name": format!("{name} {index}"),
            "endpoint": format!("{}{}", app.push.origin(), post.path),
            "keys": { "private": phone.browser.private_key(), "p256dh": keys["p256dh"], "auth": keys["auth"] },
            "headers": post.headers,
            "body": STANDARD.encode(&post.body),
            "expected": phone.open(post),
        })
    };
    phone.posts(app).iter().enumerate().map(message).collect()
}
