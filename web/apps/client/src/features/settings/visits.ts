import type { RecordAccess } from '@cairn/api';

/** One look into the record, at several of its parts. */
export interface Visit {
  /** When it ended. */
  at: string;
  by: RecordAccess['by'];
  emergency: boolean;
  parts: RecordAccess[];
}

const TOGETHER_MS = 15 * 60_000;

/** Newest first, as the list comes: what one person did in one sitting is one entry, and each kind of deed stands there once. */
export function visits(rows: readonly RecordAccess[]): Visit[] {
  const all: Visit[] = [];
  for (const row of rows) {
    const last = all.at(-1);
    const same =
      last !== undefined &&
      last.by.name === row.by.name &&
      last.emergency === row.break_glass &&
      Date.parse(last.at) - Date.parse(row.at) < TOGETHER_MS;
    if (!same) {
      all.push({ at: row.at, by: row.by, emergency: row.break_glass, parts: [row] });
    } else if (
      !last.parts.some(
        ({ action, data_class }) => action === row.action && data_class === row.data_class,
      )
    ) {
      last.parts.push(row);
    }
  }
  return all;
}
