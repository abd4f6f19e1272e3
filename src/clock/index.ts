/** Calls back when the clock reaches a time, also after the machine slept or the clock was set. */
export { createAlarm, type Alarm } from './alarm.js';
