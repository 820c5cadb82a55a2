//! What people did together, done the way they do it, so that all that follows from it follows: plans of care are signed,
//! somebody does not feel safe, somebody asks for help.

use cairn_shared::care_plans::{self, NewPlan, Service};
use cairn_shared::check_ins::{NewCheckIn, record};
use cairn_shared::db::{Database, ScopedTx};
use cairn_shared::goals::entity::goal;
use cairn_shared::scope::{Actor, Role, Scope};
use chrono::Duration;
use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::help::arrange;
use super::notes::write_notes;
use super::population::{STAFF, client_name, staff_name};
use super::recovery::Forms;
use super::sessions::{earlier, hold_sessions, supervised_since};

/// The place of somebody who is not safe today, among the first clients.
const NOT_SAFE: usize = 11;
const SUPERVISOR: &str = "kim@demo.example";
/// So many of the first have a plan of care.
const PLANS: usize = 24;

/// Who works in the demo organization.
pub struct Team {
    pub specialists: Vec<Uuid>,
    pub supervisor: Uuid,
}

/// Somebody who acts in it.
pub(super) fn acting(scope: &Scope, actor: Actor) -> Scope {
    Scope { actor, ..scope.clone() }
}

pub(super) fn client(client_id: Uuid) -> Actor {
    Actor::Client { client_id, device_id: None }
}

pub(super) fn staff(staff_id: Uuid, role: Role) -> Actor {
    Actor::Staff { staff_id, roles: vec![role] }
}

pub async fn live_through(
    database: &Database,
    scope: &Scope,
    team: &Team,
    clients: &[Uuid],
    days: i64,
) -> anyhow::Result<()> {
    supervised_since(database, scope, days).await?;
    for (index, client_id) in clients.iter().take(PLANS).enumerate() {
        if index % 4 != 3 {
            agree_on_a_plan(database, scope, team, (index, days), *client_id).await?;
        }
    }
    hold_sessions(database, scope, team, clients, days).await?;
    write_notes(database, scope, team, days).await?;
    arrange(database, scope, team, clients).await?;
    if let Some(id) = clients.get(NOT_SAFE) {
        let mut tx = database.begin_write(&acting(scope, client(*id))).await?;
        let forms = Forms::find(&tx).await?;
        let answers = json!({ "mood": 2, "craving": 8, "supports": 0, "safe": false });
        let new = NewCheckIn {
            id: tx.new_id(),
            form_version_id: forms.daily_version(),
            answers: answers.as_object().cloned().unwrap_or_default(),
            answered_at: tx.now().minus(Duration::minutes(20)),
            schedule_id: None,
            language: None,
            local_date: None,
        };
        record(&mut tx, *id, new).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A plan over the goals that can be measured, signed by all three; of some the review is due, of some it soon is.
async fn agree_on_a_plan(
    database: &Database,
    scope: &Scope,
    team: &Team,
    (index, days): (usize, i64),
    client_id: Uuid,
) -> anyhow::Result<()> {
    let specialist = team.specialists[index % team.specialists.len()];
    let tx = database.begin_read(scope).await?;
    let goal_ids = measurable_goals(&tx, client_id).await?;
    tx.finish().await?;
    if goal_ids.is_empty() {
        return Ok(());
    }
    // A few still wait for the supervisor, one of each specialist.
    let waits = index % 10 == 3;
    let ago = if waits { 0 } else { [60, 262, 120, 45, 285, 30][index % 6] };
    // Signed when it began, or as soon as these people knew each other.
    let back = Duration::days(ago.min(days - 1).max(0));
    let then = earlier(database, database.env.clock.now().minus(back));
    let database = &then;
    let mut tx = database.begin_write(&acting(scope, staff(specialist, Role::Specialist))).await?;
    let service = |kind: &str, often: &str| Service { service_type: kind.to_owned(), frequency: often.to_owned() };
    let new = NewPlan {
        effective_on: tx.today() - (Duration::days(ago) - back),
        expires_on: None,
        review_due_on: None,
        goal_ids,
        services: vec![
            service("Peer support, individual", "Once a week"),
            service("Peer support, group", "Twice a month"),
        ],
        service_order: None,
    };
    let plan = care_plans::create(&mut tx, client_id, new).await?;
    care_plans::submit(&mut tx, plan.id, None).await?;
    care_plans::sign(&mut tx, plan.id, &staff_name(STAFF[index % team.specialists.len()].0), None).await?;
    tx.commit().await?;
    let mut signers = vec![(client_name(index), client(client_id))];
    if !waits {
        signers.push((staff_name(SUPERVISOR), staff(team.supervisor, Role::Supervisor)));
    }
    for (name, actor) in signers {
        let mut tx = database.begin_write(&acting(scope, actor)).await?;
        care_plans::sign(&mut tx, plan.id, &name, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn measurable_goals(tx: &ScopedTx, client_id: Uuid) -> anyhow::Result<Vec<Uuid>> {
    let goals = goal::Entity::find()
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal::COLUMN.client_id.eq(client_id))
        .filter(goal::COLUMN.lifecycle_status.eq("active"))
        .filter(goal::COLUMN.target_value.is_not_null())
        .all(tx.conn())
        .await?;
    Ok(goals.into_iter().map(|goal| goal.id).collect())
}
