/** The numbers with which a name begins, and what stands between them: "3.10", "2024-01-31-120001", "0007". */
const leading = /^[vV]?(\d+(?:[-_.]\d+(?![A-Za-z0-9]))*)/;

/** Letter, numbers, separator and name of a migration: "V", "1_10", "__", "add_status". */
const versioned = /^([vV]?)(\d+(?:[-_.]\d+(?![A-Za-z0-9]))*)([-_]{1,2}|\.)([^.].*)(\.(?:sql|pgsql|psql))$/i;

/**
 * The version with which the name of a file or folder begins: its numbers, without leading zeros; undefined when it
 * begins with none. `2024-01-31-120001` is the same moment as 20240131120001.
 */
function versionOf(name: string): readonly string[] | undefined {
  const groups = leading.exec(name)?.[1]?.split(/[-_.]/);
  if (!groups) return undefined;
  const [first = ''] = groups;
  // A day by itself is the beginning of that day.
  if (first.length === 8 && isMoment(first)) return [`${first}000000`, ...groups.slice(1)];
  const date = groups.length < 3 ? undefined : dated(withZeros(groups), isOfOurTime);
  const numbers = date ? [date.day + (date.time ?? '').padEnd(6, '0'), ...date.rest] : groups;
  return numbers.map(withoutZeros);
}

/**
 * A year with two shorter numbers behind it, written as long as a date is: 2020-12-7 is a day of 2020-12-07. So it
 * is compared with those as one number; in the same order as number by number where it is no date at all.
 */
function withZeros(groups: readonly string[]): readonly string[] {
  const [year = '', month = '', day = '', ...rest] = groups;
  const isDate = /^(?:19|20)\d\d$/.test(year) && month.length <= 2 && day.length <= 2;
  return isDate ? [year, month.padStart(2, '0'), day.padStart(2, '0'), ...rest] : groups;
}

/** A date in parts at the beginning: "20240131", "120001" or "1200", and what stands behind. */
function dated(
  groups: readonly string[],
  isDay = isMoment,
): { day: string; time: string | undefined; rest: string[] } | undefined {
  const [year = '', month = '', date = '', ...rest] = groups;
  const day = `${year}${month}${date}`;
  if (!/^(?:4,2,2)/.test(groups.map(({ length }) => length).join()) || !isDay(day)) return undefined;
  // Some count up where the time stands, past its 59th second.
  const count = /^2,2,2\b/.test(rest.map(({ length }) => length).join()) ? 3 : 1;
  const time = rest.slice(0, count).join('');
  if (/^\d{4}(?:\d\d)?$/.test(time)) return { day, time, rest: rest.slice(count) };
  return { day, time: undefined, rest };
}

function isOfOurTime(digits: string): boolean {
  return /^(?:19|20)/.test(digits);
}

/** True for eight digits, or fourteen, that are a day of our time. */
function isMoment(digits: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6})?$/.test(digits);
}

/**
 * Numbers by value, everything else by its characters, so that 2_b comes before 10_a, and 1.2_b before 1.10_a. Names
 * that begin with a word are compared number by number as well: upgrade-2 comes before upgrade-10. Where all numbers
 * are written equally long, this is the order of the characters, so that tools which sort by those agree.
 */
export function byVersion(a: string, b: string): number {
  // The folders of most paths.
  if (a === b) return 0;
  const [versionA, versionB] = [versionOf(a), versionOf(b)];
  const order =
    versionA && versionB ? compareNumbers(versionA, versionB) : versionA || versionB ? 0 : compareWithin(a, b);
  return order !== 0 ? order : a < b ? -1 : 1;
}

/** By the first number in which two names differ; 0 when they differ elsewhere. */
function compareWithin(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  while (at > 0 && isDigit(a[at - 1])) at--;
  const [one, other] = [digitsAt(a, at), digitsAt(b, at)];
  return one === '' || other === '' ? 0 : compareNumbers([withoutZeros(one)], [withoutZeros(other)]);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function digitsAt(text: string, from: number): string {
  let to = from;
  while (isDigit(text[to])) to++;
  return text.slice(from, to);
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

/** One number after the other; of two versions that begin the same the shorter comes first, as 1 before 1.1. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const [one = '', other = ''] = [a[index], b[index]];
    if (one.length !== other.length) return one.length - other.length;
    if (one !== other) return one < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** The version with which a name begins, with its letter and what stands behind it: "V3__", "0007_"; undefined for none. */
export function headOf(name: string): string | undefined {
  const [, letter = '', numbers, separator = ''] = versioned.exec(name) ?? [];
  if (numbers === undefined) return undefined;
  const version = letter + counted(letter, numbers, separator);
  const [behind = ''] = /^[-_.]{1,2}/.exec(name.slice(version.length)) ?? [];
  return version + behind;
}

/** The head of a name behind the last of these, in its style. */
export function headBehind(existing: readonly string[]): string {
  const mark = 'x';
  const made = namesBehind(existing)(mark);
  return made.slice(0, made.indexOf(mark));
}

/** Makes names behind the last of these, in its style: each call gives the next one. */
export function namesBehind(existing: readonly string[]): (slug: string) => string {
  const last = [...existing]
    .sort(byVersion)
    .filter((name) => versioned.test(name))
    .at(-1);
  const [, letter = '', numbers = '0000', separator = '_', name = '', extension = '.sql'] =
    (last && versioned.exec(last)) || [];
  const suffix = `${/\.up$/i.exec(name)?.[0] ?? ''}${extension}`;
  let version = counted(letter, numbers, separator);
  return (slug) => {
    version = following(version);
    return `${letter}${version}${separator}${slug}${suffix}`;
  };
}

/** What of the numbers counts on: all of a date and of 1.10 or V1_10__; of 0007_2_factors only the first. */
function counted(letter: string, numbers: string, separator: string): string {
  const [first = numbers] = /^\d+/.exec(numbers) ?? [];
  const isVersion = (letter !== '' && separator === '__') || /^\d+\./.test(numbers);
  return isVersion || dated(withZeros(numbers.split(/[-_.]/)), isOfOurTime) ? numbers : first;
}

/** One day, minute or second later for a date, by what it shows; the last number plus one for anything else. */
function following(version: string): string {
  const groups = version.split(/[-_.]/);
  const date = dated(groups);
  if (date?.rest.length === 0) return laterMoment(version, `${date.day}${date.time ?? ''}`);
  const last = groups.at(-1) ?? '';
  const before = version.slice(0, version.length - last.length);
  if (last.length === 14 && isMoment(last)) return before + laterMoment(last, last);
  return before + (BigInt(last) + 1n).toString().padStart(last.length, '0');
}

/** In: the version as it is written and its digits alone. Out: the next moment, written the same way. */
function laterMoment(version: string, digits: string): string {
  const part = (from: number, length = 2): number => Number(digits.slice(from, from + length));
  const [hasSeconds, hasTime] = [digits.length >= 14, digits.length >= 12];
  const moment = Date.UTC(
    part(0, 4),
    part(4) - 1,
    part(6) + Number(!hasTime),
    part(8),
    part(10) + Number(hasTime && !hasSeconds),
    part(12) + Number(hasSeconds),
  );
  const next = new Date(moment).toISOString().replace(/\D/g, '');
  let at = 0;
  return version.replace(/\d/g, () => next.charAt(at++));
}

/** True for a name with a version in front: "0001_init", "V2__x.sql", "2024-01-31-120001_orders". */
export function isVersioned(name: string): boolean {
  return /^[vV]?\d+(?:[-_.]|$)/.test(name);
}
