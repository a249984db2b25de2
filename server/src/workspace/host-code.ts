import { directoryOf, type Project } from '../frameworks/framework.js';
import type { HostLanguage } from '../hosts/code.js';
import { hostLanguageOf, readHostFile, readsCode } from '../hosts/index.js';
import { isScript } from '../sql/script-marks.js';
import { databaseByDriver, signsOfFile } from './other-databases.js';

/** True for code that is read for the SQL it sends. */
function isCodeOf(path: string, { framework }: Project): boolean {
  return readsCode(framework.id) && hostLanguageOf(path) !== undefined;
}

/** The SQL of a file: of code, what it sends; "" where that is not known. */
export function sqlOf(path: string, text: string, project: Project): string {
  if (!isCodeOf(path, project) || isScript(text)) return text;
  const { framework, version } = project;
  return readHostFile(framework.id, text, { path, version, files: project.files })?.script.text ?? '';
}

/** Why code is not looked at, as it stands behind "This file": it holds no migration, or one for another database, or no known tool runs it. */
export function unreadCode(path: string, sql: string, project: Project): string | undefined {
  if (!isCodeOf(path, project)) {
    const isCode = hostLanguageOf(path) !== undefined && !isScript(sql);
    return isCode ? 'is code, and there is no migration tool here that Airlock knows to run it' : undefined;
  }
  if (!isScript(sql)) return `has no migration of ${project.framework.title} that Airlock can read`;
  return signsOfFile(sql).isPostgres ? undefined : databaseByDriver(directoryOf(path), project.files)?.why;
}

/** The languages of some migrations of a project: their parsers have to be loaded before the files are read. */
export function languagesOf(paths: readonly string[], { framework }: Project): ReadonlySet<HostLanguage> {
  return new Set(readsCode(framework.id) ? paths.flatMap((each) => hostLanguageOf(each) ?? []) : []);
}
