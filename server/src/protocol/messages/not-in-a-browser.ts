/** What is said of what cannot run in a browser: what that is, and where it runs. */
export const notInABrowser = {
  rehearse:
    'A rehearsal runs a PostgreSQL, which Airlock does not start in a browser. Rehearse in VS Code on your machine, or with: pg-airlock rehearse.',
  rehearseOnServer:
    'A browser cannot reach a PostgreSQL server. Rehearse in VS Code on your machine, or with: pg-airlock rehearse --url.',
  sizes:
    'A browser cannot reach a PostgreSQL server. Capture the sizes in VS Code on your machine, or with: pg-airlock stats --url.',
  proof: 'It is not proven: Airlock runs no PostgreSQL in a browser. Rehearse it in VS Code on your machine.',
} as const;
