import { expect, it } from 'vitest';
import {
  addDays,
  clockShift,
  formatDate,
  formatDay,
  formatDayInside,
  formatTime,
  localDate,
  localHour,
} from './dates.js';

it('reads the date off the wall of the zone', () => {
  expect(localDate('2026-11-22T04:59:59.000Z', 'America/New_York')).toBe('2026-11-21');
  expect(localDate('2026-11-22T05:00:00.000Z', 'America/New_York')).toBe('2026-11-22');
  expect(localDate('2026-11-21T12:00:00.000Z', 'Pacific/Kiritimati')).toBe('2026-11-22');
});

it('adds days over months, years and clock changes', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2027-03-13', 2)).toBe('2027-03-15');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
});

it('knows the hour, midnight included', () => {
  expect(localHour('2026-11-21T05:10:00.000Z', 'America/New_York')).toBe(0);
  expect(localHour('2026-11-21T19:10:00.000Z', 'America/New_York')).toBe(14);
});

it('formats in both languages', () => {
  expect(formatTime('2026-11-21T20:00:00.000Z', 'America/New_York', 'en')).toBe('3:00\u00a0PM');
  expect(formatTime('2026-11-21T20:00:00.000Z', 'America/New_York', 'es')).toMatch(/^3:00\sp\./);
  expect(formatDay('2026-11-21', 'en')).toBe('Saturday, November 21');
  expect(formatDay('2026-11-21', 'es')).toBe('Sábado, 21 de noviembre');
  expect(formatDayInside('2026-11-21', 'es')).toBe('sábado, 21 de noviembre');
  expect(formatDate('2027-11-21', 'en')).toBe('November 21, 2027');
  expect(formatDate('2027-11-21', 'es')).toBe('21 de noviembre de 2027');
});

it('finds clock changes, even of half an hour and at midnight', () => {
  expect(clockShift('2027-03-14', 'America/New_York')).toBe('forward');
  expect(clockShift('2027-03-13', 'America/New_York')).toBeNull();
  expect(clockShift('2027-03-15', 'America/New_York')).toBeNull();
  expect(clockShift('2026-11-01', 'America/Los_Angeles')).toBe('back');
  expect(clockShift('2027-04-04', 'Australia/Lord_Howe')).toBe('back');
  expect(clockShift('2026-11-01', 'America/Phoenix')).toBeNull();
});
