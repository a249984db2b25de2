import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { examplesOf } from '../rules/support/page.js';
import { inputOf } from '../support/analyze-sql.js';
import type { Campaign, Fault } from './campaigns.js';
import { formHistory, forms } from './forms.js';
import { grammarText } from './grammar.js';
import type { Random } from './random.js';

const all = ruleSet(rules);

let known: readonly string[] | undefined;

/** The statements of the examples of all rules' pages: each has something to say to a rule, and to its neighbours. */
function pageTexts(): readonly string[] {
  if (known) return known;
  const folder = join(__dirname, '..', '..', '..', 'rules');
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.md'));
  known = pages.flatMap((page) =>
    examplesOf(readFileSync(join(folder, page), 'utf8')).examples.flatMap(({ sql, history }) => [...history, sql]),
  );
  return known;
}

/** A file that is edited, judged from what the last run has kept, against the same file judged anew. */
export const keptRunsCampaign: Campaign = {
  name: 'kept run',
  share: 4,
  run(random) {
    const history = random.chance(0.5) ? [formHistory] : [];
    const transaction = random.pick(['none', 'per-file', 'all-pending'] as const);
    const base = inputOf('', { history, config: { transaction } });
    const input = { ...base, history: base.before, shownPath: 'migrations/0009_test.sql' };
    const fail = (_rule: unknown, _tag: string, error: unknown): never => {
      throw error;
    };
    const faults: Fault[] = [];
    let texts = random.times(3, 14, () => someText(random));
    let former: Analysis | undefined;
    for (let edit = 0; edit < 8 && faults.length === 0; edit++) {
      const document = parseDocument(texts.join(random.pick(['\n', '\n', '\n\n'])));
      const anew = analyze({ ...input, document, before: base.before.fork() }, all, fail);
      const kept = analyze({ ...input, document, before: base.before.fork() }, all, fail, former ?? anew);
      if (shown(kept) !== shown(anew))
        faults.push({ what: difference(kept, anew), text: `${former?.document.text}\n=== now\n${document.text}` });
      former = kept;
      texts = edited(random, texts);
    }
    return faults;
  },
};

function someText(random: Random): string {
  const kind = random.next();
  if (kind < 0.4) return grammarText(random);
  return kind < 0.6 ? `${random.pick(forms)};` : random.pick(pageTexts()).trimEnd();
}

function edited(random: Random, texts: readonly string[]): string[] {
  const next = [...texts];
  const at = random.below(next.length);
  const text = next[at] ?? '';
  switch (random.below(7)) {
    case 0:
      next.splice(at, 1);
      return next.length > 0 ? next : [''];
    case 1:
      next.splice(at, 0, someText(random));
      return next;
    case 2:
      next.splice(random.below(next.length), 0, ...next.splice(at, 1));
      return next;
    case 3: {
      const place = random.below(text.length + 1);
      next[at] = text.slice(0, place) + random.pick(['x', ' ', '\n', ';', "'", '(', '-- c\n']) + text.slice(place);
      return next;
    }
    case 4:
      next[at] = random.pick([
        'BEGIN;',
        'COMMIT;',
        'ROLLBACK;',
        'SAVEPOINT s;',
        "SET lock_timeout = '3s';",
        'DO $$ BEGIN EXECUTE x; END $$;',
      ]);
      return next;
    default: {
      // One word in the place of another: names move from object to object.
      const words = texts.join(' ').match(/\w+/g) ?? ['x'];
      const places = [...text.matchAll(/\w+/g)];
      if (places.length === 0) return next;
      const place = random.pick(places);
      next[at] = text.slice(0, place.index) + random.pick(words) + text.slice(place.index + place[0].length);
      return next;
    }
  }
}

function shown({ findings, steps, verdict, suppressed }: Analysis): string {
  return JSON.stringify([
    verdict,
    suppressed,
    findings.map(({ step, action: _action, ...rest }) => ({ ...rest, at: step?.span, top: step?.top })),
    steps.map(({ span, top, origin, called, transaction, settings, impact }) => [
      span,
      top,
      origin,
      called,
      transaction,
      [...settings].sort(),
      impact,
    ]),
  ]);
}

/** The first place where they part. */
function difference(kept: Analysis, anew: Analysis): string {
  const [one, other] = [shown(kept), shown(anew)];
  let at = 0;
  while (one[at] === other[at]) at++;
  const part = (text: string): string => text.slice(Math.max(0, at - 400), at + 400);
  return `kept ${part(one)}\n!=\nanew ${part(other)}`;
}
