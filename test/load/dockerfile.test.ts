import { describe, expect, test } from '@jest/globals';
import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { readDockerfile } from '../../generator/load/dockerfile.ts';
import type { DockerfileOptions } from '../../generator/load/dockerfile.ts';

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;
const references = (text: string | Uint8Array, options?: DockerfileOptions): string[] =>
  readDockerfile(text, options).references.map((reference) => reference.text);
const problems = (text: string | Uint8Array, options?: DockerfileOptions): string[] =>
  readDockerfile(text, options).problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === '' ? '' : `; ${hint}`}`,
  );

describe('what a Dockerfile is made from', () => {
  test('the references of a build in several stages, each where it is written', () => {
    const text = lines(
      '# syntax=docker/dockerfile:1.7',
      'ARG VERSION=20',
      'FROM --platform=$BUILDPLATFORM node:${VERSION}-slim AS Build',
      'RUN --mount=type=bind,from=ghcr.io/a/tools:1,target=/t --mount=type=cache,target=/c make',
      'FROM shop/base',
      'COPY --link --from=build /x /y',
      '  COPY --from=busybox:1 --chown=1 /bin/sh /sh',
    );
    expect(readDockerfile(text)).toEqual({
      stages: [
        { name: 'build', index: 0, line: 3, needed: true },
        { index: 1, line: 5, needed: true },
      ],
      references: [
        { text: 'docker/dockerfile:1.7', source: '# syntax', line: 1, column: 10 },
        { text: 'node:20-slim', source: 'FROM', line: 3, column: 32 },
        { text: 'ghcr.io/a/tools:1', source: 'RUN --mount', line: 4, column: 5 },
        { text: 'shop/base', source: 'FROM', line: 5, column: 6 },
        { text: 'busybox:1', source: 'COPY --from', line: 7, column: 8 },
      ],
      problems: [],
    });
  });

  test('scratch and earlier stages are no references', () => {
    expect(
      references(
        lines('FROM scratch AS a', 'FROM a AS b', 'FROM scratch', 'COPY --from=b / /', 'COPY --from=0 / /'),
      ),
    ).toEqual([]);
  });

  test('a stage that the target does not need does not count, but what is wrong in it does', () => {
    const text = lines('FROM a AS a', 'FROM b AS b', 'ADD https://x.org/y /y', 'FROM a AS c', 'RUN x');
    expect(references(text)).toEqual(['a']);
    expect(problems(text)).toEqual([
      '3:1 ADD https://x.org/y without a checksum is refused; add --checksum=sha256:<64 digits>',
    ]);
  });

  test('a target is found by its name in any case, and by its number', () => {
    const text = lines('FROM a AS One', 'FROM b', 'FROM c AS three', 'COPY --from=1 x y');
    expect(references(text, { target: 'ONE' })).toEqual(['a']);
    expect(references(text, { target: '1' })).toEqual(['b']);
    expect(references(text)).toEqual(['b', 'c']);
    expect(problems(text, { target: 'thre' })).toEqual([
      '1:1 has no stage named "thre"; did you mean "three"?',
    ]);
    expect(problems(text, { target: '3' })).toHaveLength(1);
  });

  test('a stage needed through a mount, a copy or an ONBUILD is needed', () => {
    const text = lines(
      'FROM a AS a',
      'FROM b AS b',
      'FROM c AS c',
      'FROM d',
      'RUN --mount=from=a x',
      'COPY --from=B x y',
      'ONBUILD COPY --from=c x y',
    );
    expect(references(text)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('the images of an ONBUILD are named where they stand', () => {
    expect(readDockerfile(lines('FROM a', 'ONBUILD COPY --from=x:1 a b')).references[1]).toEqual({
      text: 'x:1',
      source: 'COPY --from',
      line: 2,
      column: 14,
    });
  });

  test('a quoted flag is read without its quotes, a quoted mount field too', () => {
    expect(
      references(lines('FROM a', 'COPY --from="b" x y', 'RUN --mount=type=bind,"target=/a,b",from=c x')),
    ).toEqual(['a', 'b', 'c']);
    expect(references(lines('FROM a', "RUN --mount='type=bind,source=/x y,from=c' x"))).toEqual(['a', 'c']);
  });
});

describe('variables of a FROM', () => {
  const from = (image: string, options?: DockerfileOptions, ...args: string[]): string[] => {
    const text = lines(...args, `FROM ${image}`);
    return problems(text, options).length > 0 ? problems(text, options) : references(text, options);
  };

  test.each([
    ['$X', 'x'],
    ['${X}', 'x'],
    ['${X}:${Y}', 'x:y'],
    ['a${EMPTY}', 'a'],
    ['${EMPTY:-d}', 'd'],
    ['a${EMPTY-d}', 'a'],
    ['${NONE-d}', 'd'],
    ['${NONE:-${Y}}', 'y'],
    ['${X:-$NONE}', 'x'],
    ['a${X:+-d}', 'a-d'],
    ['a${NONE:+d}', 'a'],
    ['a${EMPTY+d}', 'ad'],
    ['${X:?no}', 'x'],
    ['"$X"', 'x'],
    ['a:${TARGETARCH}', 'a:amd64'],
    ['${LONG#*-}', 'bb-cc'],
    ['${LONG##*-}', 'cc'],
    ['${LONG%-*}', 'aa-bb'],
    ['${LONG%%-*}', 'aa'],
    ['${LONG/-/.}', 'aa.bb-cc'],
    ['${LONG//-/.}', 'aa.bb.cc'],
    ['${LONG/?b/x}', 'aaxb-cc'],
    ['${LONG//b/}', 'aa--cc'],
    ['${X//*/z}', 'z'],
    ['${X///z}', 'zxz'],
    ['${LONG#?a\\-}', 'bb-cc'],
    ['${LONG/b*/x}', 'aa-x'],
    ['${LONG#nothing}', 'aa-bb-cc'],
  ])('FROM %s is FROM %s', (image, expected) => {
    expect(from(image, {}, 'ARG X=x', 'ARG Y="y"', "ARG EMPTY=''", 'ARG LONG=aa-bb-cc')).toEqual([expected]);
  });

  test('a build argument overrides a default, and only what is declared', () => {
    expect(from('a:$V', { args: { V: '2' } }, 'ARG V=1')).toEqual(['a:2']);
    expect(from('a:$V', { args: { V: '2' } }, 'ARG V')).toEqual(['a:2']);
    expect(from('a:$W', { args: { V: '2', W: '3' } }, 'ARG V')).toEqual([
      '2:6 FROM a:$W: W has no value; did you mean "V"?',
    ]);
    expect(from('a:$TARGETARCH', { platform: 'linux/arm64/v8' })).toEqual(['a:arm64']);
    expect(from('a:$TARGETVARIANT', { platform: 'linux/arm64/v8' })).toEqual(['a:v8']);
  });

  test('several arguments in one ARG, each seeing those before it', () => {
    expect(from('$A:$C', {}, `ARG A=a B='b\\' C="\${A}-c"`)).toEqual(['a:a-c']);
  });

  test('an ARG within a stage is unknown to the next FROM', () => {
    expect(problems(lines('FROM a', 'ARG VERSION=1', 'FROM b:$VERSION'))).toEqual([
      '3:6 FROM b:$VERSION: VERSION has no value; declare ARG VERSION=… before the first FROM, or set it under args',
    ]);
  });

  test('what has no value, comes out empty or is not closed is a problem', () => {
    expect(from('$X', {}, 'ARG X')).toEqual([
      '2:6 FROM $X: X has no value; declare ARG X=… before the first FROM, or set it under args',
    ]);
    expect(from('$X', {}, 'ARG X=')).toEqual([
      "2:6 FROM $X: the image's name comes out empty; give its variables a value",
    ]);
    expect(from('${X', {}, 'ARG X=a')).toEqual(['2:6 FROM ${X: "}" is missing']);
    expect(from('${X:?is_needed}')).toEqual(['1:6 FROM ${X:?is_needed}: X: is_needed']);
    expect(from('${X^^}', {}, 'ARG X=a')).toEqual(['2:6 FROM ${X^^}: "${X^" is not supported']);
    expect(from('a\\$x', {}, 'ARG x=a')).toEqual([
      '2:6 "a$x" is not an image reference; expected [registry[:port]/]name[:tag][@sha256:…]',
    ]);
  });

  test('a reference that differs between the machines that build is a problem, a platform is none', () => {
    expect(from('a:$BUILDARCH')).toEqual([
      '1:6 FROM a:$BUILDARCH: BUILDARCH depends on the machine that builds; use TARGETARCH, or set it under args',
    ]);
    expect(from('a:$BUILDARCH', { args: { BUILDARCH: 'arm64' } })).toEqual(['a:arm64']);
  });
});

describe('where instructions begin and end', () => {
  test.each<[string, string[], string[]]>([
    [
      'heredocs hide what is in them',
      ['FROM a', 'RUN <<EOF', 'FROM evil', 'EOF', 'COPY --from=b <<"E" /x', 'FROM evil', 'E'],
      ['a', 'b'],
    ],
    [
      'a heredoc with a number',
      ['FROM a', 'RUN 3<<EOF cat', 'FROM evil', 'EOF', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    [
      'a heredoc after blanks',
      ['FROM a', 'RUN cat << EOF > /x', 'FROM evil', 'EOF', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    [
      'two heredocs, one with tabs',
      ['FROM a', 'RUN <<A cat <<-B', 'A', 'FROM evil', '\tB', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    [
      'a closing name stands alone',
      ['FROM a', 'RUN <<EOF', 'EOF ', ' EOF', 'FROM evil', 'EOF', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    [
      'a heredoc of an ONBUILD',
      ['FROM a', 'ONBUILD RUN <<E', 'FROM evil', 'E', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    [
      'a here-string, a shift and a quoted mark are none',
      [
        'FROM a',
        'RUN cat <<<EOF',
        'RUN echo $((1<<2))',
        'RUN echo "<<EOF"',
        'RUN cat<<EOF',
        'COPY --from=b x y',
      ],
      ['a', 'b'],
    ],
    ['an array has no heredocs', ['FROM a', 'RUN ["cat", "<<EOF"]', 'COPY --from=b x y'], ['a', 'b']],
    [
      'an instruction over several lines, with comments and blank lines',
      ['FROM a', 'RUN x \\', '  # COPY --from=evil \\', '', '  && y', 'COPY \\', '  --from=b \\', ' x y'],
      ['a', 'b'],
    ],
    ['an escaped backslash does not continue', ['FROM a AS a', 'RUN echo \\\\', 'FROM b'], ['b']],
    [
      'blanks after the backslash',
      ['FROM a AS a', 'RUN x \\ \t', 'FROM evil', 'COPY --from=b x y'],
      ['a', 'b'],
    ],
    ['a comment does not continue', ['FROM a', '# x \\', 'COPY --from=b x y'], ['a', 'b']],
    ['a keyword over two lines', ['FR\\', 'OM a'], ['a']],
    ['lower case', ['from a as b', 'copy --from=c x y'], ['a', 'c']],
  ])('%s', (_, text, expected) => {
    expect(problems(lines(...text))).toEqual([]);
    expect(references(lines(...text))).toEqual(expected);
    expect(references(lines(...text).replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  test('the escape directive changes what continues a line', () => {
    expect(references(lines('# escape=`', 'FROM a', 'COPY x c:\\', 'COPY --from=b `', ' x y'))).toEqual([
      'a',
      'b',
    ]);
    expect(problems(lines('# escape=x', 'FROM a'))).toEqual(['1:10 escape=x; expected \\ or a backtick']);
  });

  test('a directive after a comment, a blank line or an unknown directive is a comment', () => {
    for (const before of ['# a comment', '', '# foo=bar', 'ARG X']) {
      expect(
        references(lines(before, '# escape=`', '# syntax=x', 'FROM a', 'RUN y `', 'COPY --from=b x y')),
      ).toEqual(['a', 'b']);
    }
    expect(problems(lines('# syntax=a', '#SYNTAX = b', 'FROM a'))).toEqual([
      '2:11 the directive syntax is given twice; keep one',
    ]);
  });

  test('a byte order mark is no part of the first line', () => {
    expect(readDockerfile('\ufeff# syntax=x:1\nFROM a').references).toMatchObject([
      { text: 'x:1', line: 1, column: 10 },
      { text: 'a' },
    ]);
    expect(references(new TextEncoder().encode('\ufeffFROM a'))).toEqual(['a']);
  });

  test('a reference in a continued line is placed in its own line', () => {
    expect(
      readDockerfile(lines('FROM \\', '# comment', '   a:1 \\', ' AS x', 'RUN \\', ' --mount=from=b z'))
        .references,
    ).toMatchObject([
      { text: 'a:1', line: 3, column: 4 },
      { text: 'b', line: 6, column: 2 },
    ]);
  });
});

describe('what is wrong in a Dockerfile', () => {
  test.each<[string[], string[]]>([
    [['FORM a'], ['1:1 unknown instruction "FORM"; did you mean "FROM"?']],
    [
      ['FROM a', 'RUN x', '  && y'],
      ['3:3 unknown instruction "&&"; a line that goes on needs \\ at the end of the one before'],
    ],
    [['RUN x', 'FROM a'], ['1:1 RUN stands before the first FROM; only ARG may; begin with FROM']],
    [['ARG X'], ['1:1 has no FROM; begin with FROM image']],
    [['# only a comment'], ['1:1 has no instructions; begin with FROM image']],
    [['FROM'], ['1:1 FROM takes an image, and AS and a name; expected FROM image [AS name]']],
    [['FROM a b'], ['1:1 FROM takes an image, and AS and a name; expected FROM image [AS name]']],
    [
      ['FROM a AS 1x'],
      ['1:1 "1x" is no name for a stage; expected a letter, then letters, digits, "-", "_" or "."'],
    ],
    [['FROM a AS x', 'FROM b AS X'], ['2:1 a second stage is named "x"; the first is on line 1; rename one']],
    [['FROM Debian'], ['1:6 "Debian": the name of an image is in lower case; write "debian"']],
    [
      ['FROM a', 'COPY --from=$X a b'],
      ['2:6 COPY --from=$X: variables are not replaced here; write FROM $X AS name before, and --from=name'],
    ],
    [
      ['FROM a', 'COPY --from=7 a b'],
      ['2:6 COPY --from=7: there is no such stage; they are numbered 0 to 0'],
    ],
    [
      ['FROM a', 'COPY --from=0 a b'],
      ['2:6 COPY --from=0: the stage must stand before this one; move it up'],
    ],
    [
      ['FROM a AS a', 'COPY --from=b a b', 'FROM c AS b'],
      ['2:6 COPY --from=b: the stage must stand before this one; move it up'],
    ],
    [
      ['FROM a', 'RUN --mount=from=$X,target=/x y'],
      [
        '2:5 RUN --mount=…,from=$X: variables are not replaced here; write FROM $X AS name before, and from=name',
      ],
    ],
    [
      ['FROM a', 'RUN --mount=from=0,target=/x y'],
      ['2:5 RUN --mount=…,from=0: a stage is named here, not numbered; write FROM … AS name, and from=name'],
    ],
    [['FROM a', 'COPY x'], ['2:1 COPY needs a source and a destination']],
    [
      ['FROM a', 'COPY https://x.org/y z'],
      ['2:1 COPY takes no URL: https://x.org/y; use ADD --checksum=sha256:…'],
    ],
    [['FROM a', 'RUN [1]'], ['2:1 RUN: an array here holds text only; put each word in double quotes']],
    [['FROM a', 'ENV'], ['2:1 ENV without a name and a value; expected ENV NAME=value']],
    [['FROM a', 'RUN <<EOF', 'x'], ['2:1 the heredoc <<EOF is not closed; a line with EOF alone closes it']],
    [['FROM a', 'ONBUILD FROM b'], ['2:1 ONBUILD FROM is not allowed']],
    [['FROM a', 'ONBUILD ONBUILD RUN x'], ['2:1 ONBUILD ONBUILD is not allowed']],
    [['FROM a', 'ONBUILD CPOY x y'], ['2:9 unknown instruction "CPOY"; did you mean "COPY"?']],
    [['FROM a', 'ONBUILD'], ['2:1 ONBUILD without an instruction; expected ONBUILD RUN …']],
    [
      ['FROM a', `RUN ${'x'.repeat(65_536)}`],
      ['2:1 a line is too long; Docker takes at most 65535 bytes a line; break it'],
    ],
    [['# syntax=A', 'FROM a'], ['1:10 "A": the name of an image is in lower case; write "a"']],
  ])('%j', (text, expected) => {
    expect(problems(lines(...text))).toEqual(expected);
  });

  test('all problems are reported in one run', () => {
    expect(
      problems(lines('FROM A', 'CPOY x y', 'ADD http://x y', 'FROM')).map((line) => line.split(' ')[0]),
    ).toEqual(['1:6', '2:1', '3:1', '4:1']);
  });

  test('a file that is empty, binary, no UTF-8 or huge ends in one line', () => {
    expect(problems('')).toEqual(['1:1 is empty; begin with FROM image']);
    expect(problems('FROM a\0')).toEqual(['1:1 is binary, not text; is it the right file?']);
    expect(problems(Uint8Array.of(70, 0))).toEqual(['1:1 is binary, not text; is it the right file?']);
    expect(problems(Uint8Array.of(0x46, 0xff))).toEqual(['1:1 is not UTF-8 text; save it as UTF-8']);
    expect(problems('x'.repeat(50_000_000))).toEqual(['1:1 is larger than 8 MiB; is it the right file?']);
  });

  test('a message quotes a part of what is long', () => {
    const long = 'x'.repeat(60_000);
    for (const text of [
      `FROM $${long}`,
      `FROM a AS ${long}!`,
      `FROM a\nCOPY --from=$${long} a b`,
      `FROM a\nADD https://${long} b`,
      `FROM ${long}`,
      long,
    ]) {
      expect(problems(text)).toEqual([expect.stringMatching(/^.{0,700}$/)]);
    }
  });

  test('a thousand stages, each on the one before, are read; one more is a problem', () => {
    const chain = (count: number): string =>
      Array.from(
        { length: count },
        (_, n) => `FROM ${n === 0 ? 'a' : `s${n - 1}`} AS s${n}\nENV E${n}=x\nADD $E0 y`,
      ).join('\n');
    expect(readDockerfile(chain(1000))).toMatchObject({ references: [{ text: 'a' }], problems: [] });
    expect(problems(chain(1001))).toEqual(['3001:1 more than 1000 stages; part the Dockerfile']);
  });

  test('the argument that replaces the frontend is refused', () => {
    expect(problems('FROM a', { args: { BUILDKIT_SYNTAX: 'x' } })).toHaveLength(1);
  });
});

describe('ADD from the network', () => {
  const SHA256 = `sha256:${'a'.repeat(64)}`;
  const COMMIT = 'b'.repeat(40);
  const add = (...rest: string[]): string[] => problems(lines('FROM a', ...rest));

  test.each([
    'ADD https://x.org/y /y',
    'ADD HTTP://x.org/y /y',
    'ADD ["https://x.org/y", "/y"]',
    'ADD --checksum= https://x.org/y /y',
    'ADD --checksum=sha256:abc https://x.org/y /y',
    'ADD a https://x.org/y /y/',
    'ADD https://x.org/r.git /y',
    'ADD https://x.org/r.git#main /y',
    'ADD https://x.org/r.git?ref=v1 /y',
    'ADD --checksum=abcdef1 https://x.org/r.git#v1 /y',
    'ADD git@github.com:a/b.git /y',
    'ADD ssh://git@x.org/a /y',
    'ADD git://x.org/a /y',
    'ONBUILD ADD https://x.org/y /y',
  ])('%s is refused', (instruction) => {
    expect(add(instruction)).toEqual([
      expect.stringMatching(/^2:\d+ ADD .* without a checksum is refused; add --checksum=/),
    ]);
  });

  test.each([
    `ADD --checksum=${SHA256} https://x.org/y /y`,
    `ADD --checksum=${COMMIT} https://x.org/r.git#v1 /y`,
    `ADD https://x.org/r.git#${COMMIT} /y`,
    `ADD https://x.org/r.git#${COMMIT}:docs /y`,
    `ADD https://x.org/r.git?commit=${COMMIT} /y`,
    `ADD git@github.com:a/b.git#${COMMIT} /y`,
    'ADD file.tar.gz /y',
    'ADD a@b /y',
    'ADD <<EOF /y\nhttps://x.org\nEOF',
  ])('%s is taken', (instruction) => {
    expect(add(instruction)).toEqual([]);
  });

  test('a URL out of variables is refused as well', () => {
    expect(add('ARG HOST=https://x.org', 'ADD ${HOST}/y /y')).toEqual([
      expect.stringMatching(/ADD https:\/\/x.org\/y without/),
    ]);
    expect(add('ENV A=1 HOST=https://x.org', 'ADD $HOST/y /y')).toHaveLength(1);
    expect(add('ENV HOST https://x.org', 'ADD $HOST/y /y')).toHaveLength(1);
    expect(problems(lines('ARG U=https://x', 'FROM a', 'ARG U', 'ADD $U y'))).toHaveLength(1);
    expect(problems(lines('FROM a AS a', 'ENV U=https://x', 'FROM a', 'ADD $U y'))).toHaveLength(1);
    expect(problems(lines('FROM a', 'ARG U=here', 'ADD $U y'), { args: { U: 'https://x' } })).toHaveLength(1);
    expect(add('ARG DIR=files', 'ADD $DIR/y /y')).toEqual([]);
    expect(add('ARG SUM=' + SHA256, 'ADD --checksum=$SUM https://x.org/y /y')).toEqual([]);
  });

  test('a variable that only the base image can set may be a URL', () => {
    expect(add('ADD $X/y /y')).toEqual([
      expect.stringMatching(/^2:1 ADD \$X\/y: what its variable holds is not known here/),
    ]);
    expect(add('ADD y/$X /y')).toEqual([]);
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'FROM',
      'COPY --from=',
      'RUN --mount=from=',
      'ADD ',
      'ARG ',
      'ENV ',
      'ONBUILD ',
      ' AS ',
      '<<EOF',
      'EOF',
      '\n',
      '\r\n',
      '\\\n',
      '`',
      '# escape=`',
      '# syntax=',
      '${',
      '}',
      ':-',
      '$X',
      '"',
      "'",
      '[',
      ']',
      '##',
      '%',
      '/',
      '*',
      '--',
      ' ',
      '\t',
      'a',
      '0',
      '\u2028',
      '\ufeff',
      '\u{1f600}',
    ),
    fc.string({ maxLength: 8, unit: 'binary' }),
  );
  const garbage = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

  test('ends in references and problems of this file, never in an exception', () => {
    fc.assert(
      fc.property(garbage, fc.option(fc.string(), { nil: undefined }), (text, target) => {
        const read = readDockerfile(text, target === undefined ? { args: { X: 'x' } } : { target });
        const count = text.split('\n').length;
        const places = [...read.references, ...read.problems];
        expect(places.filter(({ line, column }) => line < 1 || line > count || column < 1)).toEqual([]);
        if (read.references.length === 0 && read.stages.length === 0) expect(read.problems).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('the stages of an ordinary file are those that dockerfile-ast finds', () => {
    const instruction = fc.oneof(
      fc.constantFrom(
        'RUN make',
        'RUN a \\\n  && b',
        '# FROM x',
        '',
        'ENV A=b',
        'RUN <<EOF\nFROM x\nEOF',
        'CMD ["a"]',
      ),
      fc.constantFrom('a', 'b:1', 'c/d').map((image) => `FROM ${image}`),
    );
    fc.assert(
      fc.property(fc.array(instruction, { maxLength: 30 }), (instructions) => {
        const text = ['FROM first', ...instructions].join('\n');
        const expected = DockerfileParser.parse(text)
          .getFROMs()
          .map((from) => from.getRange().start.line + 1);
        expect(readDockerfile(text).stages.map((stage) => stage.line)).toEqual(expected);
      }),
    );
  });

  // A guard against hangs, no measurement: a quadratic reading of these takes minutes.
  test.each([
    ['instructions', () => `FROM a\n${'RUN echo hi there\n'.repeat(40_000)}`],
    ['continuations', () => `FROM a\nRUN x${' \\\n  foo bar'.repeat(80_000)}`],
    ['comments', () => `FROM a\n${'# hello\n'.repeat(120_000)}`],
    ['stages', () => `FROM a AS b\n${'FROM b\n'.repeat(100_000)}`],
    ['heredocs', () => `FROM a\n${'RUN <<E\nE\n'.repeat(25_000)}`],
    ['open heredocs', () => `FROM a\n${'RUN <<E <<F <<G\n'.repeat(60_000)}`],
    ['one line', () => `FROM a\nRUN ${'x '.repeat(2_100_000)}`],
    ['one FROM', () => `FROM ${'x '.repeat(2_100_000)}`],
    ['blanks in a directive', () => `# syntax=${' '.repeat(1_000_000)}\nFROM a`],
    ['blanks', () => `FROM a\nRUN ${' '.repeat(1_000_000)}x`],
    ['braces', () => `ARG A=${'${A:-'.repeat(160_000)}\nFROM a`],
    ['mounts', () => `FROM a\nRUN ${'--mount=from=b '.repeat(20_000)}`],
    ['brackets', () => `FROM a\nRUN ${'['.repeat(1_000_000)}`],
    ['a pattern', () => `ARG A=${'a'.repeat(5000)}\nFROM \${A//${'*a'.repeat(2000)}*b/c}`],
    ['quotes', () => `FROM a\nENV A="${'\\"'.repeat(400_000)}`],
  ])('very many %s are read in time', (_, make) => {
    const text = make();
    const start = performance.now();
    readDockerfile(text);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
