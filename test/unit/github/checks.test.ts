/** Check runs: complete with all annotations, and one for each attempt. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type Check, type GitHub } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn, type TokenKind } from '../../support/github/index.js';

const repository = 'example-org/lab';
const commit = 'a'.repeat(40);

let github: GitHubStandIn;
beforeEach(async () => {
  github = await startGitHub({ repository });
  github.addCommit(commit);
});
afterEach(async () => {
  expect(github.faultsLeft).toEqual([]);
  await github.stop();
});

function connect(kind: TokenKind = 'workflow'): GitHub {
  return connectGitHub({ apiUrl: github.url, repository, credentials: github.tokenOf(kind), retryUnitMs: 1 });
}

function checkWith(annotations: number, conclusion: Check['conclusion'] = 'success'): Check {
  return {
    name: 'lavaflow review',
    commit,
    conclusion,
    title: 'nothing changes',
    summary: '**nothing changes**',
    attemptId: '1/1',
    annotations: Array.from({ length: annotations }, (_, index) => ({
      path: `device-dictionaries/board-${index}.jinja2`,
      line: index + 1,
      ...(index % 2 === 0 ? {} : { column: 3 }),
      level: index % 3 === 0 ? 'failure' : 'notice',
      title: 'code',
      text: `text ${index}`,
    })),
  };
}

it.each([0, 1, 50, 51, 120])(
  'has %i annotations, in batches of 50, and is complete at the end',
  async (count) => {
    const check = checkWith(count, 'action_required');
    expect(await connect().writeCheck(check)).toMatch(/^https?:/);
    const { checkRuns } = github.state;
    expect(checkRuns).toHaveLength(1);
    expect(checkRuns[0]).toMatchObject({
      status: 'completed',
      conclusion: 'action_required',
      headSha: commit,
    });
    expect(checkRuns[0]?.annotations.map(({ message }) => message)).toEqual(
      check.annotations.map(({ text }) => text),
    );
  },
);

it('is one if the response to its creation is lost', async () => {
  github.setFaults([{ on: /^POST .*check-runs$/, fault: { kind: 'lost-response' } }]);
  await connect().writeCheck(checkWith(60));
  expect(github.state.checkRuns).toHaveLength(1);
  expect(github.state.checkRuns[0]?.annotations).toHaveLength(60);
});

it('is another one for another attempt', async () => {
  await connect().writeCheck(checkWith(1));
  await connect().writeCheck({ ...checkWith(1), attemptId: '1/2' });
  expect(github.state.checkRuns).toHaveLength(2);
});

it('never has an annotation twice, even if a response to a batch is lost', async () => {
  github.setFaults([{ on: /^PATCH .*check-runs/, fault: { kind: 'lost-response' } }]);
  await expect(connect().writeCheck(checkWith(60))).rejects.toMatchObject({ retry: 'soon' });
  expect(github.state.checkRuns[0]?.annotations).toHaveLength(60);
});

it('is not written with a token that only reads, and the error names the permission', async () => {
  await expect(connect('fork').writeCheck(checkWith(1))).rejects.toMatchObject({
    retry: 'after-change',
    message: expect.stringMatching(
      /^cannot write the check lavaflow review of aaaaaaaaaaaa .*HTTP 403/,
    ) as string,
  });
});
