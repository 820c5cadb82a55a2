/** Codes are 8 characters of Crockford's base 32: digits and letters without I, L, O and U. */
export const CODE_LENGTH = 8;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOOK_ALIKES: Record<string, string> = { O: '0', I: '1', L: '1' };

export type CodeCheck =
  | { ok: true; code: string }
  | { ok: false; reason: 'empty' }
  | { ok: false; reason: 'length'; count: number }
  | { ok: false; reason: 'character'; character: string };

/** Reads a code as people type it: any case, hyphens or spaces anywhere, look-alike letters. */
export function readCode(typed: string): CodeCheck {
  const letters = Array.from(typed.normalize('NFKC').toUpperCase()).filter(
    (character) => !/[\s\p{P}\p{Cf}]/u.test(character),
  );
  if (letters.length === 0) return { ok: false, reason: 'empty' };
  const code = letters.map((character) => LOOK_ALIKES[character] ?? character);
  const wrong = code.find((character) => !ALPHABET.includes(character));
  if (wrong) return { ok: false, reason: 'character', character: wrong };
  if (code.length !== CODE_LENGTH) return { ok: false, reason: 'length', count: code.length };
  return { ok: true, code: code.join('') };
}

/** `ABCD-EFGH`, easier to compare with a paper than eight characters in a row. */
export function showCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
