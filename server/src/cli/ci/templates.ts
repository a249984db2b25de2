/** What a file for CI has to know of a project. */
export interface CiProject {
  /** Folders of migrations, as the repository's root names them. */
  readonly folders: readonly string[];
  /** Of the package that is run. */
  readonly version: string;
}

/** True for a folder whose name means the same in a shell, in a glob and in YAML. */
export function isPlainFolder(name: string): boolean {
  return /^[\w./-]+$/.test(name) && !name.startsWith('-') && !name.startsWith('/');
}

const checkout = 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2';
const node = 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0';

/** A workflow of GitHub: `.github/workflows/airlock.yml`. examples/ci/github.yml is the one of a folder "migrations". */
export function githubWorkflow({ folders, version }: CiProject): string {
  const [only = '.', ...more] = folders;
  const paths = more.length === 0 ? ` ${only}` : ` |\n${folders.map((each) => `            ${each}`).join('\n')}`;
  return `# .github/workflows/airlock.yml
name: Airlock
on:
  pull_request:
    paths: [${globs(folders, '**')}]
  merge_group:
permissions: {}
concurrency:
  group: airlock-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  airlock:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: write # for the comment; without it the lines are annotated all the same
    steps:
      - uses: ${checkout}
        with:
          fetch-depth: 0 # Airlock asks git what the pull request brings
          persist-credentials: false
      - uses: ${node}
        with:
          node-version: "22"
      - uses: pg-airlock/pg-airlock@v${version}
        with:
          paths:${paths}
          # postgres: "16"
          # fail-on: warning
          # baseline: airlock.baseline.json
`;
}

/** A job of GitLab, for a file that `.gitlab-ci.yml` includes. examples/ci/gitlab.yml is the one of "migrations". */
export function gitlabJob({ folders, version }: CiProject): string {
  return `# Included from .gitlab-ci.yml, or put into it.
airlock:
  stage: test
  image: node:22.21.1-bookworm
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      changes: [${globs(folders, '**/*')}]
  variables:
    GIT_DEPTH: "0" # Airlock asks git what the merge request brings
    AIRLOCK_PATHS: ${folders.join(' ')}
  script:
    - npm install --prefix /tmp/airlock --ignore-scripts --no-audit --no-fund pg-airlock@${version}
    - airlock() { node /tmp/airlock/node_modules/pg-airlock/dist/cli.js check $AIRLOCK_PATHS --since "$CI_MERGE_REQUEST_DIFF_BASE_SHA" "$@"; }
    - airlock --format gitlab --fail-on never > gl-code-quality-report.json
    - airlock --format junit --fail-on never > airlock.junit.xml
    - airlock
  artifacts:
    when: always
    expire_in: 1 week
    reports:
      codequality: gl-code-quality-report.json
      junit: airlock.junit.xml
`;
}

function globs(folders: readonly string[], below: string): string {
  const own = folders.map((folder) => (folder === '.' ? below : `${folder}/${below}`));
  return [...own, 'airlock.config.json'].map((glob) => `"${glob}"`).join(', ');
}
