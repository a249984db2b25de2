import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import type { Rows } from './differences.js';
import { type Engine, SqlError, textOf } from './engine.js';

/**
 * Brings the rows of tables back to what they were, without triggers and without looking at foreign keys: quicker than a
 * database that is opened anew. In: the rows of these tables. Out: whether that worked; where it did not, nothing changed.
 */
export async function putBack(engine: Engine, rows: Rows): Promise<boolean> {
  if (rows.size === 0) return true;
  try {
    const names = [...rows.keys()].map(quoteLiteral).join(', ');
    const columns = JSON.parse(
      (await textOf(
        engine,
        `SELECT json_object_agg(t, (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute
           WHERE attrelid = t::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''))::text
         FROM unnest(ARRAY[${names}]) AS t`,
      )) || '{}',
    ) as Readonly<Record<string, readonly string[] | null>>;
    const statements = [...rows].flatMap(([name, list]) => {
      const written = (columns[name] ?? []).map(quoteIdentifier).join(', ');
      const gone = `DELETE FROM ONLY ${name}`;
      if (list.length === 0 || written === '') return [gone];
      const json = quoteLiteral(`[${list.join(',')}]`);
      return [
        gone,
        `INSERT INTO ${name} (${written}) OVERRIDING SYSTEM VALUE SELECT ${written} FROM jsonb_populate_recordset(NULL::${name}, ${json})`,
      ];
    });
    await engine.run(
      ['BEGIN', 'SET LOCAL session_replication_role = replica', ...statements, 'COMMIT'].join(';\n'),
      20_000,
    );
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await engine.run('ROLLBACK');
    return false;
  }
}
