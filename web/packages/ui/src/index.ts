export { default as Face } from './Face.svelte';
export { default as Icon, type IconName } from './Icon.svelte';
export { default as Mark } from './Mark.svelte';
export { default as Scene } from './Scene.svelte';
export { default as Stack } from './Stack.svelte';
export { default as Stone } from './Stone.svelte';
