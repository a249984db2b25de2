import type { OtherStatement } from './kinds.js';
import type { ParsedStatement } from './statement.js';

/**
 * Functions that read or write files of the server, reach other servers or stop it (PostgreSQL 18, "System
 * Administration Functions", dblink, adminpack). By name alone: a function of the author's that is called so is refused, too.
 */
const outwards = new Set([
  'lo_import',
  'lo_export',
  'pg_read_file',
  'pg_read_binary_file',
  'pg_ls_dir',
  'pg_ls_logdir',
  'pg_ls_waldir',
  'pg_ls_tmpdir',
  'pg_ls_archive_statusdir',
  'pg_stat_file',
  'pg_file_write',
  'pg_file_rename',
  'pg_file_unlink',
  'pg_file_sync',
  'pg_rotate_logfile',
  'pg_reload_conf',
  'pg_promote',
  'pg_switch_wal',
  'pg_terminate_backend',
  'pg_cancel_backend',
  'pg_create_physical_replication_slot',
  'pg_create_logical_replication_slot',
  'dblink',
  'dblink_connect',
  'dblink_connect_u',
  'dblink_exec',
  'dblink_send_query',
  'query_to_xml_and_file',
]);

/** Extensions that exist to reach files, programs or other servers. */
const outwardExtensions = new Set([
  'file_fdw',
  'dblink',
  'postgres_fdw',
  'adminpack',
  'plpythonu',
  'plpython3u',
  'plperlu',
  'pltclu',
  'plsh',
  'http',
  'pg_net',
  'pg_cron',
]);

/** Statements that change the server and not the database, with what people call them. */
const serverStatements: Readonly<Record<string, string>> = {
  AlterSystemStmt: 'ALTER SYSTEM',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  AlterSubscriptionStmt: 'ALTER SUBSCRIPTION',
  LoadStmt: 'LOAD',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  AlterDatabaseStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE',
};

/**
 * What of a statement reaches beyond its database: files and programs of the server, other servers, the server itself.
 * In: a statement, with what stands inside of it. Out: what it is, such as "COPY … PROGRAM"; undefined where nothing
 * does. SQL that is put together when it runs is read as far as its text shows it.
 */
export function wayOut(parsed: ParsedStatement): string | undefined {
  const own = parsed.node === undefined ? undefined : inTree(parsed.node);
  if (own !== undefined) return own;
  for (const { parsed: inner } of parsed.embedded) {
    const found = wayOut(inner);
    if (found !== undefined) return found;
  }
  return parsed.dynamic.length > 0 || isCode(parsed) ? inText(parsed.text) : undefined;
}

/**
 * Whether a statement changes roles, or what they own: that belongs to the whole server and not to its database. Of SQL
 * that is put together when it runs only words are known; those that may speak of roles count.
 */
export function changesRoles({ actions, dynamic, embedded, text }: ParsedStatement): boolean {
  if (actions.some((action) => action.kind === 'other' && ofRoles.has(action.statement))) return true;
  if (actions.some((action) => action.kind === 'comment' && action.objectKind === 'role')) return true;
  // A function that does it need not be made: a later statement calls it.
  if (embedded.some(({ parsed }) => changesRoles(parsed))) return true;
  return dynamic.length > 0 && /\b(?:roles?|users?|groups?|owned)\b/i.test(text);
}

const ofRoles: ReadonlySet<OtherStatement> = new Set([
  'create role',
  'alter role',
  'alter role set',
  'drop role',
  'grant role',
  'revoke role',
  'drop owned',
  'reassign owned',
]);

/** A DO block, or a body of a function that runs later. */
function isCode({ tag }: ParsedStatement): boolean {
  return tag === 'DoStmt' || tag === 'CreateFunctionStmt';
}

function inText(text: string): string | undefined {
  if (/\bcopy\b[^;]*\b(?:from|to)\s+program\b/i.test(text)) return 'COPY … PROGRAM';
  for (const [word] of text.matchAll(/\b[a-z_]+(?=\s*\()/gi))
    if (outwards.has(word.toLowerCase())) return `${word.toLowerCase()}()`;
  return undefined;
}

/** Without recursion in the call stack: trees are as deep as their authors like. */
function inTree(root: unknown): string | undefined {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (Array.isArray(node)) waiting.push(...node);
    else if (isObject(node))
      for (const [key, value] of Object.entries(node)) {
        const found = isObject(value) ? ofNode(key, value) : undefined;
        if (found !== undefined) return found;
        if (typeof value === 'object') waiting.push(value);
      }
  }
  return undefined;
}

function ofNode(tag: string, node: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.hasOwn(serverStatements, tag)) return serverStatements[tag];
  if (tag === 'CopyStmt') {
    if (node.is_program === true) return 'COPY … PROGRAM';
    return typeof node.filename === 'string' ? 'COPY with a file of the server' : undefined;
  }
  if (tag === 'FuncCall') {
    const name = namesIn(node.funcname).at(-1)?.toLowerCase();
    return name !== undefined && outwards.has(name) ? `${name}()` : undefined;
  }
  if (tag === 'CreateExtensionStmt' && typeof node.extname === 'string' && outwardExtensions.has(node.extname))
    return `CREATE EXTENSION ${node.extname}`;
  if (tag === 'CreateFunctionStmt') {
    const text = JSON.stringify(node.options ?? '');
    const language = /"defname":"language","arg":\{"String":\{"sval":"([^"]*)"/.exec(text)?.[1]?.toLowerCase();
    return language === 'c' || language === 'internal' || (language !== undefined && outwardExtensions.has(language))
      ? `LANGUAGE ${language}`
      : undefined;
  }
  return undefined;
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => {
    const string = isObject(each) && isObject(each.String) ? each.String.sval : undefined;
    return typeof string === 'string' ? [string] : [];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
