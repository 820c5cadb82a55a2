//! Those who act, each with a credential.

use cairn_shared::clock::Timestamp;
use cairn_shared::db::Database;
use cairn_shared::identity::{self, Carrier, NewStaff};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::scope::{Actor, Role, Scope};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

use crate::app::{ORGANIZATION_ZONE, TestApp, password_hash};
use crate::browser::Browser;
use crate::call::Credential;
use crate::push_service::Post;

/// Counts people and phones, so that no two share an address.
static NUMBER: AtomicU32 = AtomicU32::new(1);

fn number() -> u32 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

#[derive(Clone, Copy, Debug)]
pub struct Organization {
    pub id: Uuid,
}

impl Organization {
    pub(crate) async fn found(database: &Database, name: &str) -> Self {
        let zone = ORGANIZATION_ZONE.parse().expect("a zone");
        let made = organizations::create(database, name, zone, SecondFactor::Optional).await.expect("an organization");
        Self { id: made.id }
    }

    pub fn scope(self) -> Scope {
        Scope::system(self.id, "test")
    }
}

/// A member of staff, signed in.
#[derive(Clone, Debug)]
pub struct Staff {
    pub id: Uuid,
    pub organization: Organization,
    pub email: String,
    pub name: String,
    pub credential: Credential,
}

impl AsRef<Credential> for Staff {
    fn as_ref(&self) -> &Credential {
        &self.credential
    }
}

/// A person served.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub id: Uuid,
}

/// A client's phone: activated, and with a browser that opens what is pushed to it.
pub struct Phone {
    pub client: Client,
    pub credential: Credential,
    pub browser: Browser,
    /// Set by [`TestApp::subscribe`].
    pub subscription: Option<Uuid>,
    /// Path of its endpoint at the push service.
    pub path: String,
}

/// A browser of a member of staff that takes push messages.
pub struct Desk {
    pub browser: Browser,
    pub subscription: Uuid,
    /// Path of its endpoint at the push service.
    pub path: String,
}

impl Desk {
    /// What this browser has been pushed, opened.
    pub fn inbox(&self, app: &TestApp) -> Vec<Value> {
        let opened = |post: &Post| self.browser.open(&post.body).expect("this browser can open it");
        self.posts(app).iter().map(|post| serde_json::from_slice(&opened(post).0).expect("JSON")).collect()
    }

    pub fn posts(&self, app: &TestApp) -> Vec<Post> {
        app.push.posts().into_iter().filter(|post| post.path == self.path).collect()
    }
}

impl AsRef<Credential> for Phone {
    fn as_ref(&self) -> &Credential {
        &self.credential
    }
}

impl Phone {
    /// What this phone has been pushed, opened.
    pub fn inbox(&self, app: &TestApp) -> Vec<Value> {
        self.posts(app).iter().map(|post| self.open(post)).collect()
    }

    pub fn posts(&self, app: &TestApp) -> Vec<Post> {
        app.push.posts().into_iter().filter(|post| post.path == self.path).collect()
    }

    pub fn open(&self, post: &Post) -> Value {
        let plain = self.browser.open(&post.body).expect("this phone can open it");
        serde_json::from_slice(&plain.0).expect("JSON")
    }
}

/// An authenticator app with one secret in it.
#[derive(Clone, Debug)]
pub struct Authenticator {
    pub secret: Vec<u8>,
    pub spelt: String,
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// Reads what a QR code holds.
    pub fn read(uri: &str) -> Self {
        let uri: url::Url = uri.parse().expect("an address");
        let members: std::collections::HashMap<_, _> = uri.query_pairs().into_owned().collect();
        assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")));
        assert_eq!([&members["algorithm"], &members["digits"], &members["period"]], ["SHA1", "6", "30"]);
        let spelt = members["secret"].clone();
        let bits: String = spelt
            .chars()
            .map(|c| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base32"))
            .map(|value| format!("{value:05b}"))
            .collect();
        let bytes = bits.as_bytes().chunks_exact(8);
        let secret = bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
        Self { secret, spelt, recovery_codes: Vec::new() }
    }

    /// What it shows at a moment.
    pub fn code(&self, at: Timestamp) -> String {
        identity::second_factor::totp::code_at(&self.secret, at)
    }
}

impl TestApp {
    pub async fn another_organization(&self) -> Organization {
        Organization::found(&self.database, &format!("Organization {}", number())).await
    }

    /// A member of staff of the usual organization with these roles, signed in.
    pub async fn staff(&self, roles: &[Role]) -> Staff {
        self.staff_of(self.organization, roles).await
    }

    pub async fn specialist(&self) -> Staff {
        self.staff(&[Role::Specialist]).await
    }

    pub async fn scheduler(&self) -> Staff {
        self.staff(&[Role::Scheduler]).await
    }

    pub async fn staff_of(&self, organization: Organization, roles: &[Role]) -> Staff {
        let number = number();
        let (email, name) = (format!("staff{number}@cairn.test"), format!("Staff {number}"));
        let new = NewStaff {
            email: email.clone(),
            name: name.clone(),
            roles: roles.to_vec(),
            password_hash: password_hash().await,
        };
        let mut tx = self.database.begin_write(&organization.scope()).await.expect("a transaction");
        let added = identity::add_staff(&mut tx, new).await.expect("a member of staff");
        tx.commit().await.expect("committed");
        let credential = self.sign_in_quickly(organization, added.id, Carrier::Token).await;
        Staff { id: added.id, organization, email, name, credential }
    }

    /// A sign-in without a password being checked.
    pub async fn sign_in_quickly(&self, organization: Organization, staff_id: Uuid, carrier: Carrier) -> Credential {
        let mut scope = organization.scope();
        scope.actor = Actor::Staff { staff_id, roles: Vec::new() };
        let mut tx = self.database.begin_write(&scope).await.expect("a transaction");
        let new = identity::start_sign_in(&mut tx, None, carrier).await.expect("a sign-in");
        tx.finish().await.expect("committed");
        match carrier {
            Carrier::Token => Credential::Token(new.token.0),
            Carrier::Cookie => Credential::Cookie(new.token.0),
        }
    }

    /// Signs staff in again when their sign-in has grown old.
    pub async fn fresh(&self, staff: &Staff) -> Staff {
        let credential = self.sign_in_quickly(staff.organization, staff.id, Carrier::Token).await;
        Staff { credential, ..staff.clone() }
    }

    /// Gives a member of staff a second factor.
    pub async fn enrol(&self, staff: &Staff) -> Authenticator {
        let begun = self.call("POST", "/v1/me/second-factor").by(staff).await.expect(200);
        let authenticator = Authenticator::read(begun["otpauth_uri"].as_str().expect("an address"));
        let body = json!({ "code": authenticator.code(self.now()) });
        let done = self.post("/v1/me/second-factor/confirmation", body).by(staff).await.expect(200);
        let codes = done["recovery_codes"].as_array().expect("codes");
        let recovery_codes = codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect();
        Authenticator { recovery_codes, ..authenticator }
    }

    /// Emergency access with the sign-in that is given.
    pub async fn break_glass(&self, by: &Staff, client: Client) -> Uuid {
        let body = json!({ "reason": "Called from the hospital, must know whom to ring", "purpose": "emergency" });
        id_of(&self.post(format!("/v1/clients/{}/break-glass", client.id), body).by(by).await.expect(201))
    }

    /// A client of this specialist in New York, without quiet hours.
    pub async fn client(&self, specialist: &Staff) -> Client {
        self.client_with(specialist, json!({})).await
    }

    /// The same, with members of the request set otherwise.
    pub async fn client_with(&self, by: &Staff, members: Value) -> Client {
        let mut body =
            json!({ "preferred_name": "Ana", "time_zone": ORGANIZATION_ZONE, "language": "en", "quiet_hours": null });
        merge(&mut body, members);
        let made = self.post("/v1/clients", body).by(by).await.expect(201);
        Client { id: id_of(&made) }
    }

    /// Activates a phone of the client with a code from the specialist, and subscribes it.
    pub async fn phone(&self, specialist: &Staff, client: Client) -> Phone {
        let mut phone = self.unsubscribed_phone(specialist, client).await;
        self.subscribe(&mut phone).await;
        phone
    }

    pub async fn unsubscribed_phone(&self, specialist: &Staff, client: Client) -> Phone {
        let target = format!("/v1/clients/{}/activation-codes", client.id);
        let code = self.call("POST", target).by(specialist).await.expect(201);
        let body = json!({ "code": code["code"], "device_name": "Phone" });
        let activated = self.post("/v1/activate", body).await.expect(200);
        let token = activated["token"].as_str().expect("a token").to_owned();
        Phone {
            client,
            credential: Credential::Token(token),
            browser: Browser::new(),
            subscription: None,
            path: format!("/push/{}", number()),
        }
    }

    pub async fn subscribe(&self, phone: &mut Phone) {
        let body = phone.browser.subscription(&format!("{}{}", self.push.origin(), phone.path));
        let made = self.post("/v1/me/push-subscriptions", body).by(phone).await.expect(201);
        phone.subscription = Some(id_of(&made));
    }

    /// A browser of a member of staff, registered for alerts.
    pub async fn desk(&self, staff: &Staff) -> Desk {
        let (browser, path) = (Browser::new(), format!("/push/{}", number()));
        let body = browser.subscription(&format!("{}{path}", self.push.origin()));
        let made = self.post("/v1/me/push-subscriptions", body).by(staff).await.expect(201);
        Desk { browser, subscription: id_of(&made), path }
    }

    /// Puts a specialist under a supervisor from today on.
    pub async fn supervise(&self, supervisor: &Staff, specialist: &Staff) {
        let admin = self.staff_of(specialist.organization, &[Role::Admin]).await;
        let body = json!({ "supervisor_id": supervisor.id, "staff_id": specialist.id });
        self.post("/v1/supervisions", body).by(&admin).await.expect(201);
    }

    /// An agenda item for several clients.
    pub async fn group(&self, by: &Staff, clients: &[Client], members: Value) -> Value {
        let ids: Vec<Uuid> = clients.iter().map(|client| client.id).collect();
        let mut body = json!({
            "client_ids": ids,
            "kind": "meeting",
            "title": "Walking group",
            "starts_at_local": "2027-03-02T10:00",
            "time_zone": ORGANIZATION_ZONE,
            "duration_minutes": 60,
        });
        merge(&mut body, members);
        self.post("/v1/agenda-items", body).by(by).await.expect(201)
    }

    /// An appointment of one hour for a client, by somebody who may.
    pub async fn appointment(&self, by: &Staff, client: Client, starts_at_local: &str, reminders: Value) -> Value {
        self.item(by, client, json!({ "starts_at_local": starts_at_local, "reminders": reminders })).await
    }

    /// An agenda item for a client: an appointment unless `members` says otherwise.
    pub async fn item(&self, by: &impl AsRef<Credential>, client: Client, members: Value) -> Value {
        let mut body = json!({
            "kind": "appointment",
            "title": "Coffee with Sam",
            "starts_at_local": "2027-03-02T10:00",
            "time_zone": ORGANIZATION_ZONE,
            "duration_minutes": 60,
        });
        merge(&mut body, members);
        self.post(format!("/v1/clients/{}/agenda-items", client.id), body).by(by).await.expect(201)
    }

    /// A client's reminders by due time, as staff see them.
    pub async fn reminders(&self, by: &Staff, client: Client) -> Vec<Value> {
        let by = self.fresh(by).await;
        let list = self.get(format!("/v1/clients/{}/reminders?limit=200", client.id)).by(&by).await.expect(200);
        list["items"].as_array().expect("items").clone()
    }

    pub async fn agenda(&self, by: &impl AsRef<Credential>, client: Client, from: &str, to: &str) -> Vec<Value> {
        let target = format!("/v1/clients/{}/agenda?from={from}&to={to}&limit=200", client.id);
        self.get(target).by(by).await.expect(200)["items"].as_array().expect("items").clone()
    }
}

/// The `id` of an answer.
#[track_caller]
pub fn id_of(answer: &Value) -> Uuid {
    answer["id"].as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no id in {answer}"))
}

/// The moment that a member holds.
#[track_caller]
pub fn moment(value: &Value) -> Timestamp {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("no moment: {value}"))
}

fn merge(into: &mut Value, members: Value) {
    let Value::Object(members) = members else { panic!("members are an object") };
    for (name, value) in members {
        into[name] = value;
    }
}

/// An id as a phone makes it, another one each time.
pub fn id_of_phone() -> Uuid {
    Uuid::from_u128(0x0195_5555_5555_7000_8000_0000_0000_0000 + u128::from(number()))
}
