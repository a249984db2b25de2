import { type Engine, textOf } from './engine.js';

const query = `SELECT string_agg(format('SELECT pg_catalog.setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),
    coalesce(last_value, start_value), last_value IS NOT NULL), ';') FROM pg_catalog.pg_sequences
  WHERE schemaname !~ '^pg_'`;

/** SQL that brings the sequences to where they are now, which no end of a transaction does; "" without any. */
export function sequencesNow(engine: Engine): Promise<string> {
  return textOf(engine, query);
}
