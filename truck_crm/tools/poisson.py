"""Whether something happened more often than chance explains.

Pure Python, no Odoo: run the examples with ``python -m doctest poisson.py``.
"""

import math


def tail(observed, expected):
    """Return how likely at least ``observed`` events are when ``expected`` are usual.

    The upper tail of the Poisson distribution, P(X >= k) = sum over i >= k of
    exp(-m) m^i / i! (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.6.19). The
    terms are added from ``observed`` on, so that a small tail is exact as well; it is
    not the difference of two numbers that are nearly one.

    :param int observed: events that were counted, 0 or more
    :param float expected: events that were to be expected, 0 or more
    :return: a probability, 0 to 1

    >>> tail(0, 2.5)
    1.0
    >>> round(tail(1, 1), 6) == round(1 - math.exp(-1), 6)
    True
    >>> round(tail(3, 0.5), 6)
    0.014388
    >>> f"{tail(20, 2):.2e}"
    '6.44e-14'
    >>> round(tail(1000, 1000), 3), tail(3, 90_000)
    (0.504, 1.0)
    >>> tail(1, 0), tail(0, 0)
    (0.0, 1.0)
    """
    if observed <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    if observed < expected:
        return 1 - _sum(observed - 1, expected, -1)
    return min(_sum(observed, expected, 1), 1.0)


def _sum(number, expected, step):
    """Add the probabilities of a number of events and of all beyond it."""
    term = math.exp(number * math.log(expected) - expected - math.lgamma(number + 1))
    total = term
    while number >= 0 and term > total * 1e-17:
        term *= expected / (number + 1) if step > 0 else number / expected
        number += step
        total += term
    return total
