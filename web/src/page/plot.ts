// uPlot as the page uses it: lines over time, colours from the style sheet, one crosshair for all.
import uPlot from 'uplot';

export interface Line {
  label: string;
  /** Name of the custom property with its colour. */
  colour: string;
  /** Told apart by more than colour. */
  dash?: number[];
  /** The least range of its value axis, so that small changes don't fill it. */
  least: [from: number, to: number];
  /** The side of its value axis; each line has its own. */
  side: 'left' | 'right';
}

export interface PlotOptions {
  lines: Line[];
  syncKey: string;
  heightPx: number;
  onCursor: (index: number | null) => void;
}

const VALUE_AXIS_PX = 46;
const AXIS_FONT = '12px system-ui, sans-serif';

function styleOf(element: HTMLElement, property: string): string {
  return getComputedStyle(element).getPropertyValue(property).trim();
}

// uPlot's enum of sides is in its types only, so its values stand here.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const SIDES: Record<Line['side'], uPlot.Axis.Side> = { left: 3, right: 1 };
const TIME_OF_DAY: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

function timeAxis(element: HTMLElement): uPlot.Axis {
  return {
    stroke: () => styleOf(element, '--text-quiet'),
    grid: { stroke: () => styleOf(element, '--line'), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
    size: 28,
    values: (_, seconds) =>
      seconds.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB', TIME_OF_DAY)),
  };
}

function valueAxis(element: HTMLElement, line: Line): uPlot.Axis {
  return {
    scale: line.label,
    side: SIDES[line.side],
    stroke: () => styleOf(element, line.colour),
    grid: { show: line.side === 'left', stroke: () => styleOf(element, '--line'), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
    size: VALUE_AXIS_PX,
  };
}

function valueScale({ least }: Line): uPlot.Scale {
  return { range: (_, min, max) => [Math.min(least[0], min), Math.max(least[1], max * 1.05)] };
}

/** A plot in `element`, without data yet; the caller sets data, scale and size, and destroys it. */
export function makePlot(element: HTMLElement, options: PlotOptions): uPlot {
  const hasRightAxis = options.lines.some((line) => line.side === 'right');
  return new uPlot(
    {
      width: element.clientWidth,
      height: options.heightPx,
      // Without an axis on the right its room is left free, so that the charts' times stand in line.
      padding: [14, hasRightAxis ? 0 : VALUE_AXIS_PX, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: options.syncKey, scales: ['x', null] },
        drag: { x: false, y: false },
        y: false,
      },
      scales: {
        x: { time: true, auto: false },
        ...Object.fromEntries(options.lines.map((line) => [line.label, valueScale(line)])),
      },
      axes: [timeAxis(element), ...options.lines.map((line) => valueAxis(element, line))],
      series: [
        {},
        ...options.lines.map(({ label, colour, dash }) => ({
          label,
          scale: label,
          stroke: () => styleOf(element, colour),
          width: 2,
          points: { show: false },
          ...(dash === undefined ? {} : { dash }),
        })),
      ],
      hooks: {
        setCursor: [
          (plot) => {
            options.onCursor(plot.cursor.idx ?? null);
          },
        ],
      },
    },
    [[], ...options.lines.map(() => [])],
    element,
  );
}

/** Puts the crosshair of `plot`, and of those in step with it, on the data point at `index`. */
export function moveCursor(plot: uPlot, index: number): void {
  const at = plot.data[0][index];
  if (at === undefined) return;
  plot.setCursor({ left: plot.valToPos(at, 'x'), top: plot.over.clientHeight / 2 });
}
