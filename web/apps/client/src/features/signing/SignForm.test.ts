import { Refused } from '@cairn/api';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { session } from '../identity/session.svelte';
import { shell } from '../../shell/shell.svelte';
import SignForm from './SignForm.svelte';

const client = { id: 'c1', preferred_name: 'Sam', language: 'en' } as never;

beforeEach(async () => {
  await session.accept(client);
  return () => shell.hush();
});

const open = (sign: () => Promise<void>) => {
  const reload = vi.fn(async () => undefined);
  render(SignForm, {
    title: 'Your turn',
    body: 'Read it.',
    agree: 'I have read it.',
    sign,
    reload,
  });
  return reload;
};
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Sign' }));
const fill = async () => {
  await fireEvent.input(screen.getByLabelText('Type your full name'), {
    target: { value: ' Sam Ash ' },
  });
  await fireEvent.click(screen.getByLabelText('I have read it.'));
};

it('needs a name and the check in the box', async () => {
  const sign = vi.fn(async () => undefined);
  open(sign);
  await submit();
  expect(await screen.findByText('Type your name and check the box.')).toBeTruthy();
  expect(sign).not.toHaveBeenCalled();
  await fill();
  await submit();
  expect(sign).toHaveBeenCalledWith(client, 'Sam Ash');
});

it('shows how it is now when the server says no, and leaves the page be without a network', async () => {
  const sign = vi.fn(async () => {
    throw new TypeError('Failed to fetch');
  });
  const reload = open(sign);
  await fill();
  await submit();
  expect(await screen.findByText(/This was not signed/)).toBeTruthy();
  expect(reload).not.toHaveBeenCalled();
  sign.mockRejectedValueOnce(new Refused(409, {}, null));
  await submit();
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});
