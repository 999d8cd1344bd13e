import type { Browser, CDPSession, Page } from 'playwright';

/** Processor seconds that all pages' processes have used so far: main threads and workers. */
export async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Watches the page's main thread: what it gives tells the processor seconds that this has worked since. */
export async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    await session.detach();
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
}

/** What is left of the heap after garbage went: of the page's own, or of the worker it started. */
export async function collectedHeapBytes(page: Page, of: 'page' | 'worker'): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const ask = of === 'page' ? (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => session.send(method) : await askWorker(session);
  await ask('HeapProfiler.collectGarbage');
  const answer = await ask('Runtime.getHeapUsage');
  await session.detach();
  return answer && 'usedSize' in answer ? Number(answer.usedSize) : 0;
}

type Asked = (method: string) => Promise<object>;

/** Messages to a worker travel as texts through its page's session. */
async function askWorker(session: CDPSession): Promise<Asked> {
  const waiting = new Map<number, (answer: object) => void>();
  let lastId = 0;
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { readonly id: number; readonly result: object };
    waiting.get(id)?.(result);
  });
  const attached = new Promise<string>((resolve) => session.once('Target.attachedToTarget', ({ sessionId }) => resolve(sessionId)));
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  return (method) => new Promise((resolve) => {
    const id = ++lastId;
    waiting.set(id, resolve);
    void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
  });
}
