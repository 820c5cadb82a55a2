// Svelte's part for custom elements stays in every bundle, because it defines a class as soon as it is loaded. No
// component here is one, so an old phone need not download it.
const PART = /svelte\/src\/internal\/client\/dom\/elements\/custom-element\.js$/;

/** @returns {import('vite').Plugin} */
export function noCustomElements() {
  return {
    name: 'cairn-no-custom-elements',
    apply: 'build',
    transform(code, id) {
      if (!PART.test(id)) return null;
      if (!code.includes('export function create_custom_element('))
        throw new Error(`${id}: Svelte writes another shape now`);
      const empty =
        'export function create_custom_element() { throw new Error("no custom elements here"); }';
      return { code: empty, map: null };
    },
  };
}
