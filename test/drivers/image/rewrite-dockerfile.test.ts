import { describe, expect, test } from '@jest/globals';
import { rewriteDockerfile } from '../../../generator/drivers/image/rewrite-dockerfile.ts';
import { readDockerfile } from '../../../generator/load/dockerfile.ts';

const pin = (reference: string): string =>
  `pinned/${reference.replace(/[:@].*/, '')}@sha256:${'0'.repeat(64)}`;
const P = (name: string): string => pin(name);

/** Rewritten, and read again: what the stages need is then pinned, all of it and nothing else. */
function rewrite(text: string, options: Parameters<typeof rewriteDockerfile>[2] = {}): string {
  const before = readDockerfile(text, options);
  const after = rewriteDockerfile(text, pin, options);
  const again = readDockerfile(after, options);
  expect(again.problems).toEqual(before.problems);
  expect(again.references.map((reference) => reference.text)).toEqual(
    before.references.map((reference) => pin(reference.text)),
  );
  return after;
}

describe('FROM', () => {
  test.each([
    ['a tag', 'FROM debian:12\n', `FROM ${P('debian')}\n`],
    ['lower case and blanks', '  from \t debian:12  as  Base \n', `  from \t ${P('debian')}  as  Base \n`],
    [
      'a platform',
      'FROM --platform=linux/amd64 debian AS x\n',
      `FROM --platform=linux/amd64 ${P('debian')} AS x\n`,
    ],
    ['a variable', 'ARG B=debian\nARG V=12\nFROM ${B}:$V\n', `ARG B=debian\nARG V=12\nFROM ${P('debian')}\n`],
    ['a default in it', 'ARG V\nFROM debian:${V:-12}\n', `ARG V\nFROM ${P('debian')}\n`],
    [
      'a continued line',
      'FROM \\\n  debian \\\n  # no\n  AS x\nRUN a',
      `FROM \\\n  ${P('debian')} \\\n  # no\n  AS x\nRUN a`,
    ],
    ['a word over two lines', 'FROM deb\\\nian AS x\nRUN a\n', `FROM ${P('debian')} AS x\nRUN a\n`],
    [
      'another escape',
      '# escape=`\nFROM `\ndebian\nRUN c:\\\\\n',
      `# escape=\`\nFROM \`\n${P('debian')}\nRUN c:\\\\\n`,
    ],
    ['ends of lines of Windows', 'FROM debian\r\nRUN a\r\n', `FROM ${P('debian')}\r\nRUN a\r\n`],
    ['a byte order mark', '\ufeffFROM debian\n', `FROM ${P('debian')}\n`],
    ['no end of the last line', 'FROM debian', `FROM ${P('debian')}`],
    ['a digest', `FROM debian@sha256:${'1'.repeat(64)}\n`, `FROM ${P('debian')}\n`],
  ])('with %s', (_name, before, after) => expect(rewrite(before)).toBe(after));

  test('names of stages, scratch and stages that are not needed stay', () => {
    const text = 'FROM a AS one\nFROM one AS two\nFROM scratch AS three\nCOPY --from=two / /\nFROM other\n';
    expect(rewrite(text, { target: 'three' })).toBe(text.replace('FROM a', `FROM ${P('a')}`));
  });

  test('an argument of the image decides', () => {
    expect(rewrite('ARG B=x\nFROM $B\n', { args: { B: 'debian' } })).toBe(`ARG B=x\nFROM ${P('debian')}\n`);
  });
});

describe('other places', () => {
  test('the frontend', () => {
    expect(rewrite('# syntax = docker/dockerfile:1\nFROM a\n')).toBe(
      `# syntax = ${P('docker/dockerfile')}\nFROM ${P('a')}\n`,
    );
  });

  test.each([
    ['COPY --from=busy:1 /a /b', `COPY --from=${P('busy')} /a /b`],
    ['COPY --chown=1 --from=busy --link /a /b', `COPY --chown=1 --from=${P('busy')} --link /a /b`],
    ['COPY --from="busy:1" /a /b', `COPY --from=${P('busy')} /a /b`],
    ['COPY --from=busy:1 \\\n  /a /b', `COPY --from=${P('busy')} \\\n  /a /b`],
    ['COPY --from=bu\\\nsy:1 /a /b', `COPY --from=${P('busy')} /a /b`],
    ['COPY --from=busy -- /a /b', `COPY --from=${P('busy')} -- /a /b`],
    ['ONBUILD COPY --from=busy /a /b', `ONBUILD COPY --from=${P('busy')} /a /b`],
    [
      'RUN --mount=type=bind,from=busy:1,target=/x true',
      `RUN --mount=type=bind,from=${P('busy')},target=/x true`,
    ],
    [
      'RUN --mount=from=x1,target=/x --mount=from=y1,target=/y ls',
      `RUN --mount=from=${P('x1')},target=/x --mount=from=${P('y1')},target=/y ls`,
    ],
    [
      'RUN --mount=type=bind,target=/busy,FROM=busy ls busy',
      `RUN --mount=type=bind,target=/busy,FROM=${P('busy')} ls busy`,
    ],
    [
      'RUN --mount=type=bind,\\"from=busy\\",target=/x ls',
      `RUN --mount=type=bind,\\"from=${P('busy')}\\",target=/x ls`,
    ],
    ['ONBUILD RUN --mount=from=busy,target=/x ls', `ONBUILD RUN --mount=from=${P('busy')},target=/x ls`],
  ])('%s', (before, after) => expect(rewrite(`FROM a\n${before}\n`)).toBe(`FROM ${P('a')}\n${after}\n`));

  test('what merely looks like a reference stays: heredocs, comments, arrays, shell text', () => {
    const text = [
      'FROM a',
      '# FROM busy',
      'RUN <<EOF',
      'FROM busy',
      'COPY --from=busy / /',
      'EOF',
      'COPY <<"X Y" /f',
      'FROM busy',
      'X Y',
      'RUN ["sh", "-c", "FROM busy --from=busy"]',
      'RUN echo --mount=from=busy',
      'LABEL from=busy',
      '',
    ].join('\n');
    expect(rewrite(text)).toBe(text.replace('FROM a', `FROM ${P('a')}`));
  });

  test('a mount that names the image in other fields, too, has the one field replaced', () => {
    expect(rewrite('FROM a\nRUN --mount=type=bind,source=/busy,from=busy,target=/busy ls\n')).toBe(
      `FROM ${P('a')}\nRUN --mount=type=bind,source=/busy,from=${P('busy')},target=/busy ls\n`,
    );
  });

  test('one that cannot be pinned as it is written says what to write', () => {
    expect(() => rewriteDockerfile("FROM a\nRUN --mount=type=bind,from=b'u'sy,target=/x ls\n", pin)).toThrow(
      /line 2 of the Dockerfile: .* cannot be pinned; write FROM busy AS name/,
    );
  });
});
