// The router watches every change of the page for links that ask to be fetched ahead. No link here does, so an old phone
// need neither download that part nor run it.
const PART = /sv-router\/src\/helpers\/preload\.js$/;

/** @returns {import('vite').Plugin} */
export function noPreload() {
  return {
    name: 'cairn-no-preload',
    apply: 'build',
    transform(code, id) {
      if (!PART.test(id)) return null;
      for (const name of ['async function preload(', 'function preloadOnHover(']) {
        if (!code.includes(`export ${name}`))
          throw new Error(`${id}: the router writes another shape now`);
      }
      return {
        code: 'export async function preload() {}\nexport function preloadOnHover() {}',
        map: null,
      };
    },
  };
}
