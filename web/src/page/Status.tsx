import type { PollerState } from '../live/poller.ts';
import { formatAge, formatTime } from '../time/age.ts';

export type StatusName = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'paused';

const LABELS: Record<StatusName, string> = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'Stale',
  reconnecting: 'Reconnecting',
  paused: 'Paused',
};

// Told apart by shape as well as by colour.
const SHAPES: Record<StatusName, string> = {
  connecting: 'M8 3a5 5 0 1 0 5 5',
  live: 'M8 4a4 4 0 1 0 .01 0z',
  stale: 'M8 3v5l3 2M8 2a6 6 0 1 0 .01 0',
  reconnecting: 'M13 8a5 5 0 1 1-2-4M11 1v3H8',
  paused: 'M5.5 4v8M10.5 4v8',
};

/** Data older than this is called stale although the server answers. */
const STALE_AFTER_MS = 60_000;

export function statusOf(connection: PollerState, dataAgeMs: number | null): StatusName {
  if (connection.connection === 'live' && dataAgeMs !== null && dataAgeMs > STALE_AFTER_MS) {
    return 'stale';
  }
  return connection.connection;
}

interface StatusProps {
  status: StatusName;
  connection: PollerState;
  now: number;
}

/** The pill. Its name is announced when it changes; the numbers beside it are not. */
export function StatusPill({ status, connection, now }: StatusProps) {
  return (
    <div className="status">
      <span className={`pill pill-${status}`} role="status">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={SHAPES[status]} />
        </svg>
        {LABELS[status]}
      </span>
      <span className="status-detail">
        <StatusDetail connection={connection} now={now} />
      </span>
    </div>
  );
}

function StatusDetail({ connection, now }: Omit<StatusProps, 'status'>) {
  const { answeredAt, problem, nextAt } = connection;
  const last = answeredAt === null ? 'no answer yet' : `answered ${formatAge(now - answeredAt)} ago`;
  if (problem === null || connection.connection === 'paused') return <>{last}</>;
  const next = nextAt === null ? 'trying now' : `next try in ${formatAge(nextAt - now + 999)}`;
  return (
    <>
      {last}, {next}
    </>
  );
}

/** Says what is wrong, while it is; the data below stays. */
export function ProblemBanner({ connection, now }: Omit<StatusProps, 'status'>) {
  if (connection.problem === null || connection.connection !== 'reconnecting') return null;
  const { answeredAt } = connection;
  return (
    <p className="banner" data-testid="problem">
      <strong>The server does not answer</strong> ({connection.problem}).{' '}
      {answeredAt === null
        ? 'The page goes on trying.'
        : `What you see is as of ${formatTime(answeredAt, now)}, ${formatAge(now - answeredAt)} ago.`}
    </p>
  );
}
