import { shellWord } from '../commands.js';
import { lineEndOf } from '../../sql/line-ends.js';
import { defineFramework } from '../define.js';
import { byFile, byMark, nameLike } from '../evidence.js';
import { baseName, directoryOf, type Section } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';

const name = /^\d+_.+\.sql$/;
const separator = '---- create above / drop below ----';
const mark = '---- tern: disable-tx ----';

function withMark(text: string, newline: string): string {
  return text.includes(mark) ? text : `${mark}${newline}${text}`;
}

/** jackc/tern: migrate/migrate.go. Numbers without a gap, from 1; the mark holds for the direction it stands in. */
export const tern = defineFramework({
  id: 'tern',
  title: 'tern',
  commands: ({ root }) => ({
    apply: `tern migrate --migrations ${shellWord(root)} --destination +1`,
    back: `tern migrate --migrations ${shellWord(root)} --destination -1`,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',

  recognise(path, files) {
    if (nameLike(path, files, (each) => name.test(each)) === undefined) return undefined;
    return (
      byMark(path, files, /^---- (?:create above \/ drop below|tern: disable-tx) ----/m) ??
      byFile(directoryOf(path), files, ['tern.conf'])
    );
  },

  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),

  read(_path, text) {
    const at = text.indexOf(separator);
    const cut = at < 0 ? text.length : at;
    const section = (direction: 'up' | 'down', start: number, end: number): Section => {
      const span = { start, end };
      return text.slice(start, end).includes(mark)
        ? { direction, span, scope: 'none', mark }
        : { direction, span, scope: 'per-file' };
    };
    return at < 0 ? [section('up', 0, cut)] : [section('up', 0, cut), section('down', cut, text.length)];
  },

  outside: () => ({ holds: 'many', where: `to a migration of its own that begins with ${mark}` }),

  mark(_path, text) {
    const at = text.indexOf(separator);
    const cut = at < 0 ? text.length : at;
    return { text: withMark(text.slice(0, cut), lineEndOf(text)) + text.slice(cut), beside: [] };
  },

  nextPaths: (slugs, place) => numberedPaths(slugs, place, '001', (version, slug) => `${version}_${slug}.sql`),

  downPath: () => undefined,

  rollback(migration, back) {
    const { text, path } = migration;
    const newline = lineEndOf(text);
    const at = text.indexOf(separator);
    const up = (at < 0 ? text : text.slice(0, at)).trimEnd();
    const down = back.outside ? withMark(back.sql.trim(), newline) : back.sql.trim();
    const blank = newline + newline;
    return { file: { path, text: `${up}${blank}${separator}${blank}${down}${newline}` }, beside: [] };
  },

  text({ up, down, outside, downOutside }) {
    const head = `${outside ? withMark(up.trim(), '\n') : up.trim()}\n`;
    if (down === undefined) return { up: head };
    const back = downOutside ? withMark(down.trim(), '\n') : down.trim();
    return { up: `${head}\n${separator}\n\n${back}\n` };
  },
});
