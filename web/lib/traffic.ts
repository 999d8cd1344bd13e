import type { Flown } from '../../src/worker/protocol';

/** Where a request touches the picture: pods and nodes by address, services by `namespace/name`. */
export type Places = {
  byIp(ip: string): string | undefined;
  byPod(key: string): string | undefined;
  byNode(name: string): string | undefined;
  byService(ip: string): string | undefined;
};

/** The uids that a request passes, in order, and whether it came to a good end. Empty when nothing of it is in the picture. */
export type Flight = { readonly uids: readonly string[]; readonly failed: boolean; readonly label: string };

export function flightOf(exchange: Flown, places: Places): Flight {
  const { from, hops, error, status = 0 } = exchange;
  const start = (from.pod && places.byPod(from.pod)) ?? (from.node && places.byNode(from.node)) ?? places.byIp(from.ip);
  const uids = start ? [start] : [];
  for (const { to } of hops) {
    const ip = addressOf(to);
    const uid = places.byService(ip) ?? places.byIp(ip);
    if (uid && uids.at(-1) !== uid) uids.push(uid);
  }
  const failed = error !== undefined || status >= 400;
  return { uids: uids.length > 1 ? uids : [], failed, label: exchange.dialed };
}

/** `10.244.1.5:80` and `http://10.244.1.5/x` without all but the address. */
const addressOf = (text: string): string => /\d+\.\d+\.\d+\.\d+/.exec(text)?.[0] ?? text;
