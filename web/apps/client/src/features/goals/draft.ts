import type { Goal, GoalTarget, LifeArea, NewGoal } from '@cairn/api';

/** A goal while it is written: texts as they are typed. */
export interface GoalDraft {
  title: string;
  why: string;
  life_area: LifeArea | null;
  steps: { id: string | null; title: string }[];
  target: TargetDraft;
}

export interface TargetDraft {
  measure: string;
  value: string;
  unit: string;
  due: string;
}

const NO_TARGET: TargetDraft = { measure: '', value: '', unit: '', due: '' };

/** What is there of a goal, or an empty page with room for one step. */
export function draftOf(goal: Goal | null): GoalDraft {
  const target = goal?.target;
  return {
    title: goal?.title ?? '',
    why: goal?.why ?? '',
    life_area: goal?.life_area ?? null,
    steps: goal?.steps.map(({ id, title }) => ({ id, title })) ?? [{ id: null, title: '' }],
    target: target
      ? { ...target, value: String(target.value), due: target.due ?? '' }
      : { ...NO_TARGET },
  };
}

/** A number as people type it, with a point or a comma; null for anything else. */
export function readNumber(typed: string): number | null {
  const number = typed.trim() === '' ? NaN : Number(typed.trim().replace(',', '.'));
  return Number.isFinite(number) ? number : null;
}

export const hasTarget = ({ measure, value, unit }: TargetDraft): boolean =>
  [measure, value, unit].some((text) => text.trim() !== '');

/** Null when nothing is counted; `wrong` when it is only half said. */
export function readTarget(draft: TargetDraft): GoalTarget | null | 'wrong' {
  if (!hasTarget(draft)) return null;
  const [measure, unit, value] = [draft.measure.trim(), draft.unit.trim(), readNumber(draft.value)];
  if (!measure || !unit || value === null || value < 0) return 'wrong';
  return { measure, value, unit, due: draft.due || null };
}

export type DraftProblem = 'title' | 'area' | 'target';

export function problemOf(draft: GoalDraft): DraftProblem | null {
  if (!draft.title.trim()) return 'title';
  if (!draft.life_area) return 'area';
  return readTarget(draft.target) === 'wrong' ? 'target' : null;
}

/** What is sent of a draft that has no problem. Null takes away what was there. */
export function toBody(draft: GoalDraft) {
  const target = readTarget(draft.target);
  return {
    title: draft.title.trim(),
    why: draft.why.trim() || null,
    life_area: draft.life_area ?? 'health',
    target: target === 'wrong' ? null : target,
    steps: draft.steps
      .filter(({ title }) => title.trim())
      .map(({ id, title }) => ({ ...(id ? { id } : {}), title: title.trim() })),
  } satisfies NewGoal;
}
