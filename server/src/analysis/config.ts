import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import * as v from 'valibot';
import { closest, slipsInWord } from '../../../rules/engine/closest.js';
import type { Severity } from '../../../rules/engine/define-rule.js';
import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import type { Span } from '../sql/span.js';
import { readVersion, versionPattern, type WrittenVersion } from './server-version.js';
import { globProblem } from './globs.js';

const severities = ['off', 'hint', 'info', 'warning', 'error'] as const;
const severity = v.picklist(severities);

const described = <T extends v.GenericSchema>(schema: T, description: string) =>
  v.pipe(schema, v.description(description));

const strings = v.array(v.string());

/** The shape of airlock.config.json: the one source of its JSON schema, its checks and its types. */
export const configSchema = v.strictObject({
  $schema: v.optional(described(v.string(), 'The JSON schema of this file.')),
  postgres: v.optional(
    described(
      v.union([v.picklist([14, 15, 16, 17, 18]), v.pipe(v.string(), v.regex(versionPattern))]),
      'The oldest PostgreSQL version that the migrations run on: its major version, or with the minor in quotes ("14.3"). Default: 14.',
    ),
  ),
  migrations: v.optional(
    described(
      strings,
      'Globs of the migration files, relative to this file, in the order of their names. Default: the .sql files beside the one that is looked at.',
    ),
  ),
  ignore: v.optional(
    described(
      strings,
      'Globs of .sql files that Airlock leaves alone, relative to this file: another database, scratch files, exercises. Default: none; files that name another database, or are written for one, are left alone without it.',
    ),
  ),
  framework: v.optional(described(v.picklist(['auto', 'sql']), 'The migration tool. Default: "auto".')),
  transaction: v.optional(
    described(
      v.picklist(['auto', 'none', 'per-file', 'all-pending']),
      'What runs in one transaction: "none" runs each statement by itself, "per-file" wraps each file, "all-pending" wraps all pending files. Default: "auto", what the tool does.',
    ),
  ),
  applied: v.optional(
    described(
      v.union([v.picklist(['git', 'none']), v.strictObject({ through: v.string() })]),
      'Which migrations count as applied and are never edited: "git" for those on the default branch, "none", or {"through": "<version or file>"}. Default: "git".',
    ),
  ),
  schema: v.optional(
    described(v.string(), 'A schema dump that the first migration starts from, relative to this file.'),
  ),
  timeZone: v.optional(described(v.string(), 'The TimeZone of the session that runs the migrations. Default: "UTC".')),
  rules: v.optional(
    described(
      v.record(v.string(), v.union([severity, v.strictTuple([severity, v.record(v.string(), v.unknown())])])),
      'Severity of each rule, by id: "off", "hint", "info", "warning" or "error", or [severity, options].',
    ),
  ),
  timeouts: v.optional(
    described(
      v.union([
        v.picklist(['in-migrations', 'set-elsewhere']),
        v.pipe(v.string(), v.regex(/^[1-9]\d{0,5} ?(?:ms|s|min)$/)),
      ]),
      '"set-elsewhere": lock_timeout is set by the role, the tool or a script, and migrations need not set it. A duration such as "3s": the lock_timeout that fixes, splits and rollbacks write. Default: "5s".',
    ),
  ),
  application: v.optional(
    described(
      v.picklist(['running', 'stopped']),
      '"stopped": the application is stopped while migrations run, so that locks, rewrites and renames stop nobody; they are information then. Default: "running".',
    ),
  ),
  contacts: v.optional(
    described(
      v.strictObject({
        owner: v.optional(v.string()),
        reviewer: v.optional(v.string()),
        onCall: v.optional(v.string()),
        escalation: v.optional(v.string()),
      }),
      'Who is named in runbooks.',
    ),
  ),
  thresholds: v.optional(
    described(
      v.strictObject({
        lockSecondsStaging: v.optional(v.pipe(v.number(), v.minValue(0))),
        lockSecondsProduction: v.optional(v.pipe(v.number(), v.minValue(0))),
        replicationLagSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
      }),
      'When the person who runs a migration has to stop. Defaults: 5 s, 30 s, 60 s.',
    ),
  ),
});

export type ConfigFile = v.InferOutput<typeof configSchema>;

export type TransactionMode = 'none' | 'per-file' | 'all-pending';
export type RuleSetting = 'off' | Severity;

/** The configuration in force for a file, every value present. */
export interface Config {
  readonly postgres: number;
  /** The minor version of the oldest server, where it is stated. */
  readonly postgresMinor: number | undefined;
  /** True when the version is not stated. */
  readonly versionAssumed: boolean;
  readonly migrations: readonly string[] | undefined;
  /** Globs of files that are left alone. */
  readonly ignore: readonly string[];
  readonly framework: string;
  readonly transaction: 'auto' | TransactionMode;
  readonly applied: 'git' | 'none' | { readonly through: string };
  readonly schema: string | undefined;
  readonly timeZone: string;
  readonly rules: ReadonlyMap<
    string,
    { readonly severity: RuleSetting; readonly options: Readonly<Record<string, unknown>> }
  >;
  readonly timeouts: 'in-migrations' | 'set-elsewhere';
  /** The lock_timeout that Airlock writes. */
  readonly lockTimeout: string;
  /** Whether the application runs beside a migration. */
  readonly application: 'running' | 'stopped';
  readonly contacts: {
    readonly owner?: string | undefined;
    readonly reviewer?: string | undefined;
    readonly onCall?: string | undefined;
    readonly escalation?: string | undefined;
  };
  readonly thresholds: {
    readonly lockSecondsStaging: number;
    readonly lockSecondsProduction: number;
    readonly replicationLagSeconds: number;
  };
}

export interface ConfigProblem {
  readonly message: string;
  /** Where in the file's text. */
  readonly span: Span;
}

/** Long enough for a busy table, short enough for those who wait behind. */
export const defaultLockTimeout = '5s';

export function resolveConfig(file: ConfigFile, overrides: { postgres?: WrittenVersion | undefined } = {}): Config {
  const rules = new Map<string, { severity: RuleSetting; options: Record<string, unknown> }>();
  for (const [id, value] of Object.entries(file.rules ?? {})) {
    rules.set(id, Array.isArray(value) ? { severity: value[0], options: value[1] } : { severity: value, options: {} });
  }
  const version = readVersion(overrides.postgres ?? file.postgres ?? 14);
  return {
    postgres: version?.major ?? 14,
    postgresMinor: version?.minor,
    versionAssumed: overrides.postgres === undefined && file.postgres === undefined,
    migrations: file.migrations,
    ignore: file.ignore ?? [],
    framework: file.framework ?? 'auto',
    transaction: file.transaction ?? 'auto',
    applied: file.applied ?? 'git',
    schema: file.schema,
    timeZone: file.timeZone ?? 'UTC',
    rules,
    application: file.application ?? 'running',
    timeouts: file.timeouts === 'set-elsewhere' ? 'set-elsewhere' : 'in-migrations',
    lockTimeout: file.timeouts && /\d/.test(file.timeouts) ? file.timeouts : defaultLockTimeout,
    contacts: file.contacts ?? {},
    thresholds: {
      lockSecondsStaging: file.thresholds?.lockSecondsStaging ?? 5,
      lockSecondsProduction: file.thresholds?.lockSecondsProduction ?? 30,
      replicationLagSeconds: file.thresholds?.replicationLagSeconds ?? 60,
    },
  };
}

/** The id that a word means, by the rule's id or one of its aliases. */
export function ruleIdFor(word: string, rules: readonly RuleMeta[]): string | undefined {
  return rules.find((rule) => rule.id === word || rule.aliases?.includes(word))?.id;
}

function spanOf(node: Node | undefined, text: string): Span {
  return node ? { start: node.offset, end: node.offset + node.length } : { start: 0, end: text.length };
}

/** The key of a property, rather than its value. */
function keyNode(node: Node | undefined): Node | undefined {
  return node?.parent?.type === 'property' ? node.parent.children?.[0] : node;
}

/** What a configuration file says. */
export interface ParsedConfig {
  readonly file: ConfigFile;
  readonly problems: ConfigProblem[];
  /** Where "schema" stands, for what is wrong with the file that it names. */
  readonly schemaSpan?: Span;
  /** Where "through" of "applied" stands, for a name that no migration has. */
  readonly throughSpan?: Span;
}

/**
 * Reads airlock.config.json (comments and trailing commas are allowed). Never throws: what is wrong is reported with
 * its place, and the keys that are right count.
 */
export function parseConfig(text: string, rules: readonly RuleMeta[]): ParsedConfig {
  const problems: ConfigProblem[] = [];
  const errors: ParseError[] = [];
  const body = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  if (body.trim() === '') return { file: {}, problems: [] };
  const tooMuch = limitOf(body);
  if (tooMuch !== undefined) return { file: {}, problems: [{ message: tooMuch, span: { start: 0, end: 1 } }] };
  const root = parseTree(body, errors, { allowTrailingComma: true });
  for (const error of errors) {
    const words = printParseErrorCode(error.error)
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
    problems.push({
      message: `This is not JSON: ${words}.`,
      span: { start: error.offset, end: error.offset + Math.max(1, error.length) },
    });
  }
  if (root?.type !== 'object') {
    if (problems.length === 0)
      problems.push({ message: 'The configuration is one object: { "postgres": 16 }.', span: spanOf(root, body) });
    return { file: {}, problems };
  }
  const value = getNodeValue(root) as Record<string, unknown>;
  const result = v.safeParse(configSchema, value);
  const bad = new Set<string>();
  const badRules = new Set<string>();
  for (const issue of result.issues ?? []) {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    if (path[0] === 'rules' && path.length > 1) badRules.add(String(path[1]));
    else bad.add(String(path[0]));
    const node = findNodeAtLocation(root, path);
    problems.push({
      message: messageFor(issue, path),
      span: spanOf(issue.kind === 'schema' && issue.expected === 'never' ? keyNode(node) : node, body),
    });
  }
  const read = (result.success ? result.output : keepGood(value, bad, badRules)) as ConfigFile;
  const unusable = pathProblems(read, root, body);
  problems.push(...unusable);
  const file: ConfigFile = {
    ...read,
    ...(read.migrations ? { migrations: goodGlobs(read.migrations) } : {}),
    ...(read.ignore ? { ignore: goodGlobs(read.ignore) } : {}),
    ...(read.schema !== undefined && schemaProblem(read.schema) !== undefined ? { schema: undefined } : {}),
  };
  const known: Record<
    string,
    ConfigFile['rules'] extends infer R ? (R extends Record<string, infer S> ? S : never) : never
  > = {};
  const settings = new Map(Object.entries(file.rules ?? {}));
  for (const word of [...settings.keys(), ...badRules]) {
    const id = ruleIdFor(word, rules);
    const setting = settings.get(word);
    if (id !== undefined && setting !== undefined) known[id] = setting;
    if (id === undefined) {
      const near = closest(
        word,
        rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]),
        slipsInWord(word),
      );
      problems.push({
        message: `There is no rule "${word}".${near ? ` Did you mean "${near}"?` : ''}`,
        span: spanOf(keyNode(findNodeAtLocation(root, ['rules', word])), body),
      });
    }
  }
  const schemaSpan = spanOf(findNodeAtLocation(root, ['schema']), body);
  const throughSpan = spanOf(findNodeAtLocation(root, ['applied', 'through']), body);
  return { file: file.rules ? { ...file, rules: known } : file, problems, schemaSpan, throughSpan };
}

/** A configuration is read by recursion, and nobody writes one like this by hand. */
const DEEPEST = 100;
const LONGEST = 1_000_000;

function limitOf(body: string): string | undefined {
  if (body.length > LONGEST) return `The configuration has more than ${LONGEST / 1e6} million characters.`;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === '"') inString = !inString;
    else if (character === '\n') inString = false;
    else if (inString) at += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') {
      if (++depth > DEEPEST) return `The configuration is nested more than ${DEEPEST} levels deep.`;
    } else if (character === ']' || character === '}') depth--;
  }
  return undefined;
}

/** Globs and paths that cannot be used, each at its place. */
function pathProblems(file: ConfigFile, root: Node, text: string): ConfigProblem[] {
  const { schema } = file;
  const problems = (['migrations', 'ignore'] as const).flatMap((key) =>
    (file[key] ?? []).flatMap((glob, index) => {
      const message = globProblem(glob);
      return message === undefined ? [] : [{ message, span: spanOf(findNodeAtLocation(root, [key, index]), text) }];
    }),
  );
  const message = schema === undefined ? undefined : schemaProblem(schema);
  return message === undefined
    ? problems
    : [...problems, { message, span: spanOf(findNodeAtLocation(root, ['schema']), text) }];
}

/** Without any good one it is as if none had been named. */
function goodGlobs(globs: readonly string[]): string[] | undefined {
  const good = globs.filter((glob) => globProblem(glob) === undefined);
  return good.length === 0 && globs.length > 0 ? undefined : good;
}

function schemaProblem(schema: string): string | undefined {
  if (schema.trim() === '') return '"schema" is empty.';
  const isAbsolute = /^(?:[/\\]|[a-z]:)/i.test(schema);
  return isAbsolute || schema.split(/[/\\]/).includes('..')
    ? '"schema" names a file below the folder of this configuration, without ".." in its path.'
    : undefined;
}

/** The settings that are right; of the rules, those that are right. */
function keepGood(
  value: Record<string, unknown>,
  bad: ReadonlySet<string>,
  badRules: ReadonlySet<string>,
): Record<string, unknown> {
  const good = Object.entries(value).filter(([key]) => !bad.has(key) && key in configSchema.entries);
  return Object.fromEntries(
    good.map(([key, setting]) => {
      if (key !== 'rules' || typeof setting !== 'object' || setting === null) return [key, setting];
      return [key, Object.fromEntries(Object.entries(setting).filter(([rule]) => !badRules.has(rule)))];
    }),
  );
}

function messageFor(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  const key = path.join('.');
  if (issue.expected === 'never') {
    const word = String(path.at(-1));
    const near = closest(word, Object.keys(configSchema.entries), slipsInWord(word));
    return `There is no setting "${key}".${near && path.length === 1 ? ` Did you mean "${near}"?` : ''}`;
  }
  if (path[0] === 'rules' && path.length === 2) {
    const word = issue.received.replaceAll('"', '');
    const near = closest(word, severities, slipsInWord(word));
    const hint = near ? ` Did you mean "${near}"?` : '';
    return `"${key}" must be one of ${severities.join(', ')}, or a list of one of them and options, not ${issue.received}.${hint}`;
  }
  if (key === 'postgres')
    return `"postgres" must be 14, 15, 16, 17 or 18, or one with its minor in quotes ("14.3"), not ${issue.received}.`;
  return `"${key}" must be ${issue.expected?.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ') ?? 'something else'}, not ${issue.received}.`;
}
