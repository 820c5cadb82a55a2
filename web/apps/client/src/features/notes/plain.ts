import { formatDate, m, type Locale } from '@cairn/i18n';

// A note is written in the words of the trade, and kept in them. Its person reads it in plain ones, told to them.
type Words = Record<string, () => string>;

/** The parts that every note can have. The program names them itself, whatever the template. */
const FIXED: Words = {
  'texts.purpose': m.note_part_purpose,
  'texts.check_in': m.note_part_check_in,
  'texts.follow_up': m.note_part_follow_up,
  goals: m.note_part_goals,
  'texts.intervention': m.note_part_did,
  activities: m.note_part_activities,
  'texts.response': m.note_part_response,
  'texts.plan': m.note_part_plan,
  risk: m.note_part_safe,
};

/** What a template that comes with the program says there, in either language, and the plain name of that. */
type Shipped = Record<string, readonly [plain: () => string, ...labels: string[]]>;

const ITEMS: Shipped = {
  'answers.behavior': [
    m.note_part_behavior,
    'What the person did and said',
    'Lo que la persona hizo y dijo',
  ],
  'answers.own_words': [
    m.note_part_own_words,
    "In the person's own words",
    'En palabras de la persona',
  ],
  'answers.hopes': [m.note_part_hopes, 'What the person hopes for', 'Lo que la persona espera'],
  'answers.strengths': [
    m.note_part_strengths,
    'Strengths and people who support',
    'Fortalezas y personas que apoyan',
  ],
  'answers.rights_explained': [
    m.note_part_rights,
    'Rights and privacy were explained',
    'Se explicaron los derechos y la privacidad',
  ],
  'answers.worked_well': [m.note_part_worked, 'What worked well', 'Lo que funcionó bien'],
  'answers.to_change': [
    m.note_part_to_change,
    'What the person wants to change',
    'Lo que la persona quiere cambiar',
  ],
  'answers.new_plan': [
    m.note_part_new_plan,
    'The plan needs to be written anew',
    'El plan se debe escribir de nuevo',
  ],
  'answers.what_happened': [m.note_part_happened, 'What happened', 'Lo que pasó'],
  'answers.handed_over_to': [
    m.note_part_called,
    'Who was called or took over',
    'A quién se llamó o quién siguió',
  ],
  'answers.safe_at_end': [
    m.note_part_safe_at_end,
    'The person said they felt safe at the end',
    'La persona dijo que se sentía segura al final',
  ],
  'answers.moving_to': [
    m.note_part_moving_to,
    'Where the person moves on to',
    'Hacia dónde sigue la persona',
  ],
  'answers.supports_after': [
    m.note_part_supports,
    'Who supports them from now on',
    'Quién la apoya desde ahora',
  ],
  'answers.stays_in_touch': [
    m.note_part_in_touch,
    'They want to stay in touch',
    'Quiere seguir en contacto',
  ],
  'answers.topic': [m.note_part_topic, 'Topic of the group', 'Tema del grupo'],
};

const SECTIONS: Shipped = {
  goal: [m.note_part_goals, 'Goal', 'Meta'],
  goals: [
    m.note_part_goals,
    'Goals',
    'Metas',
    'Goals of the plan',
    'Metas del plan',
    'Goals so far',
    'Metas hasta ahora',
  ],
  progress: [m.note_part_goals, 'Progress toward goals', 'Avance hacia las metas'],
  intervention: [m.note_part_did, 'Intervention', 'Intervención', 'What we did', 'Lo que hicimos'],
  objective: [m.note_part_did, 'Objective', 'Objetivo'],
  response: [m.note_part_response, 'Response', 'Respuesta'],
  plan: [m.note_part_plan, 'Plan'],
  data: [m.note_head_meeting, 'Data', 'Datos'],
  behavior: [m.note_part_check_in, 'Behavior', 'Conducta'],
  subjective: [m.note_part_check_in, 'Subjective', 'Subjetivo'],
};

const own = <T>(words: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;

/** Words that an organization put in the place of the program's are its own, under the same id too. */
const unlessChanged = (shipped: Shipped, id: string, label: string): string => {
  const found = own(shipped, id);
  if (!found) return label;
  const [plain, ...labels] = found;
  return labels.includes(label) ? plain() : label;
};

/** What was written there; of an item that the organization made or named itself, in its own words. */
export const partName = (part: string | undefined, label: string): string =>
  own(FIXED, part ?? '')?.() ?? unlessChanged(ITEMS, part ?? '', label);

/** The headings that name a method in the templates that come with every organization. */
export const sectionName = (id: string, label: string): string =>
  unlessChanged(SECTIONS, id, label);

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
  const plain = own(words, first)?.();
  return plain ? plain + (at < 0 ? '' : text.slice(at)) : text;
};

const DATE = /\b(?:19|20)\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])\b/g;

/** The calendar has it: not the 31st of February, which a clock would take for the 3rd of March. */
const isDate = (text: string): boolean => {
  const at = new Date(`${text}T12:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
};

/** Dates that were written for computers. Digits that only look like one stay as they were written. */
export const withDates = (text: string, locale: Locale): string =>
  text.replace(DATE, (date) => (isDate(date) ? formatDate(date, locale) : date));

export function plainText(part: string | undefined, text: string, locale: Locale): string {
  let plain = text;
  if (part === 'risk') plain = lead(text, '. ', LEVELS);
  else if (part === 'activities') plain = lead(text, ': ', DOMAINS);
  else if (part === 'goals') {
    plain = text.replace(/(?<=: )[^:.]+(?=\. |$)/, (how) => own(PROGRESS, how)?.() ?? how);
  }
  return withDates(plain, locale);
}
