import type { Action, ActionKind, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { leadingWords, nameOf } from '../engine/words.js';

/** The catalogs that people write to, and the commands that do it properly. */
const commands: Readonly<Record<string, string>> = {
  pg_attrdef: 'ALTER TABLE … ALTER COLUMN … SET DEFAULT',
  pg_attribute: 'ALTER TABLE … ALTER COLUMN',
  pg_auth_members: 'GRANT and REVOKE',
  pg_authid: 'ALTER ROLE',
  pg_cast: 'CREATE CAST and DROP CAST',
  pg_class: 'ALTER TABLE or ALTER INDEX',
  pg_collation: 'ALTER COLLATION',
  pg_constraint: 'ALTER TABLE … ALTER, VALIDATE or DROP CONSTRAINT',
  pg_database: 'ALTER DATABASE',
  pg_depend: 'the command that makes or drops the object',
  pg_description: 'COMMENT ON',
  pg_enum: 'ALTER TYPE … ADD VALUE or RENAME VALUE, and a new type in the place of one that loses a value',
  pg_extension: 'ALTER EXTENSION',
  pg_index: 'DROP INDEX CONCURRENTLY with a new index, or REINDEX',
  pg_inherits: 'ALTER TABLE … INHERIT, ATTACH or DETACH PARTITION',
  pg_language: 'CREATE OR REPLACE LANGUAGE',
  pg_largeobject: 'the functions of large objects',
  pg_namespace: 'ALTER SCHEMA',
  pg_operator: 'ALTER OPERATOR',
  pg_policy: 'ALTER POLICY',
  pg_proc: 'CREATE OR REPLACE or ALTER FUNCTION',
  pg_publication: 'ALTER PUBLICATION',
  pg_rewrite: 'CREATE OR REPLACE VIEW or RULE',
  pg_sequence: 'ALTER SEQUENCE',
  pg_statistic: 'ANALYZE',
  pg_tablespace: 'ALTER TABLESPACE',
  pg_trigger: 'ALTER TABLE … DISABLE or ENABLE TRIGGER',
  pg_type: 'ALTER TYPE or ALTER DOMAIN',
};

/** A superuser may write to catalogs, and PostgreSQL believes whatever stands there. */
export default defineRule({
  meta: {
    id: 'no-catalog-write',
    category: 'execution',
    severity: 'warning',
    summary: 'Change objects by their commands, never by writing to pg_catalog.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/catalogs-overview.html'],
    messages: {
      writes:
        "This writes to PostgreSQL's own catalog {catalog}, which only a superuser may. Nothing checks the change, locks the objects or writes what depends on them, and a wrong row damages the database.\nUse {command}.",
    },
  },

  checkStatement(context) {
    for (const action of context.statement.actions) {
      const name = writtenBy(action);
      if (!name || !isCatalog(name, context)) continue;
      const at = name.span ?? leadingWords(context.statement);
      const command = commands[name.name] ?? 'the command for the object';
      return { at, message: 'writes', data: { catalog: nameOf(name), command } };
    }
    return undefined;
  },
});

const writing: ReadonlySet<ActionKind> = new Set<ActionKind>([
  'insert',
  'update',
  'delete',
  'merge',
  'truncate',
  'dropTable',
  'renameTable',
  'renameColumn',
  'addColumn',
  'dropColumn',
  'alterColumnType',
  'setDefault',
  'dropDefault',
  'setNotNull',
  'dropNotNull',
  'addConstraint',
  'dropConstraint',
  'alterTableOther',
]);

/** The table that an action changes, its rows or its form. */
function writtenBy(action: Action): ObjectName | undefined {
  if (action.kind === 'copy') return action.from ? action.table : undefined;
  return writing.has(action.kind) && 'table' in action ? action.table : undefined;
}

/** pg_catalog comes first in every search_path that does not name it, before a user's table of the same name. */
function isCatalog(name: ObjectName, { before }: RuleContext): boolean {
  if (name.schema !== undefined && name.schema !== 'pg_catalog') return false;
  // An UPDATE of the view pg_settings is SET by other words.
  if (name.name === 'pg_settings') return false;
  if (name.schema === undefined && before.relation(name)) return false;
  return name.schema !== undefined || name.name in commands;
}
