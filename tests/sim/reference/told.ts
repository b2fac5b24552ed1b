/** A session as text, for a person who has to understand what differs. */
import { eventKindNames } from '../../../src/market/event.ts';
import type { VenueRequest } from '../../../src/market/order.ts';
import type { Row } from '../../support/events.ts';
import type { Session } from './commands.ts';

export function told({ commands, instruments, rules, ...session }: Session): string {
  const { fees, ...others } = rules(instruments[0]);
  const lines = commands.map((command) => {
    const what =
      command.do === 'frame'
        ? `${command.rows.map(rowText).join(' + ')}${command.isLate ? ' late' : ''}`
        : requestText(command.request);
    return `${(command.at - commands[0].at) / 1000} ms ${what}`;
  });
  const setup = JSON.stringify({ ...session, ...others, fees: fees.name }, (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return [setup, ...lines].join('\n');
}

function rowText({ kind, instrument, side, price, size, code, flags }: Row): string {
  return `m${instrument} ${eventKindNames[kind]} side ${side} ${size} @${price}${code ? ` code ${code}` : ''}${flags ? ` flags ${flags}` : ''}`;
}

function requestText(request: VenueRequest): string {
  if (request.kind === 'batch') return `batch [${request.requests.map(requestText).join(' + ')}]`;
  if (request.kind !== 'place') return JSON.stringify(request);
  const { id, instrument, side, price, size, timeInForce, ...rest } = request.order;
  const flags = Object.entries({
    ...rest,
    placedAt: 0,
    outcome: 0,
    state: 0,
    expiresAt: rest.expiresAt < Infinity && rest.expiresAt,
  })
    .filter(([, value]) => value)
    .map(([name, value]) => ` ${name}${value === true ? '' : ` ${value}`}`);
  return `#${id} ${instrument} ${side > 0 ? 'buy' : 'sell'} ${size} @${price} ${timeInForce}${flags.join('')}`;
}
