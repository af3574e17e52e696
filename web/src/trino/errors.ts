interface ErrorFields {
  message: string;
  errorName: string;
  errorType: string;
  errorCode: number;
}

/** The server understood the statement, or tried to, and says why there is no result. */
export class StatementError extends Error {
  readonly errorName: string;
  readonly errorType: string;
  readonly errorCode: number;
  readonly queryId: string;

  constructor(fields: ErrorFields, queryId: string) {
    super(fields.message);
    this.name = 'StatementError';
    this.errorName = fields.errorName;
    this.errorType = fields.errorType;
    this.errorCode = fields.errorCode;
    this.queryId = queryId;
  }
}

/** No answer of the protocol came: the server is away, busy, or is another kind of server. */
export class ConnectionError extends Error {
  /** The HTTP status, or 0 where there was no answer at all. */
  readonly status: number;

  constructor(message: string, status = 0) {
    super(message);
    this.name = 'ConnectionError';
    this.status = status;
  }
}

const MISSING = new Set(['CATALOG_NOT_FOUND', 'SCHEMA_NOT_FOUND', 'TABLE_NOT_FOUND']);

/** The statement names a table that is not there, or not yet. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof StatementError && MISSING.has(error.errorName);
}
