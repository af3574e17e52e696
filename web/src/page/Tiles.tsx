import type { ReactNode } from 'react';
import { LOOK_BACK_MINUTES, type Overview, type Panel } from '../live/overview.ts';
import { formatAge, formatTime } from '../time/age.ts';

interface TileProps {
  name: string;
  label: string;
  panel: Panel;
  value: string | null;
  unit?: string;
  /** What the number is, or its change. */
  note: ReactNode;
  lead?: boolean;
}

function Tile({ name, label, panel, value, unit, note, lead = false }: TileProps) {
  const hasProblem = panel.state === 'failed' || panel.state === 'missing';
  return (
    <div className={lead ? 'tile tile-lead' : 'tile'} data-testid={`tile-${name}`}>
      <dt>{label}</dt>
      <dd>
        <span className="tile-value">
          {value ?? <span className="none">{panel.state === 'loading' ? '…' : '–'}</span>}
          {value !== null && unit !== undefined && <span className="unit">{unit}</span>}
        </span>
        <span className={hasProblem ? 'tile-note problem' : 'tile-note'}>
          {hasProblem ? panel.problem : note}
        </span>
      </dd>
    </div>
  );
}

function Change({ current, previous, digits }: { current?: number | null; previous?: number | null; digits: number }) {
  if (typeof current !== 'number' || typeof previous !== 'number') return <>first window</>;
  const change = current - previous;
  const text = Math.abs(change).toFixed(digits);
  if (Number(text) === 0) return <>unchanged</>;
  return (
    <>
      <span aria-hidden="true">{change > 0 ? '▲' : '▼'}</span> {text} {change > 0 ? 'up' : 'down'}
    </>
  );
}

const COUNT = new Intl.NumberFormat('en');

function count(value: number | null | undefined): string | null {
  return typeof value === 'number' ? COUNT.format(value) : null;
}

function WatermarkTile({ overview, now }: { overview: Overview; now: number }) {
  const { watermark, panels } = overview;
  const isKnown = panels.watermarks.state !== 'missing';
  return (
    <Tile
      name="watermark"
      label="Watermark lag"
      panel={isKnown ? panels.watermarks : { state: 'ready', problem: null }}
      value={watermark === null ? null : formatAge(now - watermark)}
      note={isKnown ? 'how far the job is behind now' : 'this server reports no watermarks'}
    />
  );
}

export function Tiles({ overview, now }: { overview: Overview; now: number }) {
  const { panels, windows, matchRate, ridesUnderWay } = overview;
  const current = windows.at(-1);
  const previous = windows.at(-2);
  const supply = current?.supply ?? null;
  const activeDrivers = supply === null || ridesUnderWay === null ? null : supply + ridesUnderWay;
  const asOf = current === undefined ? 'no window yet' : `window to ${formatTime(current.endsAt, now)}`;
  return (
    <dl className="tiles">
      <Tile
        lead
        name="surge"
        label="Surge"
        panel={panels.surge}
        value={current?.surge?.toFixed(2) ?? null}
        unit="×"
        note={
          <>
            <Change current={current?.surge ?? null} previous={previous?.surge ?? null} digits={2} />, {asOf}
          </>
        }
      />
      <Tile
        name="demand"
        label="Demand"
        panel={panels.surge}
        value={count(current?.demand)}
        unit="rides"
        note={<Change current={current?.demand ?? null} previous={previous?.demand ?? null} digits={0} />}
      />
      <Tile
        name="supply"
        label="Supply"
        panel={panels.surge}
        value={count(current?.supply)}
        unit="free drivers"
        note={<Change current={current?.supply ?? null} previous={previous?.supply ?? null} digits={0} />}
      />
      <Tile
        name="match-rate"
        label="Match rate"
        panel={panels.matching}
        value={matchRate === null ? null : (matchRate * 100).toFixed(1)}
        unit="%"
        note={`rides that found a driver, last ${LOOK_BACK_MINUTES} min`}
      />
      <Tile
        name="drivers"
        label="Active drivers"
        panel={panels.drivers}
        value={count(activeDrivers)}
        note={`free or with a ride; ${ridesUnderWay ?? '–'} with one`}
      />
      <Tile
        name="data-age"
        label="Data age"
        panel={panels.surge}
        value={current === undefined ? null : formatAge(now - current.endsAt)}
        note="since the newest window ended"
      />
      <WatermarkTile overview={overview} now={now} />
    </dl>
  );
}
