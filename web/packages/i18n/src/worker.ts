/** The texts without the page's current language: a service worker names the language each time. */
export { m } from './paraglide/messages.js';
export type { Locale } from './locales.js';
