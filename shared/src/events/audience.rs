use std::collections::HashSet;

use chrono::Duration;
use uuid::Uuid;

use super::read::Event;
use crate::alerts::{Subject, told_since};
use crate::clients;
use crate::db::ScopedTx;
use crate::error::Result;
use crate::policy::{Act, Reach, reaches};

/// Somebody who was told of a matter outside their caseload follows it for so long.
const TOLD: Duration = Duration::days(30);

/// What one must be allowed to read to hear of things of this type; `None`: nobody hears of them.
pub fn needed(object_type: &str) -> Option<Act> {
    Some(match object_type {
        "client" | "push_subscription" => Act::ReadClient,
        "assignment" => Act::ReadAssignments,
        "agenda_item" | "occurrence" => Act::ReadAgenda,
        "reminder" => Act::ReadReminders,
        "goal" | "goal_progress" | "goal_proposal" => Act::ReadGoals,
        "care_plan" => Act::ReadCarePlans,
        "profile" | "plan_document" => Act::ReadProfile,
        "check_in" | "check_in_schedule" | "check_in_form" | "form_version" => Act::ReadCheckIns,
        "note" => Act::ReadNotes,
        "attention_reason" => Act::ReadAttention,
        "help_request" => Act::ReadHelpRequests,
        "session" => Act::ReadSessions,
        "coverage" => Act::ReadCoverage,
        "credential" | "supervision_entry" => Act::ReadNumbers,
        _ => return None,
    })
}

/// Whether an event can change who may hear of what.
pub fn changes_scopes(event: &Event) -> bool {
    match event.object_type.as_str() {
        "assignment" | "supervision" | "client" | "break_glass" | "staff" => true,
        // Somebody outside the caseload may have been told of it.
        "help_request" => true,
        "attention_reason" => matches!(event.action.as_str(), "raise" | "alert" | "escalate"),
        _ => false,
    }
}

/// What somebody may hear of at a moment.
#[derive(Default)]
pub struct Audience {
    /// Whose events: `None` is the whole organization.
    circles: Vec<(Vec<Reach>, Option<HashSet<Uuid>>)>,
    /// Which circle an act has.
    acts: Vec<(Act, usize)>,
    /// Help requests and reasons of which they were told, whosever they are.
    told: HashSet<String>,
}

impl Audience {
    const ACTS: [Act; 14] = [
        Act::ReadClient,
        Act::ReadAssignments,
        Act::ReadAgenda,
        Act::ReadReminders,
        Act::ReadGoals,
        Act::ReadCarePlans,
        Act::ReadProfile,
        Act::ReadCheckIns,
        Act::ReadNotes,
        Act::ReadAttention,
        Act::ReadHelpRequests,
        Act::ReadSessions,
        Act::ReadCoverage,
        Act::ReadNumbers,
    ];

    /// Looks up whom the actor may read about: one query for each kind of reach.
    pub async fn load(tx: &ScopedTx) -> Result<Self> {
        let mut circles: Vec<(Vec<Reach>, Option<HashSet<Uuid>>)> = Vec::new();
        let mut acts = Vec::new();
        for act in Self::ACTS {
            let reach = reaches(tx.scope(), act);
            if reach.is_empty() {
                continue;
            }
            let place = if let Some(place) = circles.iter().position(|(known, _)| *known == reach) {
                place
            } else {
                circles.push((reach, clients::visible_ids(tx, act).await?));
                circles.len() - 1
            };
            acts.push((act, place));
        }
        let mut told = HashSet::new();
        if acts.iter().any(|(act, _)| *act == Act::ReadHelpRequests) {
            let since = tx.now().minus(TOLD);
            for subject in [Subject::HelpRequest, Subject::AttentionReason] {
                told.extend(told_since(tx, subject, since).await?.iter().map(Uuid::to_string));
            }
        }
        Ok(Self { circles, acts, told })
    }

    /// Reading is no news, nor is what was refused. What is of no client is heard by all whose role reads such things.
    pub fn hears(&self, event: &Event) -> bool {
        if event.action == "read" || event.denied {
            return false;
        }
        let Some(act) = needed(&event.object_type) else { return false };
        let Some((_, place)) = self.acts.iter().find(|(allowed, _)| *allowed == act) else { return false };
        let (reach, clients) = &self.circles[*place];
        match (event.client_id, clients) {
            (Some(client_id), Some(ids)) => ids.contains(&client_id) || self.told.contains(&event.object_id),
            (Some(_), None) => true,
            (None, _) => *reach != [Reach::Own],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn event(object_type: &str, client_id: Option<Uuid>) -> Event {
        Event {
            seq: 1,
            at: Timestamp(0),
            action: "create".to_owned(),
            object_type: object_type.to_owned(),
            object_id: String::new(),
            client_id,
            denied: false,
        }
    }

    fn audience(act: Act, reach: Reach, ids: Option<&[Uuid]>) -> Audience {
        let circles = vec![(vec![reach], ids.map(|ids| ids.iter().copied().collect()))];
        Audience { circles, acts: vec![(act, 0)], ..Audience::default() }
    }

    #[test]
    fn an_event_is_heard_by_those_who_may_read_it_and_nobody_else() {
        let (ana, ben) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let specialist = audience(Act::ReadCheckIns, Reach::Caseload, Some(&[ana]));
        assert!(specialist.hears(&event("check_in", Some(ana))));
        assert!(!specialist.hears(&event("check_in", Some(ben))), "not of the caseload");
        assert!(!specialist.hears(&event("agenda_item", Some(ana))), "not of what they may not read");
        assert!(specialist.hears(&event("check_in_form", None)), "forms belong to the house");
        let scheduler = audience(Act::ReadAgenda, Reach::Organization, None);
        assert!(scheduler.hears(&event("occurrence", Some(ben))));
        assert!(!scheduler.hears(&event("check_in", Some(ben))));
        assert!(!scheduler.hears(&event("sign_in", None)));
    }

    #[test]
    fn a_client_hears_of_their_own_record_only() {
        let ana = Uuid::from_u128(1);
        let own = audience(Act::ReadCheckIns, Reach::Own, Some(&[ana]));
        assert!(own.hears(&event("check_in", Some(ana))));
        assert!(!own.hears(&event("check_in_form", None)), "what the house does is no client's business");
    }

    #[test]
    fn reads_and_refusals_are_no_news() {
        let all = audience(Act::ReadClient, Reach::Organization, None);
        let read = Event { action: "read".to_owned(), ..event("client", None) };
        let refused = Event { denied: true, ..event("client", None) };
        assert!(!all.hears(&read) && !all.hears(&refused));
    }
}
