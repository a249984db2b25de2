import type { SchemaState } from '../../../server/src/schema/state.js';
import type { Database } from '../../support/pglite.js';

/** A schema as sorted lines, in words that the replayed state and PostgreSQL's catalogs both have. */
export type SchemaLines = readonly string[];

/** What the replay knows of tables, columns, constraints, indexes, views, sequences and types. */
export function linesOf(state: SchemaState): SchemaLines {
  const lines: string[] = [];
  for (const relation of state.relations()) {
    if (relation.schema === 'pg_temp') continue;
    const name = relation.key;
    if (relation.kind === 'index') {
      const columns = relation.columns.map((column) => column ?? '(expression)').join(', ');
      lines.push(
        `index ${name} on ${relation.table} (${columns})${relation.unique ? ' unique' : ''} ${relation.method}${relation.predicate === undefined ? '' : ' partial'}${relation.constraint === undefined ? '' : ' of a constraint'}`,
      );
    } else if (relation.kind === 'table' || relation.kind === 'foreignTable') {
      lines.push(
        `table ${name}${relation.partitionBy ? ' partitioned' : ''}${relation.unlogged ? ' unlogged' : ''}${relation.partitionOf === undefined ? '' : ` partition of ${relation.partitionOf}`}`,
      );
      for (const column of relation.columns.values()) {
        lines.push(
          `column ${name}.${column.name} ${column.notNull ? 'not null' : 'nullable'}${column.identity ? ` identity ${column.identity}` : ''}${column.generated ? ` generated ${column.generated.storage}` : column.default === undefined || /^null\b/i.test(column.default) ? '' : ' default'}`,
        );
      }
      for (const constraint of relation.constraints.values()) {
        // PostgreSQL 18 keeps NOT NULL as constraints; the state keeps it at the column.
        if (constraint.kind === 'notNull') continue;
        lines.push(
          `constraint ${name}.${constraint.name} ${constraint.kind}${constraint.kind === 'check' ? '' : ` (${constraint.columns.join(', ')})`}${constraint.references ? ` to ${constraint.references.table}` : ''}${constraint.validated ? '' : ' not valid'}`,
        );
      }
    } else if (relation.kind === 'sequence') lines.push(`sequence ${name}`);
    else lines.push(`${relation.kind} ${name}`);
  }
  for (const type of state.types()) {
    if (type.kind === 'composite') continue;
    lines.push(
      type.kind === 'enum'
        ? `enum ${type.key} ${[...type.values].sort().join(', ')}`
        : `domain ${type.key}${type.constrained ? ' constrained' : ''}`,
    );
  }
  return lines.sort();
}

/** The same from the catalogs of PostgreSQL. */
export async function linesIn(db: Database): Promise<SchemaLines> {
  const { rows } = await db.query<{ line: string }>(catalog);
  return rows.map(({ line }) => line).sort();
}

const ofUser = `nspname !~ '^pg_' AND nspname <> 'information_schema'`;

const catalog = `
WITH relation AS (
  SELECT c.*, nspname || '.' || relname AS key FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${ofUser})
SELECT 'table ' || key || CASE WHEN relkind = 'p' THEN ' partitioned' ELSE '' END
  || CASE WHEN relpersistence = 'u' THEN ' unlogged' ELSE '' END
  || coalesce((SELECT ' partition of ' || p.key FROM pg_inherits i JOIN relation p ON p.oid = inhparent
    WHERE inhrelid = r.oid AND r.relispartition), '') AS line
FROM relation r WHERE relkind IN ('r', 'p')
UNION ALL
SELECT 'column ' || key || '.' || attname || CASE WHEN attnotnull
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = r.oid AND contype = 'n' AND NOT convalidated AND conkey[1] = attnum)
    THEN ' not null' ELSE ' nullable' END
  || CASE attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity byDefault' ELSE '' END
  || CASE attgenerated WHEN 's' THEN ' generated stored' WHEN 'v' THEN ' generated virtual'
    ELSE CASE WHEN atthasdef THEN ' default' ELSE '' END END
FROM pg_attribute a JOIN relation r ON r.oid = attrelid WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || key || '.' || conname || ' '
  || CASE contype WHEN 'p' THEN 'primaryKey' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreignKey' ELSE 'exclusion' END
  || CASE contype WHEN 'c' THEN '' ELSE ' (' || (SELECT string_agg(attname, ', ' ORDER BY k.n)
    FROM unnest(conkey) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.attnum) || ')' END
  || coalesce((SELECT ' to ' || p.key FROM relation p WHERE p.oid = confrelid), '')
  || CASE WHEN convalidated THEN '' ELSE ' not valid' END
FROM pg_constraint JOIN relation r ON r.oid = conrelid WHERE contype IN ('p', 'u', 'c', 'f', 'x')
UNION ALL
SELECT 'index ' || r.key || ' on ' || t.key || ' (' || (SELECT string_agg(coalesce(attname, '(expression)'), ', ' ORDER BY k.n)
    FROM unnest((indkey::int2[])[0:indnkeyatts - 1]) WITH ORDINALITY AS k(attnum, n)
    LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.attnum AND k.attnum > 0) || ')'
  || CASE WHEN indisunique THEN ' unique' ELSE '' END || ' ' || amname
  || CASE WHEN indpred IS NULL THEN '' ELSE ' partial' END
  || CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')) THEN ' of a constraint' ELSE '' END
FROM pg_index JOIN relation r ON r.oid = indexrelid JOIN relation t ON t.oid = indrelid JOIN pg_am am ON am.oid = r.relam
UNION ALL
SELECT CASE relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materializedView ' ELSE 'sequence ' END || key
FROM relation WHERE relkind IN ('v', 'm', 'S')
UNION ALL
SELECT CASE typtype WHEN 'e' THEN 'enum ' || nspname || '.' || typname || ' '
    || (SELECT string_agg(enumlabel, ', ' ORDER BY enumlabel COLLATE "C") FROM pg_enum WHERE enumtypid = t.oid)
  ELSE 'domain ' || nspname || '.' || typname || CASE WHEN typnotnull
    OR EXISTS (SELECT FROM pg_constraint WHERE contypid = t.oid) THEN ' constrained' ELSE '' END END
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype IN ('e', 'd') AND ${ofUser}`;
