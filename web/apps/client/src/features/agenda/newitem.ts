import { addDays, type LocalDate } from '@cairn/i18n';

export type Repeat = 'never' | 'daily' | 'weekdays' | 'weekly';
export type Remind = 'none' | '0' | '10' | '60';

export interface ItemDraft {
  title: string;
  kind: 'routine' | 'to_do';
  date: LocalDate;
  time: string;
  repeat: Repeat;
  remind: Remind;
}

const RULES: Record<Repeat, string | null> = {
  never: null,
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
};

/** The next half hour from now, tomorrow morning when the day is nearly over. */
export function firstDraft(today: LocalDate, hour: number): ItemDraft {
  const late = hour >= 21;
  return {
    title: '',
    kind: 'routine',
    date: late ? addDays(today, 1) : today,
    time: late ? '09:00' : `${String(hour + 1).padStart(2, '0')}:00`,
    repeat: 'never',
    remind: '10',
  };
}

/** On a weekend a plan for weekdays begins on the next Monday. */
function firstDate(date: LocalDate, repeat: Repeat): LocalDate {
  const day = new Date(`${date}T12:00:00Z`).getUTCDay();
  if (repeat !== 'weekdays' || (day !== 0 && day !== 6)) return date;
  return addDays(date, day === 6 ? 2 : 1);
}

/** What is asked of the server. */
export function toRequest(draft: ItemDraft) {
  const rule = RULES[draft.repeat];
  return {
    kind: draft.kind,
    title: draft.title.trim(),
    starts_at_local: `${firstDate(draft.date, draft.repeat)}T${draft.time}`,
    time_zone: 'client',
    ...(rule ? { recurrence: rule } : {}),
    reminders: draft.remind === 'none' ? [] : [{ minutes_before: Number(draft.remind) }],
  };
}
