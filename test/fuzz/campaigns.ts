import type { Analysis } from '../../server/src/analysis/analyze.js';
import { hoverAt } from '../../server/src/protocol/hover-text.js';
import { planFixAll } from '../../server/src/planning/plan-fixes.js';
import { reviewMarkdown } from '../../server/src/review/markdown.js';
import { review } from '../../server/src/review/review.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { runbook } from '../../server/src/runbook/runbook.js';
import type { Action } from '../../server/src/sql/action.js';
import { factsByAst, factsByTree } from '../../server/src/sql/expressions.js';
import { lex } from '../../server/src/sql/lexer.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { wholeFileProblem } from '../../server/src/sql/whole-file.js';
import { editingCampaign, foldersCampaign } from './editing.js';
import { formHistory, forms } from './forms.js';
import { grammarText } from './grammar.js';
import { keptRunsCampaign } from './kept-runs.js';
import { hostileText } from './hostile.js';
import { mutatedText, pumpedText } from './mutate.js';
import { complaintAbout, writtenFor } from './outcome.js';
import type { Random } from './random.js';
import { Subject } from './subject.js';

/** What is wrong, and with which text. */
export interface Fault {
  readonly what: string;
  readonly text: string;
}

/** One kind of input. Each call makes one input from chance and looks at everything that comes of it. */
export interface Campaign {
  readonly name: string;
  /** Out of so many calls of all campaigns, one is of this. */
  readonly share: number;
  run(random: Random): Fault[] | Promise<Fault[]>;
}

let known: Subject | undefined;
let empty: Subject | undefined;
const withHistory = (): Subject => (known ??= new Subject([formHistory]));
const withoutHistory = (): Subject => (empty ??= new Subject([]));

export const campaigns: readonly Campaign[] = [
  { name: 'mutation', share: 20, run: (random) => judged(withHistory(), mutatedText(random), random) },
  { name: 'grammar', share: 50, run: (random) => judged(withoutHistory(), grammarText(random), random) },
  { name: 'pump', share: 2, run: (random) => pumped(pumpedText(random)) },
  { name: 'metamorphic', share: 15, run: metamorphic },
  { name: 'hostile names', share: 8, run: hostile },
  { name: 'fix all', share: 3, run: fixAll },
  editingCampaign,
  foldersCampaign,
  keptRunsCampaign,
];

/** Everything at once that a text goes through; the dear parts for one text in five. */
function judged(subject: Subject, text: string, random: Random): Fault[] {
  const fault = (what: string): Fault => ({ what, text });
  const analysis = subject.analyse(text, random.pick([14, 16, 18] as const));
  const faults = [...spanFaults(analysis), ...splitFaults(text, analysis)].map(fault);
  if (random.chance(0.15)) {
    faults.push(...writtenFaults(subject, analysis).map(fault));
    faults.push(...expressionFaults(analysis).map(fault));
    document(subject, analysis);
  }
  return faults;
}

/** Documents are made for every text, whatever it is; the hover at some place. */
function document(subject: Subject, analysis: Analysis): void {
  runbook([{ analysis, rollback: rollback(analysis, subject.documents), shown: (path) => path }]);
  reviewMarkdown(review([analysis], () => rollback(analysis, subject.documents)));
  for (const { span } of analysis.findings.slice(0, 5)) hoverAt(analysis, span.start);
}

function spanFaults({ findings, document: { text } }: Analysis): string[] {
  return findings.flatMap(({ rule, span: { start, end } }) => {
    const isInside = 0 <= start && start <= end && end <= text.length;
    const halves = [start, end].some(
      (at) => /[\udc00-\udfff]/.test(text.charAt(at)) && /[\ud800-\udbff]/.test(text.charAt(at - 1)),
    );
    return isInside && !halves ? [] : [`${rule} marks ${start} to ${end}`];
  });
}

/** PostgreSQL's parser on the whole file against our verdict on its pieces. */
function splitFaults(text: string, { document: { statements, problems } }: Analysis): string[] {
  const ours = [...problems, ...statements.flatMap(({ parsed }) => parsed.problem ?? [])];
  if (ours.some(({ isOwnLimit }) => isOwnLimit) || /[\0\u0080-\u009f]/.test(text)) return [];
  // What stands for a placeholder is not known to be wrong.
  if (mayHoldPlaceholders(text)) return [];
  const whole = wholeFileProblem(text);
  if (whole && ours.length === 0) return [`PostgreSQL refuses the file and Airlock does not: ${whole.message}`];
  if (!whole && ours.length > 0) return [`Airlock refuses what PostgreSQL takes: ${ours[0]?.message}`];
  return [];
}

/** A dollar that is no dollar quote of ours, a brace, a colon before a name, a command of psql, Drizzle's mark. */
function mayHoldPlaceholders(text: string): boolean {
  return /\$(?!\$|x\$)|\{|(?<!:):(?=[A-Za-z_"'])|\\|-->/.test(text);
}

/** What we write of a good file is good. */
function writtenFaults(subject: Subject, analysis: Analysis): string[] {
  const { text } = analysis.document;
  const isGood = wholeFileProblem(text) === undefined && !mayHoldPlaceholders(text);
  const texts = writtenFor(analysis, subject.documents);
  if (!isGood) return [];
  return texts.flatMap(({ what, sql }) => {
    const complaint = complaintAbout(sql);
    return complaint === undefined ? [] : [`${what} is refused: ${complaint}\n${sql}`];
  });
}

/** The typed parser and PostgreSQL's tree say the same of every expression. */
function expressionFaults({ document: { statements } }: Analysis): string[] {
  const faults: string[] = [];
  for (const { parsed } of statements) {
    for (const text of expressionsIn(parsed.actions)) {
      const typed = factsByAst(text);
      const tree = factsByTree(text);
      if (typed && JSON.stringify(typed) !== JSON.stringify(tree))
        faults.push(`typed parser and tree differ on: ${text}\n${JSON.stringify(typed)}\n${JSON.stringify(tree)}`);
    }
  }
  return faults;
}

/** The texts of DEFAULT, CHECK, WHERE and USING in actions, wherever they stand. */
function expressionsIn(actions: readonly Action[]): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const source = value as { text?: unknown; span?: unknown };
    if (typeof source.text === 'string' && source.span && /expression|where|predicate|using|default/i.test(key))
      found.add(source.text);
    for (const [name, part] of Object.entries(value)) visit(part, name);
  };
  for (const action of actions) visit(action, '');
  return found;
}

/** How long it takes is looked at by the one who calls. */
function pumped(text: string): Fault[] {
  const subject = withHistory();
  const analysis = subject.analyse(text);
  writtenFor(analysis, subject.documents);
  document(subject, analysis);
  return [];
}

/** The same SQL with comments, blanks, other line ends and other letter case has the same findings. */
function metamorphic(random: Random): Fault[] {
  const subject = withHistory();
  const text = `${random.times(1, 3, () => random.pick(forms)).join(';\n')};\n`;
  const kinds = ['comment', 'line comment', 'blanks', 'CRLF', 'CR', 'case', 'blank lines before'] as const;
  const kind = random.pick(kinds);
  const between = (make: () => string): string => {
    let out = '';
    let from = 0;
    for (const { start } of lex(text).slice(1)) {
      if (random.chance(0.6)) continue;
      out += text.slice(from, start) + make();
      from = start;
    }
    return out + text.slice(from);
  };
  const other = {
    comment: () => between(() => random.pick([' /* c */ ', '/**/', ' /* ; \' " $$ */ '])),
    'line comment': () => between(() => random.pick([' -- c\n', " -- it's\n", '\n--;\n'])),
    blanks: () => between(() => random.pick(['  ', '\n', '\t', ' \n ', '\f'])),
    CRLF: () => text.replaceAll('\n', '\r\n'),
    CR: () => text.replaceAll('\n', '\r'),
    case: () => withOtherCase(text, random.chance(0.5)),
    'blank lines before': () => `\n\n  ${text}`,
  }[kind]();
  // A blank line inside of a literal's gap joins two literals; none of the forms has two in a row.
  const kindsOf = (analysis: Analysis): string[] =>
    analysis.findings.map(({ rule, severity }) => `${rule} ${severity}`).sort();
  const [one, two] = [subject.analyse(text), subject.analyse(other)];
  const [expected, found] = [kindsOf(one), kindsOf(two)];
  const faults: Fault[] = [];
  if (expected.join() !== found.join())
    faults.push({ what: `${kind}: ${expected.join(', ')} became ${found.join(', ')}\n${text}`, text: other });
  faults.push(...writtenFaults(subject, two).map((what) => ({ what: `${kind}: ${what}`, text: other })));
  return faults;
}

function withOtherCase(text: string, upper: boolean): string {
  let out = '';
  let from = 0;
  for (const token of lex(text)) {
    if (token.kind !== 'word') continue;
    out += text.slice(from, token.start) + (upper ? token.text.toUpperCase() : token.text.toLowerCase());
    from = token.end;
  }
  return out + text.slice(from);
}

/** Whatever a name is, nothing that we write does anything to the table of which it speaks. */
function hostile(random: Random): Fault[] {
  const { history, text } = hostileText(random, formHistory);
  const subject = new Subject([history]);
  const analysis = subject.analyse(text, random.pick([14, 18] as const));
  const isGood = analysis.document.statements.every(({ parsed }) => parsed.problem === undefined);
  const faults: Fault[] = [];
  for (const { what, sql } of writtenFor(analysis, subject.documents)) {
    const { statements, problems } = parseDocument(sql);
    const acts = statements.some(({ parsed: { actions } }) =>
      actions.some((action) => JSON.stringify(action).includes('"users"')),
    );
    if (acts) faults.push({ what: `${what} acts on another table:\n${sql}`, text });
    const broken =
      problems[0] ?? statements.find(({ parsed }) => parsed.problem && !parsed.problem.isOwnLimit)?.parsed.problem;
    if (isGood && broken) faults.push({ what: `${what} is broken: ${broken.message}\n${sql}`, text });
  }
  document(subject, analysis);
  return faults;
}

/** Fix All ends, breaks nothing, and has nothing left to do the second time. */
async function fixAll(random: Random): Promise<Fault[]> {
  const [subject, text] = random.chance(0.5)
    ? [withHistory(), `${random.times(1, 4, () => random.pick(forms)).join(';\n')};\n`]
    : [withoutHistory(), grammarText(random)];
  const analyse = (each: string): Analysis => subject.analyse(each);
  const first = await planFixAll(analyse(text), analyse);
  const second = await planFixAll(first.analysis, analyse);
  const faults: Fault[] = [];
  if (wholeFileProblem(text) === undefined && wholeFileProblem(first.text) !== undefined)
    faults.push({ what: `Fix All breaks the file:\n${first.text}`, text });
  if (second.text !== first.text)
    faults.push({ what: `Fix All goes on the second time:\n${first.text}\n->\n${second.text}`, text });
  return faults;
}
