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
