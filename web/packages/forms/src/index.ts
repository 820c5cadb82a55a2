// What the first screen needs of forms; `@cairn/forms/ask` is for who answers one.
export * from './layout.js';
export { default as Faces } from './Faces.svelte';
