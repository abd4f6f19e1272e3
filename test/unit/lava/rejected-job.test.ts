import { afterEach, describe, expect, it } from 'vitest';

import { formatRejectedJob } from '../../../src/cli/print/rejected-job.js';
import { createJobsClient, RejectedJob } from '../../../src/lava/index.js';
import { startHttpServer, type TestServer } from '../../support/http-server.js';

const token = 'a-very-secret-token';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
});

/** The error of a submission that is answered with status 400 and this body. */
async function rejectionBy(body: string): Promise<RejectedJob> {
  server = await startHttpServer((_, response) => {
    response.writeHead(400).end(body);
  });
  const error: unknown = await createJobsClient({ url: server.url, token })
    .submit('job_name: x\n')
    .catch((reason: unknown) => reason);
  if (error instanceof RejectedJob) return error;
  throw error;
}

const linesOf = async (body: unknown) => (await rejectionBy(JSON.stringify(body))).lines;

describe('a rejected job', () => {
  it('has every problem on a line of its own, with its hint, and nothing is cut off', async () => {
    const problems = Array.from({ length: 40 }, (_, index) => ({
      at: ['actions', index],
      path: `actions[${index}]`,
      message: `${'long '.repeat(50)}end`,
      hint: 'Did you mean "deploy"?',
    }));
    const error = await rejectionBy(JSON.stringify({ message: 'Problem with it', problems }));
    expect(error).toMatchObject({ retry: 'never' });
    expect(error.problems).toEqual(problems.map(({ path, message, hint }) => ({ path, message, hint })));
    const lines = formatRejectedJob(error).split('\n');
    expect(lines).toHaveLength(41);
    expect(lines[0]).toBe(`error: cannot submit the job (${server?.url}): the master rejects it:`);
    expect(lines[40]).toMatch(/^ {2}actions\[39\]: long .*end\. Did you mean "deploy"\?$/);
  });

  it('has at most 50 problems, whose text cannot control the terminal', async () => {
    const problems = Array.from({ length: 60 }, () => ({ path: '', message: 'a\u001b[2J\nb' }));
    const error = await rejectionBy(JSON.stringify({ problems }));
    const lines = formatRejectedJob(error).split('\n');
    expect(lines).toHaveLength(52);
    expect(lines[1]).toBe('  a\\u001b[2J\\u000ab');
    expect(lines[51]).toBe('  10 more problems, not shown');
  });

  it("has the lines of LAVA's message, or the fields that LAVA rejects", async () => {
    expect(await linesOf({ message: 'Problem with submitted job data:\n  actions: required\n' })).toEqual([
      'Problem with submitted job data:',
      'actions: required',
    ]);
    expect(await linesOf({ definition: ['This field may not be blank.'] })).toEqual([
      'definition: This field may not be blank.',
    ]);
  });

  it('is reported without the token, whatever the response contains', async () => {
    expect(await linesOf({ message: `got ${token}` })).toEqual(['got [secret]']);
    expect((await rejectionBy('<html>')).lines).toEqual(['the response does not contain a reason']);
    expect(await linesOf({ problems: [1, null, { path: 3, message: 'x', hint: 4 }] })).toEqual(['x']);
  });
});
