//! Plans of care: written, fixed, signed, revised.

mod drafts;
mod revisions;
mod signatures;

use cairn_shared::scope::Role;
use cairn_tests::{Client, Phone, Staff, TestApp};
use serde_json::{Value, json};

use crate::goals::{accepted_goal, goal};

/// Those who sign, and their client.
pub struct Team {
    pub sam: Staff,
    pub supervisor: Staff,
    pub ana: Client,
    pub phone: Phone,
}

impl Team {
    pub async fn meet(app: &TestApp) -> Self {
        let sam = app.specialist().await;
        let supervisor = app.staff(&[Role::Supervisor]).await;
        app.supervise(&supervisor, &sam).await;
        let ana = app.client(&sam).await;
        let phone = app.unsubscribed_phone(&sam, ana).await;
        Self { sam, supervisor, ana, phone }
    }

    /// A goal that the client agreed to.
    pub async fn goal(&self, app: &TestApp, title: &str) -> Value {
        accepted_goal(app, &self.sam, &self.phone, self.ana, json!({ "title": title })).await
    }

    /// A draft for a year from today with these goals.
    pub async fn draft(&self, app: &TestApp, goals: &[&Value]) -> Value {
        let ids: Vec<&Value> = goals.iter().map(|goal| &goal["id"]).collect();
        let body = json!({
            "effective_on": "2027-03-01",
            "goal_ids": ids,
            "services": [{ "service_type": "Peer support, individual", "frequency": "Two hours a week" }],
        });
        app.post(format!("/v1/clients/{}/care-plans", self.ana.id), body).by(&self.sam).await.expect(201)
    }

    pub async fn submit(&self, app: &TestApp, plan: &Value) -> Value {
        app.call("POST", format!("{}/submit", at(plan))).by(&self.sam).await.expect(200)
    }

    pub async fn sign(&self, app: &TestApp, plan: &Value, who: &str) -> cairn_tests::Answer {
        let call = app.post(format!("{}/signatures", at(plan)), json!({ "name": format!("The {who}") }));
        match who {
            "client" => call.by(&self.phone).await,
            "specialist" => call.by(&self.sam).await,
            _ => call.by(&self.supervisor).await,
        }
    }

    /// A plan that all three signed.
    pub async fn in_force(&self, app: &TestApp, goals: &[&Value]) -> Value {
        let plan = self.draft(app, goals).await;
        self.submit(app, &plan).await;
        for who in ["client", "specialist", "professional"] {
            self.sign(app, &plan, who).await.expect(201);
        }
        self.plan(app, &plan).await
    }

    /// The plan as it is now.
    pub async fn plan(&self, app: &TestApp, plan: &Value) -> Value {
        app.get(at(plan)).by(&self.phone).await.expect(200)
    }

    /// A goal of the client's own making.
    pub async fn own_goal(&self, app: &TestApp, members: Value) -> Value {
        goal(app, &self.phone, self.ana, members).await
    }
}

pub fn at(plan: &Value) -> String {
    format!("/v1/care-plans/{}", plan["id"].as_str().unwrap())
}
