import type { Occurrence } from '@cairn/api';
import { say } from '@cairn/forms';
import { currentLocale } from '@cairn/i18n';
import { forms, layoutOf } from '../checkins/forms.svelte';
import { formName } from '../checkins/names';

/**
 * What an item is called. A check-in was named once, in the language of that moment: its form has the name in the
 * language of now.
 */
export function titleOf({ title, check_in_schedule_id }: Occurrence): string {
  if (!check_in_schedule_id) return title;
  const schedule = forms.value?.schedules.find(({ id }) => id === check_in_schedule_id);
  const version = schedule && forms.value?.versions[schedule.form_id];
  return (
    say(version && layoutOf(version).title, currentLocale()) ||
    (schedule ? formName(schedule) : title)
  );
}
