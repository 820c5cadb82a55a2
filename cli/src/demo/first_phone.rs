//! The phone that is tried out first: what its person wrote for themselves, and what the team did with it.

use cairn_shared::audit::{AuditEvent, DataClass};
use cairn_shared::db::Database;
use cairn_shared::goals::entity::goal;
use cairn_shared::goals::{self, GoalPatch, LifeArea, NewGoal, NewProgress, StepInput};
use cairn_shared::person::{self, DocumentKind, Section};
use cairn_shared::scope::{Actor, Role, Scope};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::moments::Team;

/// Key, text, shared with the team.
type Written = (&'static str, &'static str, bool);

const WELLNESS: [Written; 4] = [
    ("toolbox", "The river path.\nCooking with music on.\nCalling my sister.", true),
    ("daily", "Out of bed by 8.\nA walk before coffee.\nOne real meal.", true),
    ("triggers", "Paydays.\nThe corner of 5th and Main: I take the other street.", false),
    ("early_signs", "I stop cooking.\nI say no to everything.", true),
];
const SAFETY: [Written; 6] = [
    ("warning_signs", "I do not sleep.\nI stop answering texts.", true),
    ("coping", "Walk to the river.\nMusic with headphones.\nCount ten things that are blue.", false),
    ("people_and_places", "The library.\nMy sister's kitchen.", false),
    ("people_to_ask", "My sister Marta: 555-201-3344\nMr. Lewis next door", true),
    ("professionals", "Sam, my specialist: 555-201-3350\n988, day or night", true),
    ("reasons", "My kids.\nMy dog Luna.\nThe river in May.", false),
];

pub async fn settle_in(database: &Database, scope: &Scope, team: &Team, client_id: Uuid) -> anyhow::Result<()> {
    let (Some(specialist), supervisor) = (team.specialists.first(), team.supervisor) else { return Ok(()) };
    let own = Scope { actor: Actor::Client { client_id, device_id: None }, ..scope.clone() };
    let of = |staff_id, role| Scope { actor: Actor::Staff { staff_id, roles: vec![role] }, ..scope.clone() };
    let specialist = of(*specialist, Role::Specialist);

    let mut tx = database.begin_write(&own).await?;
    for (kind, written) in [(DocumentKind::Wellness, &WELLNESS[..]), (DocumentKind::Safety, &SAFETY[..])] {
        let sections = written.iter().map(|(key, text, shared)| Section {
            key: (*key).to_owned(),
            text: (*text).to_owned(),
            shared: *shared,
        });
        person::put_document(&mut tx, client_id, kind, None, sections.collect()).await?;
    }
    let goal_id = goal::Entity::find()
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal::COLUMN.client_id.eq(client_id))
        .filter(goal::COLUMN.target_value.is_not_null())
        .one(tx.conn())
        .await?
        .map(|goal| goal.id);
    if let Some(goal_id) = goal_id {
        let words = "Four walks this week. Luna liked the snow.";
        let progress = NewProgress {
            value: Some(4.0),
            unit: None,
            note: Some(words.to_owned()),
            achievement_status: None,
            step_id: None,
            done: None,
            recorded_at: None,
        };
        goals::record_progress(&mut tx, goal_id, progress).await?;
    }
    tx.commit().await?;

    let mut tx = database.begin_write(&specialist).await?;
    let step = |title: &str| StepInput { id: None, title: title.to_owned(), due: None };
    let idea = NewGoal {
        title: "Try the Tuesday art group".to_owned(),
        why: Some("You said that drawing calms you down".to_owned()),
        life_area: LifeArea::Community,
        target: None,
        steps: vec![step("Look at the room with Sam"), step("Stay for half an hour")],
    };
    goals::create(&mut tx, client_id, idea).await?;
    if let Some(goal_id) = goal_id {
        let easier = GoalPatch { title: Some("Walk most mornings, rain or shine".to_owned()), ..GoalPatch::default() };
        let reason = "You have kept this up for weeks".to_owned();
        goals::propose(&mut tx, goal_id, easier, Some(reason)).await?;
    }
    tx.commit().await?;

    for (scope, classes) in [
        (of(supervisor, Role::Supervisor), vec![DataClass::Goals]),
        (specialist, vec![DataClass::Goals, DataClass::CheckIns]),
    ] {
        let mut tx = database.begin_write(&scope).await?;
        for class in classes {
            tx.record(AuditEvent::new("read", class.as_str(), client_id).client(client_id));
        }
        tx.commit().await?;
    }
    Ok(())
}
