import type { FrameView } from '../market/frame.ts';

/**
 * The exchange's end of a feed's socket, without I/O: it follows a tape frame by frame, and answers each client as the
 * exchange would at that moment of the tape.
 */
export interface VenueSocket {
  /** Takes in the next frame of the tape and passes it on to those who subscribed to it. */
  take(frame: FrameView): void;
  /** A new client; what it is to be told goes to `send`. */
  connect(send: Send): VenueSession;
}

export type Send = (text: string) => void;

export interface VenueSession {
  /** The client has subscribed to something, so the tape may begin. */
  readonly subscribed: boolean;
  /** A text that the client sent. */
  command(text: string): void;
  close(): void;
}
