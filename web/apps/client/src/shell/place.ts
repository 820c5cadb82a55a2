export interface Span {
  top: number;
  bottom: number;
}

/** The lowest place in the room for a strip of this height that covers nothing that is taken; null when there is none. */
export function freeTop(height: number, room: Span, taken: readonly Span[]): number | null {
  let { bottom } = room;
  // From below: what was passed already lies below the strip, wherever that goes.
  for (const one of [...taken].sort((a, b) => b.bottom - a.bottom)) {
    if (one.top < bottom && one.bottom > bottom - height) bottom = one.top;
  }
  return bottom - height >= room.top ? bottom - height : null;
}

/** What is tapped or typed into, and what has just been said in the page itself. */
const ACTIONS =
  'a[href], button, input, select, textarea, summary, label, .notice, [data-keep-clear]';
const GAP = 4;

const rectOf = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();

/** Where on the screen this element covers nothing that can be tapped or typed into. */
export function freePlace(element: HTMLElement): number | null {
  const { left, right, height } = element.getBoundingClientRect();
  const taken = [...document.querySelectorAll(ACTIONS)].flatMap((action) => {
    const rect = action.getBoundingClientRect();
    const beside = rect.right <= left || rect.left >= right;
    if (rect.height === 0 || beside || element.contains(action)) return [];
    return [{ top: rect.top - GAP, bottom: rect.bottom + GAP }];
  });
  const top = (rectOf('header')?.bottom ?? 0) + GAP;
  const bottom = (rectOf('body > #app > nav')?.top ?? innerHeight) - 2 * GAP;
  return freeTop(height, { top, bottom }, taken);
}
