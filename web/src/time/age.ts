// Durations as a person reads them.

const UNITS: readonly [name: string, seconds: number][] = [
  ['y', 31_557_600],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/**
 * The largest unit, and the next below it where that says something: "8 s", "1 min 20 s", "3 h 5 min",
 * "18 y 171 d". A time in the future (clocks that differ) is "0 s".
 */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const unit = UNITS[first];
  if (unit === undefined) return '0 s';
  const whole = `${Math.floor(seconds / unit[1])} ${unit[0]}`;
  const below = UNITS[first + 1];
  const rest = below === undefined ? 0 : Math.floor((seconds % unit[1]) / below[1]);
  return below === undefined || rest === 0 ? whole : `${whole} ${rest} ${below[0]}`;
}

const TIME_OF_DAY: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };

/** Hours to seconds in the reader's zone; with the date where that is not `nowMs`'s. */
export function formatTime(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const sameDay = at.toDateString() === new Date(nowMs).toDateString();
  const time = at.toLocaleTimeString('en-GB', TIME_OF_DAY);
  return sameDay ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
}
