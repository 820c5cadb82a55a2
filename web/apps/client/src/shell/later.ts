// What the first screen does not need, fetched right after it.
export { followWhileSeen } from '../core/live';
export { carePlans } from '../features/care/care.svelte';
export { latest } from '../features/notes/notes.svelte';
export { bringTogether, plans } from '../features/plans/plans.svelte';
