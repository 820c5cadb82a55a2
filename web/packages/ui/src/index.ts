export { default as Cairn } from './Cairn.svelte';
export { default as Icon, type IconName } from './Icon.svelte';
export { default as Mark } from './Mark.svelte';
export { default as Stone } from './Stone.svelte';
