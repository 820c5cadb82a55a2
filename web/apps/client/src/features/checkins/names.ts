import type { CheckInSchedule } from '@cairn/api';
import { m } from '@cairn/i18n';

const KNOWN: Record<string, () => string> = {
  'daily check-in': m.form_daily,
  'phq-9': m.form_phq9,
  'gad-7': m.form_gad7,
};

/** The forms that come with every organization have names in the person's language; others have their own. */
export const formName = ({ form_name }: Pick<CheckInSchedule, 'form_name'>): string =>
  KNOWN[form_name.toLowerCase()]?.() ?? form_name;
