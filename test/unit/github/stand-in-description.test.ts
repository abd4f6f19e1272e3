import { expect, test } from 'vitest';
import { findRoute, problemsOfResponse, type Route } from '../../support/github/description.js';

function routeOf(method: string, path: string): Route {
  const route = findRoute(method, path);
  if (route === null) throw new Error(`no ${method} ${path}`);
  return route;
}

test('a request has the operation with the fewest variables', () => {
  expect(routeOf('GET', '/repos/acme/lab/issues/comments/7')).toMatchObject({
    id: 'issues/get-comment',
    params: { owner: 'acme', repo: 'lab', comment_id: '7' },
  });
  expect(routeOf('DELETE', '/repos/acme/lab/issues/7/labels/a%2Fb').params['name']).toBe('a/b');
  expect(findRoute('PUT', '/repos/acme/lab/issues/7')).toBe(null);
});

const label = {
  id: 1,
  node_id: 'x',
  url: 'https://a',
  name: 'drift',
  description: null,
  color: 'ff0000',
  default: false,
};

test.each([
  ['what is described', 200, [label], null],
  ['a missing property', 200, [{ ...label, color: undefined }], "/0 must have required property 'color'"],
  ['another type', 200, [{ ...label, id: '1' }], '/0/id must be integer'],
  ['something that is not a URL', 200, [{ ...label, url: 'a' }], '/0/url must match format "uri"'],
  ['a property that is not described', 200, [{ ...label, colour: 'red' }], '/0/colour is not described'],
  ['a status that is not described', 202, [label], 'GitHub does not respond with 202'],
  ['an error of its own form', 404, { error: 'no' }, '/error is not described'],
  ['an error that is described nowhere', 500, { message: 'Server Error' }, null],
])('a response is checked: %s', (_, status, body, problem) => {
  const sent: unknown = JSON.parse(JSON.stringify(body));
  const problems = problemsOfResponse(routeOf('GET', '/repos/acme/lab/labels'), status, sent);
  expect(problems).toEqual(problem === null ? [] : [problem]);
});

test('a response without a body has none', () => {
  const route = routeOf('DELETE', '/repos/acme/lab/issues/comments/7');
  expect(problemsOfResponse(route, 204, undefined)).toEqual([]);
  expect(problemsOfResponse(route, 204, {})).toEqual(['it has a body']);
});
