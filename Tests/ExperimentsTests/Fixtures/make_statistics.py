"""Writes statistics.json: numbers of SciPy and statsmodels that Kindred's statistics are compared with.

    pip install scipy statsmodels
    python3 Tests/ExperimentsTests/Fixtures/make_statistics.py
"""

import json
import pathlib
import random

import numpy
import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW, ttost_paired

random.seed(20)


def tails():
    """The probability beyond ±t, also where it is tiny."""
    return [
        {"degrees": degrees, "t": t, "beyond": float(2 * stats.t.sf(t, degrees))}
        for degrees in (1, 2, 3, 4, 7, 19, 30, 99)
        for t in (0.1, 0.9, 1.1, 2.0, 5.5, 40.0, 1000.0)
    ]


def noncentral():
    """SciPy's nct, where its two tails are exact to the digits compared."""
    return [
        {
            "degrees": degrees, "noncentrality": noncentrality, "t": t,
            "cumulative": float(stats.nct.cdf(t, degrees, noncentrality)),
            "upperTail": float(stats.nct.sf(t, degrees, noncentrality)),
        }
        for degrees in (1, 2, 4, 9, 19, 29, 99, 499)
        for noncentrality in (0.0, 0.5, 2.8, 5.0)
        for t in (-2.1, 0.0, 1.3, 2.8, 6.5)
    ]


def smallest_effect(pairs, level, power):
    """As TTestPower().solve_power, which stops short of an effect of 10, and often at a wrong one."""
    t = stats.t.isf(level / 2, pairs - 1)

    def missing(effect):
        shift = effect * pairs**0.5
        lower = stats.nct.cdf(-t, pairs - 1, shift)  # Not a number where it is far below 1e-16.
        return stats.nct.sf(t, pairs - 1, shift) + numpy.nan_to_num(lower) - power

    high = 0.1
    while missing(high) < 0:
        high *= 2
    return optimize.brentq(missing, 0, high, xtol=1e-14, rtol=1e-13)


def designs():
    """The power of tests, and the smallest effects that are found, in standard deviations."""
    found = []
    for pairs in (2, 3, 5, 10, 20, 30, 100):
        for level in (0.05, 0.05 / 3, 0.05 / 13):
            for power in (0.8, 0.9):
                # The power at a first guess by the normal distribution, and the effect for the power.
                guess = (stats.norm.isf(level / 2) + stats.norm.ppf(power)) / pairs**0.5
                effect = smallest_effect(pairs, level, power)
                found.append({
                    "pairs": pairs, "level": level, "guess": guess,
                    "powerAtGuess": float(TTestPower().power(guess, pairs, level)),
                    "power": power, "effect": float(effect),
                })
    return found


def samples():
    """Paired tests of values that look like accuracies: differences, equivalence and intervals."""
    found = []
    for pairs in (2, 3, 5, 10, 20, 30):
        for shift, deviation in ((0.0, 0.01), (0.02, 0.01), (-0.008, 0.008), (0.001, 0.002)):
            baseline = [round(random.gauss(0.8, 0.01), 4) for _ in range(pairs)]
            values = [round(y + random.gauss(shift, deviation), 4) for y in baseline]
            differences = numpy.array(values) - numpy.array(baseline)
            bound = 0.005
            lower, upper = DescrStatsW(differences).tconfint_mean(0.05)
            found.append({
                "values": values, "baseline": baseline, "bound": bound,
                "pValue": float(stats.ttest_rel(values, baseline).pvalue),
                "equivalence": float(
                    ttost_paired(numpy.array(values), numpy.array(baseline), -bound, bound)[0]
                ),
                "lower": float(lower), "upper": float(upper),
            })
    return found


def sets():
    """Holm's adjustment, also of equal p-values."""
    lists = [[0.03], [0.01, 0.04, 0.03, 0.005], [0.02, 0.02, 0.02], [1.0, 0.6, 0.0], [0.5, 0.5, 1e-9]]
    lists += [[random.random() ** 3 for _ in range(count)] for count in (2, 5, 13)]
    return [
        {"pValues": values, "adjusted": [float(p) for p in multipletests(values, method="holm")[1]]}
        for values in lists
    ]


content = {
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "tails": tails(), "noncentral": noncentral(), "designs": designs(), "samples": samples(),
    "sets": sets(),
}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(content, indent=1) + "\n")
