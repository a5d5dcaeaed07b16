"""How often Python looks for what points in circles."""

import gc


def seldom() -> None:
    """Leave out what the program consists of, and look rarely.

    A page makes and drops tens of thousands of small things, few of which point in circles: a tenth of the time went
    into looking through the program itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
