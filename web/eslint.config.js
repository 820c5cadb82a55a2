import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './apps/client/svelte.config.js';

export default ts.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'packages/api/src/schema.ts',
      'packages/i18n/src/paraglide/',
    ],
  },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // The server's content security policy blocks style attributes; `style:name` and classes are allowed.
      'svelte/no-inline-styles': 'error',
      'svelte/no-at-html-tags': 'error',
      // A rule for SvelteKit; here all addresses stand in router.ts.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
);
