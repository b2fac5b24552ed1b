"""Figures of empyrical-reloaded and quantstats for the series on stdin, by their own code; losses of tails made positive."""

import json
import math
import sys
import warnings

warnings.simplefilter("ignore")

import empyrical  # noqa: E402
import pandas  # noqa: E402
import quantstats.stats as quantstats  # noqa: E402


def figures(of):
    found = {}
    for name, make in of.items():
        try:
            value = float(make())
        except Exception as error:
            found[name] = type(error).__name__
            continue
        found[name] = value if math.isfinite(value) else str(value)
    return found


def compare(returns, n):
    series = pandas.Series(returns, index=pandas.date_range("2024-01-01", periods=len(returns), freq="B"))
    return {
        "empyrical": figures({
            "total": lambda: empyrical.cum_returns_final(series),
            "annualised": lambda: empyrical.annual_return(series, annualization=n),
            "volatility": lambda: empyrical.annual_volatility(series, annualization=n),
            "sharpe": lambda: empyrical.sharpe_ratio(series, annualization=n),
            "sortino": lambda: empyrical.sortino_ratio(series, annualization=n),
            "maxDrawdown": lambda: empyrical.max_drawdown(series),
            "calmar": lambda: empyrical.calmar_ratio(series, annualization=n),
            "omega": lambda: empyrical.omega_ratio(series, annualization=n),
            "var5": lambda: -empyrical.value_at_risk(series, 0.05),
            "es5": lambda: -empyrical.conditional_value_at_risk(series, 0.05),
        }),
        "quantstats": figures({
            "total": lambda: quantstats.comp(series),
            "volatility": lambda: quantstats.volatility(series, periods=n),
            "sharpe": lambda: quantstats.sharpe(series, periods=n),
            "sortino": lambda: quantstats.sortino(series, periods=n),
            "maxDrawdown": lambda: quantstats.max_drawdown(series),
            "calmar": lambda: quantstats.calmar(series, periods=n),
            "omega": lambda: quantstats.omega(series, periods=n),
            "ulcer": lambda: quantstats.ulcer_index(series),
            "varNormal5": lambda: -quantstats.value_at_risk(series),
            "es5": lambda: -quantstats.conditional_value_at_risk(series),
            "psr0": lambda: quantstats.probabilistic_sharpe_ratio(series, periods=n),
        }),
    }


asked = json.load(sys.stdin)
print(json.dumps({name: compare(returns, asked["periods"]) for name, returns in asked["series"].items()}))
