/**
 * Decoded events as an Arrow IPC stream: a schema, then one record batch per `EventBatch`. Any Arrow reader can open
 * the file; ours reads each batch as one block, whose place it knows from the index kept beside the file.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  type Data,
  type DataType,
  Field,
  Float64,
  Int8,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint8,
  Uint32,
  Utf8,
} from 'apache-arrow';
import { EventBatch } from '../market/event.ts';

/** Rows after which a batch is closed, at the next end of a frame. */
export const EVENTS_PER_BATCH = 65_536;

const columns = [
  ['receivedAt', new Float64()],
  ['exchangeAt', new Float64()],
  ['frame', new Uint32()],
  ['instrument', new Int32()],
  ['kind', new Uint8()],
  ['side', new Int8()],
  ['code', new Uint8()],
  ['flags', new Uint8()],
  ['price', new Float64()],
  ['size', new Float64()],
] as const;

/** Marks the end of an Arrow stream. */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** What all batches of a file have in common. */
interface Layout {
  readonly schema: Schema;
  /** The schema's message, which begins every stream. */
  readonly message: Uint8Array;
  readonly tellsOrders: boolean;
}

const plainLayout = layout(false);
const orderLayout = layout(true);

function layout(tellsOrders: boolean): Layout {
  const schema = new Schema([
    ...columns.map(([name, type]) => new Field(name, type as DataType, false)),
    new Field('text', new Utf8(), false),
    ...(tellsOrders ? [new Field('order', new Uint32(), false)] : []),
  ]);
  return { schema, message: schemaMessage(schema), tellsOrders };
}

/** Where the record batches of a file lie, and what they must be. */
export interface EventFileIndex {
  readonly events: number;
  /** There is a column `order`. */
  readonly tellsOrders?: true;
  /** They follow one another after the schema. */
  readonly blocks: readonly { readonly bytes: number; readonly crc32: number }[];
}

/** A file that is not what its index says. Batches that came before it are good. */
export class DamagedEvents extends Error {}

export class EventFileWriter {
  readonly #file: number;
  readonly #layout: Layout;
  #isOpen = true;
  readonly #blocks: { bytes: number; crc32: number }[] = [];
  #events = 0;

  constructor(path: string, tellsOrders: boolean) {
    this.#layout = tellsOrders ? orderLayout : plainLayout;
    this.#file = openSync(path, 'w');
    writeAll(this.#file, this.#layout.message);
  }

  /** Writes a copy of the batch; it may be reused at once. */
  write(batch: EventBatch): void {
    const stream = serialise(toRecordBatch(batch, this.#layout));
    const block = stream.subarray(this.#layout.message.length, stream.length - END_OF_STREAM.length);
    writeAll(this.#file, block);
    this.#blocks.push({ bytes: block.length, crc32: crc32(block) });
    this.#events += batch.count;
  }

  /** Ends the file, and puts it on the disk. */
  finish(): EventFileIndex {
    writeAll(this.#file, END_OF_STREAM);
    fsyncSync(this.#file);
    this.close();
    const { tellsOrders } = this.#layout;
    return { events: this.#events, ...(tellsOrders && { tellsOrders }), blocks: this.#blocks };
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

/**
 * Streams the batches of a file. A batch is valid until the next one is asked for: its memory is used again. The next
 * block is read while the caller works on this one. With `check`, each block must have its checksum before anything of it is given.
 */
export async function* readEventFile(path: string, index: EventFileIndex, check: boolean): AsyncGenerator<EventBatch> {
  const file = await open(path).catch((error: Error) => {
    throw new DamagedEvents(error.message);
  });
  const largest = index.blocks.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const { message } = index.tellsOrders ? orderLayout : plainLayout;
  const buffers = [newBuffer(message, largest), newBuffer(message, largest)];
  let pending: Promise<Uint8Array> | undefined;
  try {
    let at = message.length;
    const read = (i: number): Promise<Uint8Array> | undefined => {
      const block = index.blocks[i];
      if (!block) return undefined;
      const promise = readBlock(file, buffers[i % 2], message.length, at, block.bytes);
      // A failure of the block ahead belongs to the moment when it is awaited.
      promise.catch(() => undefined);
      at += block.bytes;
      return promise;
    };
    pending = read(0);
    for (let i = 0; pending; i++) {
      const bytes: Uint8Array = await pending;
      pending = read(i + 1);
      if (check && crc32(bytes.subarray(message.length)) !== index.blocks[i].crc32) {
        throw new DamagedEvents(`${path}: block ${i} does not have its checksum`);
      }
      const [recordBatch] = RecordBatchReader.from(bytes);
      yield toEventBatch(recordBatch as RecordBatch);
    }
  } finally {
    await pending?.catch(() => undefined);
    await file.close();
  }
}

/** Room for the schema and a block behind it: together they are a stream of their own. */
function newBuffer(message: Uint8Array, blockLength: number): Uint8Array {
  const buffer = new Uint8Array(message.length + blockLength);
  buffer.set(message);
  return buffer;
}

async function readBlock(
  file: FileHandle,
  buffer: Uint8Array,
  to: number,
  at: number,
  length: number,
): Promise<Uint8Array> {
  const { bytesRead } = await file.read(buffer, to, length, at).catch((error: Error) => {
    throw new DamagedEvents(error.message);
  });
  if (bytesRead !== length) throw new DamagedEvents(`expected ${length} bytes at ${at}, found ${bytesRead}`);
  return buffer.subarray(0, to + length);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
}

function schemaMessage(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  const stream = writer.finish().toUint8Array(true);
  return stream.slice(0, stream.length - END_OF_STREAM.length);
}

/** A whole stream of one batch. */
function serialise(recordBatch: RecordBatch): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.write(recordBatch);
  return writer.finish().toUint8Array(true);
}

function toRecordBatch(batch: EventBatch, { schema, tellsOrders }: Layout): RecordBatch {
  const length = batch.count;
  const children: Data[] = columns.map(([name, type]) =>
    makeData({ type: type as Float64, length, nullCount: 0, data: batch[name].subarray(0, length) as Float64Array }),
  );
  children.push(textColumn(batch));
  if (tellsOrders) {
    // None of its rows may have been about an order.
    const data = batch.order?.subarray(0, length) ?? new Uint32Array(length);
    children.push(makeData({ type: new Uint32(), length, nullCount: 0, data }));
  }
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

function textColumn(batch: EventBatch): Data<Utf8> {
  const valueOffsets = new Int32Array(batch.count + 1);
  const texts = new Map([...batch.text].map(([row, text]) => [row, Buffer.from(text, 'utf8')]));
  for (let row = 0; row < batch.count; row++) valueOffsets[row + 1] = valueOffsets[row] + (texts.get(row)?.length ?? 0);
  const data = new Uint8Array(valueOffsets[batch.count]);
  for (const [row, text] of texts) data.set(text, valueOffsets[row]);
  return makeData({ type: new Utf8(), length: batch.count, nullCount: 0, valueOffsets, data });
}

function toEventBatch(recordBatch: RecordBatch): EventBatch {
  const batch = new EventBatch(0);
  const { children } = recordBatch.data;
  columns.forEach(([name], i) => {
    Object.assign(batch, { [name]: children[i].values });
  });
  batch.order = children[columns.length + 1]?.values;
  batch.count = recordBatch.numRows;
  const text = children[columns.length];
  if (text.values.length > 0) {
    for (let row = 0; row < batch.count; row++) {
      const [start, end] = [text.valueOffsets[row], text.valueOffsets[row + 1]];
      if (end > start) batch.text.set(row, Buffer.from(text.values.subarray(start, end)).toString('utf8'));
    }
  }
  return batch;
}
