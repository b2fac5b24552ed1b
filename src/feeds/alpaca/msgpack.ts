import { decode, decodeTimestampToTimeSpec, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import { formatTime } from '../../market/units.ts';
import { isObject, type Json } from '../json.ts';

/** Times become the texts that JSON frames have, so that nothing else need know the encoding; a Date would lose their microseconds. */
const codec = new ExtensionCodec();
codec.register({
  type: EXT_TIMESTAMP,
  encode: () => null,
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return formatTime(sec * 1_000_000 + Math.floor(nsec / 1000));
  },
});

/** The message of a msgpack frame: an object or a list; undefined if it is none. */
export function parseMsgpack(bytes: Uint8Array): Json | undefined {
  try {
    const message = decode(bytes, { extensionCodec: codec });
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
