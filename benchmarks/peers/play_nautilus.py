"""The speed of nautilus_trader on the same events: a book of levels, trades, a strategy that listens to both, no orders."""

import json
import sys
import time

try:
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.model.currencies import BTC, USDT
    from nautilus_trader.model.data import BookOrder, OrderBookDelta, TradeTick
    from nautilus_trader.model.enums import (
        AccountType,
        AggressorSide,
        BookAction,
        BookType,
        OmsType,
        OrderSide,
        RecordFlag,
    )
    from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, Venue
    from nautilus_trader.model.instruments import CryptoPerpetual
    from nautilus_trader.model.objects import Money, Price, Quantity
    from nautilus_trader.trading.strategy import Strategy
except ImportError as error:
    print(f"nautilus_trader is not there ({error}): skipped", file=sys.stderr)
    sys.exit(0)

import convert
from hftbacktest import BUY_EVENT, TRADE_EVENT
from schedule import KIND

VENUE = Venue("BINANCE")
ID = InstrumentId(Symbol("BTCUSDT-PERP"), VENUE)


def instrument():
    return CryptoPerpetual(
        instrument_id=ID,
        raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC,
        quote_currency=USDT,
        settlement_currency=USDT,
        is_inverse=False,
        price_precision=1,
        size_precision=3,
        price_increment=Price.from_str("0.1"),
        size_increment=Quantity.from_str("0.001"),
        ts_event=0,
        ts_init=0,
    )


def objects(data):
    """One delta a level, one tick a trade, in their order."""
    made = []
    for i, (ev, at, price, size) in enumerate(zip(*(data[name].tolist() for name in ("ev", "local_ts", "px", "qty")))):
        buys = bool(ev & BUY_EVENT)
        price, size = Price(price, 1), Quantity(size, 3)
        if ev & KIND == TRADE_EVENT:
            side = AggressorSide.BUYER if buys else AggressorSide.SELLER
            made.append(TradeTick(ID, price, size, side, TradeId(str(i)), at, at))
        elif size > 0 or ev & KIND == 1:
            action = BookAction.UPDATE if size > 0 else BookAction.DELETE
            order = BookOrder(OrderSide.BUY if buys else OrderSide.SELL, price, size, 0)
            made.append(OrderBookDelta(ID, action, order, RecordFlag.F_LAST, i, at, at))
    return made


class Listener(Strategy):
    def on_start(self):
        self.subscribe_order_book_deltas(ID, BookType.L2_MBP)
        self.subscribe_trade_ticks(ID)


def seconds(made):
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=None,
        starting_balances=[Money(1_000_000, USDT)],
        book_type=BookType.L2_MBP,
    )
    engine.add_instrument(instrument())
    engine.add_data(made)
    engine.add_strategy(Listener())
    started = time.perf_counter()
    engine.run()
    took = time.perf_counter() - started
    engine.dispose()
    return took


def main(path):
    with open(path) as file:
        job = next(job for job in json.load(file) if job["name"] == "binance-futures")
    made = objects(convert.binance_futures(job["file"]))
    rate = len(made) / min(seconds(made) for _ in range(3))
    print(f"nautilus_trader, binance-futures, quiet: {rate:,.0f} events/s")


main(sys.argv[1])
