import fs from 'node:fs';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError, forMigrations } from '../arguments.js';
import { baseOf } from '../ci/base.js';
import { keepComment, type CommentResult } from '../ci/comment.js';
import { type CiEvent, readEvent } from '../ci/event.js';
import { hiddenAnnotations, jobSummary } from '../ci/job-summary.js';
import { github } from '../formats/github.js';
import { comment, couldNotRun } from '../formats/comment.js';
import { headline } from '../formats/markdown.js';
import { exitCodeOf, judge } from '../judge.js';
import type { Terminal } from '../session.js';

export const options = {
  ...forMigrations,
  'fail-on': { type: 'string' },
  since: { type: 'string' },
  baseline: { type: 'string' },
  verbose: { type: 'boolean' },
  rehearse: { type: 'boolean' },
  url: { type: 'string' },
  allow: { type: 'string' },
  timeout: { type: 'string' },
  'no-comment': { type: 'boolean' },
  author: { type: 'string' },
} as const;

export const help = `pg-airlock ci github PATHS [options]

Reviews what a pull request, a merge group or a push brings, in GitHub Actions: annotations beside the lines, a summary
of the job, and one comment that later runs update. There is no comment where nothing was ever found. Without a token that
may write, as for forks, the annotations are all. action.yml calls it.

  --postgres VERSION         the oldest server that they run on: 14 … 18, or 14.3
  --config FILE              default: the nearest airlock.config.json
  --fail-on error|warning|never
                             exit with 1 from this severity on; default: error
  --since REF                default: the base that the event names (GITHUB_EVENT_PATH)
  --baseline FILE            leave out the findings that the file has
  --verbose                  information and hints, too
  --rehearse                 run the migrations first, as pg-airlock review --rehearse does; --url, --allow and --timeout
  --no-comment               write none
  --author LOGIN             who writes the comments, where the token is one of an app

Exit codes are those of review. The token (GITHUB_TOKEN) is sent to GITHUB_API_URL alone.
`;

/** Exit code: that of review. What becomes of the comment changes nothing of it. */
export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const [forge, ...paths] = given.paths;
  if (forge !== 'github') throw new UsageError('Name the forge: pg-airlock ci github PATHS');
  const log = quiet(terminal);
  const notes: string[] = [];
  const event = eventOf(notes);
  const code = await judgeEvent({ ...given, paths }, event, notes, { terminal, log }).catch(async (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    log.err(`pg-airlock ci: ${visibleLine(error.message)}\n`);
    // What an earlier run has said of other commits is not to be taken for an answer.
    const said = couldNotRun(error.message);
    if (given.values['no-comment'] !== true) notes.push(...noteOf(await keep(event, said, false, given)));
    writeSummary(said, log);
    return 2;
  });
  for (const note of notes) log.err(`${note}\n`);
  return code;
}

async function judgeEvent(
  given: Arguments,
  event: CiEvent | undefined,
  notes: string[],
  { terminal, log }: { readonly terminal: Terminal; readonly log: Terminal },
): Promise<number> {
  const failOn = choice(given.values, 'fail-on', ['error', 'warning', 'never']);
  const base = typeof given.values.since === 'string' ? { since: given.values.since } : baseOf(event, process.cwd());
  if ('problem' in base) throw new UsageError(base.problem);
  if (base.note !== undefined) notes.push(base.note);
  const judged = await judge({ ...given, values: { ...given.values, since: base.since } }, log);
  const { report, review } = judged;
  terminal.data(github(report));
  const hasFindings = report.files.some(({ findings }) => findings.length > 0);
  if (given.values['no-comment'] !== true)
    notes.push(...noteOf(await keep(event, comment(report, review), hasFindings, given)));
  writeSummary(jobSummary(report, review, notes), log);
  notes.unshift(...hiddenAnnotations(report));
  log.err(`Airlock: ${headline(report)}\n`);
  return exitCodeOf(judged, failOn);
}

/** GitHub reads commands from both streams: a name that looks like one stays text. */
function quiet(terminal: Terminal): Terminal {
  const safe = (text: string): string => text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [');
  return { ...terminal, out: () => {}, data: () => {}, err: (text) => terminal.err(safe(text)) };
}

/** The event of this run. Where its file cannot be read, nothing is compared, so that more is judged and not less. */
function eventOf(notes: string[]): CiEvent | undefined {
  const file = process.env.GITHUB_EVENT_PATH;
  if (!file) return undefined;
  let event: ReturnType<typeof readEvent> = false;
  try {
    event = readEvent(fs.readFileSync(file, 'utf8'));
  } catch {
    // Said below.
  }
  if (event === false) notes.push('The event file cannot be read.');
  return event === false ? undefined : event;
}

async function keep(
  event: CiEvent | undefined,
  text: string,
  hasFindings: boolean,
  { values }: Arguments,
): Promise<CommentResult | undefined> {
  const { GITHUB_API_URL: api, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = process.env;
  if (event?.number === undefined) return undefined;
  if (!token) return { failed: 'There is no token.' };
  if (!api || !URL.canParse(api) || !/^[\w.-]+\/[\w.-]+$/.test(repository ?? ''))
    return { failed: 'GITHUB_API_URL and GITHUB_REPOSITORY do not say where.' };
  const place = {
    api: api.replace(/\/+$/, ''),
    token,
    repository: repository ?? '',
    number: event.number,
    author: typeof values.author === 'string' ? values.author : undefined,
  };
  return keepComment(place, text, hasFindings);
}

function noteOf(result: CommentResult | undefined): string[] {
  if (!result) return [];
  if ('failed' in result) return [`No comment was written. ${visibleLine(result.failed)}`];
  return result.done === 'not needed' ? [] : [`The comment was ${result.done}.`];
}

function writeSummary(text: string, terminal: Terminal): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  try {
    fs.appendFileSync(file, text);
  } catch {
    terminal.err('The summary of the job cannot be written.\n');
  }
}
