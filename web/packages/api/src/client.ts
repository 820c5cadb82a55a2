import type { Client } from 'openapi-fetch';
import type { paths } from './schema.js';

const TIMEOUT_MS = 15_000;

let skew_ms = 0;

/** How far this device's clock is ahead of the server's, in milliseconds, as far as is known. */
export const clockSkew = (): number => skew_ms;

/** The server's header counts whole seconds, so the middle of its second is the best guess. */
function noteTime(response: Response): void {
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (Number.isFinite(date)) skew_ms = Date.now() - (date + 500);
}

interface Init {
  params?: {
    path?: Record<string, string>;
    query?: Record<string, string | number | undefined>;
    header?: Record<string, string>;
  };
  body?: unknown;
}

async function call(method: string, path: string, { params = {}, body }: Init = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params.path?.[name] ?? ''),
  );
  const url = new URL(filled, location.origin);
  for (const [name, value] of Object.entries(params.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const response = await fetch(url, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      ...params.header,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  noteTime(response);
  const text = await response.text();
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    // A page of a captive portal or a proxy is no answer of the server.
    if (response.ok) throw cause;
  }
  return response.ok ? { data: value, response } : { error: value, response };
}

/** A request that was put together earlier and waited: its path is already filled in. */
export interface Request {
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** Only if the thing still has this version. */
  if_version?: number;
}

/** An entity tag of the server: the version in quotes. */
export const tagOf = (version: number): string => `"${version}"`;

/** Sends a request that waited. The key lets the server count it once, however often it comes. */
export const sendRequest = ({ method, path, body, if_version }: Request, key: string) =>
  call(method, path, {
    params: {
      header: {
        'Idempotency-Key': key,
        ...(if_version === undefined ? {} : { 'If-Match': tagOf(if_version) }),
      },
    },
    body,
  }) as Promise<{ data?: unknown; error?: unknown; response: Response }>;

const method =
  (name: string) =>
  (path: string, init?: Init): Promise<unknown> =>
    call(name, path, init);

/**
 * The typed client of openapi-fetch, with its types and without its code: JSON in and out is all that
 * this API speaks, and a phone need not download the rest.
 */
export const api = {
  GET: method('GET'),
  POST: method('POST'),
  PUT: method('PUT'),
  PATCH: method('PATCH'),
  DELETE: method('DELETE'),
} as unknown as Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;
