"""The floor alone: ``python -m bench.floor``. The other benches measure it with them."""

import time

from bench import _harness as harness

ROUNDS = 300


def main():
    with harness.scratch() as var, harness.database("_floor") as url:
        harness.up(harness.prepared(url, var))
        from django.test import Client

        from bench._data import fill

        fill(1_000)
        client = Client()
        samples = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            assert client.get("/floor/").status_code == 200
            samples.append((time.perf_counter() - began) * 1000)
        harness.close()
    harness.emit("floor", ms=harness.figures(samples[ROUNDS // 10 :]))


if __name__ == "__main__":
    main()
