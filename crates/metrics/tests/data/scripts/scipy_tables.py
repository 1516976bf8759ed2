"""Writes the tables of tests/data/scipy, which hold our routines to scipy's answers.

Run by hand, from any folder, with scipy and numpy installed; tests read the tables and never need Python.
The seed is fixed, so that a second run changes nothing unless scipy does.
"""

import itertools
import json
import pathlib
import warnings

import numpy as np
import scipy
from scipy import optimize, signal, special, stats

OUT = pathlib.Path(__file__).resolve().parent.parent / "scipy"
RNG = np.random.default_rng(20260501)


def write(name, source, cases):
    assert len(cases) >= 10, name
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    head = f'{{\n  "source": "{source}",\n  "scipy": "{scipy.__version__}",\n  "cases": [\n'
    (OUT / f"{name}.json").write_text(head + lines + "\n  ]\n}\n")


def floats(values):
    return [float(value) for value in values]


def normal(count, centre=100.0, spread=5.0):
    return floats(np.round(RNG.normal(centre, spread, count), 4))


def tied(count, levels):
    return floats(RNG.integers(0, levels, count))


def lognormal(count):
    return floats(np.round(np.exp(RNG.normal(3.0, 0.6, count)), 5))


def mann_whitney():
    pairs = [
        ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]),
        ([5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0]),
        ([1.0], [2.0]),
        ([1.0], [0.5, 2.0, 3.0]),
    ]
    sizes = [(3, 3), (5, 5), (6, 9), (10, 10), (20, 4), (30, 30), (1, 59), (25, 12)]
    pairs += [(normal(a), normal(b, 103.0)) for a, b in sizes]
    cases = []
    for x, y in pairs:
        by = {a: stats.mannwhitneyu(y, x, alternative=a, method="exact") for a in ("less", "greater", "two-sided")}
        cases.append(mw_case(x, y, by))
    write("mann_whitney_exact", "scipy.stats.mannwhitneyu(method='exact')", cases)

    pairs = [
        ([1.0, 1.0, 2.0], [2.0, 3.0, 3.0]),
        ([0.0] * 6, [0.0, 1.0, 2.0, 1.0, 0.0, 0.0]),
        ([1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]),
        ([1.0, 1.0, 1.0, 5.0], [1.0, 5.0, 5.0]),
        ([2.0, 9.0], [2.0, 2.0, 1.0, 7.0]),
    ]
    sizes = [(4, 5, 3), (6, 6, 2), (5, 7, 4), (8, 4, 5), (7, 7, 6), (3, 9, 3), (2, 11, 4)]
    pairs += [(tied(a, k), tied(b, k)) for a, b, k in sizes]
    write("mann_whitney_ties", "scipy.stats.mannwhitneyu(method=PermutationMethod, all of them)",
          [mw_case(x, y, permuted(x, y)) for x, y in pairs])

    sizes = [(31, 30), (40, 40), (100, 25), (12, 60), (200, 200), (61, 1)]
    pairs = [(normal(a), normal(b, 101.0)) for a, b in sizes]
    sizes = [(40, 40, 3), (50, 80, 10), (100, 100, 2), (35, 35, 5), (300, 20, 8)]
    pairs += [(tied(a, k), tied(b, k)) for a, b, k in sizes]
    cases = []
    for x, y in pairs:
        by = {a: stats.mannwhitneyu(y, x, alternative=a, method="asymptotic")
              for a in ("less", "greater", "two-sided")}
        cases.append(mw_case(x, y, by))
    write("mann_whitney_normal", "scipy.stats.mannwhitneyu(method='asymptotic')", cases)


def permuted(x, y):
    method = stats.PermutationMethod(n_resamples=np.inf)
    return {a: stats.mannwhitneyu(y, x, alternative=a, method=method) for a in ("less", "greater", "two-sided")}


def mw_case(x, y, by):
    return {"baseline": x, "current": y, "u": float(by["less"].statistic), "less": float(by["less"].pvalue),
            "greater": float(by["greater"].pvalue), "two_sided": float(by["two-sided"].pvalue)}


def welch():
    cases = []
    pairs = [(normal(a), normal(b, c)) for a, b, c in
             [(2, 2, 101.0), (3, 3, 120.0), (5, 5, 100.0), (10, 10, 104.0), (30, 4, 99.0), (4, 30, 130.0),
              (200, 150, 100.5), (2, 50, 100.0)]]
    pairs += [([5.0, 5.0, 5.0], [5.0, 6.0, 7.0]), (tied(9, 2), tied(12, 3)),
              ([1e9 + 1, 1e9 + 2, 1e9 + 4], [1e9 + 3, 1e9 + 5, 1e9 + 6]), ([1e-9, 2e-9, 3e-9], [2e-9, 2e-9, 5e-9]),
              ([1.0, 2.0, 4.0], [4.0, 1.0, 2.0]), ([0.0, 1.0, 2.0], [2.0**-26, 1.0 + 2.0**-26, 2.0 + 2.0**-26]),
              ([1.0, 1.001], [2e6, 3e6])]
    for index, (x, y) in enumerate(pairs):
        level = [0.9, 0.95, 0.99][index % 3]
        cases.append(welch_case(x, y, level))
    write("welch", "scipy.stats.ttest_ind(equal_var=False)", cases)
    cases = []
    for index in range(10):
        x, y = lognormal(3 + 2 * index), lognormal(4 + index)
        case = welch_case(list(np.log(x)), list(np.log(y)), 0.95)
        for key in ("value", "lower", "upper"):
            case[key] = float(np.exp(case[key]))
        cases.append(case | {"baseline": x, "current": y})
    write("welch_on_logs", "scipy.stats.ttest_ind(log, equal_var=False)", cases)


def welch_case(x, y, level):
    test = stats.ttest_ind(y, x, equal_var=False)
    interval = test.confidence_interval(level)
    return {"baseline": x, "current": y, "confidence": level, "value": float(np.mean(y) - np.mean(x)),
            "lower": float(interval.low), "upper": float(interval.high), "t": float(test.statistic),
            "freedom": float(test.df), "two_sided": float(test.pvalue),
            "less": float(stats.ttest_ind(y, x, equal_var=False, alternative="less").pvalue),
            "greater": float(stats.ttest_ind(y, x, equal_var=False, alternative="greater").pvalue)}


def families():
    lists = [[0.01, 0.04, 0.03], [0.5], [1.0, 1.0], [0.0, 0.0, 0.2], [0.02, 0.02, 0.02], [0.9, 0.001]]
    lists += [floats(np.round(RNG.uniform(0, 1, count) ** 3, 6)) for count in (5, 8, 13, 20, 50, 100)]
    cases = [{"p": p, "adjusted": floats(stats.false_discovery_control(p))} for p in lists]
    write("benjamini_hochberg", "scipy.stats.false_discovery_control(method='bh')", cases)


def brown_forsythe():
    groups = [[normal(3), normal(4)], [normal(10), normal(10, 100.0, 15.0)], [normal(5), normal(5), normal(5)],
              [normal(30, 10.0, 1.0), normal(40, 90.0, 1.2)], [tied(12, 3), tied(9, 5)], [lognormal(20), lognormal(8)],
              [normal(2), normal(3)], [normal(100), normal(100, 100.0, 5.5)], [[1.0, 1.0, 1.0], [1.0, 2.0, 6.0]],
              [normal(4), normal(5), normal(6), normal(7, 100.0, 20.0)], [lognormal(7), lognormal(7)]]
    cases = []
    for group in groups:
        test = stats.levene(*group, center="median")
        cases.append({"groups": group, "f": float(test.statistic), "p": float(test.pvalue)})
    write("brown_forsythe", "scipy.stats.levene(center='median')", cases)


def means():
    lists = [normal(2), normal(3), normal(10), normal(50), lognormal(7), tied(9, 2), [4.0] * 4, [1e9, 1e9 + 1],
             [-1.0, 1.0], [1e-12, 3e-12, 2e-12], normal(500)]
    cases = []
    for index, values in enumerate(lists):
        level = [0.5, 0.9, 0.95, 0.99, 0.999][index % 5]
        spread = stats.sem(values)
        low, high = stats.t.interval(level, len(values) - 1, loc=np.mean(values), scale=spread) if spread else (4.0, 4.0)
        cases.append({"values": values, "confidence": level, "value": float(np.mean(values)), "lower": float(low),
                      "upper": float(high)})
    write("mean_interval", "scipy.stats.t.interval", cases)


def wilson():
    counts = [(0, 1), (1, 1), (0, 100), (100, 100), (1, 100), (50, 100), (3, 7), (999, 1000), (12, 100000),
              (5_000_000, 10_000_000), (1, 2)]
    cases = []
    for index, (hits, trials) in enumerate(counts):
        level = [0.9, 0.95, 0.99][index % 3]
        interval = stats.binomtest(hits, trials).proportion_ci(level, method="wilson")
        cases.append({"hits": hits, "trials": trials, "confidence": level, "lower": float(interval.low),
                      "upper": float(interval.high)})
    write("wilson", "scipy.stats.binomtest.proportion_ci(method='wilson')", cases)


def quantile_ranks():
    cases = []
    for count in (1, 2, 5, 10, 71, 72, 367, 368, 1000, 3688, 36887, 100_000, 1_000_000):
        for q in (0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999):
            level = [0.8, 0.95, 0.99][(count + int(q * 1000)) % 3]
            cases.append({"n": count, "q": q, "confidence": level, **ranks(count, q, (1.0 - level) / 2.0)})
    write("quantile_ranks", "scipy.stats.binom.cdf and .sf, searched", cases)


def ranks(count, q, tail):
    law = stats.binom(count, q)
    lower = int(law.ppf(tail))
    while lower > 0 and law.cdf(lower - 1) > tail:
        lower -= 1
    while lower < count and law.cdf(lower) <= tail:
        lower += 1
    upper = min(int(law.isf(tail)) + 1, count + 1)
    while upper <= count and law.sf(upper - 1) > tail:
        upper += 1
    while upper > 1 and law.sf(upper - 2) <= tail:
        upper -= 1
    return {"lower": lower, "upper": upper if upper <= count else None}


def harrell_davis():
    cases = []
    for index, values in enumerate([normal(2), normal(3), normal(10), normal(40), lognormal(25), lognormal(200),
                                    tied(20, 4), [7.0] * 5, lognormal(999), normal(60), lognormal(11)]):
        q = [0.5, 0.9, 0.95, 0.99, 0.05][index % 5]
        cases.append({"values": values, "q": q,
                      "value": float(stats.mstats.hdquantiles(np.array(values), prob=[q])[0])})
    write("harrell_davis", "scipy.stats.mstats.hdquantiles", cases)


def deviation():
    lists = [[1.0], [1.0, 2.0], [4.0] * 7, normal(5), normal(6), lognormal(31), lognormal(100), tied(15, 3),
             [-3.0, 0.0, 3.0, 1e6], normal(101, 0.0, 1e-6)]
    write("median_absolute_deviation", "scipy.stats.median_abs_deviation",
          [{"values": values, "value": float(stats.median_abs_deviation(values))} for values in lists])


def theil_sen():
    cases = []
    shapes = [(5, 0.3), (6, 0.0), (8, -2.0), (12, 0.5), (20, 0.01), (30, 1.0), (50, -0.1), (100, 0.02)]
    for index, (count, slope) in enumerate(shapes):
        times = floats(np.arange(count))
        values = floats(np.round(np.array(times) * slope + RNG.normal(0.0, 2.0, count), 4))
        cases.append(theil_case(times, values, [0.9, 0.95, 0.99][index % 3] if count > 8 else 0.8))
    cases.append(theil_case(floats(np.repeat(np.arange(10), 2)), tied(20, 5), 0.95))
    cases.append(theil_case(floats(np.sort(RNG.uniform(0, 60, 25)).round(3)), lognormal(25), 0.95))
    cases.append(theil_case(floats(np.arange(15)), [3.0] * 15, 0.95))
    write("theil_sen", "scipy.stats.theilslopes(method='separate')", cases)


def theil_case(times, values, level):
    fit = stats.theilslopes(values, times, alpha=level, method="separate")
    return {"times": times, "values": values, "confidence": level, "slope": float(fit.slope),
            "intercept": float(fit.intercept), "lower": float(fit.low_slope), "upper": float(fit.high_slope)}


def mann_kendall():
    """scipy has the score (Kendall's tau b times its denominator) and the normal law, not the test itself."""
    lists = [floats(np.arange(10)), [2.0] * 9, tied(12, 3), tied(30, 4), normal(4), normal(10), normal(25),
             floats(np.array(normal(40)) + np.arange(40)), floats(-np.arange(8)), lognormal(60), [1.0, 2.0, 2.0, 1.0]]
    cases = []
    for values in lists:
        pairs = itertools.combinations(values, 2)
        score = float(sum(np.sign(later - earlier) for earlier, later in pairs))
        if len(set(values)) > 1:
            ties = [t for t in np.unique(values, return_counts=True)[1]]
            count = len(values)
            least = count * (count - 1) / 2
            spare = sum(t * (t - 1) / 2 for t in ties)
            tau = stats.kendalltau(np.arange(count), values).statistic
            assert abs(tau * np.sqrt(least * (least - spare)) - score) < 1e-9
        count = len(values)
        ties = np.unique(values, return_counts=True)[1].astype(float)
        variance = (count * (count - 1) * (2 * count + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
        z = 0.0 if score == 0 else (score - np.sign(score)) / np.sqrt(variance)
        cases.append({"values": values, "score": score, "variance": float(variance), "z": float(z),
                      "two_sided": float(2 * stats.norm.sf(abs(z)))})
    write("mann_kendall", "scipy.stats.kendalltau (score), scipy.stats.norm; Kendall 1975 (variance)", cases)


def intervals_of_bootstrap():
    cases = []
    for index in range(10):
        values = lognormal(8 + 2 * index) if index % 2 else normal(8 + index)
        level = [0.9, 0.95, 0.99][index % 3]
        figure = [np.mean, np.median, np.std][index % 3]
        cases.append(bootstrap_case([values], lambda x, axis, figure=figure: figure(x, axis=axis), level))
    for index in range(3):
        samples = [lognormal(9 + index), lognormal(12)]
        ratio = lambda x, y, axis: np.mean(y, axis=axis) / np.mean(x, axis=axis)
        cases.append(bootstrap_case(samples, ratio, 0.95))
    write("bootstrap_intervals", "scipy.stats.bootstrap(method='BCa' and 'percentile')", cases)


def bootstrap_case(samples, figure, level):
    plain = stats.bootstrap(samples, figure, n_resamples=199, confidence_level=level, method="percentile",
                            rng=np.random.default_rng(7))
    bca = stats.bootstrap(samples, figure, n_resamples=0, bootstrap_result=plain, confidence_level=level,
                          method="BCa")
    jackknife = []
    for index, sample in enumerate(samples):
        part = []
        for left_out in range(len(sample)):
            reduced = [np.array(other) for other in samples]
            reduced[index] = np.delete(reduced[index], left_out)
            part.append(float(figure(*reduced, axis=-1)))
        jackknife.append(part)
    return {"distribution": floats(plain.bootstrap_distribution),
            "observed": float(figure(*[np.array(sample) for sample in samples], axis=-1)), "jackknife": jackknife,
            "confidence": level, "percentile": floats(plain.confidence_interval),
            "bca": floats(bca.confidence_interval)}


def hodges_lehmann():
    """scipy has the null distribution of U by its exact test, not the interval: inverted here by that test."""
    cases = []
    for index, (a, b) in enumerate([(3, 3), (4, 4), (5, 5), (6, 10), (10, 10), (16, 16), (2, 9), (30, 30), (1, 40),
                                    (20, 7), (8, 8)]):
        x, y = normal(a), normal(b, 104.0)
        level = [0.95, 0.9, 0.99][index % 3]
        tail, below = (1.0 - level) / 2.0, 0
        while u_at_most(below, a, b) <= tail:
            below += 1
        skip = max(below - 1, 0)
        differences = np.sort(np.subtract.outer(y, x).ravel())
        cases.append({"baseline": x, "current": y, "asked": level, "value": float(np.median(differences)),
                      "lower": float(differences[skip]), "upper": float(differences[-1 - skip]),
                      "confidence": float(1.0 - 2.0 * u_at_most(skip, a, b))})
    write("hodges_lehmann", "scipy.stats.mannwhitneyu(method='exact'), inverted (Lehmann 1963)", cases)


def u_at_most(u, a, b):
    """P(U <= u) from scipy's exact test on samples that have just that U."""
    x = []
    left = u
    for _ in range(a):
        above = min(left, b)
        x.append(above + 0.5)
        left -= above
    x = np.array(x) - np.linspace(0.0, 0.1, a)
    y = np.arange(1.0, b + 1.0)
    assert stats.mannwhitneyu(x, y, method="exact").statistic == u
    return stats.mannwhitneyu(x, y, alternative="less", method="exact").pvalue


def scaling():
    loads = np.array([1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0])
    truths = [(100.0, 0.05, 0.001), (1000.0, 0.02, 0.0), (5.0, 0.3, 0.0), (50.0, 0.0, 0.002), (80.0, 0.1, 0.01),
              (10.0, 0.0, 0.0), (300.0, 0.01, 0.0005), (2.0, 0.5, 0.02), (40.0, 0.08, 0.0001), (7e5, 0.03, 0.003)]
    universal, amdahl = [], []
    for unit, contention, coherency in truths:
        law = unit * loads / (1.0 + contention * (loads - 1.0) + coherency * loads * (loads - 1.0))
        measured = np.round(law * np.exp(RNG.normal(0.0, 0.03, len(loads))), 5)
        points = [[float(n), float(x)] for n, x in zip(loads, measured)]
        unit, contention, coherency = fitted(loads, measured, [(1, 2), (1,), (2,), ()])
        universal.append({"points": points, "unit_throughput": unit, "contention": contention, "coherency": coherency})
        unit, contention, _ = fitted(loads, measured, [(1,), ()])
        amdahl.append({"points": points, "unit_throughput": unit, "serial": contention})
    source = "scipy.optimize.least_squares and root on the logarithms, each share free or 0"
    write("usl", source, universal)
    write("amdahl", source, amdahl)


def fitted(loads, measured, faces):
    """The best fit without a negative share among those that leave only some shares free.

    The optimiser judges by the squares, which are flat around their minimum, and is good to seven digits; the root of
    their slopes is good to twelve.
    """
    terms = np.stack([np.ones_like(loads), loads - 1.0, loads * (loads - 1.0)])
    fits = []
    for face in faces:
        cost = lambda p: 1.0 + p[1:] @ terms[list(face)]
        residuals = lambda p: np.log(measured / loads) - p[0] + np.log(cost(p))
        slopes = lambda p: np.stack([-np.ones_like(loads), *(terms[list(face)] / cost(p))])
        near = optimize.least_squares(residuals, [np.log(measured[0]), *[1e-3] * len(face)], x_scale="jac")
        found = optimize.root(lambda p: slopes(p) @ residuals(p), near.x, tol=1e-15).x
        shares = dict(zip((0, *face), found))
        fits.append((float(np.sum(residuals(found) ** 2)), float(np.exp(shares[0])), float(shares.get(1, 0.0)),
                     float(shares.get(2, 0.0))))
    return min(fit for fit in fits if min(fit[2:]) >= 0.0)[1:]


def summaries():
    lists = [[1.0], [2.0, 1.0], [0.1] * 7, normal(5), normal(6), lognormal(40), tied(15, 3), [-1.0, 0.0, 1.0],
             [1e9 + 1, 1e9 + 2, 1e9 + 4], [1e-12, 3e-12, 2e-12], [1e70, 2e70, 4e70], normal(301, 0.0)]
    cases = []
    for values in lists:
        deviation = float(stats.tstd(values)) if len(values) > 1 and len(set(values)) > 1 else None
        memory = float(correlation(values)) if len(values) > 2 and len(set(values)) > 1 else None
        cases.append({"values": values, "mean": float(stats.tmean(values)), "median": float(np.median(values)),
                      "deviation": deviation, "memory": memory,
                      "floor": float(stats.mstats.mquantiles(values, 0.05, alphap=1, betap=1)[0])})
    write("summary", "scipy.stats.tmean, tstd and mstats.mquantiles, numpy.median, scipy.signal.correlate", cases)


def correlation(values):
    centred = np.array(values) - np.mean(values)
    products = signal.correlate(centred, centred, method="direct")
    return products[len(values)] / products[len(values) - 1]


def predictions():
    lists = [normal(2), normal(3), normal(10), normal(50), lognormal(7), tied(9, 2), [4.0, 4.0, 5.0], [1e9, 1e9 + 1],
             [-1.0, 1.0], [1e-12, 3e-12, 2e-12], normal(500)]
    cases = []
    for index, values in enumerate(lists):
        level = [0.5, 0.9, 0.95, 0.98, 0.999][index % 5]
        scale = stats.tstd(values) * np.sqrt(1.0 + 1.0 / len(values))
        low, high = stats.t.interval(level, len(values) - 1, loc=np.mean(values), scale=scale)
        cases.append({"values": values, "confidence": level, "value": float(np.mean(values)), "lower": float(low),
                      "upper": float(high)})
    write("prediction_interval", "scipy.stats.t.interval", cases)


def quantile_intervals():
    """An end that the sample does not bound is null."""
    cases = []
    for index, values in enumerate([normal(1), normal(5), normal(6), tied(30, 6), normal(71), normal(72), lognormal(100),
                                    normal(200), lognormal(368), normal(367), [3.0] * 20, normal(9)]):
        for q in (0.01, 0.5, 0.95, 0.99):
            level = [0.8, 0.95, 0.99][index % 3]
            interval = stats.quantile_test(values, q=0.0, p=q).confidence_interval(level)
            low, high = (None if np.isnan(end) else float(end) for end in interval)
            cases.append({"values": values, "q": q, "confidence": level, "lower": low, "upper": high})
    write("quantile_interval", "scipy.stats.quantile_test.confidence_interval", cases)


def logits():
    counts = [(0, 1), (1, 1), (0, 9), (9, 9), (5, 10), (1, 1000), (999, 1000), (3, 7), (12, 100_000), (500_001, 1_000_000)]
    write("rate_logit", "scipy.special.logit",
          [{"hits": hits, "trials": trials, "value": float(special.logit((hits + 0.5) / (trials + 1.0)))}
           for hits, trials in counts])


def changes():
    plans = [(0.05, 2, 0.01, 0.9), (0.05, 5, 0.01, 0.9), (0.05, 10, 0.05, 0.8), (0.1, 30, 0.001, 0.95), (0.3, 3, 0.05, 0.5),
             (0.01, 1000, 0.01, 0.9), (0.02, 200_000, 0.01, 0.99), (1.0, 4, 0.2, 0.6), (1e-6, 8, 0.01, 0.9), (0.0, 8, 0.01, 0.9)]
    cases = []
    for deviation, runs, alpha, power in plans:
        law = stats.t(2 * runs - 2)
        change = np.expm1((law.isf(alpha) + law.ppf(power)) * deviation * np.sqrt(2.0 / runs))
        cases.append({"deviation": deviation, "runs": runs, "alpha": alpha, "power": power, "change": float(change)})
    write("minimum_detectable_change", "scipy.stats.t.isf and .ppf", cases)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    OUT.mkdir(exist_ok=True)
    for table in (mann_whitney, welch, families, brown_forsythe, means, wilson, quantile_ranks, harrell_davis, deviation,
                  theil_sen, mann_kendall, intervals_of_bootstrap, hodges_lehmann, scaling, summaries, predictions,
                  quantile_intervals, logits, changes):
        table()
