import { membersOf } from '../../schema/dependents/extension-members.js';
import type { Settings } from '../../schema/session-settings.js';
import type { SchemaState } from '../../schema/state.js';
import {
  extensions,
  formsSince,
  functionsSince,
  functionsUntil,
  rolesSince,
  settingsSince,
  settingsUntil,
} from '../../sql/postgres-names.js';
import type { ParsedStatement } from '../../sql/statement.js';
import type { OptionFeature, SyntaxFeature, VersionUse } from '../../sql/versions/features.js';
import { doesNotExist, type Failure, tooNew } from '../failure.js';
import type { Target } from '../impact.js';

interface Newer {
  /** The first major version that takes it. */
  readonly since: number;
  /** PostgreSQL's answer before, where it is no syntax error of its grammar. */
  readonly answer?: string;
  readonly code?: string;
}

/** What came with a version, as PostgreSQL 14 to 18 take and refuse it (test/impact/by-version.test.ts). */
const syntax: Readonly<Record<SyntaxFeature, Newer>> = {
  'ALTER CONSTRAINT … ENFORCED': { since: 18 },
  'ALTER CONSTRAINT … INHERIT': { since: 18 },
  'ALTER DATABASE … REFRESH COLLATION VERSION': { since: 15 },
  'ALTER SUBSCRIPTION … SKIP': { since: 15 },
  'AT LOCAL': { since: 17 },
  'CLUSTER (VERBOSE) without a table': { since: 17 },
  'COPY FORCE_NULL *': {
    since: 17,
    code: '22023',
    answer: 'argument to option "force_null" must be a list of column names',
  },
  'COPY HEADER MATCH': { since: 15, code: '42601', answer: 'header requires a Boolean value' },
  'COPY HEADER of text': { since: 15, code: '0A000', answer: 'COPY HEADER available only in CSV mode' },
  'GRANT … ON PARAMETER': { since: 15 },
  'IS JSON': { since: 16 },
  JSON_TABLE: { since: 17 },
  'JSON WITH UNIQUE KEYS': { since: 17 },
  'LIKE in a foreign table': {
    since: 18,
    code: '0A000',
    answer: 'LIKE is not supported for creating foreign tables',
  },
  MERGE: { since: 15 },
  'MERGE … RETURNING': { since: 17 },
  'MERGE … WHEN NOT MATCHED BY SOURCE': { since: 17 },
  'NO INHERIT of NOT NULL': { since: 18 },
  'NOT ENFORCED': { since: 18 },
  'NOT NULL as a constraint of a domain': { since: 17 },
  'NOT NULL as a table constraint': { since: 18 },
  'NULLS NOT DISTINCT': { since: 15 },
  'ON DELETE SET … with columns': { since: 15 },
  'ONLY in VACUUM and ANALYZE': { since: 18 },
  'PERIOD in a foreign key': { since: 18 },
  'REINDEX without a name': { since: 16 },
  'RETURNING WITH': { since: 18 },
  'RETURNING old or new': { since: 18, code: '42P01', answer: 'missing FROM-clause entry for table "old" or "new"' },
  'SET ACCESS METHOD': { since: 15 },
  'SET ACCESS METHOD DEFAULT': { since: 17 },
  'SET EXPRESSION': { since: 17 },
  'SET LOGGED of a sequence': { since: 15, code: '42809', answer: 'the sequence is not a table' },
  'SET STATISTICS DEFAULT': { since: 17 },
  'SET STORAGE DEFAULT': { since: 16 },
  'STORAGE of a new column': { since: 16 },
  'USING of a partitioned table': {
    since: 17,
    code: '0A000',
    answer: 'specifying a table access method is not supported on a partitioned table',
  },
  'VALUES in FROM without an alias': { since: 16 },
  'WITHOUT OVERLAPS': { since: 18 },
  'XMLSERIALIZE … INDENT': { since: 16 },
  'a column list, a row filter or a schema in a publication': { since: 15 },
  'a hexadecimal, octal or binary number, or one with underscores': { since: 16 },
  'a subquery in FROM without an alias': { since: 16 },
  'a virtual generated column': { since: 18 },
  'an event trigger on login': { since: 17, code: '42601', answer: 'unrecognized event name "login"' },
  'an unlogged sequence': { since: 15, code: '0A000', answer: 'unlogged sequences are not supported' },
  'privileges on new large objects': { since: 18 },
  'statistics without a name': { since: 16 },
  'the builtin collation provider': {
    since: 17,
    code: '42P17',
    answer: 'unrecognized collation provider: builtin',
  },
  'the privilege MAINTAIN': { since: 17, code: '42601', answer: 'unrecognized privilege type "maintain"' },
};

interface Options {
  /** PostgreSQL's answer to one that it does not know. */
  readonly answer: (name: string) => string;
  readonly code?: string;
  readonly since: Readonly<Record<string, number>>;
}

const options: Readonly<Record<OptionFeature, Options>> = {
  'COPY option': {
    answer: (name) => `option "${name}" not recognized`,
    since: { default: 16, log_verbosity: 17, on_error: 17, reject_limit: 18 },
  },
  'CREATE DATABASE option': {
    answer: (name) => `option "${name}" not recognized`,
    since: {
      builtin_locale: 17,
      collation_version: 15,
      icu_locale: 15,
      icu_rules: 16,
      locale_provider: 15,
      oid: 15,
      strategy: 15,
    },
  },
  'EXPLAIN option': {
    answer: (name) => `unrecognized EXPLAIN option "${name}"`,
    since: { generic_plan: 16, memory: 17, serialize: 17 },
  },
  'VACUUM option': {
    answer: (name) => `unrecognized option "${name}"`,
    since: { buffer_usage_limit: 16, only_database_stats: 16, process_main: 16, skip_database_stats: 16 },
  },
  'collation attribute': {
    answer: (name) => `collation attribute "${name}" not recognized`,
    since: { rules: 16 },
  },
  'publication parameter': {
    answer: (name) => `unrecognized publication parameter: "${name}"`,
    since: { publish_generated_columns: 18 },
  },
  'role option': { answer: (name) => `syntax error at or near "${name}"`, since: { inherit: 16, set: 16 } },
  'storage parameter': {
    answer: (name) => `unrecognized parameter "${name}"`,
    code: '22023',
    since: { autovacuum_vacuum_max_threshold: 18, vacuum_max_eager_freeze_failure_rate: 18 },
  },
  'subscription parameter': {
    answer: (name) => `unrecognized subscription parameter: "${name}"`,
    since: {
      disable_on_error: 15,
      failover: 17,
      origin: 16,
      password_required: 16,
      run_as_owner: 16,
      'streaming = parallel': 16,
      two_phase: 15,
    },
  },
  'view option': {
    answer: (name) => `unrecognized parameter "${name}"`,
    code: '22023',
    since: { security_invoker: 15 },
  },
};

/** Functions of SQL/JSON, which the grammar knows by name. */
const jsonSince: Readonly<Record<string, number>> = {
  json_array: 16,
  json_arrayagg: 16,
  json_exists: 17,
  json_object: 16,
  json_objectagg: 16,
  json_query: 17,
  json_scalar: 17,
  json_serialize: 17,
  json_value: 17,
};

function byName(lists: Readonly<Record<number, string>>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(lists).flatMap(([version, list]) =>
      list
        .trim()
        .split(/\s+/)
        .map((name) => [name, Number(version)]),
    ),
  );
}

const since = {
  function: byName(functionsSince),
  form: byName(formsSince),
  setting: byName(settingsSince),
  role: byName(rolesSince),
};
const until = { function: byName(functionsUntil), setting: byName(settingsUntil) };
const ofPostgres = new Set(extensions.trim().split(/\s+/));

/**
 * What a version of PostgreSQL refuses in a statement of a file that another version takes: syntax, options, settings,
 * roles and functions. In: the state before the statement, and what its session has set. Out: a failure with its place;
 * of several the one that the newest version brought. Nothing for a function that the history makes.
 */
export function failsByVersion(
  statement: ParsedStatement,
  before: SchemaState,
  target: Target,
  settings: Settings,
): Failure | undefined {
  if (statement.versionUses.length === 0 && statement.embedded.length === 0) return undefined;
  let found: Failure | undefined;
  const keep = (failure: Failure | undefined, start = 0): void => {
    if (!failure) return;
    if (found && (found.until ?? 0) >= (failure.until ?? 0)) return;
    const { at } = failure;
    found = at ? { ...failure, at: { start: at.start + start, end: at.end + start } } : failure;
  };
  for (const use of statement.versionUses) keep(failureOf(use, before, target));
  if (statement.embedded.length > 0) {
    const body = bodyOf(statement, settings);
    for (const { parsed, start } of body === undefined ? [] : statement.embedded) {
      if (parsed.versionUses.length === 0 || isExecuted(statement.text, start)) continue;
      for (const use of parsed.versionUses) if (isSeenIn(body, use)) keep(failureOf(use, before, target), start);
    }
  }
  return found;
}

/** How PostgreSQL looks at the body of a statement before it runs; undefined where it does not. */
function bodyOf({ actions }: ParsedStatement, settings: Settings): 'sql' | 'plpgsql' | undefined {
  const [action] = actions;
  if (action?.kind === 'doBlock') return action.language === 'plpgsql' ? 'plpgsql' : undefined;
  if (action?.kind !== 'createFunction') return undefined;
  if (/^(?:off|false|no|0)$/i.test(settings.get('check_function_bodies') ?? '')) return undefined;
  return action.language === 'sql' || action.language === 'plpgsql' ? action.language : undefined;
}

/** True for the string of an EXECUTE, which is read when the code comes to it. */
function isExecuted(text: string, start: number): boolean {
  return /\bexecute\s+(?:format\s*\(\s*)?(?:e?'|\$\w*\$)\s*$/i.test(text.slice(Math.max(0, start - 200), start));
}

/** The grammar reads every body; what functions a body calls is looked up for those in SQL alone. */
function isSeenIn(body: 'sql' | 'plpgsql' | undefined, { feature, isPlainCall }: VersionUse): boolean {
  if (feature === 'function') return body === 'sql';
  if (feature === 'json function') return body === 'sql' || isPlainCall === false;
  return isSyntax(feature) && syntax[feature].code === undefined;
}

function isSyntax(feature: VersionUse['feature']): feature is SyntaxFeature {
  return Object.hasOwn(syntax, feature);
}

function failureOf(use: VersionUse, before: SchemaState, target: Target): Failure | undefined {
  const { feature, name = '', span } = use;
  const found = ((): Failure | undefined => {
    switch (feature) {
      case 'function':
        return ofFunction(use, before, target);
      case 'json function':
        return ofJson(use, before, target);
      case 'setting':
        return ofSetting(name, target);
      case 'role':
        return newer(since.role.get(name), `the role ${name}`, target, `role "${name}" does not exist`, '42704');
      default: {
        if (isSyntax(feature)) {
          const { since: version, answer, code } = syntax[feature];
          // PostgreSQL 14 reads the 0 of SELECT 0x1F as a column x1F.
          if (use.isPlainCall && target.postgres < 15) return undefined;
          return newer(version, feature, target, answer, code);
        }
        const { since: versions, answer, code } = options[feature];
        const version = Object.hasOwn(versions, name) ? versions[name] : undefined;
        return newer(version, name.toUpperCase(), target, answer(name), code);
      }
    }
  })();
  return found && span ? { ...found, at: span } : found;
}

/** `answer`: PostgreSQL's own; what it does not know is a syntax error otherwise. */
function newer(
  version: number | undefined,
  what: string,
  target: Target,
  answer?: string,
  code?: string,
): Failure | undefined {
  if (version === undefined) return undefined;
  // Where the answer has the name already, it need not stand there twice.
  const subject = answer?.includes(what.replace(/\(.*/s, '').toLowerCase()) ? 'it' : what;
  const whole = answer === undefined ? undefined : `${answer}: ${subject} came with PostgreSQL ${version}`;
  return tooNew(version, what, target, whole, code);
}

function ofFunction(use: VersionUse, before: SchemaState, target: Target): Failure | undefined {
  const { name = '', schema, arguments: given } = use;
  if (schema !== undefined && schema !== 'pg_catalog') return undefined;
  const version = since.function.get(name) ?? (given === undefined ? undefined : since.form.get(`${name}/${given}`));
  const isNewer = version !== undefined && target.postgres < version;
  const gone = until.function.get(name);
  const isGone = gone !== undefined && target.postgres >= gone;
  if ((!isNewer && !isGone) || (schema === undefined && isMadeByFiles(name, before))) return undefined;
  const more = schema === undefined ? doubtOf(before, target) : {};
  const form = since.function.has(name) ? '' : ` with ${given} arguments`;
  if (isNewer) {
    const failure = newer(version, `${name}()${form}`, target, `function ${name}()${form} does not exist`, '42883');
    return failure && { ...failure, ...more };
  }
  const advice = `Look up in the release notes of PostgreSQL ${gone} what has come in its place.`;
  const answer = `function ${name}() does not exist: PostgreSQL ${gone} has it no more`;
  return doesNotExist('42883', answer, advice, { since: gone ?? 0, ...more });
}

function ofJson(use: VersionUse, before: SchemaState, target: Target): Failure | undefined {
  const { name = '', isPlainCall } = use;
  const version = jsonSince[name];
  if (version === undefined || target.postgres >= version) return undefined;
  const what = name.toUpperCase();
  if (!isPlainCall) return newer(version, `${what}(…)`, target);
  if (isMadeByFiles(name, before)) return undefined;
  const failure = newer(version, `${what}()`, target, `function ${name}() does not exist`, '42883');
  return failure && { ...failure, ...doubtOf(before, target) };
}

function ofSetting(name: string, target: Target): Failure | undefined {
  const answer = `unrecognized configuration parameter "${name}"`;
  const gone = until.setting.get(name);
  if (gone === undefined || target.postgres < gone)
    return newer(since.setting.get(name), name, target, answer, '42704');
  const advice = `Leave it out, or look up in the release notes of PostgreSQL ${gone} what has come in its place.`;
  return doesNotExist('42704', `${answer}: PostgreSQL ${gone} has it no more`, advice, { since: gone });
}

/** A function or an aggregate of the name in any schema: which one is meant the search_path decides. */
function isMadeByFiles(name: string, before: SchemaState): boolean {
  for (const each of before.functions()) if (each.name === name) return true;
  for (const { kind, name: other } of before.dependents()) if (kind === 'aggregate' && other === name) return true;
  return false;
}

/** Who else may bring a function. None of PostgreSQL's own extensions has one of these names. */
function doubtOf(before: SchemaState, { versionAssumed }: Target): Pick<Failure, 'certain' | 'doubt'> {
  if (versionAssumed) return { certain: false };
  for (const { key } of before.madeObjects()) {
    const extension = /^extension (.*)$/s.exec(key)?.[1];
    if (extension !== undefined && !ofPostgres.has(extension) && !membersOf(extension))
      return { certain: false, doubt: `the extension ${extension} brings` };
  }
  return before.disturbances > 0
    ? { certain: false, doubt: 'SQL has done that Airlock cannot read' }
    : { certain: true };
}
