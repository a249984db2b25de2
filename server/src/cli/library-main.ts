// dist/api.js: what programs import. It stands in dist/server.js, with the commands that few call.
export { checkText, reviewMigrations } from './apart.js';
