export { isStruct } from '../../xml-rpc/index.js';
