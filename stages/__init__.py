"""One module per DVC stage: read, call ``continuity``, write."""

import signal

# Ctrl-C while Python is still importing ends the process without a word: there is nothing to tidy up yet.
# `continuity.cli.guard` answers it from then on.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
