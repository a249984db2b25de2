// All that is used of the package `pg`: it stands in a bundle of its own (dist/postgres.js), which nothing loads that
// does not connect to a server.
export { Client } from 'pg';
