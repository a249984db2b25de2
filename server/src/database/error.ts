/** Something with a server went wrong: one line, without a secret. */
export class DatabaseError extends Error {
  /** Known by its name: commands of another bundle have a class of their own. */
  override readonly name = 'DatabaseError';

  /** @param sqlState of an error that the server reports; undefined where no server has answered. */
  constructor(
    message: string,
    readonly sqlState?: string,
    /** Where in the statement, as PostgreSQL counts: characters (code points), from 1. */
    readonly position?: number,
  ) {
    super(message);
  }
}
