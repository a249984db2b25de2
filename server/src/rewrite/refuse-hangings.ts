import type { ObjectName } from '../sql/action.js';
import { objectSql, quoteLiteral } from '../sql/quote.js';

/**
 * Lines of a DO block that fail where more hangs on a column than the files say: it would follow the old column, and go
 * with it. Its own default and NOT NULL do not count; they are carried over. `taken`: a name that no column may have yet.
 * `carried`: constraints, indexes and the sequence that the plan takes along, by name.
 */
export function refuseHangings(
  table: ObjectName,
  column: string,
  taken: string,
  carried: readonly string[] = [],
): string[] {
  const names = `ARRAY[${carried.map(quoteLiteral).join(', ')}]::name[]`;
  const relation = `${quoteLiteral(objectSql(table))}::regclass`;
  const label = quoteLiteral(`${table.name}.${column}`);
  return [
    'IF EXISTS (',
    '  SELECT FROM pg_attribute AS a JOIN pg_depend AS d ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum',
    `  WHERE a.attrelid = ${relation} AND a.attname = ${quoteLiteral(column)} AND d.refclassid = 'pg_class'::regclass`,
    "    AND NOT EXISTS (SELECT FROM pg_attrdef AS f WHERE d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid AND f.adnum = a.attnum)",
    "    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid AND c.contype = 'n')",
    ...(carried.length === 0
      ? []
      : [
          `    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid AND c.conname = ANY (${names}))`,
          `    AND NOT EXISTS (SELECT FROM pg_class AS r WHERE d.classid = 'pg_class'::regclass AND r.oid = d.objid AND r.relname = ANY (${names}))`,
        ]),
    ') OR EXISTS (',
    `  SELECT FROM pg_attribute WHERE attrelid = ${relation} AND attname = ${quoteLiteral(column)}`,
    '    AND (attacl IS NOT NULL OR attoptions IS NOT NULL OR col_description(attrelid, attnum) IS NOT NULL)',
    ') THEN',
    `  RAISE EXCEPTION 'more hangs on % than the migrations say: an index, a constraint, a view, rights or a comment', ${label};`,
    'END IF;',
    `IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${relation} AND attname = ${quoteLiteral(taken)} AND NOT attisdropped) THEN`,
    `  RAISE EXCEPTION '% has a column % already', ${quoteLiteral(table.name)}, ${quoteLiteral(taken)};`,
    'END IF;',
  ];
}
