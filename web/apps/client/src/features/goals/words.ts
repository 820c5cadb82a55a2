import type { Goal, GoalTarget, LifeArea } from '@cairn/api';
import { currentLocale, formatDayInside, formatNumber, m } from '@cairn/i18n';

export const AREAS: readonly LifeArea[] = ['health', 'home', 'purpose', 'community'];

export const areaName = (area: LifeArea): string =>
  ({
    health: m.area_health,
    home: m.area_home,
    purpose: m.area_purpose,
    community: m.area_community,
  })[area]();

export const stateName = (state: Goal['lifecycle_status']): string =>
  ({
    proposed: m.goal_proposed,
    accepted: m.goal_active,
    active: m.goal_active,
    on_hold: m.goal_on_hold,
    completed: m.goal_completed,
    cancelled: m.goal_cancelled,
    entered_in_error: m.goal_cancelled,
  })[state]();

export function targetWords({ measure, value, unit, due }: GoalTarget): string {
  const words = `${measure}: ${formatNumber(value, currentLocale())} ${unit}`;
  return due ? `${words} · ${m.due_on({ date: formatDayInside(due, currentLocale()) })}` : words;
}
