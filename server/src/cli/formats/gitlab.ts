import type { Severity } from '../../../../rules/engine/define-rule.js';
import type { GateReport } from './report.js';

const severities: Readonly<Record<Severity, 'critical' | 'major' | 'minor' | 'info'>> = {
  error: 'critical',
  warning: 'major',
  info: 'info',
  hint: 'info',
};

/** GitLab's report of code quality: a list of issues, which a merge request shows beside the changed lines. */
export function gitlab({ files }: GateReport): string {
  const issues = files.flatMap(({ path, findings }) =>
    findings.map(({ rule, severity, message, range: { start, end }, fingerprint }) => ({
      description: message.replace('\n', ' '),
      check_name: rule,
      fingerprint,
      severity: severities[severity],
      location: { path, lines: { begin: start.line + 1, end: end.line + 1 } },
    })),
  );
  return `${JSON.stringify(issues, null, 2)}\n`;
}
