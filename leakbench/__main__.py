"""``python -m leakbench``: the benchmark without the gateway."""

from leakbench.command import command

if __name__ == "__main__":
    command()
