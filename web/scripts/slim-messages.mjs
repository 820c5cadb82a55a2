// Shortens what the message compiler writes around each text. It repeats how the language is found in every one of
// some five hundred messages, which an old phone would download; here that stands once, in `pick.ts`.
const MESSAGE = /packages\/i18n\/src\/paraglide\/messages\/(?!_index)(\w+)\.js$/;

/** @returns {import('vite').Plugin} */
export function slimMessages() {
  return {
    name: 'cairn-slim-messages',
    enforce: 'pre',
    transform(code, id) {
      const [, file] = MESSAGE.exec(id) ?? [];
      if (!file) return null;
      const slim = code
        .replace(/import \{ getLocale[^\n]*runtime\.js';/, "import { pick } from '../../pick.js';")
        .replace(
          /export const (\w+) = [\s\S]*$/,
          (_, name) => `export const ${name} = /*#__PURE__*/ pick(en_${name}, es_${name});\n`,
        );
      if (slim.includes('getLocale'))
        throw new Error(`${id}: the message compiler writes another shape now`);
      return { code: slim, map: null };
    },
  };
}
