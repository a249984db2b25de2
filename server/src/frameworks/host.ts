import { split } from '../sql/split.js';
import {
  baseName,
  directoryOf,
  type Framework,
  type NewMigration,
  type ProjectFiles,
  type WrittenFile,
} from './framework.js';
import { inFolder } from './define.js';

/** TypeScript and JavaScript, declarations left out. */
export const script = /(?<!\.d)\.[cm]?[jt]s$/;

/** The statements of a text with the comments above them, each without its semicolon: one call each. */
export function statementsOf(sql: string): string[] {
  const { pieces } = split(sql);
  return pieces.flatMap(({ span }, index) => {
    const above = sql.slice(index === 0 ? 0 : (pieces[index - 1]?.fullEnd ?? 0), span.start).trim();
    const text = sql.slice(span.start, span.end);
    return text === '' ? [] : [above === '' ? text : `${above}\n${text}`];
  });
}

/** A call for each statement of a text, indented; `nothing` where there is none. */
export function calls(
  sql: string | undefined,
  indent: string,
  call: (statement: string) => string,
  nothing = '',
): string {
  const statements = statementsOf(sql ?? '');
  if (statements.length === 0) return nothing === '' ? '' : `${indent}${nothing}\n`;
  return statements.map((statement) => `${indent}${call(statement)}\n`).join('');
}

/** A template literal of JavaScript that holds the text as it is. */
export function template(text: string): string {
  return `\`${text.replace(/[\\`]/g, '\\$&').replace(/\$\{/g, '\\${')}\``;
}

/** A string of Python over several lines that holds the text as it is. */
export function pythonString(text: string): string {
  return `"""${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"""`;
}

/** "AddOrdersIndex" for "add_orders_index". */
export function camelCase(slug: string): string {
  return slug.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, first: string) => first.toUpperCase());
}

/** The last of some names, as their tool sorts them, with its text. */
export function lastText(
  paths: readonly string[],
  files: ProjectFiles,
): { readonly path: string; readonly text: string } | undefined {
  const path = paths.at(-1);
  return path === undefined ? undefined : { path, text: files.read(path) ?? '' };
}

/** ".ts" of "1_a.ts"; what is used where there is no migration yet. */
export function endingOf(path: string | undefined, otherwise: string): string {
  return path === undefined ? otherwise : (/\.[^./]+$/.exec(path)?.[0] ?? otherwise);
}

/** The files beside one that are like it, with their paths. */
export function pathsBeside(path: string, files: ProjectFiles, isLike: (path: string) => boolean): string[] {
  const directory = directoryOf(path);
  return files
    .names(directory)
    .map((name) => inFolder(directory, name))
    .filter(isLike)
    .sort();
}

/** Whether a file is one that a package of JavaScript runs: its name, and what its text has. */
export function isScript(path: string, files: ProjectFiles, text: RegExp): boolean {
  return script.test(baseName(path)) && text.test(files.read(path) ?? '');
}

/** True where one of its directions cannot run inside a transaction. */
export function isOutside({ outside, downOutside }: NewMigration): boolean {
  return outside || downOutside;
}

/** The files of a project with some that are not written yet. */
function withWritten(files: ProjectFiles, written: readonly WrittenFile[]): ProjectFiles {
  const texts = new Map(written.map(({ path, text }) => [path, text]));
  return {
    ...files,
    read: (path) => texts.get(path) ?? files.read(path),
    exists: (path) => texts.has(path) || files.exists(path),
    names: (directory) => [
      ...files.names(directory),
      ...[...texts.keys()].filter((path) => directoryOf(path) === directory).map(baseName),
    ],
  };
}

/** A tool whose migrations name the one before them: each is written when the one before it is known. */
export function oneByOne(tool: Framework): Framework {
  return {
    ...tool,
    write(migrations, place) {
      const written: WrittenFile[] = [];
      return migrations.flatMap((migration) => {
        const existing = [...place.existing, ...written.map(({ path }) => path)];
        const project = { ...place.project, files: withWritten(place.project.files, written) };
        const made = tool.write([migration], { ...place, existing, project });
        written.push(...made.map(({ up }) => up));
        return made;
      });
    },
  };
}
