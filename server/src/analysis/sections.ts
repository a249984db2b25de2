import type { Project, Section, TransactionScope } from '../frameworks/framework.js';
import { type HostFile, readHostFile } from '../hosts/index.js';
import { isScript, scriptSections } from '../sql/script-marks.js';
import { parseDocument, type Stretch } from '../sql/parse.js';
import type { SqlDocument } from '../sql/statement.js';
import type { Config } from './config.js';
import { matchesGlob } from './globs.js';

/** What a transaction holds when a file is run; "per-section" where it differs within the file. */
export type TransactionMode = TransactionScope | 'per-section';

/** A file of a project, as far as its transactions hang on it. */
export interface ProjectFile {
  readonly path: string;
  /** Below the project, as globs name it. */
  readonly shownPath?: string | undefined;
  readonly config: Config;
  readonly project: Project;
}

/** A file as it runs in one direction. */
export interface ReadMigration {
  readonly document: SqlDocument;
  /** In the transactions that the configuration states or, without it, the tool opens. */
  readonly sections: readonly Section[];
  /** The file of a host language whose script the document is. */
  readonly host?: HostFile | undefined;
}

/**
 * Reads what runs of a file in one direction. By default in its own: of a file that takes a migration back, the way back;
 * of any other, what runs when it is applied. Of a file of a host language it is the script that is read; a script may
 * be given in its place.
 */
export function readMigration(text: string, file: ProjectFile, wanted?: 'up' | 'down'): ReadMigration {
  const { path, project } = file;
  const isDown = isWayBack(path, project);
  const direction = wanted ?? (isDown ? 'down' : 'up');
  // A file that takes a migration back by its name does so as a whole.
  const host = isScript(text)
    ? undefined
    : readHostFile(project.framework.id, text, { path, version: project.version, files: project.files });
  const read = host?.script.text ?? text;
  const sections = isScript(read)
    ? sectionsOfScript(read, project.framework.transaction)
    : project.framework.read(path, read, project);
  const own = sections
    .map((section) => (isDown ? { ...section, direction: 'down' as const } : section))
    .filter((section) => section.direction === direction);
  const spans = own.map(({ span, readAs }) => ({ ...span, readAs }));
  const stated = statedTransaction(file);
  const document = parseDocument(read, isWhole(spans, read) ? undefined : spans);
  const inTransactions =
    stated === undefined ? own : own.map((section) => ({ ...section, scope: stated, mark: undefined }));
  return {
    ...(direction === 'down' ? lastFirst(document, inTransactions) : { document, sections: inTransactions }),
    host,
  };
}

/** Of several migrations in one file the last is taken back first. */
function lastFirst(document: SqlDocument, sections: readonly Section[]): Pick<ReadMigration, 'document' | 'sections'> {
  const migrations: Section[][] = [];
  for (const section of sections) {
    if (section.goesOn) migrations.at(-1)?.push(section);
    else migrations.push([section]);
  }
  if (migrations.length < 2) return { document, sections };
  const inOrder = migrations.reverse().flat();
  const statements = inOrder.flatMap(({ span }) =>
    document.statements.filter((each) => span.start <= each.span.start && each.span.start < span.end),
  );
  return { document: { ...document, statements }, sections: inOrder };
}

/** The SQL of a text in the place of a file: of code, what it sends; the text itself where nobody can read that. */
export function sqlIn(text: string, { path, project }: Pick<ProjectFile, 'path' | 'project'>): string {
  if (isScript(text)) return text;
  return (
    readHostFile(project.framework.id, text, { path, version: project.version, files: project.files })?.script.text ??
    text
  );
}

const scopes: readonly TransactionScope[] = ['none', 'per-file', 'all-pending', 'one-query', 'pipeline'];

/** The sections of a script: all of one direction are one migration, the rest of which is only sent apart. */
function sectionsOfScript(script: string, byDefault: TransactionScope): Section[] {
  const seen = new Set<string>();
  return scriptSections(script).map(({ direction, scope, mark, span }) => {
    const goesOn = seen.has(direction);
    seen.add(direction);
    return {
      direction,
      span,
      mark,
      scope: scopes.find((each) => each === scope) ?? byDefault,
      ...(goesOn && { goesOn }),
    };
  });
}

/** True for a file that takes back the migration of another one. */
export function isWayBack(path: string, project: Project): boolean {
  return project.framework.directionOf(path, project) === 'down';
}

function isWhole([first, ...others]: readonly Stretch[], text: string): boolean {
  return first?.readAs === undefined && first?.start === 0 && first.end === text.length && others.length === 0;
}

function matches(globs: readonly string[] = [], path: string): boolean {
  return globs.some((glob) => matchesGlob(glob, path));
}

/** The transactions that the configuration states for a file; undefined where it leaves them to the tool. */
export function statedTransaction({
  path,
  shownPath = path,
  config,
}: Pick<ProjectFile, 'path' | 'shownPath' | 'config'>): TransactionScope | undefined {
  const { transaction } = config;
  if (matches(transaction.none, shownPath)) return 'none';
  if (matches(transaction.perFile, shownPath)) return 'per-file';
  return transaction.default === 'auto' ? undefined : transaction.default;
}

/** In: the sections of one direction. */
export function transactionMode(sections: readonly Section[]): TransactionMode {
  const [first, ...others] = sections;
  if (!first) return 'none';
  return others.some(({ scope }) => scope !== first.scope) || (others.length > 0 && first.scope === 'per-file')
    ? 'per-section'
    : first.scope;
}

/** What a transaction holds, in words. */
export const transactionWords: Readonly<Record<TransactionMode, string>> = {
  none: 'each statement by itself',
  'per-file': 'each file in a transaction',
  'all-pending': 'all pending files in one transaction',
  'one-query': 'the file as one query',
  pipeline: 'the file as one pipeline',
  'per-section': 'each section in a transaction of its own or in none',
};
