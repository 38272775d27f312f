"""The commands of `yihaotong`, one module for each subject: parse, call one use case, present. hotline/cli.py lists them.

Whatever is heavy is imported in the command that needs it, so that `--help` is quick.
"""
