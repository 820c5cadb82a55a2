/** A text in both languages, as forms carry it. */
export interface Words {
  en?: string | null;
  es?: string | null;
}

/** A text in the person's language, else in the one it has. */
export const say = (words: Words | null | undefined, locale: 'en' | 'es'): string =>
  words?.[locale] ?? words?.en ?? words?.es ?? '';

export type Choice = string | number;
export type Value = string | number | boolean | Choice[];
export type Answers = Record<string, Value>;

export type ItemType = 'faces' | 'scale' | 'choice' | 'yes_no' | 'number' | 'text' | 'multi';

/** One question of a form. */
export interface FormItem {
  id: string;
  type: ItemType;
  label: Words;
  help?: Words | null;
  choices?: { value: Choice; label: Words }[] | null;
  min?: number | null;
  max?: number | null;
  min_label?: Words | null;
  max_label?: Words | null;
  /** False only where a score needs the answer. */
  optional?: boolean | null;
  /** Asked only when another item has this answer. */
  when?: { item: string; equals: unknown } | null;
}

/** How a form is asked: its questions, and which of them stand on one screen. */
export interface FormLayout {
  title?: Words | null;
  intro?: Words | null;
  items: FormItem[];
  steps: string[][];
}

export const isAsked = (item: FormItem, answers: Answers): boolean =>
  !item.when || answers[item.when.item] === item.when.equals;

/** The screens that are left once questions that do not apply are gone. An item in no step gets one of its own. */
export function screens(layout: FormLayout, answers: Answers): FormItem[][] {
  const byId = new Map(layout.items.map((item) => [item.id, item]));
  const placed = new Set(layout.steps.flat());
  const loose = layout.items.filter((item) => !placed.has(item.id)).map((item) => [item.id]);
  return [...layout.steps, ...loose]
    .map((ids) =>
      ids.flatMap((id) => {
        const item = byId.get(id);
        return item && isAsked(item, answers) ? [item] : [];
      }),
    )
    .filter((items) => items.length > 0);
}

export const isEmpty = (value: Value | undefined): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What still has to be answered before this screen, or the whole form, can be sent. */
export const missing = (items: readonly FormItem[], answers: Answers): FormItem[] =>
  items.filter((item) => item.optional === false && isEmpty(answers[item.id]));

/** A number that is no number, or outside of its limits. */
export function outOfRange(item: FormItem, value: Value | undefined): boolean {
  if (item.type !== 'number' || isEmpty(value)) return false;
  const number = Number(value);
  if (!Number.isFinite(number)) return true;
  return (item.min != null && number < item.min) || (item.max != null && number > item.max);
}

/** One tap answers it, so the next question can come by itself. */
export const answersInOneTap = (items: readonly FormItem[]): boolean => {
  const [only] = items;
  return (
    items.length === 1 && only !== undefined && !['number', 'text', 'multi'].includes(only.type)
  );
};

/** The answers as they are sent: nothing empty, nothing to a question that was not asked. */
export function toSend(layout: FormLayout, answers: Answers): Answers {
  const sent: Answers = {};
  for (const item of layout.items) {
    const value = answers[item.id];
    if (value === undefined || isEmpty(value) || !isAsked(item, answers)) continue;
    sent[item.id] = item.type === 'number' ? Number(value) : value;
  }
  return sent;
}

/** Whole numbers from the lowest to the highest answer of a scale. */
export function scaleValues(item: FormItem): number[] {
  const min = item.min ?? 0;
  const max = item.max ?? 10;
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

export type Level = 1 | 2 | 3 | 4 | 5;

/** The five faces of an item and the answer that each gives, the lowest first. */
export function faceValues(item: FormItem): { level: Level; value: Value; label: Words | null }[] {
  if (item.choices && item.choices.length > 0) {
    const last = item.choices.length - 1;
    return item.choices.map(({ value, label }, index) => ({
      level: (1 + Math.round((index * 4) / Math.max(1, last))) as Level,
      value,
      label,
    }));
  }
  const min = item.min ?? 1;
  const max = item.max ?? 5;
  return ([1, 2, 3, 4, 5] as const).map((level) => ({
    level,
    value: Math.round(min + ((level - 1) * (max - min)) / 4),
    label: null,
  }));
}

/** The face that stands nearest to a number between `min` and `max`. */
export function faceOf(value: number, min: number, max: number): Level {
  const share = (value - min) / Math.max(1, max - min);
  return (1 + Math.round(Math.min(1, Math.max(0, share)) * 4)) as Level;
}
