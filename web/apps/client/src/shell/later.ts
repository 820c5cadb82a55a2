// What the first screen does not need, fetched right after it.
export { followBadge } from './badge.svelte';
export { followWhileSeen } from '@cairn/events';
export { reminders } from '../features/devices/reminders.svelte';
export { progress } from '../features/progress/progress.svelte';
export { carePlans } from '../features/care/care.svelte';
export { latest } from '../features/notes/notes.svelte';
export { bringTogether, plans } from '../features/plans/plans.svelte';
