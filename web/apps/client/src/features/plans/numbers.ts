/** Text cut where phone numbers are, so that each can be a link that calls. */
export interface Piece {
  text: string;
  tel: string | null;
}

/** A line that names somebody and a number: what stands before it, the number, and what stands after. */
export interface Line {
  before: string;
  call: Piece | null;
  after: Piece[];
}

const NUMBER = /(?:\+?1[ .-]?)?(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}|\b(?:988|911|211)\b/g;

export function withNumbers(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(NUMBER)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), tel: null });
    pieces.push({ text: found[0], tel: found[0].replace(/[^\d+]/g, '') });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), tel: null });
  return pieces;
}

export const linesOf = (text: string): Line[] =>
  text.split('\n').map((line) => {
    const pieces = withNumbers(line);
    const at = pieces.findIndex(({ tel }) => tel !== null);
    if (at < 0) return { before: line, call: null, after: [] };
    const before = pieces.slice(0, at).map((piece) => piece.text);
    return { before: before.join(''), call: pieces[at] ?? null, after: pieces.slice(at + 1) };
  });
