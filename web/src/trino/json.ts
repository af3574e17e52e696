// JSON as Trino sends it, without losing digits: a JavaScript number holds 53 bits, a BIGINT 64.

// A string, which is skipped as a whole, or a number.
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function keepDigits(token: string): string {
  const isInteger = /^-?\d{16,}$/.test(token);
  return isInteger && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/** JSON.parse, except that an integer that no number can hold exactly comes as its text. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(TOKENS, keepDigits)) as unknown;
}
