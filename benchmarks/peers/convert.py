"""Raw recordings to hftbacktest's events, without a line of truetape: where its decoders err, the fills show it.

All events have one time, that of receipt in whole microseconds, as truetape's simulator sees them.
"""

import csv
import gzip
import io
import zipfile
from contextlib import redirect_stdout

import numpy as np
import pyarrow.parquet as parquet
from hftbacktest import (
    ADD_ORDER_EVENT,
    BUY_EVENT,
    CANCEL_ORDER_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    FILL_EVENT,
    LOCAL_EVENT,
    MODIFY_ORDER_EVENT,
    SELL_EVENT,
    TRADE_EVENT,
)
from hftbacktest.data.utils import binancefutures
from hftbacktest.types import event_dtype

BOTH = EXCH_EVENT | LOCAL_EVENT
MIDNIGHT = 1_340_251_200_000_000_000  # 2012-06-21 in New York
NO_PRICE = 9_999_999_999


def binance_futures(path):
    """hftbacktest's own converter; its correction of the recorder's clock is taken back."""
    with redirect_stdout(io.StringIO()):
        data = binancefutures.convert(path, buffer_size=3_000_000)
    data = data[(data["ev"] & LOCAL_EVENT) == LOCAL_EVENT]
    with gzip.open(path, "rt") as lines:
        first = next(int(line[:19]) for line in lines if '"depthUpdate"' in line or '"trade"' in line)
    return one_time(data, data["local_ts"] - data["local_ts"].min() + first)


def lobster_levels(path):
    """Levels and trades of a zip with messages and book rows. What falls out of view is removed."""
    events = []
    before = ({}, {})
    for message, row in zip(*zip_lines(path)):
        time, kind, _, size, price, direction = parse(message)
        if kind == 4:
            events.append((TRADE_EVENT | (SELL_EVENT if direction > 0 else BUY_EVENT), time, price / 1e4, size, 0))
        values = [int(value) for value in row]
        after = (
            {p: s for p, s in zip(values[2::4], values[3::4]) if p != -NO_PRICE},
            {p: s for p, s in zip(values[0::4], values[1::4]) if p != NO_PRICE},
        )
        for side, old, new in ((BUY_EVENT, before[0], after[0]), (SELL_EVENT, before[1], after[1])):
            for p in old.keys() - new.keys():
                events.append((DEPTH_EVENT | side, time, p / 1e4, 0, 0))
            for p, s in new.items():
                if old.get(p) != s:
                    events.append((DEPTH_EVENT | side, time, p / 1e4, s, 0))
        before = after
    return rows(events)


def lobster_orders(path):
    """Order by order, of messages alone. Orders that were not seen to join are left out: hftbacktest stops at them."""
    events = []
    left = {}
    for message in message_lines(path):
        time, kind, order, size, price, direction = parse(message)
        side = BUY_EVENT if direction > 0 else SELL_EVENT
        if kind == 1:
            left[order] = size
            events.append((ADD_ORDER_EVENT | side, time, price / 1e4, size, order))
        elif kind in (2, 3, 4) and order in left:
            if kind == 4:
                events.append((FILL_EVENT | side, time, price / 1e4, size, order))
            left[order] -= size
            if kind == 3 or left[order] <= 0:
                del left[order]
                events.append((CANCEL_ORDER_EVENT | side, time, price / 1e4, 0, order))
            else:
                events.append((MODIFY_ORDER_EVENT | side, time, price / 1e4, left[order], order))
    return rows(events)


def decoded(path):
    """What truetape decoded, for one recording: flags, time in microseconds, price, size."""
    table = np.fromfile(path, dtype=np.float64).reshape(-1, 4)
    data = np.zeros(len(table), event_dtype)
    data["ev"] = table[:, 0].astype(np.uint64)
    data["px"] = table[:, 2]
    data["qty"] = table[:, 3]
    return one_time(data, table[:, 1].astype(np.int64) * 1000)


def one_time(data, nanoseconds):
    data = data.copy()
    data["exch_ts"] = data["local_ts"] = nanoseconds // 1000 * 1000
    data["ev"] = (data["ev"] & ~np.uint64(BOTH)) | np.uint64(BOTH)
    return data


def rows(events):
    data = np.zeros(len(events), event_dtype)
    columns = list(zip(*events))
    for name, column in zip(("ev", "local_ts", "px", "qty", "order_id"), columns):
        data[name] = column
    return one_time(data, data["local_ts"])


def parse(message):
    seconds, _, fraction = message[0].partition(".")
    digits = fraction.ljust(10, "0")
    time = MIDNIGHT + int(seconds) * 1_000_000_000 + int(digits[:9]) + (digits[9] >= "5")
    return (time, *(int(value) for value in message[1:6]))


def zip_lines(path):
    archive = zipfile.ZipFile(path)
    names = archive.namelist()
    for part in ("_message_", "_orderbook_"):
        name = next(name for name in names if part in name)
        yield csv.reader(io.TextIOWrapper(archive.open(name)))


def message_lines(path):
    if path.endswith(".parquet"):
        columns = [column.to_pylist() for column in parquet.read_table(path).columns]
        return ([repr(row[0]), *(str(value) for value in row[1:])] for row in zip(*columns))
    return csv.reader(gzip.open(path, "rt"))
