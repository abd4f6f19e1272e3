/**
 * Web pages over the values of other rooms: the status of the controller as a page that an operator keeps open. Values in,
 * HTML out: `telemetry` serves it.
 */
export { statusPage, statusPageFiles, statusPageVersion } from './page.js';
