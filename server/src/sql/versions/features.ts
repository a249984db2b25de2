import type { Span } from '../span.js';

/** What not every version of PostgreSQL has. Which has it stands in impact/refusals/by-version.ts. */
export type Feature = SyntaxFeature | 'function' | 'json function' | 'setting' | 'role' | OptionFeature;

/** An option, by its name. */
export type OptionFeature =
  | 'COPY option'
  | 'CREATE DATABASE option'
  | 'EXPLAIN option'
  | 'VACUUM option'
  | 'collation attribute'
  | 'publication parameter'
  | 'role option'
  | 'storage parameter'
  | 'subscription parameter'
  | 'view option';

export type SyntaxFeature =
  | 'ALTER CONSTRAINT … ENFORCED'
  | 'ALTER CONSTRAINT … INHERIT'
  | 'ALTER DATABASE … REFRESH COLLATION VERSION'
  | 'ALTER SUBSCRIPTION … SKIP'
  | 'AT LOCAL'
  | 'CLUSTER (VERBOSE) without a table'
  | 'COPY FORCE_NULL *'
  | 'COPY HEADER MATCH'
  | 'COPY HEADER of text'
  | 'GRANT … ON PARAMETER'
  | 'IS JSON'
  | 'JSON_TABLE'
  | 'JSON WITH UNIQUE KEYS'
  | 'LIKE in a foreign table'
  | 'MERGE'
  | 'MERGE … RETURNING'
  | 'MERGE … WHEN NOT MATCHED BY SOURCE'
  | 'NO INHERIT of NOT NULL'
  | 'NOT ENFORCED'
  | 'NOT NULL as a constraint of a domain'
  | 'NOT NULL as a table constraint'
  | 'NULLS NOT DISTINCT'
  | 'ON DELETE SET … with columns'
  | 'ONLY in VACUUM and ANALYZE'
  | 'PERIOD in a foreign key'
  | 'REINDEX without a name'
  | 'RETURNING WITH'
  | 'RETURNING old or new'
  | 'SET ACCESS METHOD'
  | 'SET ACCESS METHOD DEFAULT'
  | 'SET EXPRESSION'
  | 'SET LOGGED of a sequence'
  | 'SET STATISTICS DEFAULT'
  | 'SET STORAGE DEFAULT'
  | 'STORAGE of a new column'
  | 'USING of a partitioned table'
  | 'WITHOUT OVERLAPS'
  | 'XMLSERIALIZE … INDENT'
  | 'a column list, a row filter or a schema in a publication'
  | 'a hexadecimal, octal or binary number, or one with underscores'
  | 'a subquery in FROM without an alias'
  | 'a virtual generated column'
  | 'an event trigger on login'
  | 'an unlogged sequence'
  | 'privileges on new large objects'
  | 'statistics without a name'
  | 'the builtin collation provider'
  | 'the privilege MAINTAIN'
  | 'VALUES in FROM without an alias';

/** A place in which a statement uses something that not every version has. */
export interface VersionUse {
  readonly feature: Feature;
  /** Of a function, a setting, a role or an option. */
  readonly name?: string;
  /** The schema that stands before a function. */
  readonly schema?: string | undefined;
  /** How many arguments a function gets; undefined with VARIADIC. */
  readonly arguments?: number | undefined;
  /** Whether an older grammar reads it as something else: as the call of a function, as a number with an alias. */
  readonly isPlainCall?: boolean;
  /** Where; undefined for the statement. */
  readonly span?: Span | undefined;
}
