import type { Answers, FormItem, FormLayout, Value } from './layout.js';

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

/** How many stand in a row when there is room for `most`: as few rows as can be, the last one as full as the others. */
export const columns = (count: number, most: number): number =>
  Math.ceil(count / Math.ceil(count / most));
