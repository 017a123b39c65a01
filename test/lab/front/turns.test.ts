import { expect, test } from '@jest/globals';
import { createTurns } from '../../../generator/lab/front/turns.ts';

function hold(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test('work under one name waits for what was asked earlier; another name does not', async () => {
  const turns = createTurns();
  const done: string[] = [];
  const gate = hold();
  const first = turns.take('a', () => gate.opened.then(() => done.push('a1')));
  const second = turns.take('a', async () => done.push('a2'));
  await turns.take('b', async () => done.push('b'));
  expect(done).toEqual(['b']);
  gate.open();
  await Promise.all([first, second]);
  expect(done).toEqual(['b', 'a1', 'a2']);
});

test('a failure is told to who asked, and holds nobody up', async () => {
  const turns = createTurns();
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});
