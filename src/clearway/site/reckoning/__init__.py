"""The whole record reckoned up: what stands where, who has to act, whether the sums agree.

It only reads. ``report.reckon`` gives everything as one ``Report``; ``clearway check border`` shows
it of a data folder, and a demonstration of itself at its end.
"""
