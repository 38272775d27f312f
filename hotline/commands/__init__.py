"""The commands of `yihaotong`, one module for each subject: parse, call one use case, present. hotline/cli.py lists
them.

Each command imports its heavy modules when it is called, so that `--help` is quick.
"""
