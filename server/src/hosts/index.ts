import { TextCache } from '../sql/cache.js';
import type { Code, HostLanguage } from './code.js';
import { lowerJavaScript } from './javascript.js';
import type { HostMigration } from './migration.js';
import { lowerPython } from './python.js';
import { lowerRuby } from './ruby.js';
import { type Script, scriptOf } from './script.js';
import { parseTree } from './syntax/parser.js';
import type { SyntaxNode } from './syntax/tree.js';
import { readAlembic } from './tools/alembic.js';
import { type DjangoState, readDjango, replayDjango } from './tools/django.js';
import { modelsBefore, type OtherFiles } from './tools/django/history.js';
import { readKnex } from './tools/knex.js';
import { readNodePgMigrate } from './tools/node-pg-migrate.js';
import { readSequelize } from './tools/sequelize.js';
import { readTypeorm } from './tools/typeorm.js';
import { readMikroorm } from './tools/mikroorm.js';
import { readKysely } from './tools/kysely.js';
import { readRails } from './tools/rails.js';

/** A file of a host language as it is read: what it sends, and where each part of that stands in it. */
export interface HostFile {
  /** The file as it stands on disk or in the editor. */
  readonly text: string;
  readonly code: Code;
  readonly migration: HostMigration;
  readonly script: Script;
}

/** What a tool's reader may know beside the code. */
export interface HostContext {
  /** Absolute, with "/". */
  readonly path: string;
  /** The version of the tool; undefined where it is not known. */
  readonly version?: string | undefined;
  /** The files around it; what a tool derives from earlier migrations is not known without them. */
  readonly files?: OtherFiles | undefined;
}

type Lower = (language: HostLanguage, text: string, root: SyntaxNode, isBroken: boolean) => Code;
type ReadMigration = (code: Code, context: HostContext & { readonly state?: DjangoState }) => HostMigration | undefined;

const lowers: Readonly<Record<HostLanguage, Lower>> = {
  javascript: lowerScript,
  typescript: lowerScript,
  tsx: lowerScript,
  python: (_language, ...file) => lowerPython(...file),
  ruby: (_language, ...file) => lowerRuby(...file),
};

function lowerScript(language: HostLanguage, text: string, root: SyntaxNode, isBroken: boolean): Code {
  const script = language === 'typescript' || language === 'tsx' ? language : 'javascript';
  return lowerJavaScript(script, text, root, isBroken);
}

/** The readers of the tools whose migrations are code, by their ids. */
const readers: Readonly<Record<string, ReadMigration>> = {
  alembic: readAlembic,
  django: readDjango,
  knex: readKnex,
  'node-pg-migrate': readNodePgMigrate,
  sequelize: readSequelize,
  typeorm: readTypeorm,
  mikroorm: readMikroorm,
  kysely: readKysely,
  rails: readRails,
};

const languages: readonly (readonly [RegExp, HostLanguage])[] = [
  [/\.tsx$/i, 'tsx'],
  [/\.[cm]?ts$/i, 'typescript'],
  [/\.[cm]?jsx?$/i, 'javascript'],
  [/\.py$/i, 'python'],
  [/\.rb$/i, 'ruby'],
];

/** The language of a file by its name, where Airlock reads it. */
export function hostLanguageOf(path: string): HostLanguage | undefined {
  return languages.find(([ending]) => ending.test(path))?.[1];
}

/** True for a tool whose migrations are read out of code. */
export function readsCode(tool: string): boolean {
  return tool in readers;
}

/** Texts that were read; the history of a project is read once. */
const LIMIT = 64_000_000;
const codes = new TextCache<Code>(LIMIT, ({ text }) => 4 * text.length);
const known = new TextCache<{ readonly file: HostFile; readonly state: DjangoState | undefined }>(
  LIMIT,
  ({ file: { script } }) => 4 * script.text.length,
);

function codeOf(path: string, text: string): Code | undefined {
  const language = hostLanguageOf(path);
  if (!language) return undefined;
  const key = `${language}\n${text}`;
  const found = codes.get(key);
  if (found) return found;
  const tree = parseTree(language, text);
  const code = tree && lowers[language](language, text, tree.root, tree.isBroken);
  if (code) codes.set(key, code);
  return code;
}

/**
 * A migration of a tool, read: undefined where it is no migration of the tool, and where the parser of its language is
 * not loaded (`initHostParser`). Nothing of it is run. Never throws on any text.
 */
export function readHostFile(tool: string, text: string, context: HostContext): HostFile | undefined {
  const read = readers[tool];
  const code = read && codeOf(context.path, text);
  if (!code) return undefined;
  const state = stateBefore(tool, text, context);
  const key = `${tool}\n${context.version ?? ''}\n${context.path}\n${text}`;
  const found = known.get(key);
  if (found && found.state === state) return found.file;
  const migration = read(code, state ? { ...context, state } : context);
  if (!migration) return undefined;
  const file: HostFile = { text, code, migration, script: scriptOf(migration, code) };
  known.set(key, { file, state });
  return file;
}

/** What earlier migrations have made, where a tool's SQL hangs on it: Django's models. */
function stateBefore(tool: string, text: string, { path, files }: HostContext): DjangoState | undefined {
  return tool === 'django' && files ? modelsBefore(path, text, files, { codeOf, replay: replayDjango }) : undefined;
}
