import { describe, expect, it } from 'vitest';
import { readCode, showCode } from './code';

describe('readCode', () => {
  it.each([
    ['ABCDEFG1', 'ABCDEFG1'],
    ['abcd-efg1', 'ABCDEFG1'],
    ['  AB CD – EF—G1\n', 'ABCDEFG1'],
    ['oOiIlL00', '00111100'],
    ['ＡＢＣＤ１２３４', 'ABCD1234'],
    ['abcd\u200befg1', 'ABCDEFG1'],
  ])('reads %j as %s', (typed, code) => {
    expect(readCode(typed)).toEqual({ ok: true, code });
  });

  it('says how many characters there are', () => {
    expect(readCode('abc-123')).toEqual({ ok: false, reason: 'length', count: 6 });
    expect(readCode('ABCDEFG12')).toEqual({ ok: false, reason: 'length', count: 9 });
  });

  it('names a character that codes never have', () => {
    expect(readCode('ABCDEFGU')).toEqual({ ok: false, reason: 'character', character: 'U' });
    expect(readCode('ABCDEFGñ')).toEqual({ ok: false, reason: 'character', character: 'Ñ' });
  });

  it('knows an empty field', () => {
    expect(readCode(' - ')).toEqual({ ok: false, reason: 'empty' });
  });
});

it('shows a code in two groups', () => {
  expect(showCode('ABCDEFG1')).toBe('ABCD-EFG1');
});
