import type { RecordAccess } from '@cairn/api';
import { m } from '@cairn/i18n';

type Words = Record<string, () => string>;

const ROLES: Words = {
  specialist: m.role_specialist,
  supervisor: m.role_supervisor,
  scheduler: m.role_scheduler,
  biller: m.role_biller,
  admin: m.role_admin,
};

/** Of somebody with several roles, the one that is nearest to the person. */
export function roleName(roles: readonly string[]): string {
  const nearest = Object.keys(ROLES).find((role) => roles.includes(role));
  return ((nearest && ROLES[nearest]) || m.role_team)();
}

const LOOKED: Words = {
  client: m.looked_client,
  agenda: m.looked_agenda,
  reminders: m.looked_agenda,
  goals: m.looked_goals,
  care_plans: m.looked_plans,
  profile: m.looked_profile,
  check_ins: m.looked_check_ins,
  attention: m.looked_summary,
  summary: m.looked_summary,
  help_requests: m.looked_help,
  notes: m.looked_notes,
};

const CHANGED: Words = {
  agenda_item: m.changed_agenda,
  occurrence: m.changed_agenda,
  reminder: m.changed_agenda,
  goal: m.changed_goals,
  goal_proposal: m.changed_goals,
  goal_progress: m.changed_goals,
  check_in: m.changed_check_ins,
  check_in_schedule: m.changed_check_ins,
  care_plan: m.changed_plans,
  client: m.changed_profile,
  profile: m.changed_profile,
  help_request: m.changed_help,
  note: m.changed_notes,
  assignment: m.changed_team,
  activation_code: m.changed_phone,
  device: m.changed_phone,
};

type Access = Pick<RecordAccess, 'action' | 'data_class'>;

/** What somebody did with the record, in plain words. */
export const accessWords = ({ action, data_class }: Access): string =>
  action === 'read'
    ? (LOOKED[data_class] ?? m.looked_record)()
    : (CHANGED[data_class] ?? m.changed_record)();
