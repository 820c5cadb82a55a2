import { formatDate, m, type Locale } from '@cairn/i18n';

// A note is written in the words of the trade, and kept in them. Its person reads it in plain ones, told to them.
type Words = Record<string, () => string>;

const PARTS: Words = {
  'texts.purpose': m.note_part_purpose,
  'texts.check_in': m.note_part_check_in,
  'texts.follow_up': m.note_part_follow_up,
  goals: m.note_part_goals,
  'texts.intervention': m.note_part_did,
  activities: m.note_part_activities,
  'texts.response': m.note_part_response,
  'texts.plan': m.note_part_plan,
  risk: m.note_part_safe,
  'answers.behavior': m.note_part_behavior,
  'answers.own_words': m.note_part_own_words,
  'answers.hopes': m.note_part_hopes,
  'answers.strengths': m.note_part_strengths,
  'answers.rights_explained': m.note_part_rights,
  'answers.worked_well': m.note_part_worked,
  'answers.to_change': m.note_part_to_change,
  'answers.new_plan': m.note_part_new_plan,
  'answers.what_happened': m.note_part_happened,
  'answers.handed_over_to': m.note_part_called,
  'answers.safe_at_end': m.note_part_safe_at_end,
  'answers.moving_to': m.note_part_moving_to,
  'answers.supports_after': m.note_part_supports,
  'answers.stays_in_touch': m.note_part_in_touch,
  'answers.topic': m.note_part_topic,
};

/** What was written there; of a form that the organization made itself, in its own words. */
export const partName = (part: string | undefined, label: string): string =>
  PARTS[part ?? '']?.() ?? label;

const SECTIONS: Words = {
  goal: m.note_part_goals,
  goals: m.note_part_goals,
  progress: m.note_part_goals,
  intervention: m.note_part_did,
  objective: m.note_part_did,
  response: m.note_part_response,
  plan: m.note_part_plan,
  data: m.note_head_meeting,
  behavior: m.note_part_check_in,
  subjective: m.note_part_check_in,
};

/** The headings that name a method in the templates that come with every organization. */
export const sectionName = (id: string, label: string): string => SECTIONS[id]?.() ?? label;

const LEVELS: Words = {
  None: m.note_safe_none,
  Ninguno: m.note_safe_none,
  Low: m.note_safe_low,
  Bajo: m.note_safe_low,
  Elevated: m.note_safe_elevated,
  Elevado: m.note_safe_elevated,
  Crisis: m.note_safe_crisis,
};

const DOMAINS: Words = {
  Advocacy: m.note_did_advocacy,
  'Defensa de derechos': m.note_did_advocacy,
  Mentoring: m.note_did_mentoring,
  Mentoría: m.note_did_mentoring,
  'Recovery support': m.note_did_support,
  'Apoyo en la recuperación': m.note_did_support,
  'Professional responsibility': m.note_did_duty,
  'Responsabilidad profesional': m.note_did_duty,
};

const PROGRESS: Words = {
  'no progress yet': m.note_goal_none,
  'sin avance todavía': m.note_goal_none,
  'a step back': m.note_goal_back,
  'un paso atrás': m.note_goal_back,
};

/** The word that the server puts before the writer's own, in plain words; the writer's own stay. */
const lead = (text: string, end: string, words: Words): string => {
  const at = text.indexOf(end);
  const first = at < 0 ? text : text.slice(0, at);
  const plain = words[first]?.();
  return plain ? plain + (at < 0 ? '' : text.slice(at)) : text;
};

const DATE = /\b\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])\b/g;

/** Dates that were written for computers. */
export const withDates = (text: string, locale: Locale): string =>
  text.replace(DATE, (date) => formatDate(date, locale));

export function plainText(part: string | undefined, text: string, locale: Locale): string {
  let plain = text;
  if (part === 'risk') plain = lead(text, '. ', LEVELS);
  else if (part === 'activities') plain = lead(text, ': ', DOMAINS);
  else if (part === 'goals') {
    plain = text.replace(/(?<=: )[^:.]+(?=\. |$)/, (how) => PROGRESS[how]?.() ?? how);
  }
  return withDates(plain, locale);
}
