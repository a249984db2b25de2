/** As much of a connection as is needed to look at a database: an engine's, PGlite's and a server's fit. */
export interface SqlConnection {
  exec(sql: string): Promise<unknown>;
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
}
