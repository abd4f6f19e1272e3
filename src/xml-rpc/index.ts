/** LAVA's XML-RPC as values: calls, responses and faults, encoded and decoded without I/O. */
export { decodeCall, decodeResponse, faultOf } from './decode.js';
export {
  encodeCall,
  encodeFault,
  encodeItem,
  encodeListResponse,
  encodeResponse,
  encodeValue,
  faultValue,
} from './encode.js';
export {
  faultCodes,
  isStruct,
  RpcFault,
  type XmlRpcCall,
  XmlRpcError,
  type XmlRpcFault,
  type XmlRpcResult,
  type XmlRpcStruct,
  type XmlRpcValue,
} from './value.js';
