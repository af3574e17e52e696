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

// What Trino (seen on 476) says of a table of catalog `system` in a schema that it does not have.
const NO_SUCH_SYSTEM_TABLE = 'ConnectorMetadata getTableHandle() is not implemented';

/** The statement names a table that is not there, or not yet. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof StatementError)) return false;
  return MISSING.has(error.errorName) || error.message === NO_SUCH_SYSTEM_TABLE;
}
