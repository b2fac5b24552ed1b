/** Pictures of pages, taken by a browser of this machine without a window. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChartPage } from '../reports/page.ts';

const browsers = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const TIMEOUT_MS = 60_000;

/** A PNG of the page with two points a pixel. */
export async function takePicture({ html, width, height }: ChartPage): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'truetape-picture-'));
  try {
    const page = join(folder, 'page.html');
    const picture = join(folder, 'page.png');
    await writeFile(page, html);
    const flags = [
      ...['--headless', '--disable-gpu', '--hide-scrollbars', '--disable-background-networking', '--no-first-run'],
      // As root, which containers run as, a browser has no sandbox; the page is our own, and holds no script.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...[
        '--force-device-scale-factor=2',
        `--window-size=${width},${height}`,
        `--user-data-dir=${join(folder, 'home')}`,
      ],
      ...[`--screenshot=${picture}`, pathToFileURL(page).href],
    ];
    for (const browser of browsers) {
      if (await runs(browser, flags)) return await readFile(picture);
    }
    throw new Error(
      'a picture needs a browser, and there is none: install Chromium or Chrome so that it is on the PATH',
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** False if it is not there. */
function runs(browser: string, flags: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(browser, flags, { stdio: 'ignore', timeout: TIMEOUT_MS });
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(true);
      else reject(new Error(`${browser} took no picture: it ended with ${code ?? signal}`));
    });
  });
}
