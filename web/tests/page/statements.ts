// Answers the statements that the page sends, from a City. Anything else is refused as Trino would.
import type { City } from './city.ts';

export interface Answer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

export class Refusal extends Error {
  readonly errorName: string;
  readonly errorCode: number;

  constructor(errorName: string, errorCode: number, message: string) {
    super(message);
    this.errorName = errorName;
    this.errorCode = errorCode;
  }
}

const TIMESTAMP = 'timestamp(6)';

function timestamp(atMs: number): string {
  return `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')}000`;
}

function lowerBound(sql: string): number {
  const text = / > TIMESTAMP '([^']+)'/.exec(sql)?.[1];
  return text === undefined ? 0 : Date.parse(`${text.replace(' ', 'T')}Z`);
}

function limit(sql: string): number {
  return Number(/ LIMIT (\d+)/.exec(sql)?.[1] ?? Infinity);
}

function surge(city: City, sql: string): Answer {
  return {
    columns: [
      { name: 'window_end', type: TIMESTAMP },
      { name: 'demand_count', type: 'bigint' },
      { name: 'supply_count', type: 'bigint' },
      { name: 'surge_multiplier', type: 'double' },
    ],
    rows: city.windows
      .filter((window) => window.windowEnd > lowerBound(sql))
      .reverse()
      .slice(0, limit(sql))
      .map((window) => [timestamp(window.windowEnd), window.demand, window.supply, window.surge]),
  };
}

function statusCounts(city: City, sql: string): Answer {
  const counts = new Map<string, number>();
  for (const ride of city.rides) {
    if (ride.updatedAt > lowerBound(sql)) counts.set(ride.status, (counts.get(ride.status) ?? 0) + 1);
  }
  return {
    columns: [
      { name: 'status', type: 'varchar' },
      { name: 'rides', type: 'bigint' },
    ],
    rows: [...counts],
  };
}

function underWay(city: City, sql: string): Answer {
  const found = city.rides.filter((ride) => ride.status === 'ACCEPTED' && ride.updatedAt > lowerBound(sql));
  return { columns: [{ name: 'rides', type: 'bigint' }], rows: [[found.length]] };
}

function rides(city: City, sql: string): Answer {
  if (sql.includes(' GROUP BY status')) return statusCounts(city, sql);
  if (sql.includes("status = 'ACCEPTED'")) return underWay(city, sql);
  const ids = / IN \((.*)\)/.exec(sql)?.[1]?.split(', ').map((id) => id.slice(1, -1));
  return {
    columns: [
      { name: 'ride_id', type: 'varchar' },
      { name: 'status', type: 'varchar' },
      { name: 'updated_at', type: TIMESTAMP },
    ],
    rows: city.rides
      .filter((ride) => (ids === undefined ? ride.updatedAt > lowerBound(sql) : ids.includes(ride.rideId)))
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, limit(sql))
      .map((ride) => [ride.rideId, ride.status, timestamp(ride.updatedAt)]),
  };
}

function watermarks(city: City): Answer {
  return {
    columns: [{ name: 'watermark', type: 'timestamp(3) with time zone' }],
    rows: city.watermark === null ? [] : [[`${timestamp(city.watermark).slice(0, -3)} UTC`]],
  };
}

export function answer(city: City, sql: string): Answer {
  const table = / FROM (\S+)/.exec(sql)?.[1]?.replaceAll('"', '') ?? '';
  switch (table) {
    case 'iceberg.ride_hailing.iceberg_surge_pricing':
      return surge(city, sql);
    case 'iceberg.ride_hailing.ride_states':
      return rides(city, sql);
    case 'system.floe.watermarks':
      if (city.watermark !== null) return watermarks(city);
      // As Trino 476 refuses it.
      throw new Refusal('GENERIC_INTERNAL_ERROR', 65536, 'ConnectorMetadata getTableHandle() is not implemented');
    default:
      throw new Refusal('TABLE_NOT_FOUND', 46, `line 1:15: Table '${table}' does not exist`);
  }
}
