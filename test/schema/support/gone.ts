import type { Database } from '../../support/pglite.js';

/** Every object of the user's schemas as "kind name of relation". A part is left out where what it belongs to is not there. */
const objects = `
WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
r AS (SELECT c.oid, c.relkind, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN n ON n.oid = c.relnamespace)
SELECT format('relation %s', name) AS line FROM r WHERE relkind IN ('r','p','f','v','m','S')
UNION ALL SELECT format('relation %s of %s', i.name, r.name) FROM pg_index x JOIN r i ON i.oid = x.indexrelid JOIN r ON r.oid = x.indrelid
UNION ALL SELECT format('%s %s of %s', CASE relkind WHEN 'c' THEN 'attribute' ELSE 'column' END, attname, name)
  FROM pg_attribute JOIN r ON r.oid = attrelid WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r','p','f','c')
UNION ALL SELECT format('default value %s of %s', attname, name) FROM pg_attrdef d JOIN r ON r.oid = adrelid
  JOIN pg_attribute a ON a.attrelid = adrelid AND a.attnum = adnum WHERE attgenerated = ''
UNION ALL SELECT format('table constraint %s of %s', conname, name) FROM pg_constraint JOIN r ON r.oid = conrelid
  WHERE contype IN ('p','u','c','x') OR (contype = 'f' AND conparentid = 0)
UNION ALL SELECT format('domain constraint %1$s.%2$s of %1$s.%2$s', nspname, typname) FROM pg_constraint JOIN pg_type t ON t.oid = contypid JOIN n ON n.oid = typnamespace WHERE contype = 'c'
UNION ALL SELECT format('trigger %s of %s', tgname, name) FROM pg_trigger JOIN r ON r.oid = tgrelid WHERE NOT tgisinternal AND tgparentid = 0
UNION ALL SELECT format('policy %s of %s', polname, name) FROM pg_policy JOIN r ON r.oid = polrelid
UNION ALL SELECT format('rule %s of %s', rulename, name) FROM pg_rewrite JOIN r ON r.oid = ev_class WHERE rulename <> '_RETURN'
UNION ALL SELECT format('statistics %s.%s of %s', nspname, stxname, name) FROM pg_statistic_ext JOIN n ON n.oid = stxnamespace JOIN r ON r.oid = stxrelid
UNION ALL SELECT format('table of publication %s of %s', pubname, name) FROM pg_publication_rel JOIN r ON r.oid = prrelid JOIN pg_publication p ON p.oid = prpubid
UNION ALL SELECT format('%s %s.%s', CASE prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END, nspname, proname) FROM pg_proc JOIN n ON n.oid = pronamespace
UNION ALL SELECT format('type %s.%s', nspname, typname) FROM pg_type t JOIN n ON n.oid = typnamespace
  WHERE typtype IN ('e','d','r') OR (typtype = 'c' AND EXISTS (SELECT FROM r WHERE r.oid = typrelid AND relkind = 'c'))
UNION ALL SELECT format('event trigger %s', evtname) FROM pg_event_trigger`;

export interface Gone {
  /** What is no more behind DROP … CASCADE, the target and its own parts among it; undefined where even that is refused. */
  readonly cascade: ReadonlySet<string> | undefined;
  /** What DROP without CASCADE refuses for, in the words of the DETAIL; undefined where it goes through. */
  readonly refused: readonly string[] | undefined;
}

async function lines(db: Database): Promise<Set<string>> {
  const { rows } = await db.query<{ line: string }>(objects);
  return new Set(rows.map(({ line }) => line));
}

/** What PostgreSQL itself drops along. In: the statement without CASCADE; the history has run. Nothing is changed. */
export async function goneWith(db: Database, drop: string): Promise<Gone> {
  const before = await lines(db);
  const plain = drop.replace(/;\s*$/, '');
  const tried = async (sql: string): Promise<{ gone: Set<string> } | { detail: string }> => {
    await db.exec('BEGIN');
    try {
      await db.exec(sql);
      const after = await lines(db);
      return { gone: new Set([...before].filter((line) => !after.has(line))) };
    } catch (error) {
      const { detail, message } = error as { detail?: string; message: string };
      return { detail: detail ?? message };
    } finally {
      await db.exec('ROLLBACK');
    }
  };
  const cascade = await tried(`${plain} CASCADE`);
  const alone = await tried(`${plain}`);
  return {
    cascade: 'gone' in cascade ? withoutParts(cascade.gone) : undefined,
    refused:
      'gone' in alone
        ? undefined
        : alone.detail
            .split('\n')
            .flatMap((line) => /^(.+?) depends on /.exec(line)?.[1] ?? [])
            .sort(),
  };
}

/** Leaves out the parts of what is gone as a whole. */
export function withoutParts(all: ReadonlySet<string>): Set<string> {
  const wholes = new Set([...all].flatMap((line) => /^(?:relation|type) (.+?)(?: of .*)?$/.exec(line)?.[1] ?? []));
  return new Set([...all].filter((line) => !wholes.has(line.slice(line.lastIndexOf(' of ') + 4))));
}
