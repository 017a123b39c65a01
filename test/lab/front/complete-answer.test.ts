import { expect, test } from '@jest/globals';
import { completeAnswer, completeVolumes } from '../../../generator/lab/front/complete-answer.ts';

const of = (...volumes: string[]): string =>
  `<R><volumeSet>${volumes.map((inner) => `<item>${inner}</item>`).join('')}</volumeSet></R>`;
const TAGS = '<tagSet><item><key>a</key></item></tagSet>';

test('a volume of no snapshot gets an empty one, others keep theirs', () => {
  const [own, none] = ['<snapshotId>snap-1</snapshotId><size>1</size>', '<snapshotId/><size>2</size>'];
  expect(completeVolumes(of(own, TAGS, none, `${TAGS}<size>3</size>`))).toBe(
    of(own, `${TAGS}<snapshotId></snapshotId>`, none, `${TAGS}<size>3</size><snapshotId></snapshotId>`),
  );
  expect(completeVolumes('<R><volumeSet/></R>')).toBe('<R><volumeSet/></R>');
});

test('the length is that of what goes out, and other answers stay as they are', () => {
  const answer = { status: 200, headers: ['Content-Length', '3'], body: Buffer.from(of('')) };
  const { headers, body } = completeAnswer('DescribeVolumes', answer);
  expect(headers).toEqual(['Content-Length', String(body.length)]);
  expect(completeAnswer('DescribeVpcs', answer)).toBe(answer);
});
