"""hftbacktest's end of the comparison: reads a job for each recording, writes schedule, fills and speed. See peers.mjs."""

import json
import sys
import time

import convert
import numpy as np
import play_hftbacktest as hftbacktest
import schedule
from hftbacktest import DEPTH_CLEAR_EVENT, EXCH_EVENT, LOCAL_EVENT

# Repetitions of a recording that are timed: long enough that starting does not count.
EVENTS_TIMED = 10_000_000


def main(path):
    with open(path) as file:
        jobs = json.load(file)
    for job in jobs:
        data = getattr(convert, job["convert"])(job["file"])
        lots = dict(tick=job["tick"], lot=job["lot"], latency=job["latency"])
        actions = schedule.make(data, job["tick"], job["sizes"], entry=job["latency"][0], **job["schedule"])
        runs = {}
        for exchange, queue in job["runs"]:
            runs[exchange] = hftbacktest.fills_of(data, actions, exchange=exchange, queue=queue, **lots)
        speed = speed_of(data, actions, exchange, queue, lots)
        with open(job["output"], "w") as file:
            json.dump(dict(events=len(data), actions=actions, runs=runs, speed=speed), file)
        print(f"{job['name']}: {len(data)} events, {len(actions)} actions", file=sys.stderr)


def speed_of(data, actions, exchange, queue, lots):
    """Events a second without an order, and with all orders of the schedule."""
    many = repeated(data)
    quiet = min(hftbacktest.seconds_to_end(many, exchange=exchange, queue=queue, **lots) for _ in range(3))
    busy = min(timed(hftbacktest.fills_of, data, actions, exchange=exchange, queue=queue, **lots) for _ in range(5))
    return dict(quiet=len(many) / quiet, busy=len(data) / busy)


def timed(work, *arguments, **options):
    started = time.perf_counter()
    work(*arguments, **options)
    return time.perf_counter() - started


def repeated(data):
    """The same again and again, each time later, with other order ids and an empty book to begin with."""
    clear = np.zeros(1, data.dtype)
    clear["ev"] = DEPTH_CLEAR_EVENT | EXCH_EVENT | LOCAL_EVENT
    clear["exch_ts"] = clear["local_ts"] = data["local_ts"][0]
    once = np.concatenate([clear, data])
    times = max(1, EVENTS_TIMED // len(once))
    many = np.tile(once, times)
    turn = np.repeat(np.arange(times), len(once))
    shift = turn * (data["local_ts"].max() - data["local_ts"].min() + 1_000_000_000)
    many["local_ts"] += shift
    many["exch_ts"] += shift
    many["order_id"] += (turn * (int(data["order_id"].max()) + 1)).astype(np.uint64)
    return many


main(sys.argv[1])
