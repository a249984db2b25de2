import type { GateReport, ReportedFile, ReportedFinding } from './report.js';

/** JUnit's XML: a suite for each file, a case for each finding; one that passes for a file without any. */
export function junit({ files }: GateReport): string {
  const suites = files.map(suite);
  const failures = suites.reduce((sum, each) => sum + each.failures, 0);
  const tests = suites.reduce((sum, each) => sum + each.tests, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Airlock" tests="${tests}" failures="${failures}" errors="0">`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ path, findings }: ReportedFile) {
  const failing = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const cases =
    findings.length === 0
      ? [`    <testcase name="no findings" classname="${xml(path)}"/>`]
      : findings.map((each) => testCase(path, each));
  const tests = cases.length;
  return {
    tests,
    failures: failing.length,
    xml: [
      `  <testsuite name="${xml(path)}" tests="${tests}" failures="${failing.length}" errors="0" skipped="0">`,
      ...cases,
      '  </testsuite>',
    ].join('\n'),
  };
}

function testCase(path: string, { rule, severity, message, range: { start } }: ReportedFinding): string {
  const head = `    <testcase name="${xml(`${rule} in line ${start.line + 1}`)}" classname="${xml(path)}"`;
  if (severity !== 'error' && severity !== 'warning')
    return `${head}><system-out>${xml(message)}</system-out></testcase>`;
  const [first = ''] = message.split('\n', 1);
  return `${head}><failure type="${severity}" message="${xml(first)}">${xml(`${path}:${start.line + 1}\n${message}`)}</failure></testcase>`;
}

/** Text for an element or an attribute; characters that XML 1.0 has no place for are shown as a box. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\u25a1')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
