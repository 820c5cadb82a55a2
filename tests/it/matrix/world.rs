use std::collections::HashMap;

use cairn_shared::scope::Role;
use cairn_tests::{Call, Client, Credential, Phone, Staff, TestApp};
use serde_json::{Value, json};

/// The columns of the table.
pub const ACTORS: [&str; 16] = [
    "nobody",
    "client",
    "another client",
    "specialist",
    "specialist of others",
    "supervisor",
    "scheduler",
    "biller",
    "admin",
    "other client",
    "other specialist",
    "other supervisor",
    "other scheduler",
    "other biller",
    "other admin",
    "ended sign-in",
];

/// Two organizations. What is asked for is always of the first: client A, whom `specialist` works with.
pub struct World {
    pub a: Client,
    pub specialist: Staff,
    pub specialist_of_others: Staff,
    pub supervisor: Staff,
    pub scheduler: Staff,
    phones: HashMap<&'static str, (Client, Staff)>,
    staff: HashMap<&'static str, Staff>,
    ended: Credential,
    pub phone: Phone,
    /// `data` of the notification that A's phone has.
    pub notification: Value,
    /// The delivery of an alert to the specialist's browser.
    pub alert: String,
    /// What tells of the first organization.
    pub secrets: Vec<String>,
}

struct Proof(Credential);

impl AsRef<Credential> for Proof {
    fn as_ref(&self) -> &Credential {
        &self.0
    }
}

impl World {
    pub async fn build(app: &TestApp) -> Self {
        let (specialist, specialist_of_others) = (app.specialist().await, app.specialist().await);
        let supervisor = app.staff(&[Role::Supervisor]).await;
        app.supervise(&supervisor, &specialist).await;
        let scheduler = app.scheduler().await;
        let (biller, admin) = (app.staff(&[Role::Biller]).await, app.staff(&[Role::Admin]).await);
        let a = app.client(&specialist).await;
        let b = app.client(&specialist_of_others).await;
        let elsewhere = app.another_organization().await;
        let mut staff = HashMap::new();
        for (name, role) in [
            ("other specialist", Role::Specialist),
            ("other supervisor", Role::Supervisor),
            ("other scheduler", Role::Scheduler),
            ("other biller", Role::Biller),
            ("other admin", Role::Admin),
        ] {
            staff.insert(name, app.staff_of(elsewhere, &[role]).await);
        }
        let other_client = app.client(&staff["other specialist"]).await;
        let phones = HashMap::from([
            ("client", (a, specialist.clone())),
            ("another client", (b, specialist_of_others.clone())),
            ("other client", (other_client, staff["other specialist"].clone())),
        ]);
        for (name, who) in [
            ("specialist", &specialist),
            ("specialist of others", &specialist_of_others),
            ("supervisor", &supervisor),
            ("scheduler", &scheduler),
            ("biller", &biller),
            ("admin", &admin),
        ] {
            staff.insert(name, who.clone());
        }
        let ended = app.fresh(&specialist).await;
        app.call("POST", "/v1/auth/sign-out").by(&ended).await.expect(204);

        let phone = app.phone(&specialist, a).await;
        app.appointment(&specialist, a, "2027-03-01T11:30", json!([{ "minutes_before": 60 }])).await;
        app.appointment(&specialist, a, "2027-03-02T09:00", json!([{ "minutes_before": 60 }])).await;
        let item = app.appointment(&specialist, a, "2027-03-01T10:30", json!([])).await;
        let occurrence = format!("{}.20270301T1030", item["id"].as_str().unwrap());
        app.post(format!("/v1/occurrences/{occurrence}/reminders"), json!({})).by(&specialist).await.expect(202);
        app.deliver().await;
        let notification = phone.inbox(app)[0]["notification"]["data"].clone();
        let desk = app.desk(&specialist).await;
        app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
        app.deliver().await;
        let alert = desk.inbox(app)[0]["notification"]["data"]["delivery_id"].as_str().unwrap().to_owned();
        let people = [&specialist, &specialist_of_others, &supervisor, &scheduler, &biller, &admin];
        let mut secrets = vec![a.id.to_string(), b.id.to_string(), app.organization.id.to_string()];
        secrets.extend(people.iter().flat_map(|who| [who.id.to_string(), who.email.clone()]));
        Self {
            a,
            specialist,
            specialist_of_others,
            supervisor,
            scheduler,
            phones,
            staff,
            ended: ended.credential,
            phone,
            notification,
            alert,
            secrets,
        }
    }

    /// The request as that actor. Each asks with a new sign-in, for some operations end the one they are asked with.
    pub async fn ask<'a>(&self, app: &'a TestApp, actor: &str, operation: &str, call: Call<'a>) -> Call<'a> {
        if let Some((client, by)) = self.phones.get(actor) {
            if client.id == self.a.id && operation != "sign_out" {
                return call.by(&self.phone);
            }
            return call.by(&app.unsubscribed_phone(by, *client).await);
        }
        match actor {
            "nobody" => call,
            "ended sign-in" => call.by(&Proof(self.ended.clone())),
            _ => call.by(&app.fresh(&self.staff[actor]).await),
        }
    }
}
