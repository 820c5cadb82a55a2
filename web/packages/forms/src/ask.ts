export * from './flow.js';
export { default as Question } from './Question.svelte';
