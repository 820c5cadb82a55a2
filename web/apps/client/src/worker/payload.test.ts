import { describe, expect, it } from 'vitest';
import { readPayload, safePath } from './payload';

const ORIGIN = 'https://cairn.example';

const payload = (notification: object) => JSON.stringify({ web_push: 8030, notification });

describe('readPayload', () => {
  it('takes what the server wrote', () => {
    const json = payload({
      title: 'Tienes un recordatorio',
      body: 'Abre para verlo',
      lang: 'es',
      navigate: `${ORIGIN}/app/r/0190`,
      data: { delivery_id: '0190', receipt_token: 'token' },
    });
    expect(readPayload(json, ORIGIN, 'en')).toEqual({
      title: 'Tienes un recordatorio',
      body: 'Abre para verlo',
      lang: 'es',
      path: '/app/r/0190',
      delivery_id: '0190',
      receipt_token: 'token',
    });
  });

  it.each([
    null,
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"notification":null}',
    '{"notification":"x"}',
    payload({ title: 5, body: {}, lang: 'xx', navigate: 9, data: 'x' }),
    payload({ title: '  ', body: '' }),
  ])('has neutral words for %j', (json) => {
    expect(readPayload(json, ORIGIN, 'en')).toEqual({
      title: 'You have a reminder',
      body: 'Open to see it',
      lang: 'en',
      path: '/app/',
      delivery_id: null,
      receipt_token: null,
    });
  });

  it('falls back in the language of the person', () => {
    expect(readPayload(null, ORIGIN, 'es')).toMatchObject({
      title: 'Tienes un recordatorio',
      body: 'Abre para verlo',
      lang: 'es',
    });
  });
});

describe('safePath', () => {
  it.each([
    [`${ORIGIN}/app/r/1?x=1#y`, '/app/r/1?x=1#y'],
    ['/app/r/1', '/app/r/1'],
    ['https://evil.example/app/r/1', '/app/'],
    ['//evil.example/app/', '/app/'],
    ['javascript:alert(1)', '/app/'],
    [`${ORIGIN}/staff/`, '/app/'],
    [`${ORIGIN}/app/../v1/me`, '/app/'],
    ['http://[', '/app/'],
    [undefined, '/app/'],
  ])('%j leads to %s', (navigate, path) => {
    expect(safePath(navigate, ORIGIN)).toBe(path);
  });
});
