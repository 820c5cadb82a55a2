export * from './flow.js';
export { default as Faces } from './Faces.svelte';
export { default as Question } from './Question.svelte';
