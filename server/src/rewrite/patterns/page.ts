import { impactOf } from '../../impact/impact-of.js';
import { atLeast, lockName, whoWaits } from '../../impact/locks.js';
import { applyAction } from '../../schema/apply.js';
import { applyDocument } from '../../analysis/replay.js';
import { SchemaState } from '../../schema/state.js';
import { parseDocument } from '../../sql/parse.js';
import { isRefused, type Phase } from '../plan.js';
import { rendered } from '../session.js';
import { changeWords, type Pattern, type PatternContext } from './pattern.js';

/** The PostgreSQL version that the pages speak of. */
const postgres = 16;

const bare = { lockTimeout: '5s', setElsewhere: false, settings: new Map<string, string>() };

/**
 * The page of a pattern, in Markdown: the usual form with what it locks, and the safe form phase by phase, on the table of
 * its example. Needs the parser. Throws an Error when the example has no safe form.
 */
export function patternPage(pattern: Pattern): string {
  const { title, summary, fields, example, id } = pattern;
  const context: PatternContext = { state: stateOf(example.schema), target: { postgres, timeZone: 'UTC' } };
  const plan = pattern.plan(example.values, context);
  if (isRefused(plan)) throw new Error(`${id}: ${plan.refused}`);
  const usual = pattern.usual(example.values, context);
  const running = stateOf(example.schema);
  const words = changeWords(pattern, example.values).slice(id.length + 1);
  const lines = [
    `# ${title}`,
    '',
    summary,
    '',
    ...code(example.schema),
    '',
    '## The usual form',
    '',
    ...code(usual),
    '',
    ...workLines(usual, stateOf(example.schema)),
    '',
    '## The safe form',
    '',
    `${plan.title}.`,
    '',
    ...(plan.before === undefined ? [] : [`Before: ${plan.before}`, '']),
    ...plan.phases.flatMap((phase, index) => phaseLines(phase, index, running)),
    '## Write it',
    '',
    `In VS Code: _Airlock: New Safe Migration…_, then _${title}_. In a terminal:`,
    '',
    '```sh',
    `pg-airlock new ${id} migrations ${words}`,
    '```',
    '',
    '| Field | What it is |',
    '| --- | --- |',
    ...fields.map(
      ({ name, title: what, choices, optional }) =>
        `| \`${name}\` | ${what}${choices ? `: ${choices.join(', ')}` : ''}${optional ? ' (optional)' : ''} |`,
    ),
    '',
  ];
  return lines.join('\n');
}

function stateOf(schema: string): SchemaState {
  const state = new SchemaState();
  applyDocument(parseDocument(schema), state, []);
  state.release += 1;
  return state;
}

function code(sql: string): string[] {
  return ['```sql', sql.trimEnd(), '```'];
}

function phaseLines(phase: Phase, index: number, state: SchemaState): string[] {
  const sql = rendered(phase.statements, bare, { local: false, inFile: false });
  const back = rendered(phase.back, bare, { local: false, inFile: false });
  return [
    `### ${index + 1}. ${phase.title}`,
    '',
    ...(phase.gate === undefined ? [] : [`**In a later release**, when ${phase.gate}`, '']),
    phase.why,
    '',
    ...(phase.notes ?? []).map((note) => `- ${note}`),
    ...((phase.notes ?? []).length > 0 ? [''] : []),
    ...code(sql),
    '',
    ...workLines(sql, state),
    phase.transactional ? '' : '- It must not run inside a transaction.',
    ...(phase.verify === undefined ? [] : [`- To verify: \`${phase.verify}\``]),
    ...(phase.noWayBack === undefined ? [] : [`- There is no way back: ${phase.noWayBack}`]),
    ...(phase.backNote === undefined ? [] : [`- ${phase.backNote}`]),
    '',
    ...(back === '' ? [] : ['Its way back:', '', ...code(back), '']),
  ].filter((line, at, all) => line !== '' || all[at - 1] !== '');
}

/** What statements lock and read, as a list; the state goes on behind them. */
function workLines(sql: string, state: SchemaState): string[] {
  const found = new Map<string, string>();
  for (const { parsed } of parseDocument(sql).statements) {
    const { locks, rewrites, scans, indexBuilds } = impactOf(parsed.actions, state, { postgres, timeZone: 'UTC' });
    const work = [
      ...rewrites.map(({ name }) => `rewrites ${name}`),
      ...indexBuilds.map(({ relation }) => `builds an index of ${relation.name}`),
      ...scans.map(({ relation }) => `reads all of ${relation.name}`),
    ];
    for (const { mode, relation, kind, isNew } of locks) {
      if (isNew || kind !== 'table' || !atLeast(mode, 'ShareUpdateExclusiveLock')) continue;
      const during = work.length === 0 ? 'for an instant' : `while it ${[...new Set(work)].join(' and ')}`;
      found.set(
        `${mode} ${relation.key} ${during}`,
        `- **${lockName(mode)}** on \`${relation.name}\`, ${during}: ${whoWaits(mode)} wait.`,
      );
    }
    for (const action of parsed.actions) applyAction(state, action);
  }
  return found.size === 0 ? ['- No lock that others wait for.'] : [...found.values()];
}
