import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/trino/json.ts';
import * as values from '../../src/trino/values.ts';

describe('JSON', () => {
  it('keeps the digits of integers, and leaves strings and fractions alone', () => {
    const text = '[9007199254740993,-9223372036854775808,9007199254740991,1.2345678901234567e20,"9007199254740993","\\"9007199254740993",12]';
    expect(parseJson(text)).toEqual([
      '9007199254740993',
      '-9223372036854775808',
      9007199254740991,
      1.2345678901234567e20,
      '9007199254740993',
      '"9007199254740993',
      12,
    ]);
  });
});

describe('values', () => {
  it.each([
    ['bigint', 5, 5n],
    ['bigint', '9223372036854775807', 9223372036854775807n],
    ['integer', 5, 5],
    ['double', 'NaN', NaN],
    ['real', '-Infinity', -Infinity],
    ['decimal(38,2)', '12345678901234567890.10', '12345678901234567890.10'],
    ['timestamp(6)', '2024-01-01 00:00:00.123456', '2024-01-01 00:00:00.123456'],
    ['boolean', true, true],
    ['varchar', null, null],
  ])('%s %s', (type, json, expected) => {
    expect(values.decodeValue(type, json)).toEqual(expected);
  });

  it.each([
    ['2024-01-01 00:00:00.123456', Date.UTC(2024, 0, 1, 0, 0, 0, 123)],
    ['2024-01-01 00:00:00', Date.UTC(2024, 0, 1)],
    ['2024-02-29 23:59:59.9 UTC', Date.UTC(2024, 1, 29, 23, 59, 59, 900)],
    ['2024-01-01 02:00:00.000 +02:00', Date.UTC(2024, 0, 1)],
    ['2023-12-31 19:30:00 -04:30', Date.UTC(2024, 0, 1)],
    ['2024-01-01 00:00:00 Europe/Paris', null],
    ['yesterday', null],
    [null, null],
  ])('timestamp %s', (text, expected) => {
    expect(values.parseTimestamp(text)).toBe(expected);
  });

  it('makes literals and names that nothing breaks out of', () => {
    expect(values.timestampLiteral(Date.UTC(2024, 0, 1, 1, 2, 3, 4))).toBe("TIMESTAMP '2024-01-01 01:02:03.004'");
    expect(values.stringLiteral("a'b")).toBe("'a''b'");
    expect(values.quotedName('a"b', 'c')).toBe('"a""b"."c"');
  });
});
