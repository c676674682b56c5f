"""THE assessment kernel: a batch of lodged declarations in, decisions out.

Pure: no clock, no randomness, no input or output, no settings. Dates and histories are
columns of the batch; the random draw is a keyed hash; the law is a compiled ``Reference``.
"""
