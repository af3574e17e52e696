// What the address of the page says, and what the server says about itself where it does not.

export interface Settings {
  catalog: string;
  schema: string;
  intervalMs: number;
  rangeMinutes: number;
  paused: boolean;
}

export const RANGES_MINUTES = [10, 30, 120] as const;
const DEFAULT_RANGE_MINUTES = 30;
const DEFAULT_INTERVAL_MS = 2_000;
const MIN_INTERVAL_MS = 250;
const MAX_INTERVAL_MS = 60_000;

interface ServerConfig {
  catalog: string;
  schema: string;
}

const FALLBACK: ServerConfig = { catalog: 'iceberg', schema: 'ride_hailing' };

/** config.json as the server gave it; what is missing or of another kind is the usual name. */
export function readConfig(json: unknown): ServerConfig {
  const given = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const text = (key: keyof ServerConfig): string => {
    const value = given[key];
    return typeof value === 'string' && value !== '' ? value : FALLBACK[key];
  };
  return { catalog: text('catalog'), schema: text('schema') };
}

function intervalOf(text: string | null): number {
  const given = Number(text ?? DEFAULT_INTERVAL_MS);
  if (!Number.isFinite(given)) return DEFAULT_INTERVAL_MS;
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, given));
}

/** `search` is the address's query: catalog, schema, interval (ms), range (minutes), paused (1). */
export function readSettings(search: string, config: ServerConfig): Settings {
  const query = new URLSearchParams(search);
  const range = RANGES_MINUTES.find((minutes) => String(minutes) === query.get('range'));
  return {
    catalog: query.get('catalog') ?? config.catalog,
    schema: query.get('schema') ?? config.schema,
    intervalMs: intervalOf(query.get('interval')),
    rangeMinutes: range ?? DEFAULT_RANGE_MINUTES,
    paused: query.get('paused') === '1',
  };
}

/** `search` with the choices that the reader made on the page, so that it can be kept as a link. */
export function writeSettings(search: string, chosen: Pick<Settings, 'rangeMinutes' | 'paused'>): string {
  const query = new URLSearchParams(search);
  query.set('range', String(chosen.rangeMinutes));
  if (chosen.paused) query.set('paused', '1');
  else query.delete('paused');
  return `?${query.toString()}`;
}
