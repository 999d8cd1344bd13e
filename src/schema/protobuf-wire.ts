/** Bytes that are no message of the type they should be; the text is that of upstream's generated code. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** How a value stands in the bytes: varint, 64 bits, length-delimited, a group's start and end, 32 bits. */
export type WireType = 0 | 1 | 2 | 3 | 4 | 5;
/** One field as it stands in the bytes: the number of a varint or of 64 bits, or the bytes of anything with a length. */
export type WireField = { readonly number: number; readonly wireType: WireType; readonly value: bigint; readonly bytes: Uint8Array };

const nothing = new Uint8Array();
const isWireType = (value: number): value is WireType => value <= 5;

/** Reads one message's bytes field by field. Every method throws {@link ProtobufError}. */
export class WireReader {
  #at = 0;
  /** `type` is Go's name of the message, for errors. */
  constructor(private readonly bytes: Uint8Array, private readonly type: string) {}

  get done(): boolean { return this.#at >= this.bytes.length; }

  field(): WireField {
    const tag = this.varint();
    const number = Number(BigInt.asIntN(32, tag >> 3n));
    const wireType = Number(tag & 7n);
    if (wireType === 4) throw new ProtobufError(`proto: ${this.type}: wiretype end group for non-group`);
    if (number <= 0) throw new ProtobufError(`proto: ${this.type}: illegal tag ${number} (wire type ${wireType})`);
    if (!isWireType(wireType)) throw new ProtobufError(`proto: illegal wireType ${wireType}`);
    return { number, wireType, ...this.#value(wireType) };
  }

  /** Unsigned, as the bits have it. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift >= 64n) throw new ProtobufError('proto: integer overflow');
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  #value(wireType: WireType): { readonly value: bigint; readonly bytes: Uint8Array } {
    switch (wireType) {
      case 0: return { value: this.varint(), bytes: nothing };
      case 1: return { value: littleEndian(this.#take(8)), bytes: nothing };
      case 2: return { value: 0n, bytes: this.#take(this.#length()) };
      case 5: return { value: littleEndian(this.#take(4)), bytes: nothing };
      default: this.#skipGroup(); return { value: 0n, bytes: nothing };
    }
  }

  #length(): number {
    const length = BigInt.asIntN(64, this.varint());
    if (length < 0n) throw new ProtobufError('proto: negative length found during unmarshaling');
    return Number(length);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new ProtobufError('unexpected EOF');
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Groups are never used, but may be passed over: without recursion, as they nest. */
  #skipGroup(): void {
    for (let depth = 1; depth > 0;) {
      const wireType = Number(this.varint() & 7n);
      if (wireType === 3) depth++;
      else if (wireType === 4) depth--;
      else if (isWireType(wireType)) this.#value(wireType);
      else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
    }
  }
}

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
