import { expect, test } from '@jest/globals';
import { IgnoreLineTooLong, readIgnoreFile } from '../../../generator/hash/ignore/read-ignore-file.ts';

test('comments start in the first column, and white space around a pattern is dropped', () => {
  expect(readIgnoreFile('# no\n #yes\n\n \t\n  a  \n!  b \nc # d\n')).toEqual(['#yes', 'a', '!b', 'c # d']);
});

test('paths are cleaned and lose one leading slash, behind an exclamation mark too', () => {
  const text = '/a/file/\n./b/../c//d\n! /e\n//f\n/\n.\n../g\n';
  expect(readIgnoreFile(text)).toEqual(['a/file', 'c/d', '!e', 'f', '/', '.', '../g']);
});

test('an exclamation mark alone stays, for the matcher to refuse', () => {
  expect(readIgnoreFile('!\n! ')).toEqual(['!', '!']);
});

test('lines end in LF or CRLF, and the last needs no end', () => {
  expect(readIgnoreFile('a\r\nb\rc\r\r\nd')).toEqual(['a', 'b\rc', 'd']);
  expect(readIgnoreFile('')).toEqual([]);
});

test('one byte order mark is dropped, at the very beginning', () => {
  expect(readIgnoreFile('\ufeff# no\n\ufeffa')).toEqual(['\ufeffa']);
  expect(readIgnoreFile(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toEqual(['a']);
});

test('white space is what Unicode says: a next-line sign is, a zero-width space is not', () => {
  expect(readIgnoreFile('\u0085\u00a0a\u3000\n\u200bb')).toEqual(['a', '\u200bb']);
});

test('each byte that is no UTF-8 becomes one replacement character', () => {
  expect(readIgnoreFile(Uint8Array.of(0x61, 0xe2, 0x82, 0x62, 0xff, 0xed, 0xa0, 0x80))).toEqual([
    'a\ufffd\ufffdb\ufffd\ufffd\ufffd\ufffd',
  ]);
});

test('a line of 64 KiB is refused, with its number', () => {
  expect(readIgnoreFile(`a\n${'b'.repeat(65_535)}\n`)).toHaveLength(2);
  const tooLong = () => readIgnoreFile(`a\n${'é'.repeat(32_768)}\n`);
  expect(tooLong).toThrow(IgnoreLineTooLong);
  expect(tooLong).toThrow('line 2 of the ignore file');
});
