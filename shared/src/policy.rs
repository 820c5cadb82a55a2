//! Who may do what: one table, read by every feature and tested cell by cell.

use crate::scope::{Actor, Role, Scope};

/// An act on something that belongs to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// See name, zone and notification settings.
    ReadClient,
    CreateClient,
    UpdateClient,
    /// See and change who works with the client.
    ReadAssignments,
    Assign,
    /// Make a code that lets a phone act as the client.
    IssueActivationCode,
    ReadAgenda,
    /// Put on the agenda, change, cancel, answer for the client, record attendance, send now.
    WriteAgenda,
    ReadReminders,
    ReadGoals,
    /// Set and change goals, steps and progress; what staff write of a goal is a proposal.
    WriteGoals,
    ReadCarePlans,
    WriteCarePlans,
    SignCarePlan,
    /// Strengths, support network, own plans as far as they are shared.
    ReadProfile,
    WriteProfile,
    ReadCheckIns,
    /// Answer a check-in, or write down what the client answered.
    AnswerCheckIn,
    ScheduleCheckIns,
    /// See notes of sessions; a client sees those that are signed.
    ReadNotes,
    WriteNotes,
    /// Sign after the author, give back, void.
    CosignNotes,
    /// Add one's own words to a note about oneself, and sign it.
    AnswerNotes,
    /// Take the documentation of a time out as a file.
    ExportPacket,
    ReadAttention,
    /// Acknowledge, dismiss and close what asks for attention.
    SettleAttention,
    AskForHelp,
    ReadHelpRequests,
    HandleHelpRequests,
    /// See who looked at the record.
    ReadRecordAccess,
    /// Open the record of a client outside one's reach, for reading, with a reason.
    BreakGlass,
    /// Judge somebody else's emergency access.
    ReviewBreakGlass,
    /// Numbers about the whole organization in which nobody can be found.
    ReadNumbers,
    /// Sessions as they took place: times, place, service.
    ReadSessions,
    WriteSessions,
    /// Who pays for a client's services.
    ReadCoverage,
    WriteCoverage,
    /// What is ready to bill, and what is in the way.
    ReadBilling,
}

/// How far an act reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    None,
    /// The client's own record.
    Own,
    /// Clients of the specialists whom this person supervises.
    Supervised,
    /// Clients assigned to this person today.
    Caseload,
    Organization,
}

/// Acts that show and change nothing, of a client's record.
fn reads_record(act: Act) -> bool {
    matches!(
        act,
        Act::ReadClient
            | Act::ReadAssignments
            | Act::ReadAgenda
            | Act::ReadReminders
            | Act::ReadGoals
            | Act::ReadCarePlans
            | Act::ReadProfile
            | Act::ReadCheckIns
            | Act::ReadNotes
            | Act::ReadAttention
            | Act::ReadHelpRequests
            | Act::ReadSessions
            | Act::ReadCoverage
    )
}

/// May this actor do this with a client whose record they opened in an emergency? Only read, and only who may open one.
pub fn opens_by_break_glass(scope: &Scope, act: Act) -> bool {
    let may_open = |role: &Role| role_reach(*role, Act::BreakGlass) != Reach::None;
    reads_record(act) && matches!(&scope.actor, Actor::Staff { roles, .. } if roles.iter().any(may_open))
}

/// The table for one role of staff.
pub fn role_reach(role: Role, act: Act) -> Reach {
    match (role, act) {
        (Role::Specialist | Role::Supervisor | Role::Admin, Act::BreakGlass) => Reach::Organization,
        (Role::Admin, Act::ReadRecordAccess | Act::ReviewBreakGlass) => Reach::Organization,
        (Role::Supervisor, Act::ReadRecordAccess | Act::ReviewBreakGlass) => Reach::Supervised,
        (
            Role::Specialist,
            Act::Assign
            | Act::AskForHelp
            | Act::CosignNotes
            | Act::AnswerNotes
            | Act::ReadRecordAccess
            | Act::ReviewBreakGlass
            | Act::ReadNumbers,
        ) => Reach::None,
        (Role::Supervisor | Role::Admin, Act::ReadNumbers) => Reach::Organization,
        (Role::Specialist, _) => Reach::Caseload,
        (
            Role::Supervisor,
            Act::Assign
            | Act::SignCarePlan
            | Act::CosignNotes
            | Act::ExportPacket
            | Act::SettleAttention
            | Act::HandleHelpRequests,
        ) => Reach::Supervised,
        (Role::Supervisor, Act::ReadBilling) => Reach::Supervised,
        (Role::Supervisor, _) if reads_record(act) => Reach::Supervised,
        (Role::Biller, Act::ReadSessions | Act::ReadCoverage | Act::WriteCoverage | Act::ReadBilling) => {
            Reach::Organization
        }
        (
            Role::Scheduler,
            Act::ReadClient
            | Act::CreateClient
            | Act::ReadAssignments
            | Act::ReadAgenda
            | Act::WriteAgenda
            | Act::ReadReminders,
        ) => Reach::Organization,
        (Role::Supervisor | Role::Scheduler | Role::Biller | Role::Admin, _) => Reach::None,
    }
}

/// How far this actor's act reaches: one entry for each role that allows it; nothing when none does.
pub fn reaches(scope: &Scope, act: Act) -> Vec<Reach> {
    let mut reaches = match &scope.actor {
        Actor::System(_) => vec![Reach::Organization],
        Actor::Staff { roles, .. } => roles.iter().map(|role| role_reach(*role, act)).collect(),
        Actor::Client { .. } => match act {
            Act::CreateClient
            | Act::Assign
            | Act::IssueActivationCode
            | Act::ReadAssignments
            | Act::WriteCarePlans
            | Act::WriteNotes
            | Act::CosignNotes
            | Act::ReadAttention
            | Act::SettleAttention
            | Act::HandleHelpRequests
            | Act::BreakGlass
            | Act::ReviewBreakGlass
            | Act::ReadNumbers
            | Act::WriteSessions
            | Act::WriteCoverage
            | Act::ReadBilling => Vec::new(),
            _ => vec![Reach::Own],
        },
    };
    reaches.retain(|reach| *reach != Reach::None);
    reaches.sort_unstable();
    reaches.dedup();
    reaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_as_written_down() {
        let acts = [
            Act::ReadClient,
            Act::CreateClient,
            Act::UpdateClient,
            Act::ReadAssignments,
            Act::Assign,
            Act::IssueActivationCode,
            Act::ReadAgenda,
            Act::WriteAgenda,
            Act::ReadReminders,
            Act::ReadGoals,
            Act::WriteGoals,
            Act::ReadCarePlans,
            Act::WriteCarePlans,
            Act::SignCarePlan,
            Act::ReadProfile,
            Act::WriteProfile,
            Act::ReadCheckIns,
            Act::AnswerCheckIn,
            Act::ScheduleCheckIns,
            Act::ReadNotes,
            Act::WriteNotes,
            Act::CosignNotes,
            Act::AnswerNotes,
            Act::ExportPacket,
            Act::ReadAttention,
            Act::SettleAttention,
            Act::AskForHelp,
            Act::ReadHelpRequests,
            Act::HandleHelpRequests,
            Act::ReadRecordAccess,
            Act::BreakGlass,
            Act::ReviewBreakGlass,
            Act::ReadNumbers,
            Act::ReadSessions,
            Act::WriteSessions,
            Act::ReadCoverage,
            Act::WriteCoverage,
            Act::ReadBilling,
        ];
        // c: caseload, s: supervised, o: organization, -: none
        let table = [
            (Role::Specialist, "cccc-cccccccccccccccc--ccc-cc-o--ccccc"),
            (Role::Supervisor, "s--ss-s-ss-s-ss-s--s-s-sss-sssosos-s-s"),
            (Role::Scheduler, "oo-o--ooo-----------------------------"),
            (Role::Biller, "---------------------------------o-ooo"),
            (Role::Admin, "-----------------------------oooo-----"),
        ];
        for (role, row) in table {
            for (act, cell) in acts.into_iter().zip(row.chars()) {
                let expected = match cell {
                    'c' => Reach::Caseload,
                    's' => Reach::Supervised,
                    'o' => Reach::Organization,
                    _ => Reach::None,
                };
                assert_eq!(role_reach(role, act), expected, "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn an_emergency_opens_reading_only_and_not_to_everybody() {
        let scope = |role| {
            let mut scope = Scope::system(uuid::Uuid::nil(), "test");
            scope.actor = Actor::Staff { staff_id: uuid::Uuid::nil(), roles: vec![role] };
            scope
        };
        for role in [Role::Specialist, Role::Supervisor, Role::Admin] {
            assert!(opens_by_break_glass(&scope(role), Act::ReadGoals), "{role:?}");
            for act in [Act::WriteGoals, Act::UpdateClient, Act::Assign, Act::IssueActivationCode, Act::BreakGlass] {
                assert!(!opens_by_break_glass(&scope(role), act), "{role:?} {act:?}");
            }
        }
        assert!(!opens_by_break_glass(&scope(Role::Scheduler), Act::ReadGoals));
        assert!(!opens_by_break_glass(&scope(Role::Biller), Act::ReadGoals));
    }
}
