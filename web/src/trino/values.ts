// Values of Trino's columns: what they are in JSON, and what the page computes with.

/** A decoded value. BIGINT is a bigint; DECIMAL, dates and times stay the text that was sent. */
export type Value = null | boolean | number | bigint | string | unknown[] | Record<string, unknown>;

export interface Column {
  name: string;
  type: string;
}

const NUMBERS = new Set(['tinyint', 'smallint', 'integer', 'real', 'double']);

/** One value as it stands in `data`, for a column of `type` ("bigint", "timestamp(6)", …). */
export function decodeValue(type: string, json: unknown): Value {
  if (json === null || json === undefined) return null;
  if (type === 'bigint' && (typeof json === 'number' || typeof json === 'string')) {
    return BigInt(json);
  }
  // "NaN" and the infinities come as strings.
  if (NUMBERS.has(type)) return Number(json);
  return json as Value;
}

/** A count for display arithmetic: exact up to 2^53, which is beyond what is drawn. */
export function toNumber(value: Value | undefined): number | null {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return null;
}

export function toText(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

const TIMESTAMP =
  /^(\d{4,6})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(?: ?(UTC|Z|[+-]\d{2}:\d{2}))?$/;

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'UTC' || zone === 'Z') return 0;
  const [hours = '0', minutes = '0'] = zone.slice(1).split(':');
  return (zone.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * A timestamp's text as milliseconds since 1970; digits below a millisecond are dropped. Without a
 * zone it is UTC, the time that the jobs run in. A named zone other than UTC gives null.
 */
export function parseTimestamp(value: Value | undefined): number | null {
  const match = typeof value === 'string' ? TIMESTAMP.exec(value) : null;
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part || 0));
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, millis);
  return at - zoneOffsetMs(match[8]);
}

/** `TIMESTAMP '…'` for a statement. */
export function timestampLiteral(atMs: number): string {
  return `TIMESTAMP '${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')}'`;
}

export function stringLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `"a"."b"`: names as identifiers, whatever is in them. */
export function quotedName(...parts: string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}
