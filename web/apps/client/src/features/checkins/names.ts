import type { CheckInSchedule } from '@cairn/api';
import { m } from '@cairn/i18n';

/** The forms that come with every organization have names in the person's language; others have their own. */
export const formName = ({ form_name }: Pick<CheckInSchedule, 'form_name'>): string => {
  const known: Record<string, () => string> = {
    daily: m.form_daily,
    phq9: m.form_phq9,
    gad7: m.form_gad7,
  };
  return known[form_name.toLowerCase()]?.() ?? form_name;
};
