// Somebody's web site that hosts Carillon's service worker, on an origin of its own.

import { createServer } from "node:http";

const BARE = "<!doctype html><link rel=icon href=data:,><title>A shop</title><h1>A shop</h1>";

/**
 * Serves a page, bare unless another is given, and the worker, as docs/web-push.md says.
 *
 * @param {{ url: string }} carillon
 * @param {{ page?: string, worker?: string }} [files]
 */
export async function startSite(carillon, { page = BARE, worker } = {}) {
  const line = `importScripts(${JSON.stringify(`${carillon.url}/web/carillon-sw.js`)});`;
  const files = {
    "/": ["text/html; charset=utf-8", page],
    "/carillon-sw.js": ["text/javascript", worker ?? line],
  };
  const server = createServer((request, response) => {
    const [type, text] = files[request.url] ?? [];
    response.writeHead(text ? 200 : 404, { "content-type": type ?? "text/plain" });
    response.end(text ?? "not here");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
