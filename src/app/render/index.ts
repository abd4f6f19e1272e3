/** Renders device configurations as LAVA does, from a lab or from plain directories. */
export { renderDevices, type Rendered, type RenderedDevices, type RenderOptions } from './render-devices.js';
