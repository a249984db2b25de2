import { doBlock } from '../../schema/safe-statements.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { type Phase, short, slugOf, titleOf } from '../plan.js';
import { nameIn, type Pattern, tableNameOf, planForTable, tableField } from './pattern.js';

/** A table gets another name, and the old one stays as a view until no code needs it. */
export const renameTable: Pattern = {
  id: 'rename-table',
  title: 'Rename a table',
  summary: 'RENAME takes an instant, and every query of the running code that names the table fails from then on.',
  fields: [tableField, { name: 'to', kind: 'new name', title: 'Its new name' }],
  usual: (values) =>
    `ALTER TABLE ${objectSql(tableNameOf(values))} RENAME TO ${quoteIdentifier(nameIn(values, 'to'))};`,
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const to = nameIn(values, 'to');
      if (context.state.table({ ...table, name: to })) return { refused: `There is a table ${to} already.` };
      if (known.rowSecurity)
        return {
          refused: `${table.name} has row level security, which a view of the old name would need its own rights for.`,
        };
      const [old, renamed] = [objectSql(table), qualify(table.schema, to)];
      const kindOf = (name: string): string =>
        `(SELECT relkind FROM pg_class WHERE oid = to_regclass(${quoteLiteral(name)}))`;
      const phases: Phase[] = [
        {
          slug: slugOf('rename', table.name, 'to', to),
          title: `Rename ${table.name} to ${to}, with a view of the old name`,
          why: `In one transaction, so that no query finds the name missing. Through the view, SELECT, INSERT, UPDATE, DELETE and ON CONFLICT (columns) of the old code reach ${to}.`,
          notes: [
            'COPY … FROM into a view, TRUNCATE, LOCK TABLE, ON CONFLICT ON CONSTRAINT and new foreign keys need the table: no code that is running may use them with the old name.',
            'Who has rights on the table gets them on the view. A column that is added later has to be added to the view too.',
          ],
          statements: [
            short(
              doBlock([
                `IF ${kindOf(old)} IN ('r', 'p') THEN`,
                `  ALTER TABLE ${old} RENAME TO ${quoteIdentifier(to)};`,
                ...viewOf(old, renamed).map((line) => `  ${line}`),
                'END IF;',
              ]),
              `airlock-ignore no-rename-table: the old name stays usable as a view; airlock-ignore no-dynamic-sql: it copies the rights to it`,
            ),
          ],
          transactional: true,
          back: [
            short(
              doBlock([
                `IF ${kindOf(old)} = 'v' THEN`,
                `  DROP VIEW ${old};`,
                `  ALTER TABLE ${renamed} RENAME TO ${quoteIdentifier(table.name)};`,
                'END IF;',
              ]),
            ),
          ],
          backTransactional: true,
        },
        {
          slug: slugOf('drop', 'view', table.name),
          title: `Drop the view ${table.name}`,
          why: 'Nothing uses the old name any more.',
          gate: `no code that is running uses the name ${table.name}.`,
          statements: [
            short(`DROP VIEW IF EXISTS ${old}`, 'airlock-ignore no-drop-view: no code uses the old name any more'),
          ],
          transactional: true,
          back: [
            short(
              doBlock([
                `IF to_regclass(${quoteLiteral(old)}) IS NULL THEN`,
                ...viewOf(old, renamed).map((line) => `  ${line}`),
                'END IF;',
              ]),
              'airlock-ignore no-dynamic-sql: it copies the rights of the table to the view',
            ),
          ],
          backTransactional: true,
        },
      ];
      return { title: titleOf(phases, 'rename behind a view → drop the view'), phases, mends: [] };
    }),
  example: {
    schema: 'CREATE TABLE clients (id bigint PRIMARY KEY, name text);',
    values: { table: 'clients', to: 'customers' },
  },
};

/** A view of a table, with the rights that the table has. Names are SQL text. */
function viewOf(view: string, table: string): string[] {
  return [`CREATE VIEW ${view} AS SELECT * FROM ${table};`, ...copiedRights(table, view)];
}

/** What gives one relation the rights that roles have on another, in PL/pgSQL. Names are SQL text. */
export function copiedRights(table: string, to: string): string[] {
  const name = to.replaceAll("'", "''").replaceAll('%', '%%');
  return [
    `EXECUTE (SELECT coalesce(string_agg(format('GRANT %s ON ${name} TO %s%s', given.privilege_type,`,
    "    CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END,",
    "    CASE WHEN given.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; '), 'SELECT 1')",
    "  FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) AS given",
    `  WHERE pg_class.oid = ${quoteLiteral(table)}::regclass`,
    "    AND given.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'));",
  ];
}
