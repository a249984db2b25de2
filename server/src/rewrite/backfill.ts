import { dollarQuote } from '../schema/safe-statements.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { type BackfillSpec, type KeyColumn, type Parts, partsOf, smallestRow } from './backfill-spec.js';
import { behind, estimate, rowsQuery, says, watchVariables } from './backfill-watch.js';

/**
 * A DO block that fills columns of a live table, batch by batch.
 * Every batch is a transaction of its own: it locks the rows of that batch and nothing else, waits at most 5 s for
 * a row that someone else holds, and remembers in the progress table where the next batch starts. A run that was
 * killed goes on from there; a run after the end starts anew and finds nothing to do; a second one beside it is
 * refused. At the end the progress table is dropped again.
 * A column whose value only the author knows gets a NULL to be replaced: until it is, the block fails on the first row.
 * In: the spec. Out: one statement without its semicolon, to be run outside a transaction. Throws a RangeError for a
 * batch size or a pause that is out of range.
 */
export function backfillBlock(spec: BackfillSpec): string {
  const parts = partsOf(spec);
  const block = `#variable_conflict use_variable\n${spec.key.length > 0 ? keysetBlock(parts, spec.key) : blockRangeBlock(parts)}`;
  const quote = dollarQuote(block, 'backfill');
  return `DO ${quote}\n${block}${quote}`;
}

/** What a person has to know before running it, one sentence a line. */
export function backfillNotes(spec: BackfillSpec): string[] {
  const { table, progress, batch, lagSeconds, lagMegabytes } = partsOf(spec);
  const columns = spec.set.map(({ column }) => quoteIdentifier(column)).join(', ');
  return [
    `Fills ${columns} of ${table}, ${batch} rows at a time.`,
    'Must not run inside a transaction: every batch is committed, so that only the rows of one batch are locked.',
    'Stop it when you like; the next run goes on where it stopped. It needs statement_timeout = 0.',
    `It waits while a replica is more than ${lagSeconds} s or ${lagMegabytes} MB behind.`,
    `To watch it: SELECT * FROM ${progress};`,
  ];
}

/**
 * The UPDATE of one batch, which counts its rows in `bf_rows`. While the value of a column is not written, or when
 * the value is NULL for a row, it fails and so changes nothing.
 */
function update({ table, assignments, unknown, predicate }: Parts, only: '' | 'ONLY ', range: string): string {
  if (unknown === '') {
    return `      UPDATE ${only}${table}
      SET${assignments}
      WHERE ${range} AND ${predicate};
      GET DIAGNOSTICS bf_rows = ROW_COUNT;
`;
  }
  const message = `Write the value of ${unknown} into the UPDATE of this file, in place of NULL`;
  return `      WITH changed AS (
        UPDATE ${only}${table}
        SET${assignments}
        WHERE ${range} AND ${predicate}
        RETURNING ${predicate} AS unfilled
      )
      SELECT count(*), coalesce(bool_or(unfilled), false) INTO bf_rows, bf_unfilled FROM changed;
      IF bf_unfilled THEN
        RAISE EXCEPTION ${quoteLiteral(message.replaceAll('%', '%%'))};
      END IF;
`;
}

// The variables start with bf_ so that no column of the table is taken for one: PostgreSQL refuses an ambiguous name.

const variables = `  bf_key text[];
  bf_rows bigint;
  bf_total bigint;
  bf_batches bigint := 0;
  bf_tries int := 0;
  bf_unfilled boolean;
${watchVariables}`;

function keysetBlock(parts: Parts, key: readonly KeyColumn[]): string {
  const { table, progress, batch, pause } = parts;
  const names = key.map(({ column }) => quoteIdentifier(column));
  const columns = names.join(', ');
  const first = key.map((_, index) => `bf_first_${index + 1}`);
  const last = key.map((_, index) => `bf_last_${index + 1}`);
  const declared = key.map(({ type }, index) => `  ${first[index]} ${type};\n  ${last[index]} ${type};\n`).join('');
  const saved = key.map(({ type }, index) => `bf_key[${index + 1}]::${type}`).join(', ');
  const descending = names.map((name) => `${name} DESC`).join(', ');
  const started = first.map((name) => `${name}::text`).join(', ');
  return `DECLARE
  bf_job constant text := ${quoteLiteral(parts.job)};
  bf_table constant regclass := ${quoteLiteral(table)};
${declared}${variables}BEGIN
${prepare(parts)}${estimate(rowsQuery('bf_table', ' INTO bf_all'))}  IF bf_key IS NULL THEN
    SELECT ${columns} INTO ${first.join(', ')} FROM ${table} ORDER BY ${columns} LIMIT 1;
  ELSE
    SELECT ${saved} INTO ${first.join(', ')};
  END IF;
  WHILE ${first[0]} IS NOT NULL LOOP
${behind(parts)}    PERFORM set_config('lock_timeout', '5s', true);
    BEGIN
      SELECT ${columns} INTO ${last.join(', ')}
      FROM (SELECT ${columns} FROM ${table} WHERE ${compare(names, '>=', first)} ORDER BY ${columns} LIMIT ${batch}) AS bf
      ORDER BY ${descending} LIMIT 1;
${update(parts, '', `${compare(names, '>=', first)} AND ${compare(names, '<=', last)}`)}${retry}    SELECT ${columns} INTO ${first.join(', ')} FROM ${table}
    WHERE ${compare(names, '>', last)} ORDER BY ${columns} LIMIT 1;
    bf_key := CASE WHEN ${first[0]} IS NOT NULL THEN ARRAY[${started}] END;
    bf_seen := bf_seen + ${batch};
${save(progress, pause)}  END LOOP;
${finish(parts)}END
`;
}

function compare(names: readonly string[], operator: string, values: readonly string[]): string {
  return names.length === 1
    ? `${names[0]} ${operator} ${values[0]}`
    : `(${names.join(', ')}) ${operator} (${values.join(', ')})`;
}

const blockRange = "ctid >= format('(%s,0)', bf_block)::tid AND ctid < format('(%s,0)', bf_block + bf_blocks)::tid";

/**
 * Without a key, ranges of blocks: PostgreSQL 14 and later read such a range of ctid alone (TID Range Scan).
 * An UPDATE of the application can move a row into a block that was already passed, so the table is walked again
 * until a pass changes nothing, or no less than the pass before it: then the rest cannot be filled.
 */
function blockRangeBlock(parts: Parts): string {
  const { table, progress, batch, pause } = parts;
  return `DECLARE
  bf_job constant text := ${quoteLiteral(parts.job)};
  bf_table constant regclass := ${quoteLiteral(table)};
  bf_block_size constant bigint := current_setting('block_size');
  -- So many blocks hold ${batch} rows at most.
  bf_blocks constant bigint := greatest(1, ${batch} * ${smallestRow} / bf_block_size);
  bf_block bigint;
  bf_pass bigint;
  bf_pass_before bigint;
${variables}BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = bf_table) = 'p' THEN
    RAISE EXCEPTION '% is partitioned and has no key: run this for each of its partitions', bf_table;
  END IF;
${prepare(parts)}  bf_block := coalesce(bf_key[1]::bigint, 0);
  bf_seen := bf_block;
${estimate('bf_all := pg_relation_size(bf_table) / bf_block_size')}  bf_pass := bf_total;
  LOOP
    IF bf_block >= pg_relation_size(bf_table) / bf_block_size THEN
      EXIT WHEN bf_pass = 0 OR bf_pass >= bf_pass_before;
      bf_pass_before := bf_pass;
      bf_pass := 0;
      bf_block := 0;
    END IF;
${behind(parts)}    PERFORM set_config('lock_timeout', '5s', true);
    BEGIN
${update(parts, 'ONLY ', blockRange)}${retry}    bf_pass := bf_pass + bf_rows;
    bf_block := bf_block + bf_blocks;
    bf_key := ARRAY[bf_block::text];
    bf_seen := bf_seen + bf_blocks;
${save(progress, pause)}  END LOOP;
${finish(parts)}END
`;
}

/** Makes the progress table and reads where to start: `bf_key` is NULL for the start of the table. */
function prepare({ progress, table }: Parts): string {
  return `  IF current_setting('statement_timeout') <> '0' THEN
    RAISE WARNING 'statement_timeout is %: it can stop this backfill of ${table.replaceAll('%', '%%').replaceAll("'", "''")}', current_setting('statement_timeout');
  END IF;
  IF NOT pg_try_advisory_lock(hashtextextended('airlock ' || bf_job, 0)) THEN
    RAISE EXCEPTION 'this backfill runs already in another session';
  END IF;
  CREATE TABLE IF NOT EXISTS ${progress} (
    job text PRIMARY KEY,
    next_key text[],
    changed_rows bigint NOT NULL DEFAULT 0,
    seen bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  INSERT INTO ${progress} (job) VALUES (bf_job) ON CONFLICT (job) DO NOTHING;
  SELECT next_key, changed_rows, seen INTO bf_key, bf_total, bf_seen FROM ${progress} WHERE job = bf_job;
  COMMIT;
`;
}

/** Ends the block around the UPDATE: a batch that could not get its rows is tried again, 20 times in a row at most. */
const retry = `      bf_tries := 0;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      bf_tries := bf_tries + 1;
      IF bf_tries > 20 THEN
        RAISE;
      END IF;
    END;
    IF bf_tries > 0 THEN
      COMMIT;
      PERFORM pg_sleep(1);
      CONTINUE;
    END IF;
`;

/** Remembers the batch in the same transaction as its rows, so that neither can be there without the other. */
function save(progress: string, pause: string): string {
  return `    bf_total := bf_total + bf_rows;
    bf_batches := bf_batches + 1;
    UPDATE ${progress} SET next_key = bf_key, changed_rows = bf_total, seen = bf_seen,
      updated_at = clock_timestamp()
    WHERE job = bf_job;
    COMMIT;
${says}${pause === '0' ? '' : `    PERFORM pg_sleep(${pause});\n`}`;
}

/**
 * ANALYZE takes ShareUpdateExclusive, which blocks neither reads nor writes. The progress table goes with the last
 * backfill that uses it, so that the schema is left as it was; whoever still reads it keeps it alive.
 */
function finish({ table, progress }: Parts): string {
  return `  ANALYZE ${table};
  DELETE FROM ${progress} WHERE job = bf_job;
  COMMIT;
  BEGIN
    PERFORM set_config('lock_timeout', '1s', true);
    IF NOT EXISTS (SELECT FROM ${progress}) THEN
      DROP TABLE ${progress};
    END IF;
  EXCEPTION WHEN lock_not_available THEN
    NULL;
  END;
  COMMIT;
  PERFORM pg_advisory_unlock(hashtextextended('airlock ' || bf_job, 0));
  RAISE NOTICE '%: done, % rows changed', bf_job, bf_total;
`;
}
