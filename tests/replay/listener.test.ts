import { expect, it } from 'vitest';
import { listen } from '../../src/replay/listener.ts';

it('a port that is taken, or a host that is not of this machine, is told in one line with what to do', async () => {
  const listener = await listen(0, '127.0.0.1');
  try {
    const port = Number(new URL(listener.url).port);
    await expect(listen(port, '127.0.0.1')).rejects.toThrow(
      `port ${port} is taken on 127.0.0.1; choose another with --port, or end the program that has it`,
    );
    await expect(listen(0, '192.0.2.1')).rejects.toThrow('192.0.2.1 is no address of this machine');
  } finally {
    await listener.close();
  }
});
