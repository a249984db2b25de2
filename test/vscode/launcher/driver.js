// A small hook for suites that act or look as a person does: GET $E2E_DRIVER_URL/<what>?<query>.

const http = require('node:http');

const actions = {
  '/screenshot': (page, query) => page.screenshot({ path: query.get('path') }),
  '/press': (page, query) => page.keyboard.press(query.get('key')),
  '/type': (page, query) => page.keyboard.type(query.get('text'), { delay: 15 }),
  '/click': (page, query) => page.click(query.get('selector'), { timeout: 5000 }),
  '/hover': (page, query) => page.hover(query.get('selector'), { timeout: 5000 }),
  '/count': (page, query) => page.locator(query.get('selector')).count(),
  '/text': (page, query) => page.locator(query.get('selector')).allInnerTexts(),
};

/** Listens on a free port of this machine. The caller sets `page` on the result once there is one. */
async function startDriver() {
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://driver');
    try {
      const action = actions[url.pathname];
      if (!action) throw new Error(`unknown action ${url.pathname}`);
      const value = await action(server.page, url.searchParams);
      response.end(
        JSON.stringify({ ok: true, value: typeof value === 'object' && !Array.isArray(value) ? null : value }),
      );
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ ok: false, error: String(error) }));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
}

module.exports = { startDriver };
