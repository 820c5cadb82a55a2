import { api } from '@cairn/api';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import Activate from './Activate.svelte';
import { session } from './session.svelte';

const client = {
  id: 'c1',
  preferred_name: 'Sam',
  time_zone: 'America/New_York',
  language: 'en',
  notification_detail: 'none',
  has_device: true,
  version: 1,
  created_at: '2026-11-01T00:00:00.000Z',
};

const answer = (status: number, value: unknown) =>
  ({
    response: new Response(null, { status }),
    ...(status < 400 ? { data: value } : { error: value }),
  }) as never;

const submit = async (code: string) => {
  await fireEvent.input(screen.getByLabelText('Your code'), { target: { value: code } });
  await fireEvent.click(screen.getByRole('button', { name: 'Start' }));
};

beforeEach(() => {
  session.speak('en');
  session.phase = 'signed_out';
});

it('explains a short code without asking the server', async () => {
  const post = vi.spyOn(api, 'POST');
  render(Activate);
  await submit('abc');
  expect(await screen.findByText(/This one has 3/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('Your code'));
  expect(post).not.toHaveBeenCalled();
});

it('keeps what was typed when the code does not work', async () => {
  vi.spyOn(api, 'POST').mockResolvedValue(
    answer(422, { errors: [{ field: 'code', code: 'invalid_code', message: '' }] }),
  );
  render(Activate);
  await submit('zzzz zzzz');
  expect(await screen.findByText(/This code does not work/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('Your code').value).toMatch(/zzzz/i);
});

it('sends the tidy code with cookie delivery, and the person is in', async () => {
  const post = vi.spyOn(api, 'POST').mockResolvedValue(answer(200, { client }));
  render(Activate);
  await submit('abcd-efgl');
  await vi.waitFor(() => expect(session.phase).toBe('signed_in'));
  expect(post.mock.calls[0]?.[1]).toMatchObject({
    body: { code: 'ABCDEFG1', deliver: 'cookie' },
  });
});

it('speaks Spanish at a tap', async () => {
  render(Activate);
  await fireEvent.click(screen.getByRole('button', { name: 'Español' }));
  expect(await screen.findByLabelText('Tu código')).toBeTruthy();
  expect(document.documentElement.lang).toBe('es');
});
