import type { RecordAccess } from '@cairn/api';
import { m } from '@cairn/i18n';

export function roleName(role: string): string {
  const known: Record<string, () => string> = {
    specialist: m.role_specialist,
    supervisor: m.role_supervisor,
    scheduler: m.role_scheduler,
    biller: m.role_biller,
    admin: m.role_admin,
    client: m.role_you,
  };
  return known[role]?.() ?? m.role_team();
}

/** What was looked at, in plain words. */
export function accessWords({ data_class }: Pick<RecordAccess, 'data_class'>): string {
  const known: Record<string, () => string> = {
    agenda: m.looked_agenda,
    reminders: m.looked_agenda,
    goals: m.looked_goals,
    check_ins: m.looked_check_ins,
    plans: m.looked_plans,
    care_plans: m.looked_plans,
    profile: m.looked_profile,
    identity: m.looked_profile,
    demographics: m.looked_profile,
  };
  return known[data_class]?.() ?? m.looked_record();
}
