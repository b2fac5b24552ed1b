"""A seeded schedule of orders, made from the converted events: what both engines are told to do, and when."""

import random

import numpy as np
from hftbacktest import ADD_ORDER_EVENT, BUY_EVENT, CANCEL_ORDER_EVENT, DEPTH_EVENT, MODIFY_ORDER_EVENT
from hftbacktest.types import DEPTH_CLEAR_EVENT, DEPTH_SNAPSHOT_EVENT

KIND = 0xFF
# What a decrease takes off, in lots.
LESS = 7


class Book:
    """Both sides as sizes by tick; enough to say the best prices now and then."""

    def __init__(self, tick):
        self.tick = tick
        self.sides = ({}, {})
        self.orders = {}

    def take(self, ev, price, size, order):
        side = self.sides[0 if ev & BUY_EVENT else 1]
        kind = ev & KIND
        at = round(price / self.tick)
        if kind in (DEPTH_EVENT, DEPTH_SNAPSHOT_EVENT):
            side[at] = size
        elif kind in (ADD_ORDER_EVENT, MODIFY_ORDER_EVENT, CANCEL_ORDER_EVENT):
            side[at] = side.get(at, 0) + size - self.orders.get(order, 0)
            self.orders[order] = size
        elif kind == DEPTH_CLEAR_EVENT:
            side.clear()

    def best(self):
        bids, asks = ([at for at, size in side.items() if size > 0] for side in self.sides)
        return (max(bids), min(asks)) if bids and asks else None


def make(data, tick, sizes, *, count, seed, entry, life):
    """Actions by time (microseconds): place, move (another price), decrease, cancel. Prices in ticks, sizes in lots."""
    chance = random.Random(seed)
    times = data["local_ts"] // 1000
    first, last = int(times[0]), int(times[-1])
    taken = set()

    def free(at):
        """No event at this time or when the message arrives, so that nobody has to break a tie."""
        while at in taken or any(times[np.searchsorted(times, t) % len(times)] == t for t in (at, at + entry)):
            at += 1
        taken.add(at)
        return at

    wishes = []
    for order in range(1, count + 1):
        at = free(chance.randint(first + (last - first) // 20, last - (last - first) // 20))
        wishes.append((at, "place", order))
        ends = at + chance.randint(life // 4, 2 * life)
        if chance.random() < 0.3:
            kind = "move" if chance.random() < 0.5 else "decrease"
            wishes.append((free(chance.randint(at + life // 8, ends)), kind, order))
        wishes.append((free(ends + life // 8), "cancel", order))
    wishes.sort()

    book = Book(tick)
    actions = []
    sides = {}
    row = 0
    columns = [data[name].tolist() for name in ("ev", "px", "qty", "order_id")]
    for at, kind, order in wishes:
        until = int(np.searchsorted(times, at, side="right"))
        for i in range(row, until):
            book.take(*(column[i] for column in columns))
        row = until
        best = book.best()
        if best is None or (kind != "place" and order not in sides):
            continue
        if kind == "place":
            side = sides[order] = chance.choice((1, -1))
            own, other = best if side > 0 else best[::-1]
            price, force = place(chance, side, own, other)
            size = chance.randint(*sizes)
            actions.append(dict(at=at, do=kind, id=order, side=side, price=price, size=size, force=force))
        elif kind == "move":
            own = best[0] if sides[order] > 0 else best[1]
            actions.append(dict(at=at, do=kind, id=order, price=own))
        elif kind == "decrease":
            actions.append(dict(at=at, do=kind, id=order, by=LESS))
        else:
            actions.append(dict(at=at, do=kind, id=order))
    return actions


def place(chance, side, own, other):
    """At the best price mostly; a tick behind or before it, taking, or refused because it would take."""
    draw = chance.random()
    if draw < 0.55:
        return own, "gtc"
    if draw < 0.70:
        return own - side, "gtc"
    if draw < 0.80:
        return (own + side if abs(other - own) > 1 else own), "gtc"
    if draw < 0.87:
        return other, "ioc"
    if draw < 0.92:
        return other, "gtc"
    if draw < 0.96:
        return other, "fok"
    return other, "post"
