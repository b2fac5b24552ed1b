"""Plays a schedule through hftbacktest and notes every fill: order, size, price, the venue's time."""

import time

import numpy as np
from hftbacktest import BacktestAsset, HashMapMarketDepthBacktest
from hftbacktest.order import EXPIRED, FILLED, FOK, GTC, GTX, IOC, LIMIT, PARTIALLY_FILLED
from numba import njit

FORCES = {"gtc": GTC, "post": GTX, "fok": FOK, "ioc": IOC}
KINDS = {"place": 0, "move": 1, "decrease": 2, "cancel": 3}
END = 1
WAIT_ORDER = 3
FOREVER = np.int64(2**62)
# Every order is larger by this part of a lot: 2.4.4 keeps an order that a print fills exactly to its end, fills it again at
# the next print, and ends the run with InvalidOrderStatus.
ODD = 1 / 1024


def asset(data, tick, lot, latency, exchange, queue):
    made = (
        BacktestAsset()
        .data(data)
        .linear_asset(1.0)
        .constant_order_latency(*(micros * 1000 for micros in latency))
        .trading_value_fee_model(0, 0)
        .tick_size(tick)
        .lot_size(lot * ODD)
        .last_trades_capacity(0)
    )
    made = {"partial": made.partial_fill_exchange, "whole": made.no_partial_fill_exchange}[exchange]()
    return {"risk-averse": made.risk_adverse_queue_model, "fifo": made.l3_fifo_queue_model}[queue]()


def table(actions):
    """at (nanoseconds), kind, order, side, price in ticks, size in lots, time in force; by = size."""
    rows = [
        (
            action["at"] * 1000,
            KINDS[action["do"]],
            action["id"],
            action.get("side", 0),
            action.get("price", 0),
            action.get("size", action.get("by", 0)),
            FORCES.get(action.get("force"), 0),
        )
        for action in actions
    ]
    return np.array(rows, dtype=np.int64)


@njit
def play(hbt, actions, tick, lot, fills):
    """Fills are read off what is left of each order after every answer. Returns how many there were."""
    count = 0
    # In whole lots: what is left of each order, and what a decrease on its way will take off.
    left = np.zeros(actions[:, 2].max() + 1, dtype=np.int64)
    asked = np.zeros(len(left), dtype=np.int64)
    now = np.int64(-1)
    for row in range(len(actions) + 1):
        while True:
            # The first call only finds out where the data begin.
            wait = FOREVER if row == len(actions) else actions[row, 0] - now if now >= 0 else np.int64(1)
            if wait <= 0:
                break
            code = hbt.wait_next_feed(True, wait)
            now = hbt.current_timestamp
            if code == END:
                return count
            if code > WAIT_ORDER or code < 0:
                raise RuntimeError
            if code == WAIT_ORDER:
                values = hbt.orders(0).values()
                while values.has_next():
                    order = values.get()
                    gone = left[order.order_id] - round(order.leaves_qty / lot)
                    status = order.status
                    if gone > 0 and gone == asked[order.order_id] and status != FILLED:
                        asked[order.order_id] = 0
                        left[order.order_id] -= gone
                    elif gone > 0 and (status == FILLED or status == PARTIALLY_FILLED or status == EXPIRED):
                        fills[count, 0] = order.order_id
                        fills[count, 1] = order.exch_timestamp // 1000
                        fills[count, 2] = order.exec_price_tick
                        fills[count, 3] = gone
                        count += 1
                        left[order.order_id] -= gone
        _, kind, order_id, side, at_tick, size, force = actions[row]
        if kind == 0:
            left[order_id] = size
            quantity = (size + ODD) * lot
            if side > 0:
                hbt.submit_buy_order(0, order_id, at_tick * tick, quantity, force, LIMIT, False)
            else:
                hbt.submit_sell_order(0, order_id, at_tick * tick, quantity, force, LIMIT, False)
            continue
        order = hbt.orders(0).get(order_id)
        if order is None or not order.cancellable:
            continue
        if kind == 3 or (kind == 2 and order.leaves_qty < (size + 0.5) * lot):
            hbt.cancel(0, order_id, False)
        elif kind == 1:
            hbt.modify(0, order_id, at_tick * tick, order.leaves_qty, False)
        else:
            asked[order_id] = size
            hbt.modify(0, order_id, order.price, order.leaves_qty - size * lot, False)
    return count


def fills_of(data, actions, *, tick, lot, latency, exchange="partial", queue="risk-averse"):
    hbt = HashMapMarketDepthBacktest([asset(data, tick, lot, latency, exchange, queue)])
    fills = np.zeros((1_000_000, 4), dtype=np.int64)
    count = play(hbt, table(actions), tick, lot, fills)
    hbt.close()
    return [dict(id=int(i), at=int(at), price=int(price), size=int(size)) for i, at, price, size in fills[:count]]


def seconds_to_end(data, *, tick, lot, latency, queue="risk-averse", exchange="partial"):
    """All events through both the local and the exchange side, no orders."""
    hbt = HashMapMarketDepthBacktest([asset(data, tick, lot, latency, exchange, queue)])
    started = time.perf_counter()
    hbt._goto_end()
    seconds = time.perf_counter() - started
    hbt.close()
    return seconds
