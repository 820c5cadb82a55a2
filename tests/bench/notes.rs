//! Notes in a large organization: one that is opened, a draft that is saved, one that is signed with all checks, and a packet of
//! two hundred.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, ensure};
use cairn_shared::care_plans::{self, NewPlan, Service};
use cairn_shared::clients::entity::client;
use cairn_shared::clock::{Clock, ManualClock, SystemClock, Timestamp};
use cairn_shared::credentials::{self, NewCredential};
use cairn_shared::db::{Database, ScopedTx};
use cairn_shared::goals::{self, LifeArea, NewGoal, Target as GoalTarget};
use cairn_shared::identity::{NewStaff, add_staff};
use cairn_shared::notes::entity::{note, note_signature};
use cairn_shared::notes::hash_of;
use cairn_shared::packets::verify;
use cairn_shared::scope::{Actor, Role, Scope};
use cairn_shared::sessions::entity::{session, session_attendee};
use cairn_shared::supervision::{self, NewSupervision};
use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::load::{self, Connection, Load};
use crate::machine::megabytes;
use crate::population::{Crowd, Life};
use crate::report::{Report, Target, percentile};
use crate::server::{Server, peak_memory};
use crate::site::{Backend, Ground, Site};

/// In one packet.
const NOTES: usize = 200;
/// A draft is saved so often before it is signed.
const SAVES: usize = 5;
const TABLES: [&str; 5] = ["clients", "sessions", "notes", "note_signatures", "audit_events"];

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let (clients, filled) = if ground.quick { (2_000, 4_000) } else { (100_000, 200_000) };
    let site = Site::create(ground, backend, "notes").await?;
    site.run(&["demo", "--clients", &(clients - 1).to_string(), "--days", "7", "--seed", &ground.seed.to_string()])
        .await?;
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    let version_id = usual_template(&database, crowd.scope()).await?;
    fill(&database, &crowd, version_id, filled).await?;
    crowd.another_specialist("measured@bench.example").await?;
    let person = crowd.add(1, &Life::Followed).await?.pop().context("somebody")?;
    prepare(&database, &crowd, person.id).await?;
    let token = crowd.sign_specialist_in().await?;
    database.close().await;
    site.settle().await?;
    report.note(backend, format!("rows: {}", site.row_counts(&TABLES).await?));

    let server = Server::start(&site, "api", &[]).await?;
    let mut desk = Desk {
        connection: Connection::open(server.address).await?,
        address: server.address,
        token,
        client_id: person.id,
        times: Times::default(),
    };
    let mut notes = Vec::with_capacity(NOTES);
    for turn in 0..NOTES {
        notes.push(desk.write_note(turn).await?);
    }
    for turn in 0..NOTES * 3 {
        desk.open(&notes[turn * 7 % NOTES]).await?;
    }
    let what = format!("{filled} notes, {clients} clients");
    for (name, times, most) in [
        ("begin a note", &desk.times.begin, Target::None),
        ("open a note", &desk.times.open, Target::AtMost(100.0)),
        ("save a draft", &desk.times.save, Target::AtMost(50.0)),
        ("sign with all checks", &desk.times.sign, Target::AtMost(300.0)),
    ] {
        let load = sorted(times);
        report.figure(backend, format!("{name}, {what}: p95"), most, at(&load, 0.95), "ms");
        report.figure(backend, format!("{name}, {what}: p50"), Target::None, at(&load, 0.5), "ms");
    }
    desk.packet(&server, backend, report).await?;
    server.stop().await?;
    site.remove().await
}

fn sorted(times: &[u64]) -> Load {
    let mut latencies = times.to_vec();
    latencies.sort_unstable();
    Load { requests: latencies.len(), seconds: 1.0, latencies }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds for people to read")]
fn at(load: &Load, part: f64) -> f64 {
    percentile(&load.latencies, part).unwrap_or_default() as f64 / 1000.0
}

#[derive(Default)]
struct Times {
    begin: Vec<u64>,
    open: Vec<u64>,
    save: Vec<u64>,
    sign: Vec<u64>,
}

/// A specialist who writes one note after another.
struct Desk {
    connection: Connection,
    address: SocketAddr,
    token: String,
    client_id: Uuid,
    times: Times,
}

impl Desk {
    async fn ask(&mut self, request: Vec<u8>) -> anyhow::Result<(Value, u64)> {
        let began = Instant::now();
        let answer = self.connection.ask(&request).await?;
        let took = u64::try_from(began.elapsed().as_micros())?;
        Ok((serde_json::from_slice(answer)?, took))
    }

    async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<(Value, u64)> {
        self.ask(load::post(self.address, path, &self.token, &body.to_string())).await
    }

    async fn open(&mut self, note_id: &str) -> anyhow::Result<()> {
        let path = format!("/v1/notes/{note_id}");
        let (note, took) = self.ask(load::get(self.address, &path, &self.token)).await?;
        ensure!(note["id"] == note_id, "another note");
        self.times.open.push(took);
        Ok(())
    }

    /// A session of some weeks ago, its note, and the signature.
    async fn write_note(&mut self, turn: usize) -> anyhow::Result<String> {
        // Five sessions of a day, each of twenty minutes.
        let day = SystemClock.now().minus(Duration::days(1 + i64::try_from(turn / 5)?));
        let from = Timestamp(day.0 / 60_000 * 60_000).minus(Duration::minutes(30 * i64::try_from(turn % 5)?));
        let session = json!({
            "client_ids": [self.client_id], "place_of_service": "11", "service_code": "H0038", "starts_at": from,
            "ends_at": from.plus(Duration::minutes(20)),
        });
        let (session, _) = self.post("/v1/sessions", &session).await?;
        let path = format!("/v1/sessions/{}/notes", session["id"].as_str().context("a session")?);
        let (mut note, took) = self.post(&path, &json!({})).await?;
        self.times.begin.push(took);
        let path = format!("/v1/notes/{}", note["id"].as_str().context("a note")?);
        for save in 0..SAVES {
            let goals: Vec<Value> = note["goals"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|goal| json!({ "goal_id": goal["goal_id"], "progress": "some" }))
                .collect();
            let body = json!({
                "texts": {
                    "intervention": words(turn, 40 + 40 * save), "response": words(turn + 7, 60), "plan": words(turn + 3, 25),
                },
                "goals": goals, "activities": [{ "domain": "mentoring", "text": "Shared own experience" }],
                "risk": { "level": "none" },
            });
            let (saved, took) = self.ask(self.patch(&path, &note["version"], &body)).await?;
            self.times.save.push(took);
            note = saved;
        }
        let marks: Vec<&String> = note["marks"].as_object().into_iter().flat_map(|marks| marks.keys()).collect();
        let body = json!({ "name": "Sam", "late_reason": "Written down at once for measuring", "confirm": marks });
        let (signed, took) = self.post(&format!("{path}/sign"), &body).await?;
        self.times.sign.push(took);
        Ok(signed["note"]["id"].as_str().context("a signed note")?.to_owned())
    }

    fn patch(&self, path: &str, version: &Value, body: &Value) -> Vec<u8> {
        let body = body.to_string();
        format!(
            "PATCH {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             if-match: \"{version}\"\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        )
        .into_bytes()
    }

    async fn packet(&mut self, server: &Server, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
        let (before, _) = server.memory()?;
        let today = SystemClock.now().to_utc().date_naive();
        let body = json!({ "from": today - Duration::days(90), "to": today + Duration::days(1) });
        let path = format!("/v1/clients/{}/packets", self.client_id);
        let request = load::post(self.address, &path, &self.token, &body.to_string());
        let began = Instant::now();
        let packet = self.connection.ask(&request).await?;
        let took = began.elapsed().as_secs_f64();
        let checked = verify(packet);
        ensure!(checked.is_whole() && checked.notes == NOTES, "{} notes: {:?}", checked.notes, checked.findings);
        let most = peak_memory(server.id()).context("the server's memory")?;
        let what = format!("packet of {NOTES} notes");
        report.figure(backend, format!("{what}: made in"), Target::AtMost(5.0), took, "s");
        report.figure(backend, format!("{what}: most memory"), Target::AtMost(200.0), megabytes(most), "MB");
        report.figure(backend, format!("{what}: size"), Target::None, megabytes(packet.len() as u64), "MB");
        report.note(backend, format!("before the packet {:.1} MB", megabytes(before)));
        Ok(())
    }
}

/// Words that are other ones each time.
fn words(turn: usize, count: usize) -> String {
    const ALL: [&str; 23] = [
        "we",
        "walked",
        "along",
        "the",
        "river",
        "and",
        "talked",
        "about",
        "mornings",
        "work",
        "his",
        "sister",
        "letters",
        "bus",
        "plans",
        "soup",
        "garden",
        "slowly",
        "twice",
        "then",
        "practiced",
        "calling",
        "home",
    ];
    let mut text = String::new();
    for place in 0..count {
        let word = ALL[(turn * 13 + place * (turn % 5 + 2) + place * place / 7) % ALL.len()];
        let _ = write!(text, "{word} ");
    }
    text.trim_end().to_owned()
}

async fn usual_template(database: &Database, scope: &Scope) -> anyhow::Result<Uuid> {
    use cairn_shared::note_templates::entity::note_template;
    let tx = database.begin_read(scope).await?;
    let found = note_template::Entity::find()
        .filter(note_template::COLUMN.organization_id.eq(scope.organization_id))
        .filter(note_template::COLUMN.key.eq("girp"))
        .one(tx.conn())
        .await?;
    tx.finish().await?;
    found.and_then(|template| template.published_version_id).context("the usual template")
}

/// A goal in a plan that all have signed, a credential and a supervisor, for some months already.
async fn prepare(database: &Database, crowd: &Crowd<'_>, client_id: Uuid) -> anyhow::Result<()> {
    let mut then = database.clone();
    then.env.clock = Arc::new(ManualClock::at(SystemClock.now().minus(Duration::days(100))));
    let (scope, staff_id) = (crowd.scope(), crowd.staff());
    let mut tx = then.begin_write(scope).await?;
    let new = NewStaff {
        email: "kim@bench.example".to_owned(),
        name: "Kim".to_owned(),
        roles: vec![Role::Supervisor],
        password_hash: "!".to_owned(),
    };
    let supervisor_id = add_staff(&mut tx, new).await?.id;
    let supervision = NewSupervision { supervisor_id, staff_id, supervisor_type: None, is_primary: true };
    supervision::assign(&mut tx, supervision).await?;
    let today = tx.today();
    let credential = NewCredential {
        state: "ID".to_owned(),
        credential_type: "Certified peer support specialist".to_owned(),
        number: "BENCH-1".to_owned(),
        issuer: "State board".to_owned(),
        issued_on: today - Duration::days(30),
        expires_on: Some(today + Duration::days(700)),
    };
    credentials::create(&mut tx, staff_id, credential).await?;
    tx.commit().await?;
    let acting = |actor: Actor| Scope { actor, ..scope.clone() };
    let own = Actor::Client { client_id, device_id: None };
    let mut tx = then.begin_write(&acting(own.clone())).await?;
    let walks = GoalTarget { measure: "Walks in a week".to_owned(), value: 3.0, unit: "walks".to_owned(), due: None };
    let goal = NewGoal {
        title: "Walk most mornings".to_owned(),
        why: None,
        life_area: LifeArea::Health,
        target: Some(walks),
        steps: Vec::new(),
    };
    let goal_ids = vec![goals::create(&mut tx, client_id, goal).await?.id];
    tx.commit().await?;
    let specialist = acting(Actor::Staff { staff_id, roles: vec![Role::Specialist] });
    let mut tx = then.begin_write(&specialist).await?;
    let new = NewPlan {
        effective_on: today,
        expires_on: None,
        review_due_on: None,
        goal_ids,
        services: vec![Service { service_type: "Peer support".to_owned(), frequency: "Weekly".to_owned() }],
        service_order: None,
    };
    let plan = care_plans::create(&mut tx, client_id, new).await?;
    care_plans::submit(&mut tx, plan.id, None).await?;
    care_plans::sign(&mut tx, plan.id, "Sam", None).await?;
    tx.commit().await?;
    for (name, actor) in
        [("Ana", own), ("Kim", Actor::Staff { staff_id: supervisor_id, roles: vec![Role::Supervisor] })]
    {
        let mut tx = then.begin_write(&acting(actor)).await?;
        care_plans::sign(&mut tx, plan.id, name, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Signed notes of everybody, of one specialist who never stops. Only their number counts: nobody reads them.
async fn fill(database: &Database, crowd: &Crowd<'_>, version_id: Uuid, wanted: usize) -> anyhow::Result<()> {
    const AT_ONCE: usize = 500;
    let tx = database.begin_read(crowd.scope()).await?;
    let clients: Vec<(Uuid, Uuid)> = client::Entity::find()
        .select_only()
        .column(client::Column::Id)
        .column(client::Column::DataKeyId)
        .filter(client::COLUMN.organization_id.eq(crowd.scope().organization_id))
        .into_tuple()
        .all(tx.conn())
        .await?;
    tx.finish().await?;
    let content = format!("{{\"texts\":\"{}\"}}", words(1, 350));
    let hash = hash_of(&content);
    let first = SystemClock.now().minus(Duration::days(2));
    let first = Timestamp(first.0 / 60_000 * 60_000);
    let mut done = 0;
    while done < wanted {
        let tx = database.begin_write(crowd.scope()).await?;
        let mut rows = Filling::default();
        for number in done..(done + AT_ONCE).min(wanted) {
            let starts_at = first.minus(Duration::minutes(20 * i64::try_from(number)?));
            let text = (content.as_str(), hash.as_str());
            let client = clients[number % clients.len()];
            rows.add(&tx, client, (crowd.staff(), version_id), starts_at, text).await?;
        }
        done = (done + AT_ONCE).min(wanted);
        rows.insert(&tx).await?;
        tx.finish().await?;
    }
    Ok(())
}

#[derive(Default)]
struct Filling {
    sessions: Vec<session::ActiveModel>,
    attendees: Vec<session_attendee::ActiveModel>,
    notes: Vec<note::ActiveModel>,
    signatures: Vec<note_signature::ActiveModel>,
}

impl Filling {
    async fn add(
        &mut self,
        tx: &ScopedTx,
        (client_id, data_key_id): (Uuid, Uuid),
        (staff_id, version_id): (Uuid, Uuid),
        starts_at: Timestamp,
        (content, hash): (&str, &str),
    ) -> anyhow::Result<()> {
        let key = tx.data_key(data_key_id).await?;
        let organization_id = tx.organization_id();
        let (session_id, note_id, signature_id) = (tx.new_id(), tx.new_id(), tx.new_id());
        let (ends_at, date) = (starts_at.plus(Duration::minutes(15)), starts_at.to_utc().date_naive().to_string());
        self.sessions.push(session::ActiveModel {
            id: Set(session_id),
            organization_id: Set(organization_id),
            specialist_id: Set(staff_id),
            data_key_id: Set(data_key_id),
            kind: Set("individual".to_owned()),
            state: Set("finished".to_owned()),
            modality: Set("in_person".to_owned()),
            place_of_service: Set("11".to_owned()),
            setting: Set(None),
            occurrence_id: Set(None),
            starts_at: Set(starts_at),
            ends_at: Set(Some(ends_at)),
            time_zone: Set("UTC".to_owned()),
            service_date: Set(date.clone()),
            excluded_minutes: Set(0),
            excluded_reason: Set(None),
            billable: Set(true),
            non_billable_reason: Set(None),
            service_code: Set(Some("H0038".to_owned())),
            modifiers: Set("[]".to_owned()),
            state_reason: Set(None),
            signed_notes: Set(1),
            version: Set(1),
            created_at: Set(ends_at),
            created_by: Set(Some(staff_id)),
        });
        self.attendees.push(session_attendee::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(organization_id),
            session_id: Set(session_id),
            client_id: Set(client_id),
            attendance: Set("present".to_owned()),
            arrived_at: Set(None),
            left_at: Set(None),
            others_present: Set("[]".to_owned()),
        });
        self.notes.push(note::ActiveModel {
            id: Set(note_id),
            organization_id: Set(organization_id),
            session_id: Set(session_id),
            client_id: Set(client_id),
            author_id: Set(staff_id),
            template_version_id: Set(version_id),
            state: Set("signed".to_owned()),
            content: Set(tx.seal(&key, &tx.place("notes", "content", note_id), content)),
            content_hash: Set(Some(hash.to_owned())),
            service_date: Set(date),
            starts_at: Set(starts_at),
            late_entry: Set(false),
            replaces_note_id: Set(None),
            signed_at: Set(Some(ends_at)),
            returned_at: Set(None),
            voided_at: Set(None),
            voided_by: Set(None),
            void_reason: Set(None),
            version: Set(2),
            created_at: Set(ends_at),
            updated_at: Set(ends_at),
        });
        self.signatures.push(note_signature::ActiveModel {
            id: Set(signature_id),
            organization_id: Set(organization_id),
            note_id: Set(note_id),
            role: Set("author".to_owned()),
            signer_id: Set(staff_id),
            name: Set(tx.seal(&key, &tx.place("note_signatures", "name", signature_id), "Sam")),
            signed_at: Set(ends_at),
            content_hash: Set(hash.to_owned()),
        });
        Ok(())
    }

    async fn insert(self, tx: &ScopedTx) -> anyhow::Result<()> {
        session::Entity::insert_many(self.sessions).exec_without_returning(tx.conn()).await?;
        session_attendee::Entity::insert_many(self.attendees).exec_without_returning(tx.conn()).await?;
        note::Entity::insert_many(self.notes).exec_without_returning(tx.conn()).await?;
        note_signature::Entity::insert_many(self.signatures).exec_without_returning(tx.conn()).await?;
        Ok(())
    }
}
