import { defineFramework, inFolder } from '../define.js';
import {
  baseName,
  directoryOf,
  type Framework,
  type Project,
  type ProjectFiles,
  type Section,
  type TransactionScope,
  type WrittenFile,
} from '../framework.js';
import { namesBehind } from '../version.js';
import type { Span } from '../../sql/span.js';
import { split } from '../../sql/split.js';

const header = /^\uFEFF?\s*--\s*liquibase\s+formatted\b.*/i;
const changeset = /^[ \t]*--[ \t]*changeset[ \t]+("[^"]+"|[^:\r\n]+):[ \t]*("[^"]+"|\S+).*/gim;
const rollbackSql = /^[ \t]*--[ \t]*rollback[ \t]+([^\r\n]*)/gim;
const notSql = /^(?:empty|not required)\s*$|^changeset(?:Id|Author|Path):/i;
const rollbackLine = /^[ \t]*--[ \t]*rollback\b/im;

/** Attributes are looked for anywhere in the line, before the id as well. */
const outside = /\brunInTransaction:\s*false\b/i;
const mark = 'runInTransaction:false';

/** How people call the changelog that includes all others. */
const masterName =
  /^(?:(?:db[.-])?change-?log(?:[.-]?master)?|changelog-root|master|migrations|liquibase)\.(?:ya?ml|xml|json)$/i;

/** So many folders above the files one looks for it. */
const HIGH = 6;

/** The nearest changelog that has others below it. */
function masterAbove(directory: string, files: ProjectFiles): string | undefined {
  let at = directory;
  for (let step = 0; step < HIGH && at !== ''; step++) {
    for (const name of files.names(at)) {
      const path = inFolder(at, name);
      if (masterName.test(name) && /databaseChangeLog/.test(files.read(path) ?? '')) return path;
    }
    if (files.exists(inFolder(at, '.git'))) return undefined;
    at = directoryOf(at);
  }
  return undefined;
}

/** "file" of an include and "path" of an includeAll, in YAML, XML and JSON, in their order. */
const included = /\b(include|includeAll)\b["\s:{]*(?:[^<>}]*?)\b(?:file|path)["']?\s*[:=]\s*["']?([^"'\s,}>]+)/g;

/** A path as a changelog has it: from its own folder, or from any folder above, as a class path begins there. */
function resolve(written: string, directory: string, files: ProjectFiles): string | undefined {
  const clean = written
    .replace(/^classpath:\/?/, '')
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  for (let at = directory; at !== ''; at = directoryOf(at)) {
    const path = inFolder(at, clean);
    if (files.exists(path)) return path;
  }
  return undefined;
}

/** What a changelog runs, in order; folders end with "/". In: the changelogs on the way, so that none includes itself. */
function listed(master: string, files: ProjectFiles, above: readonly string[] = []): string[] {
  if (above.includes(master)) return [];
  const found: string[] = [];
  for (const [, kind, written = ''] of (files.read(master) ?? '').matchAll(included)) {
    const path = resolve(written, directoryOf(master), files);
    if (path === undefined) continue;
    if (kind === 'includeAll') found.push(`${path}/`);
    else if (/\.sql$/i.test(path)) found.push(path);
    else found.push(...listed(path, files, [...above, master]));
  }
  return found;
}

/** The place of a file in the order of the changelog; behind all others where it has none. */
function placeOf(path: string, list: readonly string[]): number {
  const isHere = (one: string): boolean => (one.endsWith('/') ? path.startsWith(one) : one === path);
  const at = list.findIndex(isHere);
  return at < 0 ? list.length : at;
}

/** The SQL of the lines that take a changeset back, where each is whole by itself. */
function waysBack(text: string, span: Span): Span[] {
  const lines = [...text.slice(span.start, span.end).matchAll(rollbackSql)].map((line) => {
    const sql = line[1] ?? '';
    const end = span.start + line.index + line[0].length;
    return { start: end - sql.length, end, sql };
  });
  const isWhole = lines.length === 1 || lines.every(({ sql }) => /;\s*$/.test(sql));
  return isWhole ? lines.filter(({ sql }) => !notSql.test(sql)).map(({ start, end }) => ({ start, end })) : [];
}

/** A changeset with its ways back between: they stand in comments, so that what runs forward is all around them. */
function changesetSections(text: string, span: Span, scope: TransactionScope, words?: string): Section[] {
  // Without the blanks at its end: that is where a statement without a semicolon ends.
  const section = (direction: 'up' | 'down', start: number, end: number): Section => ({
    direction,
    span: { start, end: start + text.slice(start, end).trimEnd().length },
    scope,
    ...(words !== undefined && { mark: words }),
  });
  const out: Section[] = [];
  let at = span.start;
  for (const { start, end } of waysBack(text, span)) {
    const line = text.lastIndexOf('--', start);
    if (text.slice(at, line).trim() !== '') out.push(section('up', at, line));
    out.push(section('down', start, end));
    at = end;
  }
  if (out.length === 0 || text.slice(at, span.end).trim() !== '') out.push(section('up', at, span.end));
  return out.map((each) =>
    out.find(({ direction }) => direction === each.direction) === each ? each : { ...each, goesOn: true },
  );
}

function sectionsOf(text: string): Section[] {
  const lines = [...text.matchAll(changeset)];
  if (lines.length === 0) return changesetSections(text, { start: 0, end: text.length }, 'per-file');
  return lines.flatMap((line, index) => {
    const span = { start: index === 0 ? 0 : line.index, end: lines[index + 1]?.index ?? text.length };
    return outside.test(line[0])
      ? changesetSections(text, span, 'none', mark)
      : changesetSections(text, span, 'per-file');
  });
}

/** A comment in such a line would be taken for SQL that goes on in the next. */
function asRollback(sql: string): string {
  const lines = sql.split(/\r?\n/).filter((line) => !/^\s*(?:--|$)/.test(line));
  return lines.length === 0 ? '--rollback empty\n' : lines.map((line) => `--rollback ${line}\n`).join('');
}

/** A statement that Liquibase would cut at the semicolons of its body. */
const hasBody = (sql: string): boolean => sql.includes(';');

/**
 * SQL as changesets: a body stands in one of its own, as with splitStatements:false the driver sends all statements of a
 * changeset at once, which PostgreSQL runs in one transaction. The way back of all stands in the last, which is taken
 * back first.
 */
function changesetsOf(up: string, down: string | undefined, name: string, isOutside: boolean): string {
  const parts: { sql: string; body: boolean }[] = [];
  let at = 0;
  for (const { span, fullEnd } of split(up).pieces) {
    const body = hasBody(up.slice(span.start, span.end));
    const sql = up.slice(at, fullEnd);
    at = fullEnd;
    const last = parts.at(-1);
    if (last && !last.body && !body) last.sql += sql;
    else parts.push({ sql, body });
  }
  const rest = up.slice(at);
  const last = parts.at(-1);
  if (last) last.sql += rest;
  else parts.push({ sql: rest, body: false });
  return parts
    .map(({ sql, body }, index) => {
      const words = [`--changeset ${name}${parts.length === 1 ? '' : `_${index + 1}`}`];
      if (isOutside) words.push(mark);
      if (body) words.push('splitStatements:false');
      const isLast = index === parts.length - 1;
      // A body in the way back would be cut at its semicolons.
      if (
        isLast &&
        down !== undefined &&
        split(down).pieces.some(({ span }) => hasBody(down.slice(span.start, span.end)))
      )
        words.push('rollbackSplitStatements:false');
      const back = isLast ? (down === undefined ? '' : asRollback(down)) : '--rollback empty\n';
      return `${words.join(' ')}\n${sql.trim()}\n${back}`;
    })
    .join('\n');
}

/** The author of the last changeset of a project, for the next one. */
function authorOf(project: Project, beside: string): string {
  const { files } = project;
  const names = [...files.names(directoryOf(beside))].filter((name) => /\.sql$/i.test(name)).sort();
  const text = files.read(inFolder(directoryOf(beside), names.at(-1) ?? '')) ?? '';
  return [...text.matchAll(changeset)].at(-1)?.[1]?.trim() ?? 'airlock';
}

/** A changelog with one more include, written as the last one is; undefined where it includes whole folders. */
function withInclude(text: string, file: string): string | undefined {
  const blocks = [
    ...text.matchAll(/^[ \t]*- include:[^\n]*\n(?:[ \t]+[^\s-][^\n]*(?:\n|$))+/gm),
    ...text.matchAll(/^[ \t]*<include\b[^>]*\/>[ \t]*\r?\n?/gm),
  ];
  const last = blocks.at(-1);
  if (!last) return undefined;
  const end = last.index + last[0].length;
  const next = last[0].replace(/[^/"'\s]+\.sql/i, baseName(file));
  const before = text.slice(0, end);
  return `${before}${before.endsWith('\n') ? '' : '\n'}${next}${text.slice(end)}`;
}

/** The changesets that hold what cannot run in a transaction, with their mark; a body is kept whole. */
function withMark(text: string): string {
  const lines = [...text.matchAll(changeset)];
  const needs = lines.map((line, index) => {
    const sql = text.slice(line.index + line[0].length, lines[index + 1]?.index ?? text.length);
    const { pieces } = split(sql);
    return {
      outside: lines.length === 1 || /\bconcurrently\b|\bvacuum\b|\bcommit\b/i.test(sql),
      body: pieces.some(({ span }) => hasBody(sql.slice(span.start, span.end))),
    };
  });
  let index = 0;
  return text.replace(changeset, (line: string) => {
    const need = needs[index++];
    if (!need?.outside) return line;
    const words = [
      outside.test(line) ? '' : ` ${mark}`,
      need.body && !/splitStatements:/i.test(line) ? ' splitStatements:false' : '',
    ];
    return line.trimEnd() + words.join('');
  });
}

const general = defineFramework({
  id: 'liquibase',
  title: 'Liquibase',
  commands: () => ({
    apply: 'liquibase update',
    back: 'liquibase rollback-count --count="$CHANGESETS"',
    named: 'ApplicationName',
  }),
  sharesVersions: true,
  transaction: 'per-file',
  unit: 'changeset',
  hashes: true,

  recognise(path, files) {
    if (!/\.sql$/i.test(path)) return undefined;
    const text = files.read(path) ?? '';
    const directory = directoryOf(path);
    const master = masterAbove(directory, files);
    const root = master === undefined ? directory : directoryOf(master);
    const line = header.exec(text)?.[0].trim();
    if (line !== undefined) return { root, because: `${baseName(path)} begins with ${line}`, strength: 3 };
    const isListed = master !== undefined && placeOf(path, listed(master, files)) < listed(master, files).length;
    return isListed ? { root, because: `${baseName(master)} includes it`, strength: 2 } : undefined;
  },

  order(paths, { root, files }) {
    const [first = ''] = paths;
    const master = masterAbove(first === '' ? root : directoryOf(first), files);
    const list = master === undefined ? [] : listed(master, files);
    return [...paths].sort((a, b) => placeOf(a, list) - placeOf(b, list) || (a < b ? -1 : 1));
  },

  read: (_path, text) => sectionsOf(text),
  outside: () => ({ holds: 'many', where: `to a changeset of its own with ${mark}` }),

  mark: (_path, text) => ({ text: withMark(text), beside: [] }),

  nextPaths(slugs, { existing, directory }) {
    const nameOf = namesBehind(existing.map(baseName));
    return slugs.map((slug) => inFolder(directory, nameOf(slug)));
  },

  downPath: () => undefined,

  text({ slug, up, down, outside: isOutside }, path, project) {
    const name = `${authorOf(project, path)}:${slug}`;
    return { up: `--liquibase formatted sql\n\n${changesetsOf(up, down, name, isOutside)}` };
  },

  beside(written, { files }) {
    const [first] = written;
    const master = first === undefined ? undefined : masterAbove(directoryOf(first.up.path), files);
    if (master === undefined) return [];
    const made = written.reduce<string | undefined>(
      (text, { up }) => (text === undefined ? undefined : withInclude(text, up.path)),
      files.read(master),
    );
    const file: WrittenFile[] = made === undefined ? [] : [{ path: master, text: made }];
    return written.map((_one, index) => (index === written.length - 1 ? file : []));
  },

  rollback({ path, text }, { sql }, project) {
    if ([...text.matchAll(changeset)].length !== 1) {
      const name = baseName(path).replace(/\.sql$/i, '');
      return { file: { path: inFolder(directoryOf(project.root), `rollbacks/${name}.sql`), text: sql }, beside: [] };
    }
    const kept = text.split('\n').filter((line) => !rollbackLine.test(line));
    return { file: { path, text: `${kept.join('\n').trimEnd()}\n${asRollback(sql)}` }, beside: [] };
  },
});

/** liquibase/liquibase: AbstractFormattedChangeLogParser.java, AbstractSQLChange.java. A transaction per changeset. */
export const liquibase: Framework = {
  ...general,
  // A file that nothing includes is the changelog itself: what comes next stands at its end.
  write(migrations, place) {
    const { existing, project } = place;
    const [only] = existing;
    const own = general.write(migrations, place);
    if (only === undefined || existing.length > 1 || masterAbove(directoryOf(only), project.files)) return own;
    let text = (project.files.read(only) ?? '').trimEnd();
    return own.map(({ up }) => {
      text += `\n\n${up.text.replace(header, '').trim()}`;
      return { up: { path: only, text: `${text}\n` }, down: undefined, beside: [] };
    });
  },
};
