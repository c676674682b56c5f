"""The kernel's bench: what each part costs beside a good peer doing the same work.

``run()`` gives the rows of ``clearway bench kernel``. Equality of results is checked before any
timing; a row whose results differ says ``equal = false`` and the command fails.
"""
