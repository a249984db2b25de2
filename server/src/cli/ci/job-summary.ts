import { comment } from '../formats/comment.js';
import type { Review } from '../../review/review.js';
import type { GateReport } from '../formats/report.js';
import { counted } from '../../../../rules/engine/words.js';

/** A summary may have 1 MiB, and a letter takes up to three bytes. */
const LIMIT = 300_000;

/** GitHub shows no more annotations of a step than this, of each kind. */
const SHOWN = 10;

/** The page of a job: the report, what GitHub leaves out beside the lines, and what else is to be known. */
export function jobSummary(report: GateReport, review: Review, notes: readonly string[]): string {
  const lines = [...hiddenAnnotations(report), ...notes].map((note) => `> ${note}\n`);
  return `${comment(report, review, LIMIT)}\n${lines.join('\n')}\n`;
}

/** A sentence where more was found than GitHub shows beside the lines. */
export function hiddenAnnotations({ files }: Pick<GateReport, 'files'>): string[] {
  const all = files.flatMap(({ findings }) => findings.map(({ severity }) => severity));
  const hidden = (['error', 'warning'] as const).flatMap((kind) => {
    const count = all.filter((severity) => severity === kind).length;
    return count > SHOWN ? [`${SHOWN} of ${counted(count, kind)}`] : [];
  });
  return hidden.length === 0
    ? []
    : [`GitHub shows ${hidden.join(' and ')} beside the lines; the log of the job has all of them.`];
}
