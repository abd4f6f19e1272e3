/** Incidents of a lab: what the controller's status means for people, and the messages about it. */
export { openNotifications } from './settings.js';
export { openIncidents, type Incidents, type ReportedStatus } from './open-incidents.js';
