/** How the text of a file is divided into code, strings and comments. */
export interface Language {
  /** What begins a comment that ends with its line. */
  readonly line: readonly string[];
  /** What begins and ends a comment. */
  readonly block: readonly (readonly [string, string])[];
  /** Quotes, the longer before the shorter. */
  readonly quotes: readonly Quote[];
  /** Slashes may stand around a regular expression. */
  readonly hasRegex?: true;
  /** `<<~NAME` of Ruby, `<<<NAME` of PHP. */
  readonly heredoc?: '<<' | '<<<';
  /** A string of three quotes that stands first in a body says what it does. */
  readonly hasDocstrings?: true;
  /** `%q(…)` is a string. */
  readonly hasPercent?: true;
}

interface Quote {
  readonly open: string;
  readonly close: string;
  /** Ends at the end of its line, whatever stands there. */
  readonly isLine?: true;
  /** A backslash says nothing. */
  readonly isRaw?: true;
  /** What begins code in it: "${" or "#{", which "}" ends. */
  readonly code?: '${' | '#{';
}

const double: Quote = { open: '"', close: '"', isLine: true };
const single: Quote = { open: "'", close: "'", isLine: true };
const triple: Quote = { open: '"""', close: '"""' };
const cComments = { line: ['//'], block: [['/*', '*/']] } as const;

const javascript: Language = {
  ...cComments,
  quotes: [{ open: '`', close: '`', code: '${' }, double, single],
  hasRegex: true,
};
const python: Language = {
  line: ['#'],
  block: [],
  quotes: [triple, { open: "'''", close: "'''" }, double, single],
  hasDocstrings: true,
};
const ruby: Language = {
  line: ['#'],
  block: [['\n=begin', '\n=end']],
  quotes: [
    { open: '"', close: '"', code: '#{' },
    { open: "'", close: "'" },
  ],
  heredoc: '<<',
  hasPercent: true,
};
const java: Language = { ...cComments, quotes: [triple, double, single] };
const go: Language = { ...cComments, quotes: [{ open: '`', close: '`', isRaw: true }, double, single] };
const rust: Language = {
  ...cComments,
  quotes: [
    { open: 'r#"', close: '"#', isRaw: true },
    { open: '"', close: '"' },
  ],
};
const php: Language = {
  line: ['//', '#'],
  block: [['/*', '*/']],
  quotes: [
    { open: '"', close: '"' },
    { open: "'", close: "'" },
  ],
  heredoc: '<<<',
};
const elixir: Language = { line: ['#'], block: [], quotes: [triple, { open: '"', close: '"', code: '#{' }] };
/** All of it is looked at as code: words in tags and in templates. */
const markup: Language = { line: [], block: [['<!--', '-->']], quotes: [] };
const prisma: Language = { line: ['//'], block: [], quotes: [double] };
const sql: Language = { line: ['--'], block: [['/*', '*/']], quotes: [] };
const graphql: Language = { line: ['#'], block: [], quotes: [triple, double] };

const byEnding: Readonly<Record<string, Language>> = {
  ...Object.fromEntries(['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((each) => [each, javascript])),
  py: python,
  ...Object.fromEntries(['rb', 'rake', 'ru', 'jbuilder'].map((each) => [each, ruby])),
  ...Object.fromEntries(['java', 'kt', 'kts', 'scala', 'groovy', 'cs', 'swift', 'dart'].map((each) => [each, java])),
  go,
  rs: rust,
  php,
  ex: elixir,
  exs: elixir,
  ...Object.fromEntries(
    ['vue', 'svelte', 'astro', 'html', 'htm', 'erb', 'haml', 'slim', 'ejs', 'hbs', 'liquid', 'heex', 'twig', 'j2'].map(
      (each) => [each, markup],
    ),
  ),
  prisma,
  sql,
  graphql,
  gql: graphql,
};

/** The language of a file by its ending; undefined for what is no source code. */
export function languageOf(path: string): Language | undefined {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined;
}
