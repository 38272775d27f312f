"""`python -m tests.conversations http://localhost:12345 [WORD…]`: play the scripts at a hotline that is running.

WORDs choose scripts by file or name. The API token of that hotline is taken from YHT_API_TOKEN.
"""

from __future__ import annotations

import os
import sys

from tests.conversations import report
from tests.conversations.runner import play
from tests.conversations.script import all_scripts
from tests.e2e.client import API_TOKEN, Client


def main() -> int:
    """Play the scripts, print the failures and the figures; the exit code is 1 if any script failed."""
    url, words = sys.argv[1], sys.argv[2:]
    client = Client(url, os.environ.get("YHT_API_TOKEN", API_TOKEN))
    outcomes = []
    for script in all_scripts():
        if not words or any(word in script.id for word in words):
            outcome = play(script, client)
            outcomes.append(outcome)
            if outcome.problems or words:
                print(outcome.told(), end="\n\n")
    print("\n".join(report.lines(outcomes)))
    return int(any(outcome.problems for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
