import { bytes, fn, str, type Overload } from '../overload';
import { bytesType, stringType } from '../types';
import { bytesOfBase64 } from '../values';

/** Base64, and keys of JSON pointers. */
export const encodings: readonly Overload[] = [
  fn('base64.encode', [bytes], stringType, (value) => btoa(String.fromCharCode(...value))),
  fn('base64.decode', [str], bytesType, bytesOfBase64),
  fn('jsonpatch.escapeKey', [str], stringType, (key) => key.replaceAll('~', '~0').replaceAll('/', '~1')),
];
