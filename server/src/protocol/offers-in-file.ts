import type { Analysis } from '../analysis/analyze.js';
import { fileEdits, isNotWritten } from '../analysis/file-edits.js';
import type { Finding } from '../analysis/finding.js';
import { placeOf } from '../analysis/positions.js';
import { lineStart } from '../sql/line-ends.js';
import type { IgnorePlace, Offer } from './offers.js';

/** A finding at its place in the file, which may be code that sends the SQL. */
export function findingInFile(analysis: Pick<Analysis, 'host'>, finding: Finding): Finding {
  if (!analysis.host) return finding;
  return {
    ...finding,
    span: placeOf(analysis, finding.span),
    related: finding.related.map((each) => ({ ...each, span: placeOf(analysis, each.span) })),
  };
}

/** An offer as the file has to be changed for it; undefined where its code cannot say it. */
export function offerInFile(analysis: Analysis, offer: Offer): Offer | undefined {
  const { host } = analysis;
  if (!host) return offer;
  const at = (finding: Finding): Finding => findingInFile(analysis, finding);
  switch (offer.kind) {
    case 'fix': {
      const edits = fileEdits(analysis, offer.edits);
      return isNotWritten(edits) ? undefined : { ...offer, finding: at(offer.finding), edits };
    }
    case 'fixRule': {
      const edits = fileEdits(analysis, offer.edits);
      return isNotWritten(edits) ? undefined : { ...offer, findings: offer.findings.map(at), edits };
    }
    case 'fixAll': {
      const edits = fileEdits(analysis, offer.edits);
      return isNotWritten(edits) ? undefined : { ...offer, edits };
    }
    case 'rewrite': {
      const findings = offer.findings.map(at);
      const edits = fileEdits(analysis, offer.edits);
      if (isNotWritten(edits)) return { kind: 'refused', title: offer.title, findings, reason: edits.refused };
      const value = offer.value?.path === analysis.path ? undefined : offer.value;
      return { ...offer, findings, edits, value };
    }
    case 'refused':
      return { ...offer, findings: offer.findings.map(at) };
    case 'ignore': {
      const { finding } = offer;
      return {
        ...offer,
        finding: at(finding),
        statement: ignorePlace(analysis, finding, `airlock-ignore ${finding.rule}: `),
        file: ignorePlace(analysis, finding, `airlock-ignore-file ${finding.rule}: `),
      };
    }
    default:
      return { ...offer, finding: at(offer.finding) };
  }
}

/** A line above the code that sends the SQL, in the comments of its language. */
function ignorePlace(analysis: Analysis, { span }: Finding, words: string): IgnorePlace {
  const { host } = analysis;
  if (!host) return { offset: span.start, before: '', after: '' };
  const { piece } = host.script.pieces.find((each) => span.start < each.span.end) ?? host.script.pieces[0] ?? {};
  const start = (piece && (piece.kind === 'unknown' ? piece.call : (piece.statement ?? piece.call)).start) ?? 0;
  const from = lineStart(host.text, start);
  const indent = /^[ \t]*/.exec(host.text.slice(from, start))?.[0] ?? '';
  return { offset: from, before: `${indent}${host.migration.form.comment} ${words}`, after: '\n' };
}
