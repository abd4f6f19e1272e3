import { expect, test } from 'vitest';

import { startSchedule } from '../../../src/controller/schedule.js';

const nothing = () => undefined;

test.each(['Asia/Kolkata', 'America/New_York', 'Pacific/Kiritimati'])(
  'the next time is that of the clocks in %s',
  async (timeZone) => {
    const schedule = await startSchedule('30 6 * * *', timeZone, nothing);
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    expect(clock.format(schedule.next() ?? undefined)).toBe('06:30');
    await schedule.stop();
  },
);

test('a time zone and an expression that do not exist are rejected', async () => {
  await expect(startSchedule('30 6 * * *', 'Europe/Nowhere', nothing)).rejects.toThrow(
    'not a time zone: "Europe/Nowhere"',
  );
  await expect(startSchedule('61 * * * *', undefined, nothing)).rejects.toThrow('not a valid schedule');
});
