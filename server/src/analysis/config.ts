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
import type { Sizes } from '../sizes/sizes.js';
import type { Span } from '../sql/span.js';
import { type ConfigFile, configSchema, severities } from './config-schema.js';
import { readVersion, type WrittenVersion } from './server-version.js';
import { globProblem } from './globs.js';

/** What "transaction" states: for all files, and for those of some globs. */
export interface StatedTransactions {
  readonly default: 'auto' | 'none' | 'per-file' | 'all-pending';
  readonly none?: readonly string[] | undefined;
  readonly perFile?: readonly string[] | undefined;
}

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
  readonly transaction: StatedTransactions;
  readonly applied: 'git' | 'none' | { readonly through: string };
  readonly schema: string | undefined;
  readonly timeZone: string;
  readonly rules: ReadonlyMap<
    string,
    { readonly severity: RuleSetting; readonly options: Readonly<Record<string, unknown>> }
  >;
  /** Findings that are accepted in some files. */
  readonly suppressions: readonly {
    readonly files: string;
    readonly rule: string;
    readonly reason: string;
    /** The last day on which it holds. */
    readonly until?: string | undefined;
  }[];
  readonly timeouts: 'in-migrations' | 'set-elsewhere';
  /** The lock_timeout that Airlock writes. */
  readonly lockTimeout: string;
  /** Whether the application runs beside a migration. */
  readonly application: 'running' | 'stopped';
  /** Whether and where the code of the application is searched for what a migration takes away. */
  readonly code: {
    readonly search: boolean;
    readonly include: readonly string[];
    readonly exclude: readonly string[];
  };
  /** What a rehearsal runs besides the migrations. */
  readonly rehearsal: {
    /** Relative to the configuration. */
    readonly seed: string | undefined;
    /** Globs; undefined where the code is searched for queries. */
    readonly queries: readonly string[] | undefined;
    /** Whether a review rehearses what it judges. */
    readonly review: boolean;
  };
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
    /** Up to so many rows, a table is small. */
    readonly smallTableRows: number;
    /** Older statistics keep nothing quiet. */
    readonly statisticsDays: number;
  };
  /** The sizes of the tables, where the configuration names a file of them. */
  readonly statistics: Sizes | undefined;
}

export interface ConfigProblem {
  readonly message: string;
  /** Where in the file's text. */
  readonly span: Span;
  /** The word that was meant in the place of a string there. */
  readonly meant?: string | undefined;
}

/** Long enough for a busy table, short enough for those who wait behind. */
export const defaultLockTimeout = '5s';

export function resolveConfig(
  file: ConfigFile,
  overrides: { postgres?: WrittenVersion | undefined } = {},
  statistics?: Sizes,
): Config {
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
    transaction: transactionsOf(file.transaction),
    applied: file.applied ?? 'git',
    schema: file.schema,
    timeZone: file.timeZone ?? 'UTC',
    rules,
    suppressions: (file.suppressions ?? []).filter(({ files }) => globProblem(files) === undefined),
    application: file.application ?? 'running',
    timeouts: file.timeouts === 'set-elsewhere' ? 'set-elsewhere' : 'in-migrations',
    lockTimeout: file.timeouts && /\d/.test(file.timeouts) ? file.timeouts : defaultLockTimeout,
    code: {
      search: file.code?.search ?? true,
      include: goodGlobs(file.code?.include ?? []) ?? [],
      exclude: goodGlobs(file.code?.exclude ?? []) ?? [],
    },
    rehearsal: {
      seed: file.rehearsal?.seed,
      queries: file.rehearsal?.queries && goodGlobs(file.rehearsal.queries),
      review: file.rehearsal?.review ?? false,
    },
    contacts: file.contacts ?? {},
    thresholds: {
      lockSecondsStaging: file.thresholds?.lockSecondsStaging ?? 5,
      lockSecondsProduction: file.thresholds?.lockSecondsProduction ?? 30,
      replicationLagSeconds: file.thresholds?.replicationLagSeconds ?? 60,
      smallTableRows: file.thresholds?.smallTableRows ?? 10_000,
      statisticsDays: file.thresholds?.statisticsDays ?? 90,
    },
    statistics,
  };
}

function transactionsOf(stated: ConfigFile['transaction']): StatedTransactions {
  if (typeof stated !== 'object') return { default: stated ?? 'auto' };
  const { none = [], perFile = [] } = stated;
  return { default: stated.default ?? 'auto', none: goodGlobs(none), perFile: goodGlobs(perFile) };
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
  /** The same of "stats". */
  readonly statsSpan?: Span;
  /** The same of "seed" of "rehearsal". */
  readonly seedSpan?: Span;
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
      ...messageFor(issue, path),
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
    ...(read.rehearsal ? { rehearsal: withGoodSeed(read.rehearsal) } : {}),
    ...(read.schema !== undefined && pathProblem('schema', read.schema) !== undefined ? { schema: undefined } : {}),
    ...(read.stats !== undefined && pathProblem('stats', read.stats) !== undefined ? { stats: undefined } : {}),
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
    if (id === undefined)
      problems.push({
        ...noSuchRule(word, rules),
        span: spanOf(keyNode(findNodeAtLocation(root, ['rules', word])), body),
      });
  }
  const suppressions = file.suppressions?.map((each, index) => {
    const id = ruleIdFor(each.rule, rules);
    if (id === undefined)
      problems.push({
        ...noSuchRule(each.rule, rules),
        span: spanOf(findNodeAtLocation(root, ['suppressions', index, 'rule']), body),
      });
    return { ...each, rule: id ?? each.rule };
  });
  const schemaSpan = spanOf(findNodeAtLocation(root, ['schema']), body);
  const statsSpan = spanOf(findNodeAtLocation(root, ['stats']), body);
  const seedSpan = spanOf(findNodeAtLocation(root, ['rehearsal', 'seed']), body);
  const throughSpan = spanOf(findNodeAtLocation(root, ['applied', 'through']), body);
  return {
    file: { ...file, ...(file.rules && { rules: known }), ...(suppressions && { suppressions }) },
    problems,
    schemaSpan,
    statsSpan,
    seedSpan,
    throughSpan,
  };
}

function withGoodSeed({ seed, ...rest }: NonNullable<ConfigFile['rehearsal']>): ConfigFile['rehearsal'] {
  return seed === undefined || pathProblem('seed', seed) !== undefined ? rest : { ...rest, seed };
}

/** What a problem says, and the word that was meant. */
type Said = Pick<ConfigProblem, 'message' | 'meant'>;

function didYouMean(message: string, meant: string | undefined): Said {
  return meant === undefined ? { message } : { message: `${message} Did you mean "${meant}"?`, meant };
}

function noSuchRule(word: string, rules: readonly RuleMeta[]): Said {
  const words = rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]);
  const near = closest(word, words, slipsInWord(word));
  return didYouMean(`There is no rule "${word}".`, near);
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
  const stated = typeof file.transaction === 'object' ? file.transaction : {};
  const lists: readonly (readonly [readonly string[], readonly string[] | undefined])[] = [
    [['migrations'], file.migrations],
    [['ignore'], file.ignore],
    [['code', 'include'], file.code?.include],
    [['code', 'exclude'], file.code?.exclude],
    [['rehearsal', 'queries'], file.rehearsal?.queries],
    [['transaction', 'none'], stated.none],
    [['transaction', 'perFile'], stated.perFile],
  ];
  const globs: readonly (readonly [readonly (string | number)[], string])[] = [
    ...lists.flatMap(([key, each = []]) => each.map((glob, index) => [[...key, index], glob] as const)),
    ...(file.suppressions ?? []).map(({ files }, index) => [['suppressions', index, 'files'], files] as const),
  ];
  const problems = globs.flatMap(([at, glob]) => {
    const message = globProblem(glob);
    return message === undefined ? [] : [{ message, span: spanOf(findNodeAtLocation(root, [...at]), text) }];
  });
  const paths = [
    [['schema'], file.schema],
    [['stats'], file.stats],
    [['rehearsal', 'seed'], file.rehearsal?.seed],
  ] as const;
  for (const [at, path] of paths) {
    const message = path === undefined ? undefined : pathProblem(at.at(-1) ?? '', path);
    if (message !== undefined) problems.push({ message, span: spanOf(findNodeAtLocation(root, [...at]), text) });
  }
  return problems;
}

/** Without any good one it is as if none had been named. */
function goodGlobs(globs: readonly string[]): string[] | undefined {
  const good = globs.filter((glob) => globProblem(glob) === undefined);
  return good.length === 0 && globs.length > 0 ? undefined : good;
}

function pathProblem(key: string, path: string): string | undefined {
  if (path.trim() === '') return `"${key}" is empty.`;
  const isAbsolute = /^(?:[/\\]|[a-z]:)/i.test(path);
  return isAbsolute || path.split(/[/\\]/).includes('..')
    ? `"${key}" names a file below the folder of this configuration, without ".." in its path.`
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

function messageFor(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): Said {
  const key = path.join('.');
  if (issue.expected === 'never') {
    const word = String(path.at(-1));
    const near = closest(word, Object.keys(configSchema.entries), slipsInWord(word));
    return didYouMean(`There is no setting "${key}".`, path.length === 1 ? near : undefined);
  }
  if (path[0] === 'rules' && path.length === 2) {
    const word = issue.received.replaceAll('"', '');
    const near = closest(word, severities, slipsInWord(word));
    const wanted = `one of ${severities.join(', ')}, or a list of one of them and options`;
    return didYouMean(`"${key}" must be ${wanted}, not ${issue.received}.`, near);
  }
  return { message: otherMessage(issue, path) };
}

function otherMessage(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  const key = path.join('.');
  if (key === 'postgres')
    return `"postgres" must be 14, 15, 16, 17 or 18, or one with its minor in quotes ("14.3"), not ${issue.received}.`;
  if (path[0] === 'suppressions' && path.at(-1) === 'until')
    return `"${key}" must be a day, such as "2027-01-31", not ${issue.received}.`;
  return `"${key}" must be ${issue.expected?.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ') ?? 'something else'}, not ${issue.received}.`;
}
