export type { Locale } from './locales.js';
export { m } from './paraglide/messages.js';
export { currentLocale, useLocale, browserLocale } from './locale.svelte.js';
export * from './dates.js';
