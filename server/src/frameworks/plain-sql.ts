import { baseName, type Framework } from './framework.js';

/** version, what stands between version and name, name: "0007", "_", "add_status". */
const versioned = /^([vV]?)(\d+(?:[-_]\d+)*?)([-_]{1,2}|\.)([^.].*)\.sql$/;

const down = /(?:[._-](?:down|undo|rollback|revert)\.sql|^(?:down|undo|rollback|revert)\.sql)$/i;

/** Numbers by value, everything else by its characters, so that 2_b comes before 10_a. */
function byVersion(a: string, b: string): number {
  // The folders of most paths.
  if (a === b) return 0;
  const [versionA, versionB] = [leadingNumber(a), leadingNumber(b)];
  if (versionA !== undefined && versionB !== undefined && versionA !== versionB) return versionA < versionB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function leadingNumber(name: string): bigint | undefined {
  const digits = /^[vV]?(\d+)/.exec(name)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** One second later, as a 14-digit timestamp; an ordinary number for anything that is no date. */
function following(version: string): string {
  const date = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(version);
  if (date) {
    const [, year, month, day, hour, minute, second] = date.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const next = new Date(Date.UTC(year, month - 1, day, hour, minute, second + 1));
    return next.toISOString().replace(/\D/g, '').slice(0, 14);
  }
  return (BigInt(version) + 1n).toString().padStart(version.length, '0');
}

/**
 * A directory of .sql files run in the order of their names, each statement by itself, as psql does.
 * `name.down.sql` beside `name.sql` takes it back and is no migration of its own.
 */
export const plainSql: Framework = {
  id: 'sql',
  title: 'plain SQL',
  transaction: 'none',

  isDown: (path) => down.test(baseName(path)),

  compare(a, b) {
    const partsA = a.split('/');
    const partsB = b.split('/');
    for (let index = 0; index < Math.min(partsA.length, partsB.length); index++) {
      const order = byVersion(partsA[index] ?? '', partsB[index] ?? '');
      if (order !== 0) return order;
    }
    return partsA.length - partsB.length;
  },

  nextPaths(existing, slugs, directory) {
    const names = existing
      .filter((path) => !down.test(baseName(path)))
      .map(baseName)
      .sort(byVersion);
    const last = names.filter((name) => versioned.test(name)).at(-1);
    const [, letter = '', digits = '0000', separator = '_'] = (last && versioned.exec(last)) || [];
    const suffix = last && /\.up\.sql$/i.test(last) ? '.up.sql' : '.sql';
    // A version of several parts (2024-01-31-1200) counts on in its last one.
    const cut = Math.max(digits.lastIndexOf('-'), digits.lastIndexOf('_')) + 1;
    let counter = digits.slice(cut);
    return slugs.map((slug) => {
      counter = following(counter);
      const name = `${letter}${digits.slice(0, cut)}${counter}${separator}${slug}${suffix}`;
      return directory === '' ? name : `${directory}/${name}`;
    });
  },

  downPath: (path) => path.replace(/(?:\.up)?\.sql$/i, '.down.sql'),
};
