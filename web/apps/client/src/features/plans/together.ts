import type { PlanSection } from '@cairn/api';

/**
 * Two phones wrote the same plan. `now` is what the server has, `mine` what was written here, `base` what both began
 * with. A part that was changed here is taken from here; the other one stays among the plan's older versions.
 */
export function together(
  now: readonly PlanSection[],
  mine: readonly PlanSection[],
  base: readonly PlanSection[],
): PlanSection[] {
  const find = (all: readonly PlanSection[], key: string) => all.find((one) => one.key === key);
  const untouched = (part: PlanSection) => {
    const before = find(base, part.key);
    return part.text === (before?.text ?? '') && part.shared === (before?.shared ?? false);
  };
  const touched = mine.filter((part) => !untouched(part));
  const added = touched.filter(({ key }) => !find(now, key));
  return [...now.map((part) => find(touched, part.key) ?? part), ...added];
}
