import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import type { Overview } from '../live/overview.ts';
import { RANGES_MINUTES } from '../live/settings.ts';
import { axisRange, type Columns, type SurgeWindow, toColumns } from '../live/windows.ts';
import { formatTime } from '../time/age.ts';
import { type Line, makePlot, moveCursor } from './plot.ts';
import type { Theme } from './theme.ts';

const SURGE: Line[] = [{ label: 'Surge', colour: '--surge', least: [1, 1.5], side: 'left' }];
const BALANCE: Line[] = [
  { label: 'Demand', colour: '--demand', least: [0, 10], side: 'left' },
  { label: 'Supply', colour: '--supply', dash: [6, 4], least: [0, 10], side: 'right' },
];
const SYNC_KEY = 'windows';
const TABLE_ROWS = 30;

interface ChartProps {
  title: string;
  lines: Line[];
  data: uPlot.AlignedData;
  range: [from: number, to: number];
  heightPx: number;
  theme: Theme;
  onCursor: (index: number | null) => void;
}

function keyTarget(key: string, current: number, last: number): number | null {
  if (key === 'ArrowLeft') return Math.max(0, current - 1);
  if (key === 'ArrowRight') return Math.min(last, current + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return null;
}

function Chart({ title, lines, data, range, heightPx, theme, onCursor }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  useEffect(() => {
    const parent = element.current;
    if (parent === null) return;
    const made = makePlot(parent, { lines, syncKey: SYNC_KEY, heightPx, onCursor });
    plot.current = made;
    const resize = new ResizeObserver(() => {
      made.setSize({ width: parent.clientWidth, height: heightPx });
    });
    resize.observe(parent);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => {
      made.redraw(false);
    };
    scheme.addEventListener('change', redraw);
    return () => {
      scheme.removeEventListener('change', redraw);
      resize.disconnect();
      made.destroy();
    };
  }, [lines, heightPx, onCursor]);

  const [from, to] = range;
  useEffect(() => {
    const current = plot.current;
    current?.batch(() => {
      current.setData(data, false);
      current.setScale('x', { min: from, max: to });
    });
  }, [data, from, to]);

  // Colours are read from the style sheet while drawing.
  useEffect(() => {
    plot.current?.redraw(false);
  }, [theme]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = data[0].length - 1;
    if (plot.current === null || last < 0) return;
    const target = keyTarget(event.key, plot.current.cursor.idx ?? last, last);
    if (target === null) return;
    event.preventDefault();
    moveCursor(plot.current, target);
  };

  return (
    <div
      ref={element}
      className="plot"
      role="img"
      aria-label={title}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-testid={`plot-${title.toLowerCase().split(' ')[0] ?? ''}`}
    />
  );
}

function Readout({ window, now, isPicked }: { window: SurgeWindow | undefined; now: number; isPicked: boolean }) {
  if (window === undefined) return <p className="readout none">No window yet.</p>;
  return (
    <p className="readout" data-testid="readout" aria-live={isPicked ? 'polite' : 'off'}>
      <span>{isPicked ? 'at' : 'newest'} {formatTime(window.endsAt, now)}</span>
      <span className="key key-surge">surge {window.surge?.toFixed(2) ?? '–'}</span>
      <span className="key key-demand">demand {window.demand ?? '–'}</span>
      <span className="key key-supply">supply {window.supply ?? '–'}</span>
    </p>
  );
}

function WindowTable({ windows, now }: { windows: SurgeWindow[]; now: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="as-table"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>The newest {TABLE_ROWS} windows as a table</summary>
      {isOpen && (
        <table>
          <thead>
            <tr>
              <th scope="col">Window to</th>
              <th scope="col">Surge</th>
              <th scope="col">Demand</th>
              <th scope="col">Supply</th>
            </tr>
          </thead>
          <tbody>
            {windows
              .slice(-TABLE_ROWS)
              .reverse()
              .map((window) => (
                <tr key={window.endsAt}>
                  <th scope="row">{formatTime(window.endsAt, now)}</th>
                  <td>{window.surge?.toFixed(2) ?? '–'}</td>
                  <td>{window.demand ?? '–'}</td>
                  <td>{window.supply ?? '–'}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

interface ChartsProps {
  overview: Overview;
  now: number;
  rangeMinutes: number;
  onRange: (minutes: number) => void;
  theme: Theme;
}

function plotData(columns: Columns): { surge: uPlot.AlignedData; balance: uPlot.AlignedData } {
  return { surge: [columns.at, columns.surge], balance: [columns.at, columns.demand, columns.supply] };
}

export function Charts({ overview, now, rangeMinutes, onRange, theme }: ChartsProps) {
  const { windows } = overview;
  const [picked, setPicked] = useState<number | null>(null);
  const data = useMemo(() => plotData(toColumns(windows)), [windows]);
  const newest = windows.at(-1);
  const range = axisRange(newest?.endsAt ?? now, now, rangeMinutes * 60_000);
  const shown = picked === null ? newest : (windows[picked] ?? newest);
  const common = { range, theme, onCursor: setPicked };
  return (
    <section className="card" aria-labelledby="windows-title">
      <header className="card-head">
        <h2 id="windows-title">Windows of a minute</h2>
        <label className="choice">
          Last
          <select
            value={rangeMinutes}
            onChange={(event) => {
              onRange(Number(event.target.value));
            }}
          >
            {RANGES_MINUTES.map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes} min
              </option>
            ))}
          </select>
        </label>
      </header>
      <Readout window={shown} now={now} isPicked={picked !== null} />
      <Chart
        {...common}
        title="Surge multiplier over time; arrow keys move the crosshair"
        lines={SURGE}
        data={data.surge}
        heightPx={190}
      />
      <Chart
        {...common}
        title="Demand and supply over time; arrow keys move the crosshair"
        lines={BALANCE}
        data={data.balance}
        heightPx={190}
      />
      <WindowTable windows={windows} now={now} />
    </section>
  );
}
