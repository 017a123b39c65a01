import { expect, test } from '@jest/globals';
import { readConsoleLine } from '../../../generator/drivers/jobs/read-console-line.ts';

test.each([
  ['[Pipeline] { (Build)', { stage: 'Build' }],
  ['[2026-11-30T05:11:50.123Z] [Pipeline] { (Branch: image:api)', { stage: 'image:api' }],
  ['[Pipeline] sh', undefined],
  ['[Pipeline] // stage', undefined],
  ['[2026-11-30T05:11:50.123Z] + millrace plan', { text: '+ millrace plan' }],
  ['  [Pipeline] of a program', { text: '  [Pipeline] of a program' }],
  ['', { text: '' }],
])('%j', (line, read) => expect(readConsoleLine(line)).toEqual(read));
