import { findingMessage } from './finding-message.js';
import type { RuleSet } from '../../../rules/engine/run.js';
import type { Config } from './config.js';
import { metaOf, plainFinding } from './file-findings.js';
import type { Finding } from './finding.js';
import { matchesGlob } from './globs.js';
import { severityOf } from './severity.js';
import { isOver, type Suppression, type SuppressionProblem } from './suppressions.js';

/** Rules that concern the comments themselves; the engine reports them. */
export const suppressionRules = { unused: 'no-unused-suppression', reason: 'require-suppression-reason' } as const;

/** What is left of the findings, and the comments that have silenced one. */
export function suppress(
  found: readonly Finding[],
  suppressions: readonly Suppression[],
): { kept: Finding[]; used: Set<Suppression> } {
  const used = new Set<Suppression>();
  if (suppressions.length === 0) return { kept: [...found], used };
  const byPlace = new Map<string, Suppression[]>();
  const placeOf = (rule: string, statement: number | undefined): string => `${rule} ${statement ?? 'file'}`;
  for (const each of suppressions) {
    const place = placeOf(each.rule, each.statement);
    byPlace.set(place, [...(byPlace.get(place) ?? []), each]);
  }
  const kept = found.filter(({ rule, step }) => {
    const here = step === undefined ? [] : (byPlace.get(placeOf(rule, step.top)) ?? []);
    const by = [...here, ...(byPlace.get(placeOf(rule, undefined)) ?? [])];
    for (const each of by) used.add(each);
    return by.length === 0;
  });
  return { kept, used };
}

/**
 * What is left of the findings where the configuration accepts some in the file; with them those that it has accepted
 * until a day that is over. In: the file's path below the configuration.
 */
export function withoutAccepted(
  findings: readonly Finding[],
  shownPath: string,
  { suppressions }: Config,
  today: () => string | undefined,
): { left: Finding[]; expired: { readonly finding: Finding; readonly until: string }[] } {
  const expired: { finding: Finding; until: string }[] = [];
  const left = findings.filter((finding) => {
    const here = suppressions.filter(({ rule, files }) => rule === finding.rule && matchesGlob(files, shownPath));
    const [over, ...more] = here.flatMap(({ until }) => (isOver(until, today) ? [until] : []));
    if (over === undefined || more.length + 1 < here.length) return here.length === 0;
    expired.push({ finding, until: over });
    return true;
  });
  return { left, expired };
}

/** Says of findings that the configuration accepts them no longer. */
export function expiredFindings(
  expired: ReturnType<typeof withoutAccepted>['expired'],
  rules: RuleSet,
  config: Config,
): Finding[] {
  const unused = metaOf(rules, suppressionRules.unused);
  return expired.flatMap(({ finding: { rule, span }, until }) => {
    const message = findingMessage(unused?.messages.expired ?? '', { rule, until });
    return (unused && plainFinding(unused, config, span, message)) ?? [];
  });
}

const messages = {
  'unknown rule': 'unknownRule',
  'no statement': 'noStatement',
  'no day': 'noDay',
  expired: 'expired',
} as const;

/** What is to be said of the comments themselves. */
export function suppressionFindings(
  suppressions: readonly Suppression[],
  used: ReadonlySet<Suppression>,
  problems: readonly SuppressionProblem[],
  rules: RuleSet,
  config: Config,
): Finding[] {
  const findings: (Finding | undefined)[] = [];
  const unused = metaOf(rules, suppressionRules.unused);
  const reason = metaOf(rules, suppressionRules.reason);
  for (const each of suppressions) {
    const rule = metaOf(rules, each.rule);
    // A rule that is off reports nothing, so its suppressions are not stale.
    if (!unused || each.isBorrowed || used.has(each) || !rule || severityOf(rule, config) === 'off') continue;
    const where = each.statement === undefined ? 'in this file' : 'at this statement';
    findings.push(
      plainFinding(unused, config, each.span, findingMessage(unused.messages.stale ?? '', { rule: each.rule, where })),
    );
  }
  for (const problem of problems) {
    if (problem.kind === 'no reason') {
      if (reason)
        findings.push(
          plainFinding(
            reason,
            config,
            problem.span,
            findingMessage(reason.messages.noReason ?? '', { rule: problem.word }),
          ),
        );
    } else if (unused) {
      const hint = problem.suggestion ? `Did you mean "${problem.suggestion}"?` : '';
      const message = problem.word === '' ? 'noRule' : messages[problem.kind];
      findings.push(
        plainFinding(
          unused,
          config,
          problem.span,
          findingMessage(unused.messages[message] ?? '', { rule: problem.word, hint, until: problem.until ?? '' }),
        ),
      );
    }
  }
  return findings.filter((finding): finding is Finding => finding !== undefined);
}
